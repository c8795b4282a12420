"""A digest over a month's rows as they were when it was closed, so that a later change of any of them shows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.checkin.models import Meal, MealShare
from canteen.ledger.models import Entry, Posting
from canteen.settlement.sealing import canonical, digest_of_lines

BATCH = 20_000


@dataclass(frozen=True, slots=True)
class FrozenRows:
    """How many lines a closed month has, and SHA-256 over its lines, its meals and its postings."""

    lines: int
    lines_sha256: str
    meals_sha256: str
    postings_sha256: str


def digest_month(session: Session, canteen_id: int, month: str) -> FrozenRows:
    """The digest of one canteen's month, read in order of number and in batches."""
    count = select(func.count()).where(MealShare.canteen_id == canteen_id, MealShare.month == month)
    return FrozenRows(
        lines=int(session.scalar(count) or 0),
        lines_sha256=_digest(session, _lines(canteen_id, month)),
        meals_sha256=_digest(session, _meals(canteen_id, month)),
        postings_sha256=_digest(session, _postings(canteen_id, month)),
    )


def _digest(session: Session, rows: Any) -> str:
    found = session.execute(rows.execution_options(yield_per=BATCH))
    return digest_of_lines(tuple(_plain(value) for value in row) for row in found)


def _plain(value: Any) -> Any:
    # The database may give a mapping's keys back in another order than they were written in.
    return canonical(value) if isinstance(value, dict | list) else value


def _lines(canteen_id: int, month: str) -> Any:
    columns = (
        MealShare.id, MealShare.meal_id, MealShare.elder_id, MealShare.service_on, MealShare.meal_period,
        MealShare.is_grant, MealShare.programme_code, MealShare.rule_id, MealShare.payer, MealShare.payee,
        MealShare.authority, MealShare.fund_id, MealShare.levels, MealShare.amount_fen, MealShare.meals,
    )  # fmt: skip
    return (
        select(*columns)
        .where(MealShare.canteen_id == canteen_id, MealShare.month == month)
        .order_by(MealShare.id)
    )


def _meals(canteen_id: int, month: str) -> Any:
    """What was eaten; not whether it was cancelled, which a later month may still do."""
    columns = (
        Meal.id, Meal.kind, Meal.elder_id, Meal.service_on, Meal.meal_period, Meal.channel, Meal.price_fen,
        Meal.programme_code, Meal.version_on, Meal.authority, Meal.age_years, Meal.facts,
    )  # fmt: skip
    return select(*columns).where(Meal.canteen_id == canteen_id, Meal.month == month).order_by(Meal.id)


def _postings(canteen_id: int, month: str) -> Any:
    columns = (
        Entry.id, Entry.kind, Entry.service_on, Entry.meal_id, Entry.reverses_id, Posting.id, Posting.account_code,
        Posting.amount_fen, Posting.elder_id, Posting.fund_id,
    )  # fmt: skip
    return (
        select(*columns)
        .join(Posting, Posting.entry_id == Entry.id)
        .where(Entry.canteen_id == canteen_id, Entry.month == month)
        .order_by(Posting.id)
    )
