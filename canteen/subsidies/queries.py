"""Reads of programmes, of what binds a canteen on a day, and of the vocabularies."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, column, extract, func, select, table
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.core.errors import Corrupt, Refusal
from canteen.core.programme import Programme as Rules
from canteen.core.programme import read_programme
from canteen.subsidies.models import Category, Programme, ProgrammeBinding, ProgrammeVersion, WorkingDay
from canteen.subsidies.stored import decode

# What later slices keep is named here as tables: they know this slice, and this one imports none of them.
MEAL = table(
    "meal", column("programme_code"), column("version_on", Date), column("canteen_id"), column("service_on", Date),
    column("kind"), column("cancelled_at"),
)  # fmt: skip
_FUND = table("fund", column("code"))
_VOUCHER_KIND = table("voucher_kind", column("code"))


# How a file's `example = []` is kept: a file without the key is another mapping.
WRITTEN_EMPTY = [None]


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """One stored programme; `versions` are the days from which its versions govern, earliest first."""

    id: int
    code: str
    title: str
    authority: str
    versions: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class BindingRow:
    """From this day on the programme governs the canteen, until the next row's day."""

    from_on: date
    programme_id: int
    code: str


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category of elders, by the code that rules name and the titles that people read."""

    code: str
    title: str
    title_en: str


class StoredWorkingDays:
    """The working days of some years, as the office's table has them."""

    def __init__(self, days: Mapping[date, bool]) -> None:
        self._days = days

    def is_workday(self, on: date) -> bool | None:
        """Whether people work that day; None where the table lacks it."""
        return self._days.get(on)


def all_programmes(session: Session) -> list[ProgrammeRow]:
    """Every stored programme, by its code."""
    versions: dict[int, list[date]] = {}
    for programme_id, effective_on in session.execute(
        select(ProgrammeVersion.programme_id, ProgrammeVersion.effective_on).order_by(
            ProgrammeVersion.effective_on
        )
    ):
        versions.setdefault(programme_id, []).append(effective_on)
    return [
        ProgrammeRow(row.id, row.code, row.title, row.authority, tuple(versions.get(row.id, ())))
        for row in session.scalars(select(Programme).order_by(Programme.code))
    ]


def read_mapping(session: Session, code: str) -> dict[str, Any]:
    """A programme with all its versions and examples, each value as its file had it.

    Raises Refusal `programme-unknown`.
    """
    row = session.scalars(select(Programme).where(Programme.code == code)).first()
    if row is None:
        raise Refusal("programme-unknown", f"没有编号为“{code}”的补贴项目。", programme=code)
    return _mapping(row, _versions(session, row.id))


def read_stored(session: Session, programme_id: int) -> Rules:
    """A stored programme, ready to divide by. The process keeps what it has read, under its fingerprints.

    Raises Corrupt if what is stored no longer reads as a programme, Refusal `programme-unknown` for no row.
    """
    row = session.get(Programme, programme_id)
    if row is None:
        raise Refusal("programme-unknown", "没有这个补贴项目。", programme=programme_id)
    versions = _versions(session, programme_id)
    return _read(_mapping(row, versions), str(row.head), [version.sha256 for version in versions])


_KEPT_AT_MOST = 256
_kept: OrderedDict[tuple[str, ...], Rules] = OrderedDict()


def _read(values: dict[str, Any], head: str, fingerprints: list[str]) -> Rules:
    key = (head, *fingerprints)
    if key not in _kept:
        # Examples are for people and for checking; dividing needs none of them.
        rules, faults = read_programme({part: values[part] for part in ("programme", "version")})
        if rules is None:
            paths = ", ".join(fault.path for fault in faults)
            raise Corrupt(f"programme {values['programme'].get('id')}: stored rules are faulty at {paths}")
        _kept[key] = rules
        while len(_kept) > _KEPT_AT_MOST:
            _kept.popitem(last=False)
    return _kept[key]


def _versions(session: Session, programme_id: int) -> list[ProgrammeVersion]:
    rows = select(ProgrammeVersion).where(ProgrammeVersion.programme_id == programme_id)
    return list(session.scalars(rows.order_by(ProgrammeVersion.position, ProgrammeVersion.effective_on)))


def _mapping(row: Programme, versions: Iterable[ProgrammeVersion]) -> dict[str, Any]:
    values = {"programme": decode(row.head), "version": [decode(version.mapping) for version in versions]}
    examples = decode(row.examples)
    if examples == WRITTEN_EMPTY:
        return {**values, "example": []}
    return {**values, "example": examples} if examples else values


def bindings(session: Session, canteen_id: int) -> list[BindingRow]:
    """What binds a canteen, earliest first."""
    rows = (
        select(ProgrammeBinding.from_on, ProgrammeBinding.programme_id, Programme.code)
        .join(Programme, Programme.id == ProgrammeBinding.programme_id)
        .where(ProgrammeBinding.canteen_id == canteen_id)
        .order_by(ProgrammeBinding.from_on)
    )
    return [BindingRow(*row) for row in session.execute(rows)]


