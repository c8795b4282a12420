"""How a meal came into the books: the tablet's record, a person's ruling, a slip of paper; and what took it back."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from canteen.checkin.models import MealCancel, Scan, ScanRuling
from canteen.checkin.slips.models import Slip, SlipSheet
from canteen.checkin.why.explanation import CancelThen, RecordThen, RulingRow, SlipThen
from canteen.devices.models import Device
from canteen.staff.queries import id_of, names


def record_of(session: Session, meal_no: int) -> tuple[int | None, RecordThen | None]:
    """The record that led to the meal, at once or by a ruling, with its number."""
    ruled = select(ScanRuling.scan_row_id).where(ScanRuling.meal_id == meal_no)
    row = session.execute(
        select(Scan, Device.name)
        .join(Device, Device.id == Scan.device_id)
        .where(or_(Scan.meal_id == meal_no, Scan.id.in_(ruled)))
        .order_by(Scan.id)
        .limit(1)
    ).first()
    if row is None:
        return None, None
    scan, window = row
    return scan.id, RecordThen(
        window, scan.decision, scan.code, "elder_ref" in scan.claim, scan.seen_at, scan.received_at,
        scan.claim.get("shown_elder_fen"), scan.claim.get("note"),
    )  # fmt: skip


def rulings_of(session: Session, meal_no: int, scan_row_id: int | None) -> tuple[RulingRow, ...]:
    """What people decided on the record, the first decision first."""
    rows = select(ScanRuling).where(
        or_(ScanRuling.meal_id == meal_no, ScanRuling.scan_row_id == (scan_row_id or 0))
    )
    return tuple(
        RulingRow(row.ruling, row.reason, row.ruled_by, row.ruled_at, row.reversed_at)
        for row in session.scalars(rows.order_by(ScanRuling.id))
    )


def slip_of(session: Session, meal_no: int) -> SlipThen | None:
    """The slip of paper that the meal was entered from."""
    row = session.execute(
        select(Slip, SlipSheet).join(SlipSheet, SlipSheet.id == Slip.sheet_id).where(Slip.meal_id == meal_no)
    ).first()
    if row is None:
        return None
    slip, sheet = row
    return SlipThen(slip.number, sheet.witness, sheet.cause, sheet.entered_by, slip.decided_by, slip.decided_at)


def cancel_of(session: Session, meal_no: int) -> CancelThen | None:
    """What took the meal back."""
    row = session.scalars(select(MealCancel).where(MealCancel.meal_id == meal_no)).first()
    return None if row is None else CancelThen(row.reason, row.cancelled_by, row.cancelled_at, row.entry_id)


def actor_names(session: Session, canteen_id: int, actors: Iterable[str | None]) -> dict[str, str]:
    """What to call whoever did something: a person's name, a tablet's; who is neither is left out."""
    wanted = {actor for actor in actors if actor is not None}
    numbers = {number for actor in wanted if (number := id_of(actor)) is not None}
    found = {f"staff:{number}": name for number, name in names(session, numbers).items()} if numbers else {}
    if any(actor.startswith("device:") for actor in wanted):
        devices = select(Device.ref, Device.name).where(Device.canteen_id == canteen_id)
        found |= {f"device:{ref}": name for ref, name in session.execute(devices)}
    return found
