"""Reads of menus: the day's for the till and the kitchen, the week's for the board and the card's page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.canteens.queries import CanteenRow
from canteen.core.money import Money
from canteen.menus.models import Menu


@dataclass(frozen=True, slots=True)
class MenuRow:
    """What one meal period of one day offers: dishes in order, and the price in fen (None: the usual one)."""

    service_on: date
    meal_period: str
    dishes: tuple[str, ...]
    price_fen: Money | None
    is_published: bool


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the week's grid: its menu for each period served, None where none is written."""

    service_on: date
    menus: Mapping[str, MenuRow | None]

    @property
    def is_published(self) -> bool:
        """Whether all that is written for the day is published."""
        written = [menu for menu in self.menus.values() if menu]
        return bool(written) and all(menu.is_published for menu in written)

    @property
    def is_written(self) -> bool:
        """Whether anything is written for the day, draft or not."""
        return any(self.menus.values())


def published_menu(session: Session, canteen_id: int, service_on: date, meal_period: str) -> MenuRow | None:
    """What the till shows for a meal period; None where nothing is published."""
    row = session.scalars(
        select(Menu).where(
            Menu.canteen_id == canteen_id,
            Menu.service_on == service_on,
            Menu.meal_period == meal_period,
            Menu.published_at.is_not(None),
        )
    ).first()
    return as_row(row) if row else None


def published_price(session: Session, canteen_id: int, service_on: date, meal_period: str) -> Money | None:
    """The set meal's price by the day's menu; None where it names none, and the canteen's own price holds."""
    menu = published_menu(session, canteen_id, service_on, meal_period)
    return menu.price_fen if menu else None


def week(session: Session, canteen: CanteenRow, day: date, *, published_only: bool = False) -> list[DayRow]:
    """The seven days, Monday first, of the week in which `day` lies."""
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    return _grid(canteen, days, _written(session, canteen.id, days[0], days[-1], published_only))


def day_menus(session: Session, canteen: CanteenRow, day: date) -> DayRow:
    """One day with its drafts, as it is written for each period that the canteen serves."""
    return _grid(canteen, [day], _written(session, canteen.id, day, day, published_only=False))[0]


def as_row(menu: Menu) -> MenuRow:
    """A menu of the database as others see it."""
    price = None if menu.price_fen is None else Money(menu.price_fen)
    dishes = tuple(menu.dishes.splitlines())
    return MenuRow(menu.service_on, menu.meal_period, dishes, price, menu.published_at is not None)


def _written(
    session: Session, canteen_id: int, first_on: date, last_on: date, published_only: bool
) -> dict[tuple[date, str], MenuRow]:
    wanted = select(Menu).where(Menu.canteen_id == canteen_id, Menu.service_on.between(first_on, last_on))
    if published_only:
        wanted = wanted.where(Menu.published_at.is_not(None))
    return {(menu.service_on, menu.meal_period): as_row(menu) for menu in session.scalars(wanted)}


def _grid(
    canteen: CanteenRow, days: Iterable[date], written: Mapping[tuple[date, str], MenuRow]
) -> list[DayRow]:
    return [DayRow(day, {period: written.get((day, period)) for period in canteen.hours}) for day in days]
