"""Signals about money and portions: subsidised meals against what was cooked, refunds on the day of a top-up."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select

from canteen.checkin.models import Meal, MealShare
from canteen.checkin.outcome_words import SLOT
from canteen.checkin.shifts.portions import cooked
from canteen.oversight.signals.looking import FoundSignal, Look
from canteen.oversight.signals.rules import COOKED, REFUND
from canteen.wallets.models import TopUp

OWN = ("elder", "family", "operator", "operator:absorbed")


def more_than_cooked(look: Look) -> Iterable[FoundSignal]:
    """补贴人次 > 厨房出餐: on days that are over and whose portions somebody noted."""
    subsidised = _subsidised(look)
    noted = cooked(look.session, look.canteen_id, look.first_on, min(look.last_on, look.over_on))
    for (on, period), portions in noted.items():
        meals = subsidised.get((on, period), 0)
        if look.fires(COOKED, meals - portions):
            key = f"{COOKED}:{look.canteen_id}:{on}:{period}"
            facts = look.facts(COOKED, meals - portions, subsidised=meals, cooked=portions)
            yield FoundSignal(COOKED, key, on, facts, period)


def _subsidised(look: Look) -> dict[tuple[date, str], int]:
    paid = (
        select(MealShare.id)
        .where(MealShare.meal_id == Meal.id, MealShare.payer.not_in(OWN), MealShare.amount_fen > 0)
        .exists()
    )
    rows = (
        select(Meal.service_on, Meal.meal_period, func.count())
        .where(
            Meal.canteen_id == look.canteen_id, Meal.service_on.between(look.first_on, look.last_on),
            Meal.kind == SLOT, Meal.cancelled_at.is_(None), paid,
        )
        .group_by(Meal.service_on, Meal.meal_period)
    )  # fmt: skip
    return {(on, period): count for on, period, count in look.session.execute(rows)}


def refund_same_day(look: Look) -> Iterable[FoundSignal]:
    """充值后当日退款: money that went in and out again on one day."""
    begins = datetime.combine(look.first_on, time.min, tzinfo=look.zone).astimezone(UTC)
    ends = datetime.combine(look.last_on + timedelta(days=1), time.min, tzinfo=look.zone).astimezone(UTC)
    rows = (
        select(TopUp)
        .where(TopUp.canteen_id == look.canteen_id, TopUp.received_at >= begins, TopUp.received_at < ends)
        .order_by(TopUp.id)
    )
    days: dict[tuple[int, date], list[TopUp]] = defaultdict(list)
    for row in look.session.scalars(rows):
        days[row.elder_id, row.received_at.astimezone(look.zone).date()].append(row)
    for (elder_id, on), moved in days.items():
        refunds = _after_a_top_up(moved)
        if refunds and look.fires(REFUND, len(refunds)):
            key = f"{REFUND}:{look.canteen_id}:{elder_id}:{on}"
            facts = look.facts(
                REFUND, len(refunds), cashiers=sorted({row.received_by for row in refunds}),
                refund_fen=-sum(row.amount_fen for row in refunds),
                top_up_fen=sum(row.amount_fen for row in moved if row.amount_fen > 0),
            )  # fmt: skip
            yield FoundSignal(REFUND, key, on, facts, elder_id=elder_id)


def _after_a_top_up(moved: list[TopUp]) -> list[TopUp]:
    first = next((row.id for row in moved if row.amount_fen > 0), None)
    return [row for row in moved if row.amount_fen < 0 and first is not None and row.id > first]
