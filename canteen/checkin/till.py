"""What a till asks for between two scans: the day so far, and an elder found by hand."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from canteen.canteens.hours import IN_WORDS
from canteen.canteens.queries import revision
from canteen.cards.models import MealCard
from canteen.checkin.answers import labels_of, utc_text
from canteen.checkin.deciding import price_of
from canteen.checkin.models import CashMeal, Meal, Scan
from canteen.checkin.outcome_words import MEAL, SLOT
from canteen.checkin.serving_time import running_period, service_date
from canteen.checkin.standing import Place, read_standing, standing_cache
from canteen.checkin.strips import of_day
from canteen.clock import now
from canteen.core.calendar import age_on
from canteen.core.errors import Refusal
from canteen.core.token import WellFormed, read_code
from canteen.devices.models import Device
from canteen.elders.models import CanteenElder, Elder
from canteen.menus.queries import published_menu
from canteen.wallets.models import Wallet

MOST_FOUND = 8
MOST_RECENT = 5
SHORTEST_TAIL = 3


@dataclass(frozen=True, slots=True)
class _Now:
    """The canteen's own moment: its day, and the meal period that runs."""

    place: Place
    on: date
    period: str | None
    is_workday: bool | None


def till_of(session: Session, device_id: int, canteen_id: int) -> dict[str, Any]:
    """The till's idle screen: canteen, running meal period and its menu, what is served, whose money helps."""
    current = _current(session, canteen_id)
    place, on, period = current.place, current.on, current.period
    menu = None if period is None else published_menu(session, canteen_id, on, period)
    hours = place.hours.get(period or "")
    price_fen = price_of(place, on, menu.price_fen if menu else None) if period else None
    return {
        "canteen": {"code": place.code, "name": place.name},
        "window": session.scalar(select(Device.name).where(Device.id == device_id)),
        "meal_period": period,
        "meal_period_name": IN_WORDS[period] if period else None,
        "hours": f"{hours[0]:%H:%M}-{hours[1]:%H:%M}" if hours else None,
        "served": _served(session, current) if period else 0,
        "price_fen": price_fen,
        "menu": "、".join(menu.dishes) if menu and menu.dishes else None,
        **of_day(session, place, on, current.is_workday, period).document(),
        "cashier": None,
        "now": utc_text(now()),
        "recent": _recent(session, device_id, on),
    }


def find(session: Session, canteen_id: int, text: str) -> list[dict[str, Any]]:
    """At most eight elders of this canteen's list: by card tail or serial, pinyin initials, or part of the name.

    Nothing of identity numbers or phones is looked at or answered; who died or left is not found.
    """
    wanted = "".join(unicodedata.normalize("NFKC", text).split())
    if not wanted:
        return []
    current = _current(session, canteen_id)
    found = session.execute(_listed(canteen_id).where(_matches(wanted)).limit(MOST_FOUND))
    return _documents(session, current, found.all())


def find_by_card(session: Session, canteen_id: int, token: str) -> list[dict[str, Any]]:
    """The elder of an active card with the balance, at most one. Raises Refusal `card-not-clear`, `not-a-card`."""
    reading = read_code(token)
    if not isinstance(reading, WellFormed):
        raise Refusal("not-a-card", "没扫清楚，或者这不是就餐卡。请再放一次。")
    rows = (
        select(Elder, MealCard.serial)
        .join(MealCard, MealCard.elder_id == Elder.id)
        .where(MealCard.token_sha256 == reading.sha256, MealCard.state == "active", *_living())
    )
    current = _current(session, canteen_id)
    documents = _documents(session, current, session.execute(rows).all())
    for document in documents:
        balance = select(Wallet.balance_fen).join(Elder, Elder.id == Wallet.elder_id)
        document["balance_fen"] = session.scalar(balance.where(Elder.ref == document["ref"])) or 0
    return documents


def _current(session: Session, canteen_id: int) -> _Now:
    standing = standing_cache().now()
    if standing.number != revision(session) or canteen_id not in standing.places:
        standing = read_standing(session)
    place = standing.places[canteen_id]
    on, at = service_date(now(), place.zone)
    return _Now(place, on, running_period(place.hours, at), standing.is_workday(on))


def _served(session: Session, current: _Now) -> int:
    meals = select(func.count()).where(
        Meal.canteen_id == current.place.id, Meal.service_on == current.on,
        Meal.meal_period == current.period, Meal.cancelled_at.is_(None),
    )  # fmt: skip
    portions = select(func.coalesce(func.sum(CashMeal.portions), 0)).where(
        CashMeal.canteen_id == current.place.id, CashMeal.service_on == current.on,
        CashMeal.meal_period == current.period,
    )  # fmt: skip
    return (session.scalar(meals) or 0) + (session.scalar(portions) or 0)


def _recent(session: Session, device_id: int, on: date) -> list[dict[str, Any]]:
    rows = (
        select(Scan.received_at, Elder.name, Scan.scan_id)
        .join(Meal, Meal.id == Scan.meal_id)
        .join(Elder, Elder.id == Meal.elder_id)
        .where(Scan.device_id == device_id, Scan.state == MEAL, Scan.service_on == on, Meal.cancelled_at.is_(None))
        .order_by(Scan.id.desc())
        .limit(MOST_RECENT)
    )
    return [
        {"at": utc_text(at), "name": name, "scan_id": scan_id}
        for at, name, scan_id in session.execute(rows)
    ]


def _living() -> tuple[Any, ...]:
    return Elder.died_on.is_(None), Elder.closed_on.is_(None)


def _listed(canteen_id: int) -> Select[Elder, str]:
    return (
        select(Elder, MealCard.serial)
        .join(CanteenElder, CanteenElder.elder_id == Elder.id)
        .outerjoin(MealCard, (MealCard.elder_id == Elder.id) & (MealCard.state == "active"))
        .where(CanteenElder.canteen_id == canteen_id, *_living())
        .order_by(Elder.name_sort, Elder.name, Elder.id)
    )


def _matches(wanted: str) -> Any:
    if wanted.isascii() and wanted.isdigit():
        # Two digits fit one elder in a hundred: of no use on a counter.
        return MealCard.serial.endswith(wanted) if len(wanted) >= SHORTEST_TAIL else MealCard.serial == wanted
    if wanted.isascii() and wanted.isalpha():
        return Elder.name_initials.contains(f" {wanted.upper()}", autoescape=True)
    return Elder.name.contains(wanted, autoescape=True)


def _documents(session: Session, current: _Now, found: Sequence[Any]) -> list[dict[str, Any]]:
    served = _served_at(session, current, [elder.id for elder, _ in found])
    return [
        {
            "ref": elder.ref,
            "name": elder.name,
            "age_years": None if elder.born_on is None else age_on(elder.born_on, current.on),
            "tail": serial[-4:] if serial else None,
            "hint": elder.hint,
            "labels": labels_of(elder.diet),
            "served": elder.id in served,
            "served_at": served.get(elder.id),
        }
        for elder, serial in found
    ]


def _served_at(session: Session, current: _Now, elder_ids: list[int]) -> dict[int, str]:
    if not elder_ids or current.period is None:
        return {}
    rows = select(Meal.elder_id, Meal.served_at).where(
        Meal.elder_id.in_(elder_ids), Meal.service_on == current.on, Meal.meal_period == current.period,
        Meal.kind == SLOT, Meal.cancelled_at.is_(None),
    )  # fmt: skip
    return {elder_id: utc_text(at) for elder_id, at in session.execute(rows)}
