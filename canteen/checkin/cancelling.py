"""A meal taken back: the mirror of all that was posted for it, and its slot and what the limits counted are free.

A till may take back its own last meals within ten minutes, an office later with a reason. After the month's close
the mirror stands in the open month, as an adjustment. A cancellation may come before the scan it is about: it is
held, and takes effect when the scan arrives.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from canteen.audit.services import record as record_act
from canteen.canteens.queries import by_id
from canteen.cards.services import lock_elder
from canteen.checkin.again import in_transaction
from canteen.checkin.models import Meal, MealCancel, MealShare, Scan, ScanRuling
from canteen.checkin.outcome_words import MEAL, REJECTED
from canteen.checkin.records import ONLINE
from canteen.checkin.serving_time import service_date
from canteen.clock import now
from canteen.core.calendar import month_of
from canteen.core.errors import Refusal
from canteen.devices.models import Device
from canteen.ledger import services as ledger
from canteen.ledger.locks import hold_month, share_month
from canteen.ledger.models import Entry
from canteen.ledger.queries import open_month
from canteen.sponsors.models import Fund, FundDay
from canteen.wallets.models import Voucher, Wallet

FOR_A_TILL = timedelta(minutes=10)
LONGEST_REASON = 200

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TillCancel:
    """A till takes back what it recorded. `cancel_id` is made once; `seen_at` is the tablet's own time."""

    cancel_id: str
    device_id: int
    actor: str
    reason: str
    seen_at: datetime | None = None


def cancel_scan(scan_id: str, wanted: TillCancel) -> Answer:
    """Take back the meal of a scan; held where the scan has not arrived yet.

    Raises Refusal `cancel-id-reused`, `not-this-till`, `too-late`, `already-cancelled`, `nothing-to-cancel`.
    """
    return in_transaction(lambda session: _cancel_scan(session, scan_id, wanted))


def cancel_own_meal(meal_no: int, wanted: TillCancel) -> Answer:
    """Take back a meal of this till by its number. Raises Refusal as `cancel_scan` does, `meal-unknown`."""
    return in_transaction(lambda session: _cancel_own_meal(session, meal_no, wanted))


def cancel_meal(meal_no: int, reason: str, by: str) -> Answer:
    """Take back a meal later, from the office, with a reason.

    Raises Refusal `reason-missing`, `meal-unknown`, `already-cancelled`.
    """
    stated = checked_reason(reason)
    return in_transaction(lambda session: _cancel_meal(session, meal_no, stated, by))


def checked_reason(reason: str) -> str:
    """The reason without needless space. Raises Refusal `reason-missing`."""
    stated = " ".join(reason.split())
    if not stated or len(stated) > LONGEST_REASON:
        raise Refusal("reason-missing", f"请写明原因，最多 {LONGEST_REASON} 个字。", longest=LONGEST_REASON)
    return stated


def reverse_meal(session: Session, meal: Meal, cancel: MealCancel) -> Answer:
    """Post the mirror of a meal within the caller's transaction, and fill in the cancellation."""
    month = open_month(session, meal.canteen_id, meal.month)
    share_month(session, meal.canteen_id, month)
    lock_elder(session, meal.elder_id)
    session.refresh(meal)
    if meal.cancelled_at is not None:
        raise Refusal("already-cancelled", "这一餐已经撤销过了。")
    reversed_by = [ledger.reverse(session, entry_id, month) for entry_id in _standing_entries(session, meal.id)]
    wallet = _give_back(session, meal)
    _mirror_shares(session, meal, month)
    meal.cancelled_at = now()
    answer = {
        "cancel_id": cancel.cancel_id, "scan_id": cancel.scan_id, "meal_no": meal.id, "held": False,
        "entry_no": reversed_by[0], "refund_fen": meal.cash_fen, "wallet_fen": meal.wallet_fen,
        "balance_fen": wallet.balance_fen if wallet else None,
    }  # fmt: skip
    cancel.meal_id, cancel.entry_id, cancel.answer = meal.id, reversed_by[0], answer
    detail = {"reason": cancel.reason, "month": month}
    record_act(session, "meal-cancelled", cancel.cancelled_by, f"meal:{meal.id}", meal.canteen_id, detail)
    session.flush()
    return answer


