"""The meals that a fund helped to pay, one by one, before anything is merged."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from canteen.checkin.models import Meal, MealShare
from canteen.core.entry import ABSORBED
from canteen.documents.papers import FEWEST_ELDERS, MealFlow
from canteen.ledger.models import Entry, Posting
from canteen.settlement.headings import payer_name
from canteen.settlement.merging import Use
from canteen.sponsors.models import Fund


def read_uses(session: Session, fund: Fund, months: Sequence[str]) -> list[Use]:
    """What the fund paid meal by meal in these months, in order; a meal cancelled within its month is not there."""
    keys = (
        MealShare.meal_id, MealShare.service_on, MealShare.meal_period, MealShare.elder_id, Meal.age_years,
        Meal.price_fen, MealShare.canteen_id, MealShare.month,
    )  # fmt: skip
    drawn = (
        select(*keys, func.sum(MealShare.amount_fen))
        .join(Meal, Meal.id == MealShare.meal_id)
        .where(MealShare.fund_id == fund.id, MealShare.month.in_(months), MealShare.is_grant.is_(False))
        .group_by(*keys)
        .order_by(MealShare.service_on, MealShare.meal_id, MealShare.month)
    )
    return [
        Use(on, period, elder_id, age, int(fen), 1 if fen > 0 else -1, canteen_id, abs(fen) == price, month)
        for _meal, on, period, elder_id, age, price, canteen_id, month, fen in session.execute(drawn)
        if fen
    ]


def full_meals(uses: Sequence[Use]) -> int:
    """How many of these meals the fund paid whole."""
    return sum(use.meals for use in uses if use.is_full)


def read_grants(session: Session, fund: Fund, month: str) -> tuple[tuple[str, int], ...]:
    """What grants beside the price took of the fund, by title, in fen."""
    grants: dict[str, int] = defaultdict(int)
    lines = (
        select(MealShare.rule_id, func.sum(MealShare.amount_fen))
        .where(MealShare.fund_id == fund.id, MealShare.month == month, MealShare.is_grant.is_(True))
        .group_by(MealShare.rule_id)
    )
    for rule_id, fen in session.execute(lines):
        grants[rule_id or ""] += int(fen)
    entries = (
        select(Entry.memo, Posting.amount_fen)
        .join(Posting, Posting.entry_id == Entry.id)
        .where(Entry.kind == "grant", Entry.month == month, Posting.account_code == f"fund:{fund.code}")
    )
    for memo, fen in session.execute(entries):
        grants[str((memo or {}).get("title", ""))] += int(fen)
    return tuple(sorted((title, fen) for title, fen in grants.items() if fen))


def read_flow(session: Session, fund: Fund, months: Sequence[str]) -> MealFlow | None:
    """The commonest division of a meal that the fund helped to pay, if five elders ate such a meal."""
    helped = select(MealShare.meal_id).where(
        MealShare.fund_id == fund.id, MealShare.month.in_(months), MealShare.is_grant.is_(False)
    )
    lines = (
        select(MealShare.meal_id, MealShare.elder_id, MealShare.payer, func.sum(MealShare.amount_fen))
        .where(MealShare.meal_id.in_(helped), MealShare.month.in_(months), MealShare.is_grant.is_(False))
        .group_by(MealShare.meal_id, MealShare.elder_id, MealShare.payer)
    )
    meals: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for meal_id, elder_id, payer, fen in session.execute(lines):
        if fen:
            meals[meal_id, elder_id][payer] = int(fen)
    kinds = Counter(tuple(sorted(parts.items())) for parts in meals.values())
    if not kinds:
        return None
    common = min(kinds, key=lambda kind: (-kinds[kind], kind))
    elders = {elder_id for (_, elder_id), parts in meals.items() if tuple(sorted(parts.items())) == common}
    return _as_flow(dict(common), fund) if len(elders) >= FEWEST_ELDERS else None


def _as_flow(parts: dict[str, int], fund: Fund) -> MealFlow:
    price = sum(parts.values())
    fund_fen = parts.pop(f"sponsor:{fund.code}", 0)
    government, elder = parts.pop("government", 0), parts.pop("elder", 0)
    operator = parts.pop("operator", 0) + parts.pop(ABSORBED, 0)
    others = tuple((payer_name(payer), fen) for payer, fen in sorted(parts.items()))
    return MealFlow(price, government, fund_fen, others, operator, elder)


def meals_since_start(session: Session, fund: Fund, month: str) -> int:
    """Every meal that the fund ever helped to pay, up to the end of this month."""
    drawn = (
        select(func.sum(MealShare.amount_fen).label("fen"))
        .where(MealShare.fund_id == fund.id, MealShare.month <= month, MealShare.is_grant.is_(False))
        .group_by(MealShare.meal_id, MealShare.month)
        .subquery()
    )
    # One meal may name the fund in two of its rules, and is one meal all the same.
    count = select(func.sum(case((drawn.c.fen > 0, 1), (drawn.c.fen < 0, -1), else_=0)))
    return int(session.scalar(count) or 0)
