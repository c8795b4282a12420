"""The forms of a fund's statements: a range of days, and who seals."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import InputRequired

from canteen.settlement.forms import CloseForm
from canteen.web.fields import DatePartsField


class RangeForm(FlaskForm):
    """From which day to which. It only asks, so it is sent as a link and needs no token."""

    class Meta:
        """A form that changes nothing."""

        csrf = False

    first_on = DatePartsField(_l("从哪一天"), [InputRequired(_l("请填开始日期。"))])
    last_on = DatePartsField(_l("到哪一天"), [InputRequired(_l("请填结束日期。"))])

    def period(self) -> str:
        """The range as text, 2026-11-01..2026-12-15."""
        return f"{self.first_on.data}..{self.last_on.data}"


class SealForm(CloseForm):
    """Two names as printed, and that it is meant."""

    is_meant = BooleanField(
        _l("我核对过了，封存以后不能再改"), [InputRequired(_l("请先勾选，再封存。"))]
    )