def _standing_entries(session: Session, meal_id: int) -> list[int]:
    mirrored = aliased(Entry)
    rows = select(Entry.id).where(
        Entry.meal_id == meal_id,
        Entry.reverses_id.is_(None),
        ~select(mirrored.id).where(mirrored.reverses_id == Entry.id).exists(),
    )
    return list(session.scalars(rows.order_by(Entry.id)))


def _give_back(session: Session, meal: Meal) -> Wallet | None:
    """Wallet, funds by id and vouchers by id get back what the meal had taken."""
    wallet = session.get(Wallet, meal.elder_id, with_for_update={"key_share": True}, populate_existing=True)
    if wallet is not None:
        wallet.balance_fen += meal.wallet_fen
    drawn = session.execute(
        select(MealShare.fund_id, func.sum(MealShare.amount_fen))
        .where(MealShare.meal_id == meal.id, MealShare.fund_id.is_not(None))
        .group_by(MealShare.fund_id)
        .order_by(MealShare.fund_id)
    )
    for fund_id, fen in drawn.all():
        session.execute(update(Fund).where(Fund.id == fund_id).values(balance_fen=Fund.balance_fen + int(fen)))
        session.execute(
            update(FundDay)
            .where(FundDay.fund_id == fund_id, FundDay.service_on == meal.service_on)
            .values(drawn_fen=FundDay.drawn_fen - int(fen))
        )
    for voucher_id, fen in sorted(meal.facts.get("vouchers", ())):
        # One that has expired meanwhile is open again, and expires again with the next round.
        values = {"left_fen": Voucher.left_fen + fen, "expired_at": None}
        session.execute(update(Voucher).where(Voucher.id == voucher_id).values(values))
    return wallet


def _mirror_shares(session: Session, meal: Meal, month: str) -> None:
    columns = [column.name for column in MealShare.__table__.columns if column.name != "id"]
    rows = session.scalars(select(MealShare).where(MealShare.meal_id == meal.id).order_by(MealShare.id)).all()
    for row in rows:
        same = {name: getattr(row, name) for name in columns}
        levels = {level: -fen for level, fen in row.levels.items()} if row.levels else None
        same |= {"amount_fen": -row.amount_fen, "meals": -row.meals, "levels": levels, "month": month}
        session.add(MealShare(**same))


def _cancel_scan(session: Session, scan_id: str, wanted: TillCancel) -> Answer:
    known = _answered(session, wanted.cancel_id, scan_id=scan_id)
    if known is not None:
        return known
    wanted_scan = select(Scan).where(Scan.scan_id == scan_id).with_for_update()
    scan = session.scalars(wanted_scan).first()
    if scan is None:
        _wait_for_check_ins(session, wanted)
        scan = session.scalars(wanted_scan).first()
    cancel = _new_cancel(wanted, scan_id)
    session.add(cancel)
    if scan is None:
        cancel.answer = {
            "cancel_id": wanted.cancel_id, "scan_id": scan_id, "meal_no": None, "held": True, "entry_no": None,
            "refund_fen": 0, "wallet_fen": 0, "balance_fen": None,
        }  # fmt: skip
        return cancel.answer
    return _cancel_known(session, scan, cancel, wanted)


def _wait_for_check_ins(session: Session, wanted: TillCancel) -> None:
    """Let every check-in finish that may have looked for held cancellations already, and none begin until we are done.

    A tablet that was cut off from a slow answer may take back the very scan that is being recorded: neither would see
    the other, and the meal would stand.
    """
    device = session.get_one(Device, wanted.device_id)
    zone = ZoneInfo(by_id(session, device.canteen_id).time_zone)
    # The tablet's clock may be wrong: the month it names, and that of the receipt.
    for month in sorted({month_of(service_date(at, zone)[0]) for at in (wanted.seen_at or now(), now())}):
        hold_month(session, device.canteen_id, month)


