"""Reads of elders: lists, search, one elder's page, and what the rules ask about on a day."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.core.calendar import age_on
from canteen.core.division import ElderFacts
from canteen.core.errors import Refusal
from canteen.core.identity import LENGTH, normalise
from canteen.core.names import form_of_address, kept_name
from canteen.elders import facts, secrets
from canteen.elders.models import CanteenElder, Elder, ElderFact, RosterImport
from canteen.elders.particulars import RESIDENT

PAGE_ROWS = 50
TAIL = re.compile(r"\d{3}[\dX]")

Finder = Callable[[Session, str], Collection[int]]
_finders: list[Finder] = []


def finder(find: Finder) -> Finder:
    """Let a later slice find elders (by id) from what was typed: a card's tail, its serial."""
    _finders.append(find)
    return find


@dataclass(frozen=True, slots=True)
class ElderRow:
    """One line of a list. `communities` etc. are as written; nothing here says why anyone is helped."""

    id: int
    ref: str
    name: str
    hint: str | None
    sex: str | None
    age_years: int | None
    community: str | None
    address: str | None
    identity_masked: str | None
    phone: str | None
    died_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class ElderList:
    """One page of a list: its rows, and how many there are in all."""

    rows: tuple[ElderRow, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_ROWS))


@dataclass(frozen=True, slots=True)
class FactRow:
    """A dated fact as the page shows it; `until_on` is its last day, included."""

    id: int
    kind: str
    value: str
    from_on: date
    until_on: date | None
    evidence: str | None
    source: str
    recorded_at: datetime
    withdrawn_at: datetime | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A canteen that lists the elder, and how far from home it is, in metres."""

    canteen_id: int
    code: str
    name: str
    distance_m: int | None


@dataclass(frozen=True, slots=True)
class ElderPage:
    """All that the elder's page shows. The identity number is masked; facts are newest first."""

    id: int
    ref: str
    name: str
    printed_name: str | None
    called: str
    form_of_address: str | None
    hint: str | None
    sex: str | None
    born_on: date | None
    age_years: int | None
    identity_kind: str
    identity_masked: str | None
    phone: str | None
    emergency_contact: str | None
    community: str | None
    address: str | None
    diet: str | None
    outside_card_no: str | None
    home_canteen_id: int
    died_on: date | None
    closed_on: date | None
    listings: tuple[Listing, ...]
    facts: tuple[FactRow, ...]

    def __repr__(self) -> str:
        return f"<ElderPage {self.ref}>"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One roster that was taken in."""

    id: int
    canteen_id: int
    canteen_name: str
    imported_at: datetime
    withdrawn_at: datetime | None
    new: int
    updated: int
    unchanged: int
    read: int
    faults: int


def elder_list(
    session: Session, canteen_ids: Collection[int], on: date, text: str = "", page: int = 1
) -> ElderList:
    """A page of the elders on these canteens' lists, by the sound of their names; `text` narrows it."""
    wanted = _on_lists(canteen_ids)
    if text.strip():
        wanted = wanted.where(_matches(session, text))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    page = max(1, min(page, -(-total // PAGE_ROWS) or 1))
    ordered = wanted.order_by(Elder.name_sort, Elder.id).offset((page - 1) * PAGE_ROWS).limit(PAGE_ROWS)
    return ElderList(tuple(_row(elder, on) for elder in session.scalars(ordered)), total, page)


def search(
    session: Session, canteen_ids: Collection[int], on: date, text: str, limit: int = 8
) -> list[ElderRow]:
    """The first elders that what was typed may mean: initials in any reading, characters, or a tail of four.

    A tail is that of the identity number, the phone or a card. Two ways to type 欧阳: OY and O.
    """
    if not text.strip():
        return []
    wanted = _on_lists(canteen_ids).where(_matches(session, text)).order_by(Elder.name_sort, Elder.id)
    return [_row(elder, on) for elder in session.scalars(wanted.limit(limit))]


def _on_lists(canteen_ids: Collection[int]) -> Select[Elder]:
    listed = select(CanteenElder.elder_id).where(CanteenElder.canteen_id.in_(canteen_ids))
    return select(Elder).where(Elder.id.in_(listed))


def _matches(session: Session, text: str) -> ColumnElement[bool]:
    typed = normalise(text)
    ways: list[ColumnElement[bool]] = []
    if typed.isascii() and typed.isalpha():
        ways += [Elder.name_initials.like(f"% {typed}%"), Elder.name_sort.like(f"{typed.lower()}%")]
    elif TAIL.fullmatch(typed):
        ways += [Elder.identity_tail_hmac == secrets.tail_index(typed), Elder.phone_tail == typed]
    if len(typed) == LENGTH:
        ways.append(Elder.identity_hmac == secrets.index(RESIDENT, typed))
    if typed.isdigit():
        ways.append(Elder.phone == typed)
    ways.append(Elder.name.contains(kept_name(unicodedata.normalize("NFC", text)), autoescape=True))
    ways.append(Elder.outside_card_no == typed)
    found = {elder_id for find in _finders for elder_id in find(session, typed)}
    if found:
        ways.append(Elder.id.in_(found))
    return or_(*ways)


def _row(elder: Elder, on: date) -> ElderRow:
    return ElderRow(
        id=elder.id,
        ref=elder.ref,
        name=elder.name,
        hint=elder.hint,
        sex=elder.sex,
        age_years=age_on(elder.born_on, on) if elder.born_on else None,
        community=elder.community,
        address=elder.address,
        identity_masked=elder.identity_masked,
        phone=elder.phone,
        died_on=elder.died_on,
        closed_on=elder.closed_on,
    )


def elder_page(session: Session, ref: str, canteen_ids: Collection[int], on: date) -> ElderPage:
    """The elder of a reference, if one of these canteens lists them. Raises Refusal `elder-unknown`."""
    wanted = _on_lists(canteen_ids).where(Elder.ref == ref)
    elder = session.scalars(wanted).first()
    if elder is None:
        raise Refusal("elder-unknown", "没有这位老人。")
    age = age_on(elder.born_on, on) if elder.born_on else None
    return ElderPage(
        id=elder.id,
        ref=elder.ref,
        name=elder.name,
        printed_name=elder.printed_name,
        called=form_of_address(elder.name, elder.sex, age, elder.form_of_address),
        form_of_address=elder.form_of_address,
        hint=elder.hint,
        sex=elder.sex,
        born_on=elder.born_on,
        age_years=age,
        identity_kind=elder.identity_kind,
        identity_masked=elder.identity_masked,
        phone=elder.phone,
        emergency_contact=elder.emergency_contact,
        community=elder.community,
        address=elder.address,
        diet=elder.diet,
        outside_card_no=elder.outside_card_no,
        home_canteen_id=elder.home_canteen_id,
        died_on=elder.died_on,
        closed_on=elder.closed_on,
        listings=_listings(session, elder.id),
        facts=_facts(session, elder.id, on),
    )


def _listings(session: Session, elder_id: int) -> tuple[Listing, ...]:
    rows = session.execute(
        select(Canteen.id, Canteen.code, Canteen.name, CanteenElder.distance_m)
        .join(CanteenElder, CanteenElder.canteen_id == Canteen.id)
        .where(CanteenElder.elder_id == elder_id)
        .order_by(Canteen.id)
    )
    return tuple(Listing(*row) for row in rows)


def _facts(session: Session, elder_id: int, on: date) -> tuple[FactRow, ...]:
    rows = session.scalars(
        select(ElderFact)
        .where(ElderFact.elder_id == elder_id)
        .order_by(ElderFact.from_on.desc(), ElderFact.id.desc())
    )
    return tuple(
        FactRow(
            id=fact.id,
            kind=fact.kind,
            value=fact.value,
            from_on=fact.from_on,
            until_on=fact.until_on,
            evidence=fact.evidence,
            source=fact.source,
            recorded_at=fact.recorded_at,
            withdrawn_at=fact.withdrawn_at,
            holds=fact.withdrawn_at is None and facts.holds_on(fact, on),
        )
        for fact in rows
    )


def elder_by_number(session: Session, number: str) -> ElderRow | None:
    """The elder registered under a resident's number, whichever canteen lists them; no age is given."""
    index = secrets.index(RESIDENT, normalise(number))
    elder = session.scalars(select(Elder).where(Elder.identity_hmac == index)).first()
    return _row(elder, elder.born_on) if elder and elder.born_on else None


def facts_on(
    session: Session, elder_ids: Sequence[int], on: date, canteen_id: int | None = None
) -> dict[int, ElderFacts]:
    """What the rules may ask of each elder on a service date; the distance is that to the canteen given.

    A stay in a care home outranks the living situation. One query for facts, one for people: for a whole list
    as for one scan.
    """
    people = select(Elder.id, Elder.born_on, CanteenElder.distance_m).outerjoin(
        CanteenElder, (CanteenElder.elder_id == Elder.id) & (CanteenElder.canteen_id == (canteen_id or 0))
    )
    stated: dict[int, list[tuple[str, str]]] = {}
    for elder_id, kind, value in session.execute(_holding(elder_ids, on)):
        stated.setdefault(elder_id, []).append((kind, value))
    return {
        elder_id: as_facts(born_on, distance_m, stated.get(elder_id, ()))
        for elder_id, born_on, distance_m in session.execute(people.where(Elder.id.in_(elder_ids)))
    }


def _holding(elder_ids: Sequence[int], on: date) -> Select[int, str, str]:
    return (
        select(ElderFact.elder_id, ElderFact.kind, ElderFact.value)
        .where(
            ElderFact.elder_id.in_(elder_ids),
            ElderFact.withdrawn_at.is_(None),
            ElderFact.from_on <= on,
            or_(ElderFact.until_on.is_(None), ElderFact.until_on >= on),
        )
        .order_by(ElderFact.from_on, ElderFact.id)
    )


def as_facts(born_on: date | None, distance_m: int | None, stated: Iterable[tuple[str, str]]) -> ElderFacts:
    """Kinds and values that hold on a day, as the engine asks for them."""
    pairs = list(stated)
    single = dict(pairs)
    pension = single.get("pension")
    return ElderFacts(
        born_on=born_on,
        categories=frozenset(value for kind, value in pairs if kind == "category"),
        disability_grade=_number(single.get("disability_grade")),
        care_level=_number(single.get("care_level")),
        pension=None if pension is None else pension == "yes",
        monthly_income_fen=_number(single.get("monthly_income_fen")),
        household_division=single.get("household_division"),
        residence_division=single.get("residence_division"),
        distance_m=distance_m,
        living="care-home" if "care_home" in single else single.get("living"),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None else None


def import_row(session: Session, import_id: int, canteen_ids: Collection[int]) -> ImportRow:
    """One import of these canteens. Raises Refusal `import-unknown`."""
    rows = _imports(session, canteen_ids, RosterImport.id == import_id)
    if not rows:
        raise Refusal("import-unknown", "没有这次导入。")
    return rows[0]


def recent_imports(session: Session, canteen_ids: Collection[int], limit: int = 10) -> list[ImportRow]:
    """The last imports of these canteens, newest first."""
    return _imports(session, canteen_ids, RosterImport.id > 0)[:limit]


def _imports(session: Session, canteen_ids: Collection[int], which: ColumnElement[bool]) -> list[ImportRow]:
    rows = session.execute(
        select(RosterImport, Canteen.name)
        .join(Canteen, Canteen.id == RosterImport.canteen_id)
        .where(RosterImport.canteen_id.in_(canteen_ids), which)
        .order_by(RosterImport.id.desc())
        .limit(50)
    )
    return [
        ImportRow(
            id=batch.id,
            canteen_id=batch.canteen_id,
            canteen_name=name,
            imported_at=batch.imported_at,
            withdrawn_at=batch.withdrawn_at,
            **{key: batch.counts.get(key, 0) for key in ("new", "updated", "unchanged", "read", "faults")},
        )
        for batch, name in rows
    ]
