"""Named days: which canteen's day bears whose name, as a calendar and as days to choose from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.core.festivals import Festival, festivals_between
from canteen.sponsors.agreements import queries, showing
from canteen.sponsors.agreements.models import Naming


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day of a canteen that bears a name. `is_ready`: nothing lacks any more, it may be shown."""

    naming_id: int
    agreement_id: int
    canteen_id: int
    canteen: str
    on: date
    name: str
    is_ready: bool


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of a month: whose name it bears where, and which festival it is. `on` None: a gap before the first."""

    on: date | None
    festival: str | None = None
    named: tuple[NamedDay, ...] = ()


def named_days(session: Session, canteen_ids: Collection[int], first_on: date, last_on: date) -> list[NamedDay]:
    """The named days of these canteens within some days, by day and canteen; withdrawn ones are left out."""
    rows = select(Naming.id).where(
        Naming.object == "day", Naming.named_on >= first_on, Naming.named_on <= last_on,
        Naming.canteen_id.in_(sorted(canteen_ids)),
    )  # fmt: skip
    found = [_named(session, naming_id) for naming_id in session.scalars(rows)]
    return sorted((row for row in found if row is not None), key=lambda row: (row.on, row.canteen, row.naming_id))


def _named(session: Session, naming_id: int) -> NamedDay | None:
    right = queries.naming(session, naming_id)
    if right.named_on is None or right.canteen_id is None or right.named_on > right.last_on:
        return None
    lacks = showing.lacks(queries.agreement(session, right.agreement_id), right)
    return NamedDay(
        right.id, right.agreement_id, right.canteen_id, right.canteen or "", right.named_on, right.name, not lacks
    )


def weeks(first_on: date, last_on: date, named: Collection[NamedDay]) -> list[list[CalendarDay]]:
    """A month in weeks from Monday to Sunday; days of other months are gaps."""
    festivals = {found.on: found.code for found in festivals_between(first_on, last_on)}
    days = [CalendarDay(None)] * first_on.weekday()
    on = first_on
    while on <= last_on:
        days.append(CalendarDay(on, festivals.get(on), tuple(row for row in named if row.on == on)))
        on += timedelta(days=1)
    days += [CalendarDay(None)] * (-len(days) % 7)
    return [days[at : at + 7] for at in range(0, len(days), 7)]


def offered(session: Session, agreement_id: int, today: date) -> list[tuple[date, str]]:
    """The days that a rule of this agreement may be for: its own named days and the festivals within it, still to come.

    Each with the name it bears there, or the festival's code.
    """
    agreed = queries.agreement(session, agreement_id)
    named = {
        right.named_on: right.name
        for right in queries.namings(session, agreement_id)
        if right.named_on is not None and right.named_on <= right.last_on
    }
    festivals: list[Festival] = festivals_between(agreed.begins_on, agreed.ends_on)
    days = {found.on: found.code for found in festivals} | named
    return sorted((on, words) for on, words in days.items() if on >= today)
