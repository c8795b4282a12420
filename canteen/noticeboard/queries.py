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
from canteen.sponsors.models import Fund, Sponsor
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
    """One meal in the family's list; money in fen. `sponsors`: display names of those who gave to it."""

    service_on: date
    meal_period: str
    elder_fen: int
    subsidy_fen: int
    sponsors: Sequence[str]
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
    names = _sponsors(session, [meal.id for meal in meals])
    return [
        Eaten(
            service_on=meal.service_on,
            meal_period=meal.meal_period,
            elder_fen=meal.elder_fen,
            subsidy_fen=meal.price_fen - meal.elder_fen,
            sponsors=names.get(meal.id, ()),
            at=meal.served_at,
        )
        for meal in meals
    ]


def _sponsors(session: Session, meal_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    gave = (
        select(MealShare.meal_id, Sponsor.display_name)
        .join(Fund, Fund.id == MealShare.fund_id)
        .join(Sponsor, Sponsor.id == Fund.sponsor_id)
        .where(MealShare.meal_id.in_(meal_ids), MealShare.amount_fen > 0, MealShare.is_grant.is_(False))
        .order_by(MealShare.id)
    )
    names: dict[int, list[str]] = {}
    for meal_id, name in session.execute(gave):
        known = names.setdefault(meal_id, [])
        if name not in known:
            known.append(name)
    return names
