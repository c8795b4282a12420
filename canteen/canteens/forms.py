"""The form of a canteen's standing facts. Text in, `CanteenFacts` out."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from canteen.canteens.facts import CODE, LONGEST, CanteenFacts
from canteen.canteens.hours import read_span
from canteen.canteens.queries import CanteenRow
from canteen.core.calendar import MEAL_PERIODS
from canteen.core.errors import Refusal
from canteen.web.fields import YuanField
from canteen.web.refusals import sentence

PERIOD_NAMES = {"breakfast": _l("早餐"), "lunch": _l("午餐"), "dinner": _l("晚餐")}
SHOWN = (
    "name", "area", "division", "phone", "operator_name", "operator_uscc", "reporting_unit", "submitted_to",
    "collective_name",
)  # fmt: skip
AREA_NAMES = {"urban": _l("城镇"), "rural": _l("农村")}


def _longest(name: str) -> Length:
    return Length(max=LONGEST[name], message=_l("最多 %(max)d 个字。"))


class CanteenForm(FlaskForm):
    """Everything but the code, which never changes."""

    name = StringField(_l("食堂名称"), [InputRequired(_l("请填食堂名称。")), _longest("name")])
    area = RadioField(
        _l("地区类型"), [InputRequired(_l("请选择城镇或农村。"))], choices=lambda: list(AREA_NAMES.items())
    )
    division = StringField(
        _l("行政区划代码"),
        [InputRequired(_l("请填行政区划代码。"))],
        description=_l("2 到 12 位数字，比如 620102。"),
    )
    price = YuanField(
        _l("套餐价格"), [Optional()], description=_l("菜单没写价格时按它收；空着就按政策里的标准餐价。")
    )
    breakfast = StringField(_l("早餐时间"), [Optional()], description=_l("比如 06:30-08:30；不供就空着。"))
    lunch = StringField(_l("午餐时间"), [Optional()], description=_l("比如 10:30-13:00。"))
    dinner = StringField(_l("晚餐时间"), [Optional()], description=_l("比如 16:30-18:30。"))
    phone = StringField(_l("电话"), [Optional()], description=_l("印在就餐卡背面：挂失和询问都打它。"))
    operator_name = StringField(_l("运营方"), [Optional(), _longest("operator_name")])
    operator_uscc = StringField(_l("运营方统一社会信用代码"), [Optional()])
    reporting_unit = StringField(_l("填报单位"), [Optional(), _longest("reporting_unit")])
    submitted_to = StringField(
        _l("主送"), [Optional(), _longest("submitted_to")], description=_l("结算表送给哪个单位。")
    )
    collective_name = StringField(
        _l("出资的村或社区集体"),
        [Optional(), _longest("collective_name")],
        description=_l("集体承担的部分向它结算。"),
    )

    def facts(self, time_zone: str) -> CanteenFacts:
        """What was typed, as one value; still unchecked but for its form."""
        return CanteenFacts(
            name=self.name.data, area=self.area.data, division=self.division.data, hours=self.hours(),
            price_fen=self.price.data, time_zone=time_zone, operator_name=self.operator_name.data,
            operator_uscc=self.operator_uscc.data, reporting_unit=self.reporting_unit.data,
            submitted_to=self.submitted_to.data, collective_name=self.collective_name.data,
            phone=self.phone.data,
        )  # fmt: skip

    def hours(self) -> dict[str, tuple[str, str]]:
        """The hours of the periods that are served. Raises Refusal of `read_span`."""
        return {period: read_span(self[period].data) for period in MEAL_PERIODS if self[period].data}

    def validate_breakfast(self, field: StringField) -> None:
        """Say beside the field what is wrong with its hours."""
        if field.data:
            _check_span(field.data)

    validate_lunch = validate_breakfast
    validate_dinner = validate_breakfast


class NewCanteenForm(CanteenForm):
    """The same with the code, which is given once."""

    code = StringField(
        _l("代码"),
        [
            InputRequired(_l("请填代码。")),
            Regexp(f"^{CODE.pattern}$", message=_l("只能用字母、数字、点、横线和下划线，以字母或数字开头。")),
        ],
        description=_l("字母和数字，比如 beimen。补贴政策里用它称呼食堂，以后不能改。"),
    )


class WorkersForm(FlaskForm):
    """Who works here."""

    staff = SelectMultipleField(_l("在这里工作的人"), [Optional()], coerce=int)


def shown(row: CanteenRow) -> dict[str, object]:
    """A canteen as its form shows it."""
    values: dict[str, object] = {name: getattr(row, name) or "" for name in SHOWN}
    for period in MEAL_PERIODS:
        values[period] = "-".join(row.hours[period]) if period in row.hours else ""
    return values | {"price": row.price_fen}


def _check_span(text: str) -> None:
    try:
        read_span(text)
    except Refusal as refusal:
        raise ValidationError(sentence(refusal)) from None
