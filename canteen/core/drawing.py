"""Which funds the rules of a day can draw on, whoever comes: what the till says of it is the same for all.

A condition on the elder (age, category, a birthday) is left open here, and so is one that mixes the day with the
elder; only what the day, the meal and the place decide for everybody takes a rule out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from canteen.core.conditions import Reckoning, When
from canteen.core.division import CanteenFacts, Facts
from canteen.core.programme import Grant, Rule, Version

OF_THE_DAY = frozenset({"weekday", "workday", "canteen", "canteen_area", "canteen_division"})
"""Conditions that hold for everybody or for nobody on a day in a canteen; with the meal period known, `meal` too."""


def funds_of_day(
    version: Version, on: date, canteen: CanteenFacts, is_workday: bool | None, meal: str | None
) -> frozenset[str]:
    """The codes of the sponsors' funds that a meal of this day may draw on; `meal` None: any meal of the day.

    `is_workday` None: the calendar of that year is missing.
    """
    if meal is not None and meal not in version.meals:
        return frozenset()
    keys = OF_THE_DAY if meal is None else OF_THE_DAY | {"meal"}
    asked = Reckoning(0, Facts(on=on, meal=meal or "", canteen=canteen, is_workday=is_workday), None)
    return frozenset(
        part.fund for part in _drawing(version) if part.fund is not None and _can_hold(part.when, asked, keys)
    )


def _drawing(version: Version) -> Iterator[Rule | Grant]:
    yield from (rule for rule in version.rules if rule.payer == "sponsor")
    yield from (grant for grant in version.grants if grant.payer == "sponsor")


def _can_hold(when: When, asked: Reckoning, keys: frozenset[str]) -> bool:
    return all(condition.holds(asked) for condition in when if condition.mentions <= keys)
