"""Reads of shifts: whether a canteen works with them, who may stand at its tills, which days are not closed."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Workplace
from canteen.canteens.queries import badges as badges_at
from canteen.canteens.queries import workers
from canteen.checkin.models import CashMeal, Scan
from canteen.checkin.shifts.models import CashClose, ClosedEntry, ClosedScan, TillShift
from canteen.devices.models import Device
from canteen.ledger.models import Entry
from canteen.staff.models import Staff, StaffBadge
from canteen.staff.queries import id_of, is_manager, ref, with_pin
from canteen.wallets.models import TopUp


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may stand at a canteen's tills."""

    ref: str
    name: str
    is_manager: bool
    has_pin: bool


@dataclass(frozen=True, slots=True)
class OpenTill:
    """A till with records of a day that no cash close has counted."""

    device_id: int
    name: str
    records: int


@dataclass(frozen=True, slots=True)
class CloseRow:
    """One cash close for a list or a slip. Money in fen; `figures` as they stood then."""

    id: int
    number: int
    device_id: int
    device_name: str
    canteen_id: int
    service_on: date
    is_late: bool
    float_fen: int
    expected_fen: int
    counted_fen: int
    difference_fen: int
    denominations: dict[str, int]
    figures: dict[str, Any]
    note: str | None
    no_meals_reason: str | None
    cashier: str | None
    closed_at: datetime


def uses_shifts(session: Session, canteen_id: int) -> bool:
    """Whether a till there asks for a badge: somebody who works there holds one, or a shift was opened by one."""
    held = (
        select(StaffBadge.id)
        .join(Workplace, Workplace.staff_id == StaffBadge.staff_id)
        .join(Staff, Staff.id == StaffBadge.staff_id)
        .where(Workplace.canteen_id == canteen_id, StaffBadge.revoked_at.is_(None), Staff.dismissed_at.is_(None))
    )
    if session.scalars(held.limit(1)).first() is not None:
        return True
    opened = select(TillShift.id).where(TillShift.canteen_id == canteen_id, TillShift.staff_id.is_not(None))
    return session.scalars(opened.limit(1)).first() is not None


def people(session: Session, canteen_id: int) -> list[Person]:
    """Everybody who may stand at this canteen's tills: who works there, and administrators with a badge; by name."""
    here = {
        ref(one.staff_id): (one.name, is_manager(one.role))
        for one in workers(session, canteen_id)
        if one.works_here
    }
    here |= {badge.ref: (badge.name, badge.is_manager) for badge in badges_at(session, canteen_id)}
    have_pin = with_pin(session, [number for one in here if (number := id_of(one)) is not None])
    found = [Person(one, name, manages, id_of(one) in have_pin) for one, (name, manages) in here.items()]
    return sorted(found, key=lambda person: (person.name, person.ref))


def holder(session: Session, canteen_id: int, badge_sha256: str, at: datetime | None = None) -> int | None:
    """Whose badge this is at a canteen, by number; one that was revoked after `at` was still good then."""
    badge = session.scalars(select(StaffBadge).where(StaffBadge.sha256 == badge_sha256)).first()
    if badge is None:
        return None
    if badge.revoked_at is not None and (at is None or badge.revoked_at <= at):
        return None
    allowed = {id_of(person.ref) for person in people(session, canteen_id)}
    return badge.staff_id if badge.staff_id in allowed else None


def holder_ref(session: Session, canteen_id: int, staff_ref: str | None) -> int | None:
    """The number of a person whom a tablet names, if they may stand at this canteen's tills."""
    return id_of(staff_ref) if staff_ref in {person.ref for person in people(session, canteen_id)} else None


def open_shift(session: Session, device_id: int) -> TillShift | None:
    """The shift of a till that is not closed; the latest, if an older one was left open."""
    rows = select(TillShift).where(TillShift.device_id == device_id, TillShift.is_closed.is_(False))
    return session.scalars(rows.order_by(TillShift.id.desc()).limit(1)).first()


def last_close(session: Session, device_id: int) -> CashClose | None:
    """A till's last cash close."""
    rows = select(CashClose).where(CashClose.device_id == device_id)
    return session.scalars(rows.order_by(CashClose.number.desc()).limit(1)).first()


