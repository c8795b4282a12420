"""A year of working days as twelve small months, Monday first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from canteen.subsidies.vocabulary.queries import DayRow

Week = tuple[DayRow | None, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """One month: whole weeks, days of other months left blank."""

    number: int
    weeks: tuple[Week, ...]


def months_of(days: Sequence[DayRow]) -> tuple[Month, ...]:
    """The months that these days fill; days are in order."""
    return tuple(
        Month(number, tuple(_weeks([row for row in days if row.day.month == number])))
        for number in sorted({row.day.month for row in days})
    )


def _weeks(days: Sequence[DayRow]) -> Iterable[Week]:
    by_day = {row.day: row for row in days}
    monday = days[0].day - timedelta(days=days[0].day.weekday())
    while monday <= days[-1].day:
        yield tuple(by_day.get(monday + timedelta(days=ahead)) for ahead in range(7))
        monday += timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring unusual days of one kind and name."""

    first: DayRow
    last: DayRow


def special_runs(days: Iterable[DayRow]) -> tuple[Run, ...]:
    """The days that are not what their weekday says, and named holidays, in runs."""
    runs: list[Run] = []
    for row in days:
        if not row.is_unusual and row.note is None:
            continue
        if runs and _goes_on(runs[-1].last, row):
            runs[-1] = Run(runs[-1].first, row)
        else:
            runs.append(Run(row, row))
    return tuple(runs)


def _goes_on(one: DayRow, next_: DayRow) -> bool:
    alike = (one.is_workday, one.note) == (next_.is_workday, next_.note)
    return alike and next_.day - one.day == timedelta(days=1)
