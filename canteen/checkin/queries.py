"""Reads of meals: an elder's last ones, a canteen's day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.checkin.models import CashMeal, Meal, MealShare
from canteen.core.calendar import parse_month
from canteen.elders.withdrawal import refuse_if

SHOWN = 20


@dataclass(frozen=True, slots=True)
class EatenMeal:
    """One meal of an elder. `others_fen`: who paid beside the elder, as in a programme's `expect`; money in fen."""

    meal_no: int
    kind: str
    canteen_name: str
    service_on: date
    meal_period: str
    served_at: datetime
    price_fen: int
    elder_fen: int
    others_fen: dict[str, int]
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class DayCount:
    """One meal period of a canteen's day: meals of elders that stand, of which at full price, and cash portions."""

    meal_period: str
    meals: int
    further: int
    cash_portions: int

    @property
    def served(self) -> int:
        """Everybody who ate."""
        return self.meals + self.cash_portions


@refuse_if
def ate_since(session: Session, elder_ids: Sequence[int], since: datetime) -> bool:
    """Whether one of these elders was served since an instant: the import that changed them then stays."""
    rows = select(Meal.id).where(Meal.elder_id.in_(elder_ids), Meal.served_at >= since).limit(1)
    return session.scalar(rows) is not None


def meals_of(session: Session, elder_id: int, most: int = SHOWN) -> list[EatenMeal]:
    """The elder's last meals, newest first, cancelled ones too."""
    rows = (
        select(Meal, Canteen.name)
        .join(Canteen, Canteen.id == Meal.canteen_id)
        .where(Meal.elder_id == elder_id)
        .order_by(Meal.service_on.desc(), Meal.id.desc())
        .limit(most)
    )
    found = session.execute(rows).all()
    paid = _paid(session, [meal.id for meal, _ in found])
    return [
        EatenMeal(
            meal.id, meal.kind, name, meal.service_on, meal.meal_period, meal.served_at, meal.price_fen,
            meal.elder_fen, paid.get(meal.id, {}), meal.cancelled_at is not None,
        )
        for meal, name in found
    ]  # fmt: skip


def meals_in_month(session: Session, elder_id: int, month: str) -> int:
    """How many meals the elder had in a month (2026-11), cancelled ones not counted."""
    period = parse_month(month)
    rows = select(func.count()).where(
        Meal.elder_id == elder_id,
        Meal.service_on.between(period.first_on, period.last_on),
        Meal.cancelled_at.is_(None),
    )
    return session.scalar(rows) or 0


def day_counts(session: Session, canteen_id: int, on: date) -> list[DayCount]:
    """How many ate on a day, by meal period, breakfast first; periods in which nobody did are left out."""
    meals: dict[str, tuple[int, int]] = {}
    rows = (
        select(Meal.meal_period, Meal.kind, func.count())
        .where(Meal.canteen_id == canteen_id, Meal.service_on == on, Meal.cancelled_at.is_(None))
        .group_by(Meal.meal_period, Meal.kind)
    )
    for period, kind, count in session.execute(rows):
        all_of, further = meals.get(period, (0, 0))
        meals[period] = (all_of + count, further + (count if kind == "further" else 0))
    cash = _cash_portions(session, canteen_id, on)
    return [
        DayCount(period, *meals.get(period, (0, 0)), cash.get(period, 0))
        for period in ("breakfast", "lunch", "dinner")
        if period in meals or period in cash
    ]


def _cash_portions(session: Session, canteen_id: int, on: date) -> dict[str, int]:
    rows = (
        select(CashMeal.meal_period, func.sum(CashMeal.portions))
        .where(CashMeal.canteen_id == canteen_id, CashMeal.service_on == on)
        .group_by(CashMeal.meal_period)
    )
    return {period: int(portions) for period, portions in session.execute(rows)}


def _paid(session: Session, meal_ids: list[int]) -> dict[int, dict[str, int]]:
    rows = (
        select(MealShare.meal_id, MealShare.payer, func.sum(MealShare.amount_fen))
        .where(
            MealShare.meal_id.in_(meal_ids), MealShare.payer != "elder", MealShare.is_grant.is_(False),
            MealShare.meals >= 0,
        )
        .group_by(MealShare.meal_id, MealShare.payer)
    )  # fmt: skip
    paid: dict[int, dict[str, int]] = {}
    for meal_id, payer, fen in session.execute(rows):
        if fen:
            paid.setdefault(meal_id, {})[payer] = int(fen)
    return paid
