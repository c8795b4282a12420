"""The conditions of `when`: each is read once and becomes a question asked of every meal.

A condition on a fact that is not known does not hold; `not` turns the answer round, so that `not` of a
condition on an unknown fact holds (programme-format, "Conditions in `when`").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any

from canteen.core.calendar import MEAL_PERIODS, is_birthday
from canteen.core.division import CanteenFacts, ElderFacts, Facts
from canteen.core.programme_faults import Faults
from canteen.core.programme_values import (
    Read,
    Table,
    bounds,
    distance,
    division_code,
    entries,
    flag,
    list_of,
    money,
    one_of,
    open_table,
    text,
    whole,
)

CHANNELS = ("dine-in", "takeaway", "delivery")
AREAS = ("urban", "rural")
LIVING = ("alone", "empty-nest", "with-family", "care-home")
DEEPEST = 50
"""How deep `any` and `not` may stand in one another: no notice comes near, and Python ends at some depth."""
LEVEL_DIGITS: Mapping[str, int] = {"province": 2, "city": 4, "district": 6, "town": 9}


class Reckoning:
    """One meal while its price is divided: the facts, and what is left of the price so far."""

    __slots__ = ("age_years", "canteen", "channel", "elder", "is_workday", "left", "meal", "on", "price")

    def __init__(self, price_fen: int, facts: Facts, age_years: int | None) -> None:
        self.price = price_fen
        self.left = price_fen
        self.age_years = age_years
        self.on: date = facts.on
        self.meal = facts.meal
        self.channel = facts.channel
        self.is_workday = facts.is_workday
        self.elder: ElderFacts = facts.elder
        self.canteen: CanteenFacts = facts.canteen

    @property
    def is_birthday(self) -> bool | None:
        """Whether the service date is the elder's birthday; None without a birth date."""
        born_on = self.elder.born_on
        return None if born_on is None else is_birthday(born_on, self.on)

    @property
    def weekday(self) -> int:
        """Monday is 1."""
        return self.on.isoweekday()


