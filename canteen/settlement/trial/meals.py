"""The month's live slot meals, page by page: first only their places in the order, then each with its facts.

On SQLite an open reader keeps the writer from committing, so no look at the database may take long (`look`).
"""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from canteen.checkin.models import Meal, MealShare
from canteen.checkin.outcome_words import SLOT
from canteen.core.calendar import MEAL_PERIODS
from canteen.core.division import ElderFacts
from canteen.core.frozen_facts import elder_of
from canteen.db import is_postgresql

KEYS_AT_ONCE = (500, 10_000)
MEALS_AT_ONCE = (250, 1000)

Borne = dict[tuple[bool, str], int]
"""What each payer bears of a meal, in fen, by (is it a grant beside the price, the payer)."""


class Place(NamedTuple):
    """A meal's place in the order of dividing: service date, meal period (breakfast first), meal number."""

    on: date
    rank: int
    meal_no: int


@dataclass(frozen=True, slots=True)
class MonthMeals:
    """Which meals are divided again, in order; what they drew; the first day of each elder's."""

    canteen_id: int
    month: str
    places: tuple[Place, ...]
    numbers: frozenset[int]
    first_on: Mapping[int, date]
    from_vouchers: Mapping[int, int]
    from_funds: Mapping[tuple[int, date], int]


@dataclass(frozen=True, slots=True)
class PastMeal:
    """One meal as it was eaten and as it was paid."""

    place: Place
    elder_id: int
    meal_period: str
    channel: str
    price_fen: int
    born_on: date | None
    elder: ElderFacts
    borne: Borne = field(default_factory=dict)

    @property
    def absorbed_fen(self) -> int:
        """What the canteen bore of the elder's share."""
        return self.borne.get((False, "operator:absorbed"), 0)


def rank_of(meal_period: str) -> int:
    """The place of a meal period within its day."""
    return next((rank for rank, period in enumerate(MEAL_PERIODS) if period == meal_period), len(MEAL_PERIODS))


@contextmanager
def look(session: Session) -> Iterator[None]:
    """One look at the database, after which whoever writes may commit: the session's transaction ends with it.

    Garbage waits meanwhile: looking for it in a large process takes longer than the look itself.
    """
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        session.rollback()
        if was_collecting:
            gc.enable()


def at_once(session: Session, few_or_many: tuple[int, int]) -> int:
    """How much is read in one look: little on SQLite, where it is in somebody's way, more on PostgreSQL."""
    few, many = few_or_many
    return many if is_postgresql(session) else few


def divided(canteen_id: int, month: str) -> tuple[ColumnElement[bool], ...]:
    """The meals that a trial of a month divides again."""
    return (
        Meal.canteen_id == canteen_id,
        Meal.month == month,
        Meal.kind == SLOT,
        Meal.cancelled_at.is_(None),
    )


def read_places(
    session: Session, canteen_id: int, month: str, *, vouchers: bool, funds: Sequence[int]
) -> MonthMeals:
    """The places of all meals of a month, and what they drew on vouchers (if asked) and on these funds."""
    places: list[Place] = []
    first_on: dict[int, date] = {}
    from_vouchers: dict[int, int] = {}
    from_funds: dict[tuple[int, date], int] = {}
    for page in _key_pages(session, canteen_id, month, vouchers):
        for row in page:
            places.append(Place(row.service_on, rank_of(row.meal_period), row.id))
            first_on[row.elder_id] = min(first_on.get(row.elder_id, row.service_on), row.service_on)
            for voucher_id, fen in row.facts.get("vouchers", ()) if vouchers else ():
                from_vouchers[voucher_id] = from_vouchers.get(voucher_id, 0) + fen
        if funds:
            with look(session):
                _add_draws(session, page, month, funds, from_funds)
    places.sort()
    numbers = frozenset(place.meal_no for place in places)
    return MonthMeals(canteen_id, month, tuple(places), numbers, first_on, from_vouchers, from_funds)


def _key_pages(session: Session, canteen_id: int, month: str, with_facts: bool) -> Iterator[Sequence[Any]]:
    columns = [Meal.id, Meal.elder_id, Meal.service_on, Meal.meal_period, *([Meal.facts] if with_facts else [])]
    after, most = 0, at_once(session, KEYS_AT_ONCE)
    while True:
        rows = select(*columns).where(*divided(canteen_id, month), Meal.id > after)
        with look(session):
            page = session.execute(rows.order_by(Meal.id).limit(most)).all()
        if not page:
            return
        yield page
        after = page[-1].id


def _add_draws(
    session: Session, page: Sequence[Any], month: str, funds: Sequence[int], drawn: dict[tuple[int, date], int]
) -> None:
    rows = (
        select(MealShare.fund_id, MealShare.service_on, func.sum(MealShare.amount_fen))
        .where(
            MealShare.meal_id.in_([row.id for row in page]),
            MealShare.month == month,
            MealShare.fund_id.in_(funds),
        )
        .group_by(MealShare.fund_id, MealShare.service_on)
    )
    for fund_id, on, fen in session.execute(rows):
        if fund_id is not None:
            drawn[fund_id, on] = drawn.get((fund_id, on), 0) + int(fen)


def pages(session: Session, places: Sequence[Place]) -> Iterator[Sequence[Place]]:
    """The places cut into pages, in their order."""
    most = at_once(session, MEALS_AT_ONCE)
    for first in range(0, len(places), most):
        yield places[first : first + most]


def read_page(session: Session, month: str, page: Sequence[Place]) -> list[PastMeal]:
    """The meals of one page in its order; one that was cancelled meanwhile is left out."""
    numbers = [place.meal_no for place in page]
    columns = (Meal.id, Meal.elder_id, Meal.meal_period, Meal.channel, Meal.price_fen, Meal.facts)
    rows = select(*columns).where(Meal.id.in_(numbers), Meal.cancelled_at.is_(None))
    with look(session):
        found = {row.id: row for row in session.execute(rows)}
    with look(session):
        borne = _read_borne(session, month, numbers)
    return [
        _past_meal(place, found[place.meal_no], borne.get(place.meal_no, {}))
        for place in page
        if place.meal_no in found
    ]


def _read_borne(session: Session, month: str, numbers: Sequence[int]) -> dict[int, Borne]:
    lines = select(MealShare.meal_id, MealShare.is_grant, MealShare.payer, MealShare.amount_fen).where(
        MealShare.meal_id.in_(numbers), MealShare.month == month
    )
    borne: dict[int, Borne] = {}
    for meal_no, is_grant, payer, fen in session.execute(lines):
        one = borne.setdefault(meal_no, {})
        one[is_grant, payer] = one.get((is_grant, payer), 0) + fen
    return borne


def _past_meal(place: Place, row: Any, borne: Borne) -> PastMeal:
    facts = elder_of(row.facts)
    return PastMeal(
        place, row.elder_id, row.meal_period, row.channel, row.price_fen, facts.born_on, facts, borne
    )