def binding_on(rows: Iterable[BindingRow], on: date) -> BindingRow | None:
    """The binding that governs a day: the latest that has begun."""
    begun = [row for row in rows if row.from_on <= on]
    return max(begun, key=lambda row: row.from_on, default=None)


def programme_for(session: Session, canteen_code: str, on: date) -> Rules | None:
    """The programme that binds a canteen on a day, or None."""
    canteen_id = session.scalar(select(Canteen.id).where(Canteen.code == canteen_code))
    if canteen_id is None:
        return None
    bound = binding_on(bindings(session, canteen_id), on)
    return None if bound is None else read_stored(session, bound.programme_id)


def is_used(session: Session, code: str, effective_on: date | None = None) -> bool:
    """Whether any meal was divided by this programme, or by that version of it."""
    meals = select(MEAL.c.programme_code).where(MEAL.c.programme_code == code)
    if effective_on is not None:
        meals = meals.where(MEAL.c.version_on == effective_on)
    return session.execute(meals.limit(1)).first() is not None


def categories(session: Session) -> list[CategoryRow]:
    """The vocabulary of categories, shipped ones first."""
    rows = select(Category.code, Category.title, Category.title_en).order_by(Category.position, Category.code)
    return [CategoryRow(*row) for row in session.execute(rows)]


def working_days(session: Session, years: Iterable[int] | None = None) -> StoredWorkingDays:
    """The table of working days, of some years or of all."""
    rows = select(WorkingDay.day, WorkingDay.is_workday)
    if years is not None:
        rows = rows.where(extract("year", WorkingDay.day).in_(sorted(set(years))))
    return StoredWorkingDays(dict(session.execute(rows).all()))


def calendar_years(session: Session) -> list[int]:
    """The years that the table of working days knows, earliest first."""
    years = select(extract("year", WorkingDay.day)).distinct()
    return sorted(int(year) for year in session.scalars(years))


@dataclass(frozen=True, slots=True)
class Named:
    """What a programme names that others keep: fund, voucher kind, canteen and category codes, each once."""

    funds: tuple[str, ...]
    vouchers: tuple[str, ...]
    canteens: tuple[str, ...]
    categories: tuple[str, ...]


def unknown(session: Session, named: Named) -> Named:
    """Of what a programme names, what does not exist yet."""
    return Named(
        _lacking(named.funds, session.scalars(select(_FUND.c.code))),
        _lacking(named.vouchers, session.scalars(select(_VOUCHER_KIND.c.code))),
        _lacking(named.canteens, session.scalars(select(Canteen.code))),
        _lacking(named.categories, session.scalars(select(Category.code))),
    )


def _lacking(codes: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    there = set(known)
    return tuple(code for code in codes if code not in there)


@dataclass(frozen=True, slots=True)
class BoundSpan:
    """The days on which a programme governs a canteen; `until_on` None: no end is known."""

    canteen_id: int
    code: str
    name: str
    time_zone: str
    from_on: date
    until_on: date | None


def bound_spans(session: Session, programme_id: int | None = None) -> dict[int, list[BoundSpan]]:
    """When which programme binds which canteen, by the programme's number: canteens as added, earliest first."""
    rows = session.execute(
        select(ProgrammeBinding.programme_id, ProgrammeBinding.from_on, Canteen)
        .join(Canteen, Canteen.id == ProgrammeBinding.canteen_id)
        .order_by(Canteen.id, ProgrammeBinding.from_on)
    ).all()
    spans: dict[int, list[BoundSpan]] = {}
    for at, (bound_id, from_on, canteen) in enumerate(rows):
        later = rows[at + 1] if at + 1 < len(rows) and rows[at + 1][2].id == canteen.id else None
        until_on = later[1] - timedelta(days=1) if later else None
        span = BoundSpan(canteen.id, canteen.code, canteen.name, canteen.time_zone, from_on, until_on)
        if programme_id in (None, bound_id):
            spans.setdefault(bound_id, []).append(span)
    return spans


def divided_meals(session: Session, canteen_id: int, from_on: date, until_on: date | None = None) -> int:
    """How many standing meals of a canteen some programme divided on these days."""
    meals = select(func.count()).select_from(MEAL).where(
        MEAL.c.canteen_id == canteen_id,
        MEAL.c.kind == "slot",
        MEAL.c.programme_code.is_not(None),
        MEAL.c.cancelled_at.is_(None),
        MEAL.c.service_on >= from_on,
    )
    if until_on is not None:
        meals = meals.where(MEAL.c.service_on <= until_on)
    return session.scalar(meals) or 0
