"""The forms of this slice: a decision, taking one back, the rules, a sheet of slips, numbers to print."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from canteen.canteens.forms import PERIOD_NAMES
from canteen.oversight.words import DECISIONS
from canteen.web.fields import DatePartsField

WITHOUT_REASON = ("match", "valid")
"""The first decision of each kind: it says that all is well, and needs no further words."""


class DecisionForm(FlaskForm):
    """One decision with one reason, for one case or for many."""

    decision = RadioField(_l("决定"), [InputRequired(_l("请选一项决定。"))])
    elder = StringField(
        _l("是哪位老人"),
        [Optional(), Length(max=60)],
        description=_l("只有“对上老人”要填：卡尾号、姓名拼音首字母、姓名或编号。"),
    )
    reason = StringField(
        _l("原因"),
        [Optional(), Length(max=200, message=_l("最多 200 个字。"))],
        description=_l("除了“对上老人”和“属实有效”，都要写，比如“认得本人，卡忘带了”。"),
    )

    def offer(self, decisions: tuple[str, ...]) -> "DecisionForm":
        """Let these be chosen."""
        self.decision.choices = [(one, DECISIONS[one]) for one in decisions]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Every decision but the first needs its reason."""
        is_good = super().validate(extra_validators)
        if self.decision.data and self.decision.data not in WITHOUT_REASON and not (self.reason.data or "").strip():
            self.reason.errors = [*self.reason.errors, _l("请写明原因，比如“认得本人，卡忘带了”。")]
            return False
        return bool(is_good)


class TakeBackForm(FlaskForm):
    """Why a decision is taken back."""

    reason = StringField(_l("撤回的原因"), [InputRequired(_l("请写明原因。")), Length(max=200)])


class SlipSheetForm(FlaskForm):
    """The head of a sheet: what all its lines have in common. The lines are read by `slip_lines`."""

    number = StringField(_l("签到表编号"), [Optional(), Length(max=20)], description=_l("印在表的右上角。"))
    service_on = DatePartsField(_l("用餐日期"), [InputRequired(_l("请写日期。"))])
    meal_period = RadioField(
        _l("餐次"), [InputRequired(_l("请选餐次。"))], choices=[(one, name) for one, name in PERIOD_NAMES.items()]
    )
    witness = StringField(_l("谁看着用餐的"), [InputRequired(_l("请写名字。")), Length(max=60)])
    cause = StringField(
        _l("为什么没有刷卡"), [InputRequired(_l("请写原因，比如“停电”。")), Length(max=120)]
    )
    picture = FileField(
        _l("照片"), [Optional()], description=_l("纸条或签到表的照片，JPG、PNG 或 WebP，12 MB 以内。加密保存。")
    )


class RefuseForm(FlaskForm):
    """Why lines are sent back."""

    reason = StringField(_l("退回的原因"), [Optional(), Length(max=200)])


class PrintForm(FlaskForm):
    """How many numbers to print."""

    kind = RadioField(
        _l("打印什么"),
        [InputRequired(_l("请选一种。"))],
        choices=[("slips", _l("纸条，每页 8 张")), ("sheets", _l("签到表，每页 20 行"))],
        default="slips",
    )
    count = IntegerField(
        _l("多少张"),
        [InputRequired(_l("请写张数。")), NumberRange(1, 400, _l("一次打印 1 到 400 张。"))],
        default=24,
    )
