"""Reads for correction slips: what was booked, and what took it back."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.checkin.models import Meal, MealCancel, Scan
from canteen.core.errors import Refusal
from canteen.devices.models import Device
from canteen.elders.models import Elder
from canteen.ledger.models import Entry
from canteen.ledger.queries import open_month
from canteen.wallets.models import TopUp
from canteen.wallets.reversing import reversal_key

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Slip:
    """What took something back: number, entry, the month it counts in, why, by whom (`staff:3`, `device:…`), when."""

    entry_no: int | None
    month: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MealToCorrect:
    """A meal as the slip shows it. `open_month`: where its mirror would count; money in fen."""

    meal_no: int
    elder_ref: str
    elder_name: str
    canteen_id: int
    service_on: date
    meal_period: str
    served_at: datetime
    window: str | None
    price_fen: int
    elder_fen: int
    wallet_fen: int
    cash_fen: int
    month: str
    entry_no: int | None
    open_month: str
    slip: Slip | None


@dataclass(frozen=True, slots=True)
class TopUpToCorrect:
    """A top-up as the slip shows it; `slip` where it was taken back."""

    top_up_no: int
    elder_ref: str
    elder_name: str
    canteen_id: int
    amount_fen: int
    method: str
    received_at: datetime
    received_by: str
    month: str
    entry_no: int
    open_month: str
    slip: Slip | None


def meal(session: Session, meal_no: int) -> MealToCorrect:
    """One meal. Raises Refusal `meal-unknown`."""
    found = session.get(Meal, meal_no)
    if found is None:
        raise Refusal("meal-unknown", "没有这一餐。")
    return _meal(session, found)


def meals_of(session: Session, elder_id: int) -> list[MealToCorrect]:
    """An elder's last meals, newest first, corrected ones too."""
    rows = select(Meal).where(Meal.elder_id == elder_id).order_by(Meal.service_on.desc(), Meal.id.desc())
    return [_meal(session, row) for row in session.scalars(rows.limit(SHOWN)).all()]


def top_up(session: Session, top_up_no: int) -> TopUpToCorrect:
    """One top-up, never the row that took another back. Raises Refusal `top-up-unknown`."""
    found = session.get(TopUp, top_up_no)
    if found is None or found.amount_fen <= 0:
        raise Refusal("top-up-unknown", "没有这笔充值。")
    return _top_up(session, found)


def top_ups_of(session: Session, elder_id: int) -> list[TopUpToCorrect]:
    """An elder's last top-ups, newest first; refunds and reversals are not among them."""
    rows = select(TopUp).where(TopUp.elder_id == elder_id, TopUp.amount_fen > 0).order_by(TopUp.id.desc())
    return [_top_up(session, row) for row in session.scalars(rows.limit(SHOWN)).all()]


def elder_by_ref(session: Session, ref: str) -> tuple[int, str] | None:
    """Number and name of an elder."""
    row = session.scalars(select(Elder).where(Elder.ref == ref)).first()
    return None if row is None else (row.id, row.name)


def _meal(session: Session, row: Meal) -> MealToCorrect:
    elder = session.get_one(Elder, row.elder_id)
    window = select(Device.name).join(Scan, Scan.device_id == Device.id).where(Scan.meal_id == row.id)
    first = select(Entry.id).where(Entry.meal_id == row.id, Entry.reverses_id.is_(None)).order_by(Entry.id)
    return MealToCorrect(
        row.id, elder.ref, elder.name, row.canteen_id, row.service_on, row.meal_period, row.served_at,
        session.scalars(window.limit(1)).first(), row.price_fen, row.elder_fen, row.wallet_fen, row.cash_fen,
        row.month, session.scalars(first.limit(1)).first(), open_month(session, row.canteen_id, row.month),
        _cancel_slip(session, row.id),
    )  # fmt: skip


def _cancel_slip(session: Session, meal_no: int) -> Slip | None:
    cancel = session.scalars(select(MealCancel).where(MealCancel.meal_id == meal_no)).first()
    if cancel is None:
        return None
    entry = None if cancel.entry_id is None else session.get(Entry, cancel.entry_id)
    month = "" if entry is None else entry.month
    return Slip(cancel.entry_id, month, cancel.reason, cancel.cancelled_by, cancel.cancelled_at)


def _top_up(session: Session, row: TopUp) -> TopUpToCorrect:
    elder, entry = session.get_one(Elder, row.elder_id), session.get_one(Entry, row.entry_id)
    back = session.scalars(select(TopUp).where(TopUp.key == reversal_key(row.id))).first()
    return TopUpToCorrect(
        row.id, elder.ref, elder.name, row.canteen_id, row.amount_fen, row.method, row.received_at, row.received_by,
        entry.month, row.entry_id, open_month(session, row.canteen_id, entry.month),
        None if back is None else _reversal_slip(session, back),
    )  # fmt: skip


def _reversal_slip(session: Session, back: TopUp) -> Slip:
    entry = session.get_one(Entry, back.entry_id)
    reason = str((entry.memo or {}).get("reason", ""))
    return Slip(back.entry_id, entry.month, reason, back.received_by, back.received_at)
