"""The form that asks for a card's check code."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired

from canteen.settlement.forms import CheckCodeForm


class CardCodeForm(CheckCodeForm):
    """The eight characters at the foot of a card; how they are typed does not matter."""

    code = StringField(
        _l("核对码"),
        [InputRequired(_l("请输入卡片下方的 8 位核对码。"))],
        description=_l("印在卡片最下面，8 位字母和数字。"),
    )
