"""Reads of named days: which are over, and the cards that were made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.checkin.models import Meal, MealShare
from canteen.core.calendar import month_end
from canteen.noticeboard.named_day.counting import FundMonth, Paid
from canteen.noticeboard.named_day.models import NamedDayCard
from canteen.sponsors.agreements import queries as agreements
from canteen.sponsors.agreements import showing
from canteen.sponsors.agreements.models import Agreement, AgreementFund, Naming
from canteen.sponsors.agreements.queries import AgreementRow, NamingRow
from canteen.sponsors.models import Fund


@dataclass(frozen=True, slots=True)
class CardLine:
    """A named day that is over and in which the sponsor's fund paid. `meals`: what the card tells; None: no number."""

    naming_id: int
    named_on: date
    canteen_name: str
    meals: int | None


@dataclass(frozen=True, slots=True)
class DayMenu:
    """What was served in one meal period of the day: dishes in order."""

    meal_period: str
    dishes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What stands on a card. `meals` and `elders` None: told in words; `price_fen` None: there were several."""

    named_on: date
    canteen_name: str
    sponsor_name: str
    day_name: str
    nature: str
    meals: int | None
    elders: int | None
    price_fen: int | None
    menus: tuple[DayMenu, ...]

    @property
    def is_donation(self) -> bool:
        """Whether it may thank for a donation; 商业赞助 may not."""
        return self.nature == "donation"


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it was made. `counted`: elder and meal period of each meal behind its figures; never shown."""

    naming_id: int
    number: int
    made_at: datetime
    check_code: str
    facts: CardFacts
    counted: tuple[tuple[int, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A right of naming one day, with its agreement and the canteen's place and time."""

    right: NamingRow
    agreed: AgreementRow
    named_on: date
    canteen_id: int
    canteen_name: str
    time_zone: str


def cards_of(session: Session, sponsor_id: int, today: date) -> list[CardLine]:
    """The named days of a sponsor that are over by `today` and have a card, the newest first.

    `meals` is what the newest card tells, None where no card was made yet or it tells no number.
    """
    rows = (
        select(Naming.id)
        .join(Agreement, Agreement.id == Naming.agreement_id)
        .where(Agreement.sponsor_id == sponsor_id, Naming.object == "day", Naming.named_on < today)
        .order_by(Naming.named_on.desc(), Naming.id.desc())
    )
    found = [_line(session, naming_id) for naming_id in session.scalars(rows).all()]
    return [line for line in found if line is not None]


def ended_days(session: Session, first_on: date, last_on: date) -> list[NamedDay]:
    """The named days between two dates that have a card or may have one, the newest first."""
    rows = select(Naming.id).where(Naming.object == "day", Naming.named_on.between(first_on, last_on))
    found = [named_day(session, number) for number in session.scalars(rows.order_by(Naming.named_on.desc())).all()]
    return [day for day in found if day and (newest(session, day.right.id) or has_card(session, day))]


def _line(session: Session, naming_id: int) -> CardLine | None:
    day = named_day(session, naming_id)
    made = newest(session, naming_id)
    if day is None or (made is None and not has_card(session, day)):
        return None
    return CardLine(naming_id, day.named_on, day.canteen_name, made.facts.meals if made else None)


def named_day(session: Session, naming_id: int) -> NamedDay | None:
    """A right of naming one day at one canteen; None where there is none of this number, or it names something else."""
    rows = select(Naming, Canteen).join(Canteen, Canteen.id == Naming.canteen_id).where(Naming.id == naming_id)
    found = session.execute(rows.where(Naming.object == "day")).first()
    if found is None or found[0].named_on is None:
        return None
    row, canteen = found
    right, agreed = agreements.naming(session, naming_id), agreements.agreement(session, row.agreement_id)
    return NamedDay(right, agreed, found[0].named_on, canteen.id, canteen.name, canteen.time_zone)


def has_card(session: Session, day: NamedDay) -> bool:
    """Whether a card may be made of a day that is over: the name was rightly shown on it, and the fund paid for meals."""
    is_shown = showing.is_in_days(day.right, day.named_on) and not showing.lacks(day.agreed, day.right)
    return is_shown and any(paid.canteen_id == day.canteen_id for paid in paid_meals(session, day))


def paid_meals(session: Session, day: NamedDay) -> list[Paid]:
    """The meals of that day to which the agreement's funds gave something, at every canteen, without cancelled ones."""
    funds = select(AgreementFund.fund_id).where(AgreementFund.agreement_id == day.agreed.id)
    keys = (
        MealShare.meal_id, MealShare.elder_id, MealShare.canteen_id, MealShare.fund_id, MealShare.meal_period,
        Meal.price_fen,
    )  # fmt: skip
    rows = (
        select(*keys)
        .join(Meal, Meal.id == MealShare.meal_id)
        .where(MealShare.fund_id.in_(funds), MealShare.service_on == day.named_on)
        .where(MealShare.is_grant.is_(False), Meal.cancelled_at.is_(None))
        .group_by(*keys)
        .having(func.sum(MealShare.amount_fen) > 0)
        .order_by(MealShare.meal_id, MealShare.fund_id)
    )
    return [
        Paid(meal_id, elder_id, canteen_id, fund_id, period, price_fen)
        for meal_id, elder_id, canteen_id, fund_id, period, price_fen in session.execute(rows)
        if fund_id is not None
    ]


def fund_months(session: Session, day: NamedDay, today: date) -> dict[int, FundMonth]:
    """By fund of the agreement, the elders whom it paid for on each day of the named day's month, at every canteen."""
    first_on, last_on = day.named_on.replace(day=1), month_end(day.named_on)
    funds = select(Fund.id, Fund.ends_on).join(AgreementFund).where(AgreementFund.agreement_id == day.agreed.id)
    found: dict[int, FundMonth] = {}
    for fund_id, ends_on in session.execute(funds):
        elders: dict[date, set[int]] = defaultdict(set)
        for _meal_id, elder_id, on in session.execute(_meals_of(fund_id, first_on, last_on)):
            elders[on].add(elder_id)
        is_over = today > last_on or (ends_on is not None and ends_on <= day.named_on)
        found[fund_id] = FundMonth({on: frozenset(came) for on, came in elders.items()}, is_over)
    return found


def _meals_of(fund_id: int, first_on: date, last_on: date) -> Select[int, int, date]:
    keys = (MealShare.meal_id, MealShare.elder_id, MealShare.service_on)
    return (
        select(*keys)
        .join(Meal, Meal.id == MealShare.meal_id)
        .where(MealShare.fund_id == fund_id, MealShare.service_on.between(first_on, last_on))
        .where(MealShare.is_grant.is_(False), Meal.cancelled_at.is_(None))
        .group_by(*keys)
        .having(func.sum(MealShare.amount_fen) > 0)
    )


def newest(session: Session, naming_id: int) -> Card | None:
    """The last card that was made of a day."""
    found = cards(session, naming_id)
    return found[-1] if found else None


def cards(session: Session, naming_id: int) -> list[Card]:
    """Every card that was made of a day, by number."""
    rows = select(NamedDayCard).where(NamedDayCard.naming_id == naming_id).order_by(NamedDayCard.number)
    return [as_card(row) for row in session.scalars(rows)]


def by_check_code(session: Session, code: str) -> Card | None:
    """The card that bears a check code."""
    row = session.scalars(select(NamedDayCard).where(NamedDayCard.check_code == code)).first()
    return as_card(row) if row else None


def as_card(row: NamedDayCard) -> Card:
    """A card of the database as others see it."""
    counted = tuple((elder_id, period) for elder_id, period in row.counted)
    return Card(row.naming_id, row.number, row.made_at, row.check_code, facts_from(row.facts), counted)


def facts_from(kept: Mapping[str, Any]) -> CardFacts:
    """What stands on a card, out of what is kept of it."""
    menus = tuple(DayMenu(period, tuple(dishes)) for period, dishes in kept["menus"])
    return CardFacts(**{**kept, "named_on": date.fromisoformat(kept["named_on"]), "menus": menus})


def kept_facts(facts: CardFacts) -> dict[str, Any]:
    """The same the other way."""
    return {
        "named_on": facts.named_on.isoformat(), "canteen_name": facts.canteen_name,
        "sponsor_name": facts.sponsor_name, "day_name": facts.day_name, "nature": facts.nature,
        "meals": facts.meals, "elders": facts.elders, "price_fen": facts.price_fen,
        "menus": [[menu.meal_period, list(menu.dishes)] for menu in facts.menus],
    }  # fmt: skip
