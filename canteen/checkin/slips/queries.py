"""Reads of slips: what waits for the second person, a sheet with its lines, and how many meals they made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from canteen.checkin.models import Meal
from canteen.checkin.slips.models import Slip, SlipSheet
from canteen.elders.models import Elder


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One sheet in the list. `number` is a sign sheet's own, else that of its first slip."""

    id: int
    canteen_id: int
    number: str
    is_sign_sheet: bool
    service_on: date
    meal_period: str
    witness: str
    cause: str
    has_picture: bool
    entered_by: str
    entered_at: datetime
    lines: int
    waiting: int


@dataclass(frozen=True, slots=True)
class SlipRow:
    """One line of a sheet. `is_cancelled`: the meal it made was taken back later."""

    id: int
    number: str
    elder_ref: str
    elder_name: str
    cash_fen: int | None
    state: str
    code: str | None
    meal_no: int | None
    is_cancelled: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class SlipCount:
    """Lines of one day and meal period: meals that stand, lines that wait, lines that made none."""

    meals: int = 0
    waiting: int = 0
    without_meal: int = 0


def sheets(session: Session, canteen_id: int, *, only_waiting: bool = False, most: int = 100) -> list[SheetRow]:
    """The sheets of a canteen, newest first."""
    waiting = func.sum(case((Slip.state == "waiting", 1), else_=0))
    rows = (
        select(SlipSheet, func.min(Slip.number), func.count(), waiting)
        .join(Slip, Slip.sheet_id == SlipSheet.id)
        .where(SlipSheet.canteen_id == canteen_id)
        .group_by(SlipSheet.id)
        .order_by(SlipSheet.id.desc())
        .limit(most)
    )
    if only_waiting:
        rows = rows.having(waiting > 0)
    return [_sheet_row(sheet, *counts) for sheet, *counts in session.execute(rows)]


def sheet(session: Session, sheet_id: int) -> SheetRow | None:
    """One sheet; None where there is none of this number."""
    row = session.get(SlipSheet, sheet_id)
    if row is None:
        return None
    lines = session.scalars(select(Slip).where(Slip.sheet_id == sheet_id)).all()
    numbers = [line.number for line in lines]
    return _sheet_row(row, min(numbers), len(lines), sum(line.state == "waiting" for line in lines))


def lines_of(session: Session, sheet_id: int) -> list[SlipRow]:
    """The lines of a sheet in the order they were entered."""
    rows = (
        select(Slip, Elder.ref, Elder.name, Meal.cancelled_at)
        .join(Elder, Elder.id == Slip.elder_id)
        .outerjoin(Meal, Meal.id == Slip.meal_id)
        .where(Slip.sheet_id == sheet_id)
        .order_by(Slip.id)
    )
    return [
        SlipRow(
            slip.id, slip.number, ref, name, slip.cash_fen, slip.state, slip.code, slip.meal_id,
            cancelled_at is not None, slip.reason,
        )
        for slip, ref, name, cancelled_at in session.execute(rows)
    ]  # fmt: skip


def canteen_of_slip(session: Session, slip_id: int) -> int | None:
    """The canteen of a line."""
    return session.scalar(select(Slip.canteen_id).where(Slip.id == slip_id))


def picture_of(session: Session, sheet_id: int) -> str | None:
    """The handle of a sheet's picture."""
    return session.scalar(select(SlipSheet.picture).where(SlipSheet.id == sheet_id))


def waiting_lines(session: Session, canteen_id: int) -> int:
    """How many lines of a canteen wait for the second person."""
    rows = select(func.count()).where(Slip.canteen_id == canteen_id, Slip.state == "waiting")
    return session.scalar(rows) or 0


def day_slips(session: Session, canteen_id: int, on: date) -> dict[str, SlipCount]:
    """Meal period → how its lines of paper stand on a day."""
    stands = (Slip.state == "approved") & Meal.cancelled_at.is_(None)
    waits = Slip.state == "waiting"
    rows = (
        select(SlipSheet.meal_period, _sum(stands), _sum(waits), _sum(~stands & ~waits))
        .join(Slip, Slip.sheet_id == SlipSheet.id)
        .outerjoin(Meal, Meal.id == Slip.meal_id)
        .where(SlipSheet.canteen_id == canteen_id, SlipSheet.service_on == on)
        .group_by(SlipSheet.meal_period)
    )
    return {period: SlipCount(int(made), int(wait), int(none)) for period, made, wait, none in session.execute(rows)}


def slip_meals(session: Session, meal_ids: Iterable[int]) -> set[int]:
    """Which of these meals were made from paper."""
    wanted = list(meal_ids)
    found: set[int] = set()
    for first in range(0, len(wanted), 5000):
        rows = select(Slip.meal_id).where(Slip.meal_id.in_(wanted[first : first + 5000]))
        found |= {meal_id for meal_id in session.scalars(rows) if meal_id is not None}
    return found


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _sheet_row(row: SlipSheet, first: str, lines: int, waiting: int) -> SheetRow:
    return SheetRow(
        id=row.id, canteen_id=row.canteen_id, number=row.number or first, is_sign_sheet=row.number is not None,
        service_on=row.service_on, meal_period=row.meal_period, witness=row.witness, cause=row.cause,
        has_picture=row.picture is not None, entered_by=row.entered_by, entered_at=row.entered_at, lines=lines,
        waiting=int(waiting),
    )  # fmt: skip
