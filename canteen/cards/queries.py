"""Reads of meal cards and of whose they are."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from canteen.cards import serials
from canteen.cards.models import FamilyCode, MealCard
from canteen.core.errors import Refusal
from canteen.elders.models import CanteenElder, Elder
from canteen.elders.queries import finder

LIVE = ("active", "lost")
DIGITS = re.compile(r"[0-9]{4}|[0-9]{12}")


@dataclass(frozen=True, slots=True)
class Holder:
    """The elder a card box is about. `closed_on`: the account is closed."""

    elder_id: int
    ref: str
    name: str
    community: str | None
    home_canteen_id: int
    died_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class CardRow:
    """One issue of a card with its holder's name. `state`: active, lost, replaced, closed."""

    id: int
    serial: str
    issue_no: int
    elder_id: int
    elder_ref: str
    elder_name: str
    printed_name: str  # the recorded printed form where the paper's font lacks a character of the name
    community: str | None
    canteen_id: int
    token_sha256: str
    key_id: str
    state: str
    issued_at: datetime
    printed_at: datetime | None
    changed_at: datetime

    @property
    def tail(self) -> str:
        """卡尾号."""
        return serials.tail(self.serial)


@dataclass(frozen=True, slots=True)
class FamilyCodeState:
    """How an elder's family code stands; the code itself is known to nobody."""

    renewed_at: datetime
    wrong_tries: int
    is_locked: bool


@dataclass(frozen=True, slots=True)
class CardFilter:
    """Which of a canteen's live cards a sheet is about."""

    only_new: bool = False
    community: str = ""
    serial: str = ""
    last_id: int | None = None
    limit: int | None = None


def holder_by_ref(session: Session, ref: str, canteen_ids: Iterable[int] | None = None) -> Holder:
    """The elder of this reference, on the list of one of these canteens (None: of any).

    Raises Refusal `elder-unknown`, the same whether there is none or on another canteen's list.
    """
    rows = select(Elder).where(Elder.ref == ref)
    if canteen_ids is not None:
        listed = select(CanteenElder.elder_id).where(CanteenElder.canteen_id.in_(list(canteen_ids)))
        rows = rows.where(Elder.id.in_(listed))
    elder = session.scalars(rows).first()
    if elder is None:
        raise Refusal("elder-unknown", "没有这位老人，或者不在您食堂的名单上。")
    return as_holder(elder)


@finder
def by_digits(session: Session, typed: str) -> Collection[int]:
    """The elders whose card has this serial, or this tail; so the search of the office finds them."""
    if not DIGITS.fullmatch(typed):
        return ()
    rows = select(MealCard.elder_id).where(MealCard.serial.endswith(typed), MealCard.state.in_(LIVE))
    return session.scalars(rows).all()


def live_card(session: Session, elder_id: int) -> CardRow | None:
    """The elder's card, in use or lost; None without one."""
    return _first(session, _cards().where(MealCard.elder_id == elder_id, MealCard.state.in_(LIVE)))


def cards_of(session: Session, elder_id: int) -> list[CardRow]:
    """Every issue an elder ever had, newest first."""
    rows = _cards().where(MealCard.elder_id == elder_id).order_by(MealCard.id.desc())
    return [_row(card, elder) for card, elder in session.execute(rows)]


def by_token(session: Session, token_sha256: str) -> CardRow | None:
    """The issue of this token, replaced and closed ones too."""
    return _first(session, _cards().where(MealCard.token_sha256 == token_sha256))


def by_serial(session: Session, serial: str) -> CardRow:
    """The latest issue of a serial. Raises Refusal `card-unknown`."""
    rows = _cards().where(MealCard.serial == serial.strip()).order_by(MealCard.issue_no.desc()).limit(1)
    found = _first(session, rows)
    if found is None:
        raise Refusal("card-unknown", "没有这个卡号。请核对卡上的号码。")
    return found


