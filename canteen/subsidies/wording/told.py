"""An elder's own facts beside what a condition asks: 这位 59 岁, 不知道住得多远.

The facts come from a live division or from the row of a meal, where they are kept as they stood then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from canteen.core.calendar import AgeCounts, age_on, is_birthday
from canteen.core.division import CanteenFacts, ElderFacts, Facts
from canteen.core.frozen_facts import day_of, elder_of
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.ranges import kilometres
from canteen.subsidies.wording.said import _
from canteen.subsidies.wording.terms import (
    AREAS,
    CHANNELS,
    LIVING,
    MEALS,
    WEEKDAYS,
    all_of,
    money_words,
    term,
)
from canteen.subsidies.wording.written import table


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one meal when its trace is told; None is "not known", or "not kept"."""

    elder: ElderFacts = field(default_factory=ElderFacts)
    canteen: CanteenFacts = field(default_factory=CanteenFacts)
    on: date | None = None
    meal: str | None = None
    channel: str | None = None
    is_workday: bool | None = None
    age_years: int | None = None
    price_fen: int | None = None
    left_fen: int | None = None


def told(facts: Facts | Told | Mapping[str, Any], age_counts: AgeCounts = "birthday") -> Told:
    """The facts of a division, or of a meal's row: `Meal.facts`, to which the caller may add what the row says.

    Beside the frozen keys these are read: `on`, `meal`, `channel`, `is_workday`, `age_years`, `price_fen` and
    `canteen` = {code, area, division}.
    """
    if isinstance(facts, Told):
        return facts
    if isinstance(facts, Facts):
        born_on = facts.elder.born_on
        age = None if born_on is None else age_on(born_on, facts.on, age_counts)
        return Told(facts.elder, facts.canteen, facts.on, facts.meal, facts.channel, facts.is_workday, age)
    return _told_of_row(facts, age_counts)


def _told_of_row(row: Mapping[str, Any], age_counts: AgeCounts) -> Told:
    elder = elder_of(row)
    on, age, place = day_of(row.get("on")), row.get("age_years"), table(row.get("canteen"))
    if age is None and elder.born_on is not None and on is not None:
        age = age_on(elder.born_on, on, age_counts)
    canteen = CanteenFacts(place.get("code"), place.get("area"), place.get("division"))
    return Told(
        elder,
        canteen,
        on,
        row.get("meal"),
        row.get("channel"),
        row.get("is_workday"),
        age,
        row.get("price_fen"),
    )


def own_words(key: str, told: Told, names: Names) -> str:
    """The elder's (or the meal's) own fact for a condition; empty for a key that asks for none of its own."""
    say = _OWN.get(key)
    return "" if say is None else say(told, names)


def _age(told: Told, names: Names) -> str:
    if told.age_years is None:
        return _("不知道出生日期")
    return _("这位 %(age)s 岁", age=told.age_years)


def _categories(told: Told, names: Names) -> str:
    held = [names.category(code) for code in sorted(told.elder.categories)]
    return _("这位登记的是%(categories)s", categories=all_of(held)) if held else _("这位没有登记类别")


def _disability(told: Told, names: Names) -> str:
    grade = told.elder.disability_grade
    return _("没有登记残疾等级") if grade is None else _("这位残疾 %(grade)s 级", grade=grade)


def _care(told: Told, names: Names) -> str:
    level = told.elder.care_level
    return _("没有登记护理等级") if level is None else _("这位护理 %(level)s 级", level=level)


def _pension(told: Told, names: Names) -> str:
    if told.elder.pension is None:
        return _("不知道有没有退休金")
    return _("这位有退休金") if told.elder.pension else _("这位没有退休金")


def _income(told: Told, names: Names) -> str:
    income = told.elder.monthly_income_fen
    if income is None:
        return _("不知道家庭人均月收入")
    return _("这位家庭人均月收入 %(amount)s", amount=money_words(income))


def _household(told: Told, names: Names) -> str:
    code = told.elder.household_division
    return _("不知道户籍在哪里") if code is None else _("这位户籍在 %(place)s", place=names.division(code))


def _residence(told: Told, names: Names) -> str:
    code = told.elder.residence_division
    return _("不知道住在哪里") if code is None else _("这位住在 %(place)s", place=names.division(code))


def _canteen_place(told: Told, names: Names) -> str:
    code = told.canteen.division
    return _("不知道食堂的区划") if code is None else _("食堂在 %(place)s", place=names.division(code))


def _within(told: Told, names: Names) -> str:
    homes = []
    if told.elder.household_division is not None or told.elder.residence_division is None:
        homes.append(_household(told, names))
    if told.elder.residence_division is not None:
        homes.append(_residence(told, names))
    return all_of([*homes, _canteen_place(told, names)])


def _distance(told: Told, names: Names) -> str:
    metres = told.elder.distance_m
    return _("不知道住得多远") if metres is None else _("这位家到食堂 %(km)s 公里", km=kilometres(metres))


def _living(told: Told, names: Names) -> str:
    living = told.elder.living
    return (
        _("不知道和谁同住")
        if living is None
        else _("这位的居住情况是%(living)s", living=term(LIVING, living))
    )


def _channel(told: Told, names: Names) -> str:
    return _("这一餐是%(channel)s", channel=term(CHANNELS, told.channel)) if told.channel else ""


def _meal(told: Told, names: Names) -> str:
    return _("这一餐是%(meal)s", meal=term(MEALS, told.meal)) if told.meal else ""


def _weekday(told: Told, names: Names) -> str:
    return "" if told.on is None else _("这天是%(weekday)s", weekday=str(WEEKDAYS[told.on.weekday()]))


def _workday(told: Told, names: Names) -> str:
    if told.is_workday is None:
        return (
            _("不知道这天是不是工作日")
            if told.on is None
            else _("工作日历没有 %(year)s 年", year=told.on.year)
        )
    return _("这天是工作日") if told.is_workday else _("这天不是工作日")


def _price(told: Told, names: Names) -> str:
    return "" if told.price_fen is None else _("这一餐 %(amount)s", amount=money_words(told.price_fen))


def _left(told: Told, names: Names) -> str:
    return "" if told.left_fen is None else _("轮到时还剩 %(amount)s", amount=money_words(told.left_fen))


def _canteen(told: Told, names: Names) -> str:
    code = told.canteen.code
    return _("没有写是哪个食堂") if code is None else _("这里是%(canteen)s", canteen=names.canteen(code))


def _area(told: Told, names: Names) -> str:
    area = told.canteen.area
    return _("不知道食堂在城镇还是农村") if area is None else _("这里是%(area)s", area=term(AREAS, area))


def _birthday(told: Told, names: Names) -> str:
    if told.elder.born_on is None or told.on is None:
        return _("不知道出生日期")
    return _("这天正是生日") if is_birthday(told.elder.born_on, told.on) else _("这天不是生日")


_OWN: Mapping[str, Callable[[Told, Names], str]] = {
    "age": _age,
    "category": _categories,
    "all_categories": _categories,
    "disability_grade": _disability,
    "care_level": _care,
    "pension": _pension,
    "monthly_income": _income,
    "household_division": _household,
    "residence_division": _residence,
    "canteen_division": _canteen_place,
    "canteen_within": _within,
    "distance_km": _distance,
    "living": _living,
    "channel": _channel,
    "meal": _meal,
    "weekday": _weekday,
    "workday": _workday,
    "price": _price,
    "left": _left,
    "canteen": _canteen,
    "canteen_area": _area,
    "birthday": _birthday,
}
