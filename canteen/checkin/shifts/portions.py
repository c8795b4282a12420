"""出餐数: how many portions the kitchen cooked for a meal, noted by whoever closes a till or by the kitchen.

A figure is never changed: a correction is a further row, and the last one of a meal holds.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.checkin.shifts.models import PortionsCooked
from canteen.clock import now
from canteen.core.calendar import MEAL_PERIODS
from canteen.core.errors import Refusal
from canteen.db import transaction

MOST_PORTIONS = 5000


@dataclass(frozen=True, slots=True)
class Portions:
    """出餐数 of one meal as somebody noted it; the last one of a meal holds, the others were corrected."""

    service_on: date
    meal_period: str
    portions: int
    noted_by: str
    noted_at: datetime


def note_portions(canteen_id: int, on: date, meal_period: str, portions: int, by: str, key: str) -> None:
    """Note what the kitchen cooked, once per key. Raises Refusal `portions-number`, `portions-day`."""
    with transaction() as session:
        join_portions(session, canteen_id, on, meal_period, portions, by, key)


def join_portions(
    session: Session, canteen_id: int, on: date, meal_period: str, portions: int, by: str, key: str
) -> None:
    """The same within the caller's transaction; the figure that already holds is not noted twice."""
    if meal_period not in MEAL_PERIODS or not 0 <= portions <= MOST_PORTIONS:
        raise Refusal("portions-number", f"出餐数是 0 到 {MOST_PORTIONS} 的整数。", most=MOST_PORTIONS)
    if session.scalar(select(PortionsCooked.id).where(PortionsCooked.key == key)) is not None:
        return
    if portions_of(session, canteen_id, on).get(meal_period) == portions:
        return
    session.add(
        PortionsCooked(
            key=key, canteen_id=canteen_id, service_on=on, meal_period=meal_period, portions=portions,
            noted_by=by, noted_at=now(),
        )
    )  # fmt: skip
    detail = {"on": on.isoformat(), "meal_period": meal_period, "portions": portions}
    record(session, "portions-cooked", by, None, canteen_id, detail)
    session.flush()


def portions_of(session: Session, canteen_id: int, on: date) -> dict[str, int]:
    """出餐数 of a day by meal period, as last noted; periods that nobody noted are left out."""
    return {row.meal_period: row.portions for row in portions_noted(session, canteen_id, on, on)}


def portions_noted(session: Session, canteen_id: int, first_on: date, last_on: date) -> list[Portions]:
    """Everything noted of some days, in the order in which it was noted: corrections follow what they correct."""
    rows = (
        select(PortionsCooked)
        .where(PortionsCooked.canteen_id == canteen_id, PortionsCooked.service_on.between(first_on, last_on))
        .order_by(PortionsCooked.id)
    )
    return [
        Portions(row.service_on, row.meal_period, row.portions, row.noted_by, row.noted_at)
        for row in session.scalars(rows)
    ]


def cooked(session: Session, canteen_id: int, first_on: date, last_on: date) -> dict[tuple[date, str], int]:
    """出餐数 of some days by day and meal period, as last noted: what 补贴人次 is held against."""
    noted = portions_noted(session, canteen_id, first_on, last_on)
    return {(row.service_on, row.meal_period): row.portions for row in noted}
