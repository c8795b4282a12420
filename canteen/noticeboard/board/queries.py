"""What a canteen's board says now: the meal that runs or comes next, its price by age, and whose money helps."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.canteens import queries as canteens
from canteen.canteens.queries import CanteenRow
from canteen.core.age_table import AgeRow
from canteen.menus import queries as menus
from canteen.menus.queries import MenuRow
from canteen.noticeboard.board.models import BoardLink
from canteen.noticeboard.policy.queries import meal_rows, standard_price_fen
from canteen.sponsors.agreements.places import Drawn, ShownAt, names_at, paying_funds
from canteen.sponsors.gifts.queries import Invitation, invitation
from canteen.sponsors.models import Fund

MOST_ON_A_PAGE = 7
TOKEN = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")


@dataclass(frozen=True, slots=True)
class LinkRow:
    """The link that opens a canteen's board now."""

    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class Board:
    """One screen. `meal` None: the canteen serves none. `rows` are empty where an age alone decides no price.

    `is_today`: False where today's last meal is over and tomorrow's first is shown. `is_closed_day`: nothing is written
    for that day though something is for another of its week. `place_name`: what the canteen is called by agreement.
    """

    canteen: CanteenRow
    at: datetime
    on: date
    is_today: bool
    meal: str | None
    hours: tuple[str, str] | None
    pages: tuple[tuple[str, ...], ...]
    price_fen: int | None
    rows: tuple[AgeRow, ...]
    place_name: str | None
    names: tuple[ShownAt, ...]
    invitations: tuple[Invitation, ...]
    is_closed_day: bool


def token_sha256(token: str) -> str:
    """What of a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def canteen_of(session: Session, token: str) -> CanteenRow | None:
    """The canteen whose board a token opens; None for one that was never made, or is revoked."""
    typed = token.upper()
    if not TOKEN.fullmatch(typed):
        return None
    rows = select(BoardLink.canteen_id).where(
        BoardLink.token_sha256 == token_sha256(typed), BoardLink.revoked_at.is_(None)
    )
    canteen_id = session.scalar(rows)
    return None if canteen_id is None else canteens.by_id(session, canteen_id)


def link_of(session: Session, canteen_id: int) -> LinkRow | None:
    """The link in use of a canteen's board."""
    rows = select(BoardLink).where(BoardLink.canteen_id == canteen_id, BoardLink.revoked_at.is_(None))
    found = session.scalars(rows).first()
    return None if found is None else LinkRow(found.made_at, found.made_by)


def read_board(session: Session, canteen: CanteenRow, now: datetime) -> Board:
    """The board of a canteen at an instant, by the canteen's own clock."""
    at = now.astimezone(ZoneInfo(canteen.time_zone))
    on, meal = _meal_at(canteen, at)
    menu = menus.published_menu(session, canteen.id, on, meal) if meal else None
    price_fen = _price_fen(session, canteen, on, menu) if meal else None
    names, paying = names_at(session, canteen, on, "board", meal), paying_funds(session, canteen, on, meal)
    place_name = next((name.place_name for name in names if name.place_name), None)
    return Board(
        canteen=canteen, at=at, on=on, is_today=on == at.date(), meal=meal,
        hours=canteen.hours[meal] if meal else None,
        pages=_pages(menu.dishes if menu else ()), price_fen=price_fen,
        rows=_rows(session, canteen, on, meal, price_fen, paying),
        place_name=place_name,
        names=tuple(names),
        invitations=_invitations(session, paying),
        is_closed_day=menu is None and _is_closed_day(session, canteen, on),
    )  # fmt: skip


def _meal_at(canteen: CanteenRow, at: datetime) -> tuple[date, str | None]:
    """The meal that runs or comes next; after the day's last, tomorrow's first."""
    clock = f"{at:%H:%M}"
    for period, (_begins, ends) in canteen.hours.items():
        if clock <= ends:
            return at.date(), period
    return at.date() + timedelta(days=1), next(iter(canteen.hours), None)


def _price_fen(session: Session, canteen: CanteenRow, on: date, menu: MenuRow | None) -> int | None:
    if menu is not None and menu.price_fen is not None:
        return menu.price_fen
    return canteen.price_fen if canteen.price_fen is not None else standard_price_fen(session, canteen, on)


def _pages(dishes: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """At most seven dishes a page, spread evenly: eight are four and four."""
    pages = -(-len(dishes) // MOST_ON_A_PAGE)
    size = -(-len(dishes) // pages) if pages else 1
    return tuple(tuple(dishes[first : first + size]) for first in range(0, len(dishes), size))


def _is_closed_day(session: Session, canteen: CanteenRow, on: date) -> bool:
    week = menus.week(session, canteen, on, published_only=True)
    return any(day.is_written for day in week) and not any(
        day.is_written for day in week if day.service_on == on
    )


def _rows(
    session: Session, canteen: CanteenRow, on: date, meal: str | None, price_fen: int | None, paying: Sequence[Drawn]
) -> tuple[AgeRow, ...]:
    """What each age pays; nothing once a fund that the table counts on has ended."""
    if meal is None or price_fen is None:
        return ()
    rows = meal_rows(session, canteen, on, meal, price_fen)
    needed = {end for row in rows for end in row.cells[0].ends_by if end.startswith("fund:")}
    return rows if needed <= {f"fund:{fund.code}" for fund in paying} else ()


def _invitations(session: Session, paying: Sequence[Drawn]) -> tuple[Invitation, ...]:
    codes = [fund.code for fund in paying]
    ids: Iterable[int] = session.scalars(select(Fund.id).where(Fund.code.in_(codes)).order_by(Fund.id)).all()
    found = (invitation(session, fund_id) for fund_id in ids)
    return tuple(dict.fromkeys(one for one in found if one is not None))
