"""The shipped calendar of official working days: checks files without a database, and seeds the table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from chinese_calendar import is_workday
from chinese_calendar.constants import holidays

SHIPPED_YEARS = frozenset(day.year for day in holidays)
"""Years whose statutory holidays and moved weekends the shipped calendar knows in full."""


class ShippedWorkingDays:
    """The working days that come with the software; a later year is unknown until it is entered."""

    def is_workday(self, on: date) -> bool | None:
        """Whether people work that day; None outside the shipped years."""
        return bool(is_workday(on)) if on.year in SHIPPED_YEARS else None


def shipped_days() -> Iterator[tuple[date, bool, str | None]]:
    """Every day of the shipped years, whether people work, and the holiday that it belongs to."""
    for year in sorted(SHIPPED_YEARS):
        day = date(year, 1, 1)
        while day.year == year:
            yield day, bool(is_workday(day)), holidays.get(day)
            day += timedelta(days=1)