Test = Callable[[Reckoning], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """One key of `when`, the question it asks, every key that it is made of, and its value as it was written."""

    key: str
    holds: Test
    mentions: frozenset[str]
    written: object = field(default=None, compare=False, repr=False)


When = tuple[Condition, ...]


def first_failed(when: When, reckoning: Reckoning) -> str | None:
    """The key of the first condition that does not hold, or None when all do."""
    for condition in when:
        if not condition.holds(reckoning):
            return condition.key
    return None


def mentions(when: When) -> frozenset[str]:
    """Every key that stands in these conditions, however deep."""
    return frozenset[str]().union(*(condition.mentions for condition in when))


def conditions_in(pairs: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Every condition as it is written, however deep: pairs of a key and its value, from the pairs of a valid table."""
    for key, value in pairs:
        if key == "any":
            for table in value:
                yield from conditions_in(table.items())
        elif key == "not":
            yield from conditions_in(value.items())
        else:
            yield key, value


def read_when(value: object, path: str, faults: Faults) -> When | None:
    """Read one table of conditions, all of which must hold."""
    before = len(faults)
    if path.count(".not") + path.count(".any[") > DEEPEST:
        faults.add(path, "too-deep", deepest=DEEPEST)
        return None
    known = (*_CONDITIONS, *_NESTING)
    table = open_table(value, path, faults, known)
    if table is None:
        return None
    conditions = [_condition(table, key) for key in table.values if key in known]
    return tuple(c for c in conditions if c is not None) if len(faults) == before else None


def _condition(table: Table, key: str) -> Condition | None:
    if key in _NESTING:
        return table.take(key, _NESTING[key])
    holds = table.take(key, _CONDITIONS[key])
    return None if holds is None else Condition(key, holds, frozenset({key}), table.values[key])


def _range(fact: str, unit: Read[int]) -> Read[Test]:
    known = attrgetter(fact)
    read_range = bounds(unit)

    def read(value: object, path: str, faults: Faults) -> Test | None:
        within = read_range(value, path, faults)
        if within is None:
            return None
        least, most = within.least, within.most

        def holds(reckoning: Reckoning) -> bool:
            figure = known(reckoning)
            return figure is not None and least <= figure <= most

        return holds

    return read


def _member(fact: str, element: Read[str] | Read[int]) -> Read[Test]:
    known = attrgetter(fact)
    read_list = list_of(element)

    def read(value: object, path: str, faults: Faults) -> Test | None:
        listed = read_list(value, path, faults)
        if listed is None:
            return None
        wanted = frozenset(listed)
        return lambda reckoning: known(reckoning) in wanted

    return read


def _is(fact: str) -> Read[Test]:
    known = attrgetter(fact)

    def read(value: object, path: str, faults: Faults) -> Test | None:
        wanted = flag(value, path, faults)
        return None if wanted is None else lambda reckoning: known(reckoning) is wanted

    return read


def _begins(fact: str) -> Read[Test]:
    known = attrgetter(fact)
    read_list = list_of(division_code)

    def read(value: object, path: str, faults: Faults) -> Test | None:
        beginnings = read_list(value, path, faults)
        if beginnings is None:
            return None

        def holds(reckoning: Reckoning) -> bool:
            code = known(reckoning)
            return code is not None and code.startswith(beginnings)

        return holds

    return read


def _any_category(value: object, path: str, faults: Faults) -> Test | None:
    listed = list_of(text)(value, path, faults)
    if listed is None:
        return None
    wanted = frozenset(listed)
    return lambda reckoning: not wanted.isdisjoint(reckoning.elder.categories)


def _all_categories(value: object, path: str, faults: Faults) -> Test | None:
    listed = list_of(text)(value, path, faults)
    if listed is None:
        return None
    wanted = frozenset(listed)
    return lambda reckoning: wanted <= reckoning.elder.categories


def _canteen_within(value: object, path: str, faults: Faults) -> Test | None:
    before = len(faults)
    table = open_table(value, path, faults, ("household", "residence"))
    if table is None:
        return None
    levels = {home: table.take(home, one_of(*LEVEL_DIGITS)) for home in table.values}
    if not levels:
        faults.add(path, "within-empty")
    if len(faults) > before:
        return None
    tests = [_same(home, LEVEL_DIGITS[level]) for home, level in levels.items() if level is not None]
    return lambda reckoning: all(test(reckoning) for test in tests)


def _same(home: str, digits: int) -> Test:
    known = attrgetter(f"elder.{home}_division")

    def holds(reckoning: Reckoning) -> bool:
        there, here = known(reckoning), reckoning.canteen.division
        if there is None or here is None or len(there) < digits or len(here) < digits:
            return False
        return bool(there[:digits] == here[:digits])

    return holds


def _any(value: object, path: str, faults: Faults) -> Condition | None:
    before = len(faults)
    tables = [read_when(table, at, faults) for at, table in entries(value, path, faults)]
    if len(faults) > before:
        return None
    choices = [when for when in tables if when is not None]
    inside = frozenset[str]().union(*map(mentions, choices))
    return Condition(
        "any", lambda reckoning: any(first_failed(when, reckoning) is None for when in choices), inside, value
    )


def _not(value: object, path: str, faults: Faults) -> Condition | None:
    when = read_when(value, path, faults)
    if when is None:
        return None
    return Condition(
        "not", lambda reckoning: first_failed(when, reckoning) is not None, mentions(when), value
    )


_NESTING: dict[str, Read[Condition]] = {"any": _any, "not": _not}
_CONDITIONS: dict[str, Read[Test]] = {
    "age": _range("age_years", whole(0)),
    "category": _any_category,
    "all_categories": _all_categories,
    "disability_grade": _range("elder.disability_grade", whole(0)),
    "care_level": _range("elder.care_level", whole(0)),
    "pension": _is("elder.pension"),
    "monthly_income": _range("elder.monthly_income_fen", money),
    "household_division": _begins("elder.household_division"),
    "residence_division": _begins("elder.residence_division"),
    "canteen_division": _begins("canteen.division"),
    "canteen_within": _canteen_within,
    "distance_km": _range("elder.distance_m", distance),
    "living": _member("elder.living", one_of(*LIVING)),
    "channel": _member("channel", one_of(*CHANNELS)),
    "meal": _member("meal", one_of(*MEAL_PERIODS)),
    "weekday": _member("weekday", one_of(1, 2, 3, 4, 5, 6, 7)),
    "workday": _is("is_workday"),
    "price": _range("price", money),
    "left": _range("left", money),
    "canteen": _member("canteen.code", text),
    "canteen_area": _member("canteen.area", one_of(*AREAS)),
    "birthday": _is("is_birthday"),
}
