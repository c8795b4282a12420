"""Reads for the card's page: the canteen with its week, and what the family may see of an elder's meals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.canteens import queries as canteens
from canteen.canteens.queries import CanteenRow
from canteen.cards import queries as cards
from canteen.checkin.models import Meal, MealShare
from canteen.elders.models import Elder
from canteen.menus import queries as menus
from canteen.menus.queries import DayRow
from canteen.sponsors.agreements.places import ShownAt, fund_names, once
from canteen.sponsors.models import Fund
from canteen.wallets.models import TopUp, Wallet

SHOWN = 20


@dataclass(frozen=True, slots=True)
class CardPage:
    """What a card alone shows: the canteen that issued it and the week's published menus.

    `state`: active, lost, replaced or closed.
    """

    state: str
    canteen: CanteenRow
    week: Sequence[DayRow]


@dataclass(frozen=True, slots=True)
class Eaten:
    """One meal in the family's list; money in fen. `givers`: who gave to it, by the name that counted that day."""

    service_on: date
    meal_period: str
    elder_fen: int
    subsidy_fen: int
    givers: Sequence[ShownAt]
    at: datetime


@dataclass(frozen=True, slots=True)
class PaidIn:
    """Money that came into the wallet, or (below zero) was paid back."""

    amount_fen: int
    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class FamilyPage:
    """What the family code adds. `records`: the last twenty meals and top-ups, newest first."""

    form_of_address: str | None
    name: str
    diet: str | None
    balance_fen: int
    meals_this_month: int
    records: Sequence[Eaten | PaidIn]


def card_page(session: Session, token_sha256: str, day: date) -> CardPage | None:
    """The page of a card on a day; None where there is no such card."""
    card = cards.by_token(session, token_sha256)
    if card is None:
        return None
    canteen = canteens.by_id(session, card.canteen_id)
    return CardPage(card.state, canteen, menus.week(session, canteen, day, published_only=True))


def family_page(session: Session, elder_id: int, canteen: CanteenRow, day: date) -> FamilyPage | None:
    """An elder's page as the family sees it; None where the elder has switched it off meanwhile."""
    elder = session.get(Elder, elder_id)
    if elder is None or elder.is_page_off:
        return None
    return FamilyPage(
        form_of_address=elder.form_of_address,
        name=elder.name,
        diet=elder.diet,
        balance_fen=session.scalar(select(Wallet.balance_fen).where(Wallet.elder_id == elder_id)) or 0,
        meals_this_month=_meals_of_month(session, elder_id, day),
        records=_records(session, elder_id, ZoneInfo(canteen.time_zone)),
    )


def _meals_of_month(session: Session, elder_id: int, day: date) -> int:
    meals = select(func.count()).where(
        Meal.elder_id == elder_id,
        Meal.cancelled_at.is_(None),
        Meal.service_on.between(day.replace(day=1), day),
    )
    return session.scalar(meals) or 0


def _records(session: Session, elder_id: int, zone: ZoneInfo) -> list[Eaten | PaidIn]:
    newest = select(TopUp).where(TopUp.elder_id == elder_id).order_by(TopUp.id.desc()).limit(SHOWN)
    paid_in = [
        PaidIn(row.amount_fen, row.received_at.astimezone(zone).date(), row.received_at)
        for row in session.scalars(newest)
    ]
    records: list[Eaten | PaidIn] = [*_eaten(session, elder_id), *paid_in]
    return sorted(records, key=lambda row: row.at, reverse=True)[:SHOWN]


def _eaten(session: Session, elder_id: int) -> list[Eaten]:
    newest = select(Meal).where(Meal.elder_id == elder_id, Meal.cancelled_at.is_(None))
    meals = list(session.scalars(newest.order_by(Meal.id.desc()).limit(SHOWN)))
    names = _givers(session, meals)
    return [
        Eaten(
            service_on=meal.service_on,
            meal_period=meal.meal_period,
            elder_fen=meal.elder_fen,
            subsidy_fen=meal.price_fen - meal.elder_fen,
            givers=names.get(meal.id, ()),
            at=meal.served_at,
        )
        for meal in meals
    ]


def _givers(session: Session, meals: Sequence[Meal]) -> Mapping[int, Sequence[ShownAt]]:
    gave = (
        select(MealShare.meal_id, Fund.code)
        .join(Fund, Fund.id == MealShare.fund_id)
        .where(MealShare.meal_id.in_([meal.id for meal in meals]), MealShare.is_grant.is_(False))
        .where(MealShare.amount_fen > 0)
        .order_by(MealShare.id)
    )
    funds: dict[int, list[str]] = {}
    for meal_id, code in session.execute(gave):
        funds.setdefault(meal_id, []).append(code)
    known = fund_names(session, set().union(*funds.values())) if funds else {}
    return {
        meal.id: once(
            name
            for code in funds[meal.id]
            for name in known[code].at("own", meal.canteen_id, meal.service_on, meal.meal_period)
        )
        for meal in meals
        if meal.id in funds
    }
