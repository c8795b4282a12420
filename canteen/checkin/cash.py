"""Meals of people without a card, at full price in cash: counted for kitchen and till, never for a claim."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record as record_act
from canteen.canteens.queries import by_id
from canteen.checkin.again import in_transaction
from canteen.checkin.models import CashMeal
from canteen.checkin.records import KEY, parse_instant
from canteen.checkin.serving_time import LEASE
from canteen.clock import now
from canteen.core import entry as journal
from canteen.core.calendar import MEAL_PERIODS, month_of
from canteen.core.errors import Refusal
from canteen.ledger import services as ledger
from canteen.ledger.locks import share_month
from canteen.ledger.queries import open_month

MOST_PORTIONS = 500
HIGHEST_PRICE_FEN = 100_000


@dataclass(frozen=True, slots=True)
class NewCashMeal:
    """So many portions at one price. `key` is made once on the tablet and sent again on a retry."""

    key: str
    device_id: int
    canteen_id: int
    meal_period: str
    portions: int
    price_fen: int
    actor: str
    seen_at: datetime | None = None
    """When the tablet took the money; a tablet without a network tells of it later."""


def read_cash_meal(body: Mapping[str, Any], device_id: int, canteen_id: int, actor: str) -> NewCashMeal:
    """Read the body of a call. Raises Refusal `cash-meal`, naming the key that is wrong."""
    key, period = body.get("id"), body.get("meal_period")
    portions, price_fen = body.get("portions"), body.get("price_fen")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise _bad("id", "id 要用 1 到 64 个字母、数字、点、横线、下划线或冒号。")
    if not isinstance(period, str) or period not in MEAL_PERIODS:
        raise _bad("meal_period", "meal_period 是 breakfast、lunch 或 dinner。")
    if type(portions) is not int or not 1 <= portions <= MOST_PORTIONS:
        raise _bad("portions", f"份数是 1 到 {MOST_PORTIONS} 的整数。")
    if type(price_fen) is not int or not 1 <= price_fen <= HIGHEST_PRICE_FEN:
        raise _bad("price_fen", "每份价格是 1 到 100000 分的整数。")
    try:
        seen_at = None if body.get("seen_at") is None else parse_instant(body["seen_at"])
    except ValueError:
        raise _bad("seen_at", "seen_at 要写成 2026-11-20T04:00:00Z 这样。") from None
    return NewCashMeal(key, device_id, canteen_id, period, portions, price_fen, actor, seen_at)


def serve_cash_meal(wanted: NewCashMeal) -> dict[str, Any]:
    """Take the cash and count the portions, once per key. Raises Refusal `key-reused`."""
    return in_transaction(lambda session: _serve(session, wanted))


def _serve(session: Session, wanted: NewCashMeal) -> dict[str, Any]:
    known = session.scalars(select(CashMeal).where(CashMeal.key == wanted.key)).first()
    if known is not None:
        return _again(known, wanted)
    served_at = _served_at(wanted)
    on = served_at.astimezone(ZoneInfo(by_id(session, wanted.canteen_id).time_zone)).date()
    month = open_month(session, wanted.canteen_id, month_of(on))
    share_month(session, wanted.canteen_id, month)
    total_fen = wanted.portions * wanted.price_fen
    postings = (journal.Posting(journal.CASH, total_fen), journal.Posting(journal.CASH_MEALS, -total_fen))
    entry = journal.Entry("cash-meal", wanted.canteen_id, on, month, postings, key=f"cash-meal:{wanted.key}")
    row = CashMeal(
        key=wanted.key, device_id=wanted.device_id, canteen_id=wanted.canteen_id, service_on=on,
        meal_period=wanted.meal_period, portions=wanted.portions, price_fen=wanted.price_fen,
        entry_id=ledger.post(session, entry), served_at=served_at,
    )  # fmt: skip
    session.add(row)
    detail = {"portions": wanted.portions, "price_fen": wanted.price_fen}
    record_act(session, "cash-meal", wanted.actor, f"cash-meal:{wanted.key}", wanted.canteen_id, detail)
    return _document(row)


def _served_at(wanted: NewCashMeal) -> datetime:
    """When the tablet says, if it may have been alone for so long; a clock that is ahead or far behind is not believed."""
    received_at, seen_at = now(), wanted.seen_at
    if seen_at is None or not received_at - LEASE <= seen_at <= received_at:
        return received_at
    return seen_at


def _again(known: CashMeal, wanted: NewCashMeal) -> dict[str, Any]:
    same = (known.canteen_id, known.meal_period, known.portions, known.price_fen)
    if same != (wanted.canteen_id, wanted.meal_period, wanted.portions, wanted.price_fen):
        raise Refusal("key-reused", "这个编号已经用在另一笔上，内容不一样。")
    return _document(known)


def _document(row: CashMeal) -> dict[str, Any]:
    return {
        "id": row.key, "service_on": row.service_on.isoformat(), "meal_period": row.meal_period,
        "portions": row.portions, "price_fen": row.price_fen, "cash_fen": row.portions * row.price_fen,
    }  # fmt: skip


def _bad(field: str, message: str) -> Refusal:
    return Refusal("cash-meal", message, field=field)
