"""Which days of an open month the sponsor's page may tell, so that no two views of it tell of few elders.

Each evening the days that were not told yet are cut into stretches, as the month's statement will cut them. A stretch
is told when at least five elders stand behind it who ate and of whom no told meal was taken back, and when five such
elders stand behind what comes after it in the same month. Once told it never changes: what is corrected later counts
with the month's statement. docs/decisions/0010 says why, and what it does not hide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from canteen.documents.papers import FEWEST_ELDERS


@dataclass(frozen=True, slots=True)
class Record:
    """A meal that a fund helped to pay, or took back, as it came into the journal. Fen; `meals` is 1 or -1."""

    meal_id: int
    elder_id: int = field(repr=False)
    on: date
    posted_at: datetime
    amount_fen: int
    meals: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row that are told as one figure."""

    from_on: date
    until_on: date
    meals: int
    amount_fen: int
    elders: frozenset[int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Released:
    """What of an open month is told, in order of days, and whether enough elders stand behind what is not."""

    stretches: tuple[Stretch, ...]
    holds_back_few: bool


def release(records: Iterable[Record], evenings: Sequence[datetime]) -> Released:
    """Tell a month's stretches evening after evening, up to the last of these instants."""
    waiting = sorted(records, key=lambda record: record.posted_at)
    pool: list[Record] = []
    told: list[Stretch] = []
    corrected: set[int] = set()
    for evening in evenings:
        came = [record for record in waiting if record.posted_at <= evening]
        if not came:
            continue
        waiting = waiting[len(came) :]
        after = told[-1].until_on if told else None
        corrected |= {record.elder_id for record in came if after is not None and record.on <= after}
        pool += [record for record in came if after is None or record.on > after]
        corrected |= {record.elder_id for record in _standing(pool) if record.meals < 0}
        while (found := _next(pool, corrected)) is not None:
            told.append(found)
            pool = [record for record in pool if record.on > found.until_on]
    left = _standing(pool)
    return Released(tuple(told), 0 < len(_elders(left)) < FEWEST_ELDERS)


def _next(pool: Sequence[Record], corrected: set[int]) -> Stretch | None:
    """The first stretch of days that may be told, if one may."""
    standing = _standing(pool)
    days: dict[date, list[Record]] = defaultdict(list)
    for record in standing:
        days[record.on].append(record)
    stretch: list[Record] = []
    behind: set[int] = set()
    for day in sorted(days):
        stretch += days[day]
        behind |= _elders(days[day])
        if len(behind) < FEWEST_ELDERS:
            continue
        # Here the statement cuts too, if nothing comes late; a stretch that may not be told yet goes on from here.
        behind = set()
        rest = [record for record in standing if record.on > day]
        if all(len(_steady(part, corrected)) >= FEWEST_ELDERS for part in (stretch, rest)):
            return _told(stretch)
    return None


def _told(records: Sequence[Record]) -> Stretch:
    return Stretch(
        min(record.on for record in records),
        max(record.on for record in records),
        sum(record.meals for record in records),
        sum(record.amount_fen for record in records),
        frozenset(_elders(records)),
    )


def _standing(records: Sequence[Record]) -> list[Record]:
    """Without the meals that were cancelled before they were told: a meal and its mirror leave nothing."""
    sums: dict[int, int] = defaultdict(int)
    for record in records:
        sums[record.meal_id] += record.meals
    return [record for record in records if sums[record.meal_id] * record.meals > 0]


def _elders(records: Sequence[Record]) -> set[int]:
    return {record.elder_id for record in records}


def _steady(records: Sequence[Record], corrected: set[int]) -> set[int]:
    """Who ate and had nothing taken back: whatever else is added or subtracted, these stay in every difference."""
    return _elders(records) - corrected
