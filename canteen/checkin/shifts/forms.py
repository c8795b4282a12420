"""Forms of shifts in the office: what the kitchen cooked."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from canteen.checkin.shifts.portions import MOST_PORTIONS

BAD_NUMBER = _l("出餐数是 0 到 %(most)s 的整数。", most=MOST_PORTIONS)


class PortionsField(IntegerField):
    """A count of portions; what is no whole number is said in our own words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(BAD_NUMBER)) from error


def _portions(label: Any) -> PortionsField:
    return PortionsField(label, [Optional(), NumberRange(0, MOST_PORTIONS, BAD_NUMBER)])


class PortionsForm(FlaskForm):
    """出餐数 of one day; periods that are left empty are not noted."""

    key = HiddenField(validators=[InputRequired()])
    on = DateField(_l("日期"), [InputRequired(_l("请选今天或以前的日期。"))])
    breakfast = _portions(_l("早餐出餐数"))
    lunch = _portions(_l("午餐出餐数"))
    dinner = _portions(_l("晚餐出餐数"))
