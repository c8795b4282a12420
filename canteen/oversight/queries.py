"""What waits, what was decided, and the sum that every report can be held against."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from canteen.checkin.models import Meal, Scan, ScanRuling
from canteen.checkin.outcome_words import EXCEPTION
from canteen.core.calendar import parse_month
from canteen.devices.models import Device
from canteen.elders.models import Elder
from canteen.oversight.rulings import offered


@dataclass(frozen=True, slots=True)
class WaitingScan:
    """One record under review. `elder_name` is None for a card that nobody knows; money in fen."""

    id: int
    scan_id: str
    code: str
    service_on: date
    meal_period: str
    seen_at: datetime
    received_at: datetime
    window: str
    elder_ref: str | None
    elder_name: str | None
    decision: str
    shown_elder_fen: int | None
    note: str | None
    carried_to: str | None
    carried_reason: str | None

    @property
    def offered(self) -> tuple[str, ...]:
        """The decisions that fit."""
        return offered(self.code)


@dataclass(frozen=True, slots=True)
class Observed:
    """Records of some days: observed = payable + not payable + under review."""

    payable: int
    not_payable: int
    under_review: int

    @property
    def observed(self) -> int:
        """Every durable record."""
        return self.payable + self.not_payable + self.under_review


def waiting(session: Session, canteen_id: int, month: str | None = None) -> list[WaitingScan]:
    """The records under review, oldest first; of one month those of its days and those carried into it."""
    rows = (
        select(Scan, Device.name, Elder.ref, Elder.name)
        .join(Device, Device.id == Scan.device_id)
        .outerjoin(Elder, Elder.id == Scan.elder_id)
        .where(Scan.canteen_id == canteen_id, Scan.state == EXCEPTION, ~_is_ruled())
        .order_by(Scan.service_on, Scan.id)
    )
    found = [_waiting_row(scan, window, ref, name) for scan, window, ref, name in session.execute(rows)]
    return found if month is None else [row for row in found if _counts_in(row, month)]


def observed(session: Session, canteen_id: int, first_on: date, last_on: date) -> Observed:
    """How the records of these service dates stand, both ends included.

    Payable: a meal of theirs stands, made at once or by a decision. Under review: nobody has decided yet. Not
    payable: all others.
    """
    made, settled, payable, review = standing_of_scan()
    rows: Select[int, int, int] = (
        select(_count(payable), _count(~payable & ~review), _count(review))
        .select_from(Scan)
        .outerjoin(ScanRuling, (ScanRuling.scan_row_id == Scan.id) & ScanRuling.reversed_at.is_(None))
        .outerjoin(made, made.id == Scan.meal_id)
        .outerjoin(settled, settled.id == ScanRuling.meal_id)
        .where(Scan.canteen_id == canteen_id, Scan.service_on.between(first_on, last_on))
    )
    counted = session.execute(rows).one()
    return Observed(int(counted[0]), int(counted[1]), int(counted[2]))


def standing_of_scan() -> tuple[type[Meal], type[Meal], ColumnElement[bool], ColumnElement[bool]]:
    """The meal a record made, the meal a standing decision made, and whether it is payable or under review.

    For a select over Scan that joins the standing ScanRuling and both meals.
    """
    made, settled = aliased(Meal), aliased(Meal)
    payable = made.cancelled_at.is_(None) & made.id.is_not(None) | (
        settled.cancelled_at.is_(None) & settled.id.is_not(None)
    )
    return made, settled, payable, (Scan.state == EXCEPTION) & ScanRuling.id.is_(None)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _is_ruled() -> ColumnElement[bool]:
    return (
        select(ScanRuling.id)
        .where(ScanRuling.scan_row_id == Scan.id, ScanRuling.reversed_at.is_(None))
        .exists()
    )


def _counts_in(row: WaitingScan, month: str) -> bool:
    if row.carried_to is not None:
        return row.carried_to == month
    return row.service_on in parse_month(month)


def _waiting_row(scan: Scan, window: str, ref: str | None, name: str | None) -> WaitingScan:
    return WaitingScan(
        id=scan.id, scan_id=scan.scan_id, code=scan.code or "", service_on=scan.service_on,
        meal_period=scan.meal_period, seen_at=scan.seen_at, received_at=scan.received_at, window=window,
        elder_ref=ref, elder_name=name, decision=scan.decision,
        shown_elder_fen=scan.claim.get("shown_elder_fen"), note=scan.claim.get("note"),
        carried_to=scan.carried_to, carried_reason=scan.carried_reason,
    )  # fmt: skip