def _cancel_known(session: Session, scan: Scan, cancel: MealCancel, wanted: TillCancel) -> Answer:
    if scan.device_id != wanted.device_id:
        raise Refusal("not-this-till", "这一餐是别的平板记的，请在那台平板上撤销，或请负责人处理。")
    if not _is_in_time(scan, wanted):
        raise Refusal("too-late", "已超过十分钟，请负责人在后台撤销。")
    return take_back(session, scan, cancel)


def take_back(session: Session, scan: Scan, cancel: MealCancel) -> Answer:
    """Cancel what came of a scan: its meal, or its waiting for a decision."""
    if scan.state == MEAL and scan.meal_id is not None:
        return reverse_meal(session, session.get_one(Meal, scan.meal_id), cancel)
    if scan.state == REJECTED or _is_ruled(session, scan.id):
        raise Refusal("nothing-to-cancel", "这条记录没有用餐，不用撤销。")
    session.add(
        ScanRuling(
            scan_row_id=scan.id, ruling="not-a-meal", reason=cancel.reason, ruled_by=cancel.cancelled_by,
            ruled_at=now(),
        )
    )  # fmt: skip
    cancel.answer = {
        "cancel_id": cancel.cancel_id, "scan_id": scan.scan_id, "meal_no": None, "held": False, "entry_no": None,
        "refund_fen": 0, "wallet_fen": 0, "balance_fen": None,
    }  # fmt: skip
    record_act(session, "scan-withdrawn", cancel.cancelled_by, f"scan:{scan.scan_id}", scan.canteen_id)
    session.flush()
    return cancel.answer


def _is_ruled(session: Session, scan_row_id: int) -> bool:
    rows = select(ScanRuling.id).where(ScanRuling.scan_row_id == scan_row_id, ScanRuling.reversed_at.is_(None))
    return session.scalars(rows.limit(1)).first() is not None


def _is_in_time(scan: Scan, wanted: TillCancel) -> bool:
    if now() - scan.received_at <= FOR_A_TILL:
        return True
    if scan.decision == ONLINE or wanted.seen_at is None:
        return False
    # Both happened without the network: the tablet's own two times say how far apart they were.
    return timedelta(0) <= wanted.seen_at - scan.seen_at <= FOR_A_TILL


def _cancel_own_meal(session: Session, meal_no: int, wanted: TillCancel) -> Answer:
    known = _answered(session, wanted.cancel_id, meal_id=meal_no)
    if known is not None:
        return known
    scan = session.scalars(select(Scan).where(Scan.meal_id == meal_no).with_for_update()).first()
    if scan is None:
        raise Refusal("meal-unknown", "没有这一餐。")
    cancel = _new_cancel(wanted, scan.scan_id)
    session.add(cancel)
    return _cancel_known(session, scan, cancel, wanted)


def _cancel_meal(session: Session, meal_no: int, reason: str, by: str) -> Answer:
    meal = session.get(Meal, meal_no)
    if meal is None:
        raise Refusal("meal-unknown", "没有这一餐。")
    cancel = MealCancel(
        cancel_id=secrets.token_hex(16), reason=reason, cancelled_by=by, cancelled_at=now(),
        scan_id=session.scalar(select(Scan.scan_id).where(Scan.meal_id == meal_no)),
    )  # fmt: skip
    answer = reverse_meal(session, meal, cancel)
    session.add(cancel)
    return answer


def _new_cancel(wanted: TillCancel, scan_id: str) -> MealCancel:
    reason = " ".join(wanted.reason.split())[:LONGEST_REASON] or "till"
    return MealCancel(
        cancel_id=wanted.cancel_id, scan_id=scan_id, reason=reason, cancelled_by=wanted.actor, cancelled_at=now()
    )


def _answered(
    session: Session, cancel_id: str, scan_id: str | None = None, meal_id: int | None = None
) -> Answer | None:
    row = session.scalars(select(MealCancel).where(MealCancel.cancel_id == cancel_id)).first()
    if row is None:
        return None
    if (scan_id is not None and row.scan_id != scan_id) or (meal_id is not None and row.meal_id != meal_id):
        raise Refusal("cancel-id-reused", "这个撤销编号已经用在另一餐上。")
    return dict(row.answer or {})
