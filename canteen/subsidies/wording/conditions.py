"""The conditions of `when` in plain words: what an officer and an old volunteer can read aloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import lazy_gettext as _l

from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.ranges import UNITS, range_words
from canteen.subsidies.wording.said import _
from canteen.subsidies.wording.terms import (
    AREAS,
    CHANNELS,
    LIVING,
    MEALS,
    all_of,
    clauses,
    either,
    phrases,
    term,
    weekday_words,
)
from canteen.subsidies.wording.written import entries, quoted, written

KEYS = {
    "age": _l("年龄"),
    "category": _l("人员类别"),
    "all_categories": _l("同时属于的类别"),
    "disability_grade": _l("残疾等级"),
    "care_level": _l("护理等级"),
    "pension": _l("退休金"),
    "monthly_income": _l("家庭人均月收入"),
    "household_division": _l("户籍区划"),
    "residence_division": _l("居住区划"),
    "canteen_division": _l("食堂区划"),
    "canteen_within": _l("与食堂同区"),
    "distance_km": _l("家到食堂的距离"),
    "living": _l("居住情况"),
    "channel": _l("用餐方式"),
    "meal": _l("餐次"),
    "weekday": _l("星期几"),
    "workday": _l("工作日"),
    "price": _l("餐价"),
    "left": _l("轮到时还剩的餐费"),
    "canteen": _l("食堂"),
    "canteen_area": _l("食堂所在地"),
    "birthday": _l("生日"),
    "any": _l("符合其中一种"),
    "not": _l("除外"),
}
"""What each condition is about, as a label."""

WITHIN = {
    "province": _l("食堂与%(home)s在同一个省"),
    "city": _l("食堂与%(home)s在同一个市"),
    "district": _l("食堂与%(home)s在同一个区县"),
    "town": _l("食堂与%(home)s在同一个街道或乡镇"),
}
HOMES = {"household": _l("户籍地"), "residence": _l("住处")}


def key_words(key: str) -> str:
    """What a condition is about: 年龄; a key that there is none of, as it is written."""
    return str(KEYS[key]) if key in KEYS else quoted(key)


def condition_words(key: str, value: object, names: Names) -> str:
    """One condition: 65–74 周岁, 户籍在 620102 甘肃省兰州市城关区, 家到食堂不超过 2 公里.

    A value that is none of the format's is shown as it is written.
    """
    said = _said(key, value, names)
    return said or _("%(key)s：%(written)s", key=key_words(key), written=written(value) or "—")


def when_words(when: object, names: Names) -> tuple[str, ...]:
    """Every condition of a table, all of which must hold; empty for a rule that is for everyone."""
    if not isinstance(when, Mapping):
        return () if when is None else (written(when),)
    return tuple(condition_words(str(key), value, names) for key, value in when.items())


def _said(key: str, value: object, names: Names) -> str | None:
    if key in UNITS:
        return range_words(value, *UNITS[key])
    say = _SAID.get(key)
    return None if say is None or value is None or value in ([], {}, "") else say(value, names)


def _category(value: object, names: Names) -> str:
    return _("属于%(categories)s", categories=either(_titles(value, names)))


def _all_categories(value: object, names: Names) -> str:
    return _("同时属于%(categories)s", categories=all_of(_titles(value, names)))


def _titles(value: object, names: Names) -> list[str]:
    return [names.category(code) if isinstance(code, str) else quoted(code) for code in entries(value)]


def _flag(yes: object, no: object) -> Callable[[object, Names], str | None]:
    def say(value: object, names: Names) -> str | None:
        return str(yes if value else no) if isinstance(value, bool) else None

    return say


def _places(message: object) -> Callable[[object, Names], str]:
    def say(value: object, names: Names) -> str:
        places = [names.division(code) if isinstance(code, str) else quoted(code) for code in entries(value)]
        return str(message) % {"places": either(places)}

    return say


def _within(value: object, names: Names) -> str | None:
    if not isinstance(value, Mapping):
        return None
    return phrases(_within_one(home, level) for home, level in value.items())


def _within_one(home: object, level: object) -> str:
    # What a draft holds may be a list or a table where a word belongs.
    if home not in HOMES or not isinstance(level, str) or level not in WITHIN:
        return f"{home} = {written(level)}"
    return str(WITHIN[level]) % {"home": str(HOMES[home])}


def _one_of(words: Mapping[str, object], message: object) -> Callable[[object, Names], str]:
    def say(value: object, names: Names) -> str:
        return str(message) % {"x": either(term(words, code) for code in entries(value))}

    return say


def _weekday(value: object, names: Names) -> str:
    return weekday_words(entries(value))


def _canteen(value: object, names: Names) -> str:
    canteens = [names.canteen(code) if isinstance(code, str) else quoted(code) for code in entries(value)]
    return _("在%(canteens)s用餐", canteens=either(canteens))


def _any(value: object, names: Names) -> str | None:
    if not isinstance(value, list | tuple):
        return None
    choices = [phrases(when_words(choice, names)) or _("不论是谁") for choice in value]
    if len(choices) == 1:
        return choices[0]
    numbered = [f"{_number(place)} {choice}" for place, choice in enumerate(choices)]
    return _("符合其中一种：%(choices)s", choices=clauses(numbered))


def _number(place: int) -> str:
    """① to ⑳, then (21)."""
    return chr(ord("①") + place) if place < 20 else f"({place + 1})"


def _not(value: object, names: Names) -> str | None:
    if not isinstance(value, Mapping):
        return None
    inner = when_words(value, names)
    return _("（%(what)s）除外", what=phrases(inner) or _("不论是谁"))


_SAID: Mapping[str, Callable[[object, Names], str | None]] = {
    "category": _category,
    "all_categories": _all_categories,
    "pension": _flag(_l("有退休金"), _l("没有退休金")),
    "household_division": _places(_l("户籍在 %(places)s")),
    "residence_division": _places(_l("住在 %(places)s")),
    "canteen_division": _places(_l("食堂在 %(places)s")),
    "canteen_within": _within,
    "living": _one_of(LIVING, _l("居住情况是%(x)s")),
    "channel": _one_of(CHANNELS, _l("用餐方式是%(x)s")),
    "meal": _one_of(MEALS, _l("餐次是%(x)s")),
    "weekday": _weekday,
    "workday": _flag(_l("是工作日"), _l("不是工作日（周末和节假日）")),
    "canteen": _canteen,
    "canteen_area": _one_of(AREAS, _l("食堂在%(x)s")),
    "birthday": _flag(_l("生日当天"), _l("不是生日那天")),
    "any": _any,
    "not": _not,
}
