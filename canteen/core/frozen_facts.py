"""The facts that were frozen with a meal, read back as the division takes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from canteen.core.division import ElderFacts

ASKED_BY: Mapping[str, frozenset[str]] = {
    "born_on": frozenset({"age", "birthday"}),
    "category": frozenset({"category", "all_categories"}),
    "disability_grade": frozenset({"disability_grade"}),
    "care_level": frozenset({"care_level"}),
    "pension": frozenset({"pension"}),
    "monthly_income_fen": frozenset({"monthly_income"}),
    "household_division": frozenset({"household_division", "canteen_within"}),
    "residence_division": frozenset({"residence_division", "canteen_within"}),
    "living": frozenset({"living"}),
    "distance_m": frozenset({"distance_km"}),
}
"""Which conditions ask for which fact of an elder; `any` and `not` ask for what stands in them."""


def elder_of(row: Mapping[str, Any]) -> ElderFacts:
    """The elder as a meal's row kept them; a fact that is absent was not known.

    `born_on` may be a date or its text.
    """
    return ElderFacts(
        born_on=day_of(row.get("born_on")),
        categories=frozenset(row.get("categories") or ()),
        disability_grade=row.get("disability_grade"),
        care_level=row.get("care_level"),
        pension=row.get("pension"),
        monthly_income_fen=row.get("monthly_income_fen"),
        household_division=row.get("household_division"),
        residence_division=row.get("residence_division"),
        distance_m=row.get("distance_m"),
        living=row.get("living"),
    )


def day_of(value: object) -> date | None:
    """A date, or one written as text; None for anything else. Raises ValueError for text that is no date."""
    if isinstance(value, str):
        return date.fromisoformat(value)
    return value if isinstance(value, date) else None