def cards_to_print(session: Session, canteen_id: int, wanted: CardFilter | None = None) -> list[CardRow]:
    """A canteen's cards in use, in the order of their holders' names as people look them up."""
    wanted = wanted or CardFilter()
    rows = _wanted(canteen_id, wanted).order_by(Elder.name_sort, Elder.name, MealCard.serial)
    rows = rows.limit(wanted.limit)
    return [_row(card, elder) for card, elder in session.execute(rows)]


def without_family_code(session: Session, canteen_id: int, wanted: CardFilter) -> list[CardRow]:
    """Those of a canteen's cards whose holders' families have no code yet, in the order of the sheet."""
    held = select(FamilyCode.elder_id)
    rows = _wanted(canteen_id, wanted).where(MealCard.elder_id.not_in(held))
    rows = rows.order_by(Elder.name_sort, Elder.name, MealCard.serial).limit(wanted.limit)
    return [_row(card, elder) for card, elder in session.execute(rows)]


def elders_without_card(session: Session, canteen_id: int) -> list[int]:
    """The living elders on a canteen's list who have no live card, in the order of their names."""
    held = select(MealCard.elder_id).where(MealCard.state.in_(LIVE))
    rows = (
        select(Elder.id)
        .join(CanteenElder, CanteenElder.elder_id == Elder.id)
        .where(CanteenElder.canteen_id == canteen_id, Elder.died_on.is_(None), Elder.closed_on.is_(None))
        .where(Elder.id.not_in(held))
        .order_by(Elder.name_sort, Elder.id)
    )
    return list(session.scalars(rows))


def count_without_card(session: Session, canteen_id: int) -> int:
    """How many elders wait for a card."""
    return len(elders_without_card(session, canteen_id))


def communities(session: Session, canteen_id: int) -> Sequence[str]:
    """The communities of a canteen's card holders."""
    rows = select(Elder.community).join(MealCard, MealCard.elder_id == Elder.id)
    rows = rows.where(MealCard.canteen_id == canteen_id, Elder.community.is_not(None)).distinct()
    return sorted(name for name in session.scalars(rows) if name)


def family_code(session: Session, elder_id: int) -> FamilyCodeState | None:
    """How the family code stands; None where none was ever made."""
    row = session.get(FamilyCode, elder_id)
    if row is None:
        return None
    return FamilyCodeState(row.renewed_at, row.wrong_tries, row.locked_at is not None)


def as_holder(elder: Elder) -> Holder:
    """An elder of the database as a card box shows them."""
    return Holder(
        elder_id=elder.id, ref=elder.ref, name=elder.name, community=elder.community,
        home_canteen_id=elder.home_canteen_id, died_on=elder.died_on, closed_on=elder.closed_on,
    )  # fmt: skip


def _cards() -> Select[MealCard, Elder]:
    return select(MealCard, Elder).join(Elder, Elder.id == MealCard.elder_id)


def _wanted(canteen_id: int, wanted: CardFilter) -> Select[MealCard, Elder]:
    rows = _cards().where(MealCard.canteen_id == canteen_id, MealCard.state == "active")
    if wanted.only_new:
        rows = rows.where(MealCard.printed_at.is_(None))
    if wanted.community:
        rows = rows.where(Elder.community == wanted.community)
    if wanted.serial:
        rows = rows.where(MealCard.serial == wanted.serial)
    if wanted.last_id is not None:
        rows = rows.where(MealCard.id <= wanted.last_id)
    return rows


def _first(session: Session, rows: Select[MealCard, Elder]) -> CardRow | None:
    found = session.execute(rows).first()
    return _row(*found) if found else None


def _row(card: MealCard, elder: Elder) -> CardRow:
    return CardRow(
        id=card.id, serial=card.serial, issue_no=card.issue_no, elder_id=card.elder_id, elder_ref=elder.ref,
        elder_name=elder.name, printed_name=elder.printed_name or elder.name, community=elder.community,
        canteen_id=card.canteen_id,
        token_sha256=card.token_sha256, key_id=card.key_id, state=card.state, issued_at=card.issued_at,
        printed_at=card.printed_at, changed_at=card.changed_at,
    )  # fmt: skip
