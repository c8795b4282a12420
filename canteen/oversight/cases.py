"""A case of the review tray, whatever its kind: what is asked, what was recorded, what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from canteen.canteens.models import Canteen
from canteen.cards.models import MealCard
from canteen.checkin.models import Meal, Scan
from canteen.devices.models import Device
from canteen.elders.models import Elder
from canteen.staff.models import Staff
from canteen.staff.queries import id_of

OPEN, REFERRED, DONE = "open", "referred", "done"
STATES = (OPEN, REFERRED, DONE)
MOST = 200


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the tray. `code`: an outcome's code or a rule; `facts`: what its sentence tells."""

    kind: str
    number: int
    canteen_id: int
    code: str
    state: str
    service_on: date
    meal_period: str | None
    at: datetime
    decisions: tuple[str, ...]
    elder_ref: str | None = None
    elder_name: str | None = None
    window: str | None = None
    note: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """How forms name it: `outcome-12`."""
        return f"{self.kind}-{self.number}"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on a case, newest first in a history; `stands` until it is taken back."""

    number: int
    ruling: str
    reason: str
    by: str
    at: datetime
    stands: bool
    meal_no: int | None = None


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record as evidence. Money in fen; `by_hand`: found without the card; `first_*`: the meal that held the slot."""

    id: int
    seen_at: datetime
    received_at: datetime
    window: str
    cashier: str | None
    by_hand: bool
    decision: str
    state: str
    code: str | None
    elder_ref: str | None
    elder_name: str | None
    card_tail: str | None
    card_state: str | None
    shown_elder_fen: int | None
    note: str | None
    meal_no: int | None
    price_fen: int | None
    elder_fen: int | None
    is_cancelled: bool
    first_at: datetime | None
    first_window: str | None
    first_canteen: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a decision may need beside its reason: whose meal it was, which meals it is about."""

    elder_ref: str | None = None
    meals: Sequence[int] | None = None


class Kind(Protocol):
    """One kind of case. A further kind is a further class in `kinds.KINDS` and its words."""

    name: str
    decisions: tuple[str, ...]
    is_reversible: bool

    def cases(self, session: Session, canteen_id: int, state: str, on: date | None) -> list[Case]:
        """The cases of a canteen in a state, oldest first; of one day where one is named."""

    def case(self, session: Session, number: int) -> Case | None:
        """One case."""

    def records(self, session: Session, case: Case) -> list[RecordRow]:
        """The records it is about."""

    def history(self, session: Session, case: Case) -> list[Decision]:
        """What was decided on it, newest first."""

    def canteen_of_ruling(self, session: Session, ruling_id: int) -> int | None:
        """The canteen of the case that a decision is about."""

    def decide(self, number: int, decision: str, reason: str, by: str, choice: Choice) -> None:
        """Decide. Raises Refusal."""

    def take_back(self, ruling_id: int, reason: str, by: str) -> None:
        """Take a decision back. Raises Refusal."""


def records_of(session: Session, scan_ids: Sequence[int]) -> list[RecordRow]:
    """Records as evidence, in the order they were seen; at most two hundred."""
    rows = (
        select(Scan, Device.name, Elder.ref, Elder.name, MealCard.serial, MealCard.state, Meal)
        .join(Device, Device.id == Scan.device_id)
        .outerjoin(Meal, Meal.id == Scan.meal_id)
        .outerjoin(Elder, Elder.id == Scan.elder_id)
        .outerjoin(MealCard, MealCard.token_sha256 == Scan.claim["token_sha256"].as_string())
        .where(Scan.id.in_(list(scan_ids)[:MOST]))
        .order_by(Scan.seen_at, Scan.id)
    )
    found = session.execute(rows).all()
    names = staff_names(session, [row[0].claim.get("cashier_ref") for row in found])
    firsts = _firsts(session, [row[0] for row in found])
    return [_record(names, firsts, *row) for row in found]


def staff_names(session: Session, refs: Sequence[Any]) -> dict[str, str]:
    """Names of people by how the audit names them; who is no person here is left out."""
    numbers = {number for ref in refs if isinstance(ref, str) and (number := id_of(ref)) is not None}
    rows = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(numbers)))
    return {f"staff:{number}": name for number, name in rows}


def _firsts(session: Session, scans: Sequence[Scan]) -> dict[int, tuple[datetime, str | None, str]]:
    """Record → the meal that held its slot: when, at which window, in which canteen."""
    numbers = {scan.id: (scan.answer.get("first") or {}).get("meal_no") for scan in scans}
    first = aliased(Scan)
    rows = (
        select(Meal.id, Meal.served_at, Device.name, Canteen.name)
        .join(Canteen, Canteen.id == Meal.canteen_id)
        .outerjoin(first, first.meal_id == Meal.id)
        .outerjoin(Device, Device.id == first.device_id)
        .where(Meal.id.in_({number for number in numbers.values() if number is not None}))
    )
    meals = {meal_id: (at, window, canteen) for meal_id, at, window, canteen in session.execute(rows)}
    return {scan_id: meals[meal_no] for scan_id, meal_no in numbers.items() if meal_no in meals}


def _record(
    names: Mapping[str, str], firsts: Mapping[int, tuple[datetime, str | None, str]], scan: Scan, window: str,
    ref: str | None, name: str | None, serial: str | None, card: str | None, meal: Meal | None,
) -> RecordRow:  # fmt: skip
    claim, first = scan.claim, firsts.get(scan.id)
    return RecordRow(
        id=scan.id, seen_at=scan.seen_at, received_at=scan.received_at, window=window,
        cashier=names.get(claim.get("cashier_ref", "")), by_hand="elder_ref" in claim, decision=scan.decision,
        state=scan.state, code=scan.code, elder_ref=ref, elder_name=name,
        card_tail=serial[-4:] if serial else None, card_state=card, shown_elder_fen=claim.get("shown_elder_fen"),
        note=claim.get("note"), meal_no=scan.meal_id, price_fen=meal.price_fen if meal else None,
        elder_fen=meal.elder_fen if meal else None, is_cancelled=meal is not None and meal.cancelled_at is not None,
        first_at=first[0] if first else None, first_window=first[1] if first else None,
        first_canteen=first[2] if first else None,
    )  # fmt: skip
