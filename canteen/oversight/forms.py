"""The form of a decision: which records, what, why, and for a match whose meal it was."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

from canteen.oversight.rulings import RULINGS
from canteen.oversight.words import RULINGS as RULING_NAMES

CARRY = "carry"


class RulingForm(FlaskForm):
    """One decision with one reason, for one record or for many."""

    ruling = RadioField(
        _l("决定"),
        [InputRequired(_l("请选一项决定。"))],
        choices=[*((ruling, RULING_NAMES[ruling]) for ruling in RULINGS), (CARRY, _l("结转到下个月再核"))],
    )
    elder = StringField(
        _l("是哪位老人"),
        [Optional(), Length(max=60)],
        description=_l("只有“对上老人”要填：卡尾号、姓名拼音首字母、姓名或编号。"),
    )
    reason = StringField(
        _l("原因"),
        [
            InputRequired(_l("请写明原因，比如“认得本人，卡忘带了”。")),
            Length(max=200, message=_l("最多 200 个字。")),
        ],
    )


class TakeBackForm(FlaskForm):
    """Why a decision is taken back."""

    reason = StringField(_l("撤回的原因"), [InputRequired(_l("请写明原因。")), Length(max=200)])
