"""The form of one example: every fact that the format knows, the limits used so far, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from canteen.core.conditions import CHANNELS as CHANNEL_CODES
from canteen.core.programme_faults import Faults
from canteen.core.programme_values import distance
from canteen.subsidies.trying.slots import Slots
from canteen.subsidies.wording.terms import CHANNELS, LIVING, MEALS
from canteen.web.fields import DatePartsField, YuanField

UNKNOWN = _l("不写")
KEEP = "as-written"
DIVISION = r"^\d{1,12}$"


class ExampleForm(FlaskForm):
    """One example, without the fields that depend on the version: see `example_form`."""

    title = StringField(
        _l("这个例子叫什么"),
        [
            InputRequired(_l("请给例子起个名字，比如“80 岁，补 8 元”。")),
            Length(max=120, message=_l("最多 120 个字。")),
        ],
    )
    on = DatePartsField(_l("哪一天用餐"), [InputRequired(_l("请写哪一天。"))])
    meal = RadioField(_l("哪一餐"), [InputRequired(_l("请选哪一餐。"))], choices=list(MEALS.items()))
    price = YuanField(_l("这一餐的价钱"), [InputRequired(_l("请写餐价。"))])
    channel = RadioField(
        _l("怎样用餐"),
        [Optional()],
        choices=[(code, CHANNELS[code]) for code in CHANNEL_CODES],
        default="dine-in",
    )
    canteen = SelectField(_l("在哪个食堂"), [Optional()])
    born = DatePartsField(_l("出生日期"), [Optional()])
    age = IntegerField(
        _l("或者只写周岁"),
        [Optional(), NumberRange(0, 130, _l("周岁写 0 到 130 的整数。"))],
        description=_l("没有写出生日期时，按这个周岁编一个出生日期，不是生日。"),
    )
    categories = SelectMultipleField(_l("这位登记的类别"), [Optional()])
    disability_grade = IntegerField(
        _l("残疾等级（一级最重）"), [Optional(), NumberRange(0, 99, _l("等级写 0 到 99 的整数。"))]
    )
    care_level = IntegerField(
        _l("护理等级（数字）"), [Optional(), NumberRange(0, 99, _l("等级写 0 到 99 的整数。"))]
    )
    pension = SelectField(
        _l("有没有退休金"),
        [Optional()],
        choices=[("", UNKNOWN), ("yes", _l("有退休金")), ("no", _l("没有退休金"))],
    )
    monthly_income = YuanField(_l("家庭人均月收入（元）"), [Optional()])
    household_division = StringField(
        _l("户籍区划代码"),
        [Optional(), Regexp(DIVISION, message=_l("区划代码是 1 到 12 位数字，比如 620102。"))],
    )
    residence_division = StringField(
        _l("住处区划代码"),
        [Optional(), Regexp(DIVISION, message=_l("区划代码是 1 到 12 位数字，比如 620102。"))],
    )
    distance_km = StringField(_l("家到食堂几公里"), [Optional()])
    living = SelectField(_l("和谁同住"), [Optional()], choices=[("", UNKNOWN), *LIVING.items()])
    expecting = RadioField(
        _l("应有的结果怎样填"),
        [InputRequired(_l("请选结果怎样填。"))],
        choices=[
            ("now", _l("按现在算出来的填")),
            ("typed", _l("自己写，和算出来的比")),
            ("no-version", _l("这一天不该有政策在施行")),
        ],
        default="now",
    )

    slots: Slots

    def validate_distance_km(self, field: StringField) -> None:
        """Kilometres with at most three decimals."""
        if distance((field.data or "").strip(), "", Faults()) is None:
            raise ValidationError(_("公里数写成数字，最多三位小数，比如 1.9。"))

    def validate(self, extra_validators: Any = None) -> bool:
        """What is typed as expected sums to the price."""
        is_good = super().validate(extra_validators)
        if not is_good or self.expecting.data != "typed":
            return bool(is_good)
        total = sum(self[name].data or 0 for name in self.slots.expected)
        price = self.price.data or 0
        if total != price:
            self.form_errors.append(
                _("各方合计要正好等于餐价；现在差 %(fen)s 元。", fen=_short(price - total))
            )
            return False
        return True


def _short(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def example_form(
    slots: Slots,
    data: Mapping[str, Any] | None,
    categories: Sequence[tuple[str, str]],
    canteens: Sequence[tuple[str, str]],
    meals: Sequence[str],
) -> ExampleForm:
    """The form for a version: with a field for each limit, fund, voucher and payer that it has.

    `data` fills it at first; None reads what was sent.
    """
    fields: dict[str, Any] = {}
    for slot in slots.all:
        optional = [Optional()]
        if slot.is_count:
            whole = NumberRange(0, 100_000, _l("写不小于 0 的整数。"))
            fields[slot.field] = IntegerField(slot.label, [*optional, whole])
        else:
            fields[slot.field] = YuanField(slot.label, optional)
    cls = type("ExampleFormOfVersion", (ExampleForm,), {**fields, "slots": slots})
    form: ExampleForm = cls() if data is None else cls(formdata=None, data=dict(data))
    held = [code for code in (data or {}).get("categories", ()) if code not in dict(categories)]
    form.categories.choices = [*categories, *((code, code) for code in held)]
    form.canteen.choices = [("", UNKNOWN), *canteens]
    form.meal.choices = [(code, MEALS[code]) for code in meals]
    return form
