"""A real elder as an example that may stand in a published file: the same questions, another person.

No name is taken over, nor a fact that no rule asks for, and the birth date is another one under which the completed age, and whether the day is
the birthday, stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from canteen.core.calendar import AgeCounts, WorkingDays, age_on, is_birthday
from canteen.core.division import ElderFacts, Used
from canteen.core.frozen_facts import ASKED_BY
from canteen.core.money import plain_yuan
from canteen.subsidies.trying.fitting import born_before

_WEEKS = (1, -1, 2, -2, 3, -3, 4, -4)
_DAYS = (45, 75, 105, 135, 165, 195, 225, 255, 285, 315, 15, 345, *range(2, 365))


def other_birth(born_on: date, on: date, counts: AgeCounts) -> date:
    """Another birth date of the same completed age, not the birthday; the own one where there is no other."""
    age = age_on(born_on, on, counts)
    fits = (
        born
        for born in _births(on, age)
        if born != born_on and age_on(born, on, counts) == age and not is_birthday(born, on)
    )
    return next(fits, born_on)


def _births(on: date, age: int) -> Iterator[date]:
    for years in (age, age + 1):
        for days in _DAYS:
            yield born_before(on, years, days)


def other_birthday(
    born_on: date, on: date, first_on: date, last_on: date | None, days: WorkingDays
) -> tuple[date, date]:
    """Another service date and a birth date whose birthday it is, at the same age and in the same version.

    Whoever has a birthday on a known day is known by it, so the day itself moves by whole weeks to one that is a
    working day if, and only if, the first one was. Where none is, the day stays and the birth date is another one
    of the same age: better an example that is no birthday than one that tells whose it is.
    """
    age = on.year - born_on.year
    for weeks in _WEEKS:
        moved = on + timedelta(weeks=weeks)
        within = first_on <= moved and (last_on is None or moved <= last_on)
        if within and days.is_workday(moved) == days.is_workday(on):
            born = born_before(moved, age)
            if is_birthday(born, moved):
                return moved, born
    return on, other_birth(born_on, on, "birthday")


# What an example calls a fact where that is not how the elder's record calls it.
_KINDS = {"born": "born_on", "categories": "category", "monthly_income": "monthly_income_fen", "distance_km": "distance_m"}


def elder_written(
    facts: ElderFacts, born_on: date | None, mentions: Collection[str] | None = None
) -> dict[str, Any]:
    """The elder's facts as an `[[example]]` writes them, with another birth date; what is not known is left out.

    So is what none of the conditions `mentions` asks for (None: all are kept), but for the birth date.
    """
    written: dict[str, Any] = {
        "born": born_on,
        "categories": sorted(facts.categories) or None,
        "disability_grade": facts.disability_grade,
        "care_level": facts.care_level,
        "pension": facts.pension,
        "monthly_income": None if facts.monthly_income_fen is None else plain_yuan(facts.monthly_income_fen),
        "household_division": facts.household_division,
        "residence_division": facts.residence_division,
        "distance_km": None if facts.distance_m is None else _kilometres(facts.distance_m),
        "living": facts.living,
    }
    return {key: value for key, value in written.items() if value is not None and _is_asked(key, mentions)}


def _is_asked(key: str, mentions: Collection[str] | None) -> bool:
    return key == "born" or mentions is None or not ASKED_BY[_KINDS.get(key, key)].isdisjoint(mentions)


def used_written(used: Mapping[str, Mapping[str, Used]]) -> dict[str, Any]:
    """What limits have seen, as an `[[example]]` writes it."""
    return {
        rule_id: {
            per: {"meals": max(use.meals, 0), "amount": plain_yuan(max(use.amount_fen, 0))}
            for per, use in windows.items()
        }
        for rule_id, windows in used.items()
    }


def _kilometres(metres: int) -> str:
    return f"{metres // 1000}.{metres % 1000:03d}"
