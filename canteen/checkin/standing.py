"""Standing facts, kept in the process: canteens, the programmes that govern them, the official working days.

They change a few times a year and are asked for at every scan, so each process keeps them under the number of
the `standing` revision. Whoever changes one raises the number; every check-in compares it while it holds its
locks, and once more when it writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.canteens.queries import revision, rule_facts
from canteen.canteens.services import raise_revision
from canteen.checkin.serving_time import Hours
from canteen.core.division import CanteenFacts
from canteen.core.programme import Programme, Version
from canteen.db import db, reading
from canteen.sponsors.agreements.places import FundNames, fund_names
from canteen.subsidies.models import ProgrammeBinding, WorkingDay
from canteen.subsidies.queries import read_stored

EPOCH = "epoch"
"""The revision that a restore raises: what tablets kept under an older one is pushed again."""


@dataclass(frozen=True, slots=True)
class Place:
    """One canteen as a check-in needs it. `bindings`: from which day which programme governs, earliest first.

    `names`: what each fund of the district may be named by, so that no check-in asks for it.
    """

    id: int
    code: str
    name: str
    zone: ZoneInfo
    hours: Hours
    price_fen: int | None
    facts: CanteenFacts
    bindings: tuple[tuple[date, Programme], ...]
    names: Mapping[str, FundNames] = field(default_factory=dict)

    def programme_on(self, on: date) -> Programme | None:
        """The programme that binds this canteen on a day; a later binding ends the earlier."""
        for from_on, programme in reversed(self.bindings):
            if from_on <= on:
                return programme
        return None

    def version_on(self, on: date) -> Version | None:
        """The version in force here on a day."""
        programme = self.programme_on(on)
        return None if programme is None else programme.version_on(on)


@dataclass(frozen=True, slots=True)
class Standing:
    """All standing facts as of one number of the revision."""

    number: int
    epoch: int
    places: Mapping[int, Place]
    working_days: Mapping[date, bool]

    def is_workday(self, on: date) -> bool | None:
        """Whether people work that day; None where the calendar of that year is missing."""
        return self.working_days.get(on)


def read_standing(session: Session) -> Standing:
    """Read all standing facts as they are now."""
    number = revision(session)
    epoch = revision(session, EPOCH) or 1
    bindings, names = _bindings(session), fund_names(session)
    places = {
        row.id: _place(row, tuple(bindings.get(row.id, ())), names) for row in session.scalars(select(Canteen))
    }
    days = {row.day: row.is_workday for row in session.scalars(select(WorkingDay))}
    return Standing(number, epoch, places, days)


def raise_epoch(session: Session) -> None:
    """Tell every tablet that the database was restored: each pushes again what it holds. Joins the transaction."""
    if not revision(session, EPOCH):
        raise_revision(session, EPOCH)  # none stands for the first, so a raise must lead to the second
    raise_revision(session, EPOCH)
    raise_revision(session)  # processes keep the epoch with the other standing facts


def _bindings(session: Session) -> dict[int, list[tuple[date, Programme]]]:
    rows = session.scalars(select(ProgrammeBinding).order_by(ProgrammeBinding.from_on)).all()
    programmes = {
        programme_id: read_stored(session, programme_id)
        for programme_id in {row.programme_id for row in rows}
    }
    found: dict[int, list[tuple[date, Programme]]] = {}
    for row in rows:
        found.setdefault(row.canteen_id, []).append((row.from_on, programmes[row.programme_id]))
    return found


def _place(row: Canteen, bindings: tuple[tuple[date, Programme], ...], names: Mapping[str, FundNames]) -> Place:
    hours = {period: (_time(span[0]), _time(span[1])) for period, span in row.hours.items()}
    return Place(
        id=row.id, code=row.code, name=row.name, zone=ZoneInfo(row.time_zone),
        hours=dict(sorted(hours.items(), key=lambda entry: entry[1])), price_fen=row.price_fen,
        facts=rule_facts(row), bindings=bindings, names=names,
    )  # fmt: skip


def _time(text: Any) -> time:
    return time.fromisoformat(text)


class StandingCache:
    """The copy of one application in one process."""

    def __init__(self) -> None:
        self._kept: Standing | None = None

    def now(self) -> Standing:
        """The copy at hand, read first where there is none."""
        kept = self._kept
        return kept if kept is not None else self.again()

    def again(self) -> Standing:
        """Read anew, since the number has risen."""
        with reading() as session:
            self._kept = kept = read_standing(session)
        return kept


def standing_cache() -> StandingCache:
    """The cache that belongs to the current application's database."""
    return _caches.setdefault(db.engine, StandingCache())


_caches: WeakKeyDictionary[Engine, StandingCache] = WeakKeyDictionary()