def open_tills(session: Session, canteen_id: int, on: date) -> list[OpenTill]:
    """The tills of a canteen whose records of a day no cash close has counted yet, by name."""
    counts: Counter[int] = Counter()
    for uncounted in (_uncounted_scans, _uncounted_cash_meals, _uncounted_top_ups):
        for device_id, count in session.execute(uncounted(canteen_id, on)):
            counts[device_id] += count
    names = select(Device.id, Device.name).where(Device.id.in_(counts))
    found = [OpenTill(device_id, name, counts[device_id]) for device_id, name in session.execute(names)]
    return sorted(found, key=lambda till: (till.name, till.device_id))


def day_is_complete(session: Session, canteen_id: int, on: date) -> bool:
    """Whether all tills of a canteen have closed a day: no record of it is left that no cash close has counted."""
    return not open_tills(session, canteen_id, on)


def days_not_closed(session: Session, canteen_id: int, first_on: date, last_on: date) -> list[date]:
    """Days with records that no cash close counted, from the day on which the canteen began with shifts or closes.

    A canteen that never used either has none: nobody asks it for what it does not do.
    """
    begun = [
        session.scalar(select(func.min(table.service_on)).where(table.canteen_id == canteen_id))
        for table in (TillShift, CashClose)
    ]
    since = min((on for on in begun if on is not None), default=None)
    if since is None or since > last_on:
        return []
    first_on = max(first_on, since)
    scans = select(Scan.service_on).where(
        Scan.canteen_id == canteen_id, Scan.service_on.between(first_on, last_on), ~_is_counted()
    )
    meals = select(CashMeal.service_on).where(
        CashMeal.canteen_id == canteen_id, CashMeal.service_on.between(first_on, last_on), ~_is_booked(CashMeal.entry_id)
    )
    return sorted({*session.scalars(scans.distinct()), *session.scalars(meals.distinct())})


def closes_of(session: Session, canteen_id: int, first_on: date, last_on: date) -> list[CloseRow]:
    """The cash closes of some days, newest first."""
    rows = _closes().where(CashClose.canteen_id == canteen_id, CashClose.service_on.between(first_on, last_on))
    return [as_close(*row) for row in session.execute(rows.order_by(CashClose.id.desc()))]


def close_by_id(session: Session, close_no: int) -> CloseRow | None:
    """One cash close, or None."""
    row = session.execute(_closes().where(CashClose.id == close_no)).first()
    return None if row is None else as_close(*row)


def as_close(row: CashClose, device_name: str, cashier: str | None) -> CloseRow:
    """A close of the database as pages show it."""
    return CloseRow(
        row.id, row.number, row.device_id, device_name, row.canteen_id, row.service_on, row.is_late, row.float_fen,
        row.expected_fen, row.counted_fen, row.difference_fen, row.denominations or {}, row.figures, row.note,
        row.no_meals_reason, cashier, row.closed_at,
    )  # fmt: skip


def _uncounted_scans(canteen_id: int, on: date) -> Select[int, int]:
    rows = select(Scan.device_id, func.count()).where(Scan.canteen_id == canteen_id, Scan.service_on == on)
    return rows.where(~_is_counted()).group_by(Scan.device_id)


def _uncounted_cash_meals(canteen_id: int, on: date) -> Select[int, int]:
    rows = select(CashMeal.device_id, func.count()).where(CashMeal.canteen_id == canteen_id, CashMeal.service_on == on)
    return rows.where(~_is_booked(CashMeal.entry_id)).group_by(CashMeal.device_id)


def _uncounted_top_ups(canteen_id: int, on: date) -> Select[int, int]:
    return (
        select(Device.id, func.count())
        .join(TopUp, TopUp.received_by == literal("device:").concat(Device.ref))
        .join(Entry, Entry.id == TopUp.entry_id)
        .where(Device.canteen_id == canteen_id, Entry.service_on == on, ~_is_booked(TopUp.entry_id))
        .group_by(Device.id)
    )


def _closes() -> Select[CashClose, str, str]:
    return (
        select(CashClose, Device.name, Staff.name)
        .join(Device, Device.id == CashClose.device_id)
        .outerjoin(Staff, Staff.id == CashClose.staff_id)
    )


def _is_counted() -> ColumnElement[bool]:
    return select(ClosedScan.scan_row_id).where(ClosedScan.scan_row_id == Scan.id).exists()


def _is_booked(entry_id: Any) -> ColumnElement[bool]:
    return select(ClosedEntry.entry_id).where(ClosedEntry.entry_id == entry_id).exists()
