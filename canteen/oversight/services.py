"""Deciding on what waits. Every decision is a new row with its reason, by somebody who was not the cashier."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record as record_act
from canteen.checkin.again import in_transaction
from canteen.checkin.cancelling import checked_reason, reverse_meal
from canteen.checkin.deciding import Scene, Served, booked_month, divided, means, price_of, unsubsidised
from canteen.checkin.models import Meal, MealCancel, Scan, ScanRuling
from canteen.checkin.outcome_words import EXCEPTION, FURTHER, SLOT
from canteen.checkin.recording import record_meal
from canteen.checkin.rows import meal_rows
from canteen.checkin.settling import scene_of
from canteen.clock import now
from canteen.core import entry as journal
from canteen.core.calendar import month_of, next_month
from canteen.core.entry import ElderPart
from canteen.core.errors import Refusal
from canteen.ledger import services as ledger
from canteen.ledger.locks import share_month
from canteen.ledger.models import Entry
from canteen.ledger.queries import is_closed, open_month
from canteen.oversight.rulings import ABSORBED, FULL_PRICE, MATCH, NEED_ELDER, NOT_A_MEAL, SUBSIDISED, offered


@dataclass(frozen=True, slots=True)
class Ruled:
    """A decision as it was written; `meal_no` where it made a meal."""

    ruling_id: int
    ruling: str
    meal_no: int | None


def rule_on(scan_row_id: int, ruling: str, reason: str, by: str, elder_ref: str | None = None) -> Ruled:
    """Decide on a waiting record.

    `match` (with `elder_ref`) and `subsidised` make the meal as divided of its own date, in the open month where its
    own is closed; `full-price` lets the elder pay all of it, `absorbed` the canteen; `not-a-meal` dismisses it.
    All but `match` need a reason. Raises Refusal `reason-missing`, `scan-unknown`, `not-waiting`, `ruling-not-offered`, `own-record`,
    `elder-needed`, `elder-unknown`, `elder-deceased`, `slot-taken`, `no-rule-yet`, `no-price`.
    """
    # Who was recognised by a person needs no further words.
    stated = " ".join(reason.split())[:200] if ruling == MATCH else checked_reason(reason)
    try:
        return in_transaction(lambda session: _rule_on(session, scan_row_id, ruling, stated, by, elder_ref))
    except IntegrityError as error:
        raise Refusal("slot-taken", SLOT_TAKEN) from error


def carry(scan_row_id: int, reason: str, by: str) -> str:
    """Let a record wait on in the next month; the close lists it and pays nothing for it. Answers that month.

    Raises Refusal `reason-missing`, `scan-unknown`, `not-waiting`.
    """
    stated = checked_reason(reason)
    return in_transaction(lambda session: _carry(session, scan_row_id, stated, by))


def take_back(ruling_id: int, reason: str, by: str) -> None:
    """Take back a decision while its month is open: its meal is reversed, and the record waits again.

    Raises Refusal `reason-missing`, `ruling-unknown`, `ruling-taken-back`, `month-closed`.
    """
    stated = checked_reason(reason)
    in_transaction(lambda session: _take_back(session, ruling_id, stated, by))


SLOT_TAKEN = "老人这一餐已经用过了。可以按原价由本人付、由食堂承担，或记为不是一餐。"


def _rule_on(
    session: Session, scan_row_id: int, ruling: str, reason: str, by: str, elder_ref: str | None
) -> Ruled:
    scan = _waiting(session, scan_row_id)
    if ruling not in offered(scan.code):
        raise Refusal("ruling-not-offered", "这种情况不能这样决定，请另选一项。", ruling=ruling)
    _refuse_own(scan, by)
    row = ScanRuling(scan_row_id=scan.id, ruling=ruling, reason=reason, ruled_by=by, ruled_at=now())
    session.add(row)
    session.flush()
    if ruling != NOT_A_MEAL:
        row.meal_id = _settle(session, scan, row, elder_ref)
    detail = {"ruling": ruling, "reason": reason, "meal": row.meal_id}
    record_act(session, "scan-ruled", by, f"scan:{scan.scan_id}", scan.canteen_id, detail)
    return Ruled(row.id, ruling, row.meal_id)


def _waiting(session: Session, scan_row_id: int) -> Scan:
    scan = session.get(Scan, scan_row_id, with_for_update=True)
    if scan is None:
        raise Refusal("scan-unknown", "没有这条记录。")
    ruled = select(ScanRuling.id).where(ScanRuling.scan_row_id == scan.id, ScanRuling.reversed_at.is_(None))
    if scan.state != EXCEPTION or session.scalars(ruled.limit(1)).first() is not None:
        raise Refusal("not-waiting", "这条记录已经有人处理过了，请刷新页面。")
    return scan


def _refuse_own(scan: Scan, by: str) -> None:
    cashier = scan.claim.get("cashier_ref")
    if cashier is not None and cashier in (by, by.partition(":")[2]):
        raise Refusal("own-record", "这条记录是您自己收的，请另一位同事来决定。")


def _settle(session: Session, scan: Scan, ruling: ScanRuling, elder_ref: str | None) -> int | None:
    if ruling.ruling == MATCH and not elder_ref:
        raise Refusal("elder-needed", "请写明是哪位老人：卡尾号、姓名或编号。")
    scene = scene_of(session, scan, elder_ref if ruling.ruling == MATCH else None)
    if ruling.ruling in NEED_ELDER:
        _refuse_without_elder(scene)
    meal = meal_of(scene, ruling.ruling)
    elder = scene.found.elder
    if elder is None or (ruling.ruling == ABSORBED and _is_dead(scene)):
        _absorb_without_elder(session, scan, ruling, meal.price_fen)
        return None
    share_month(session, scan.canteen_id, meal.month)
    return record_meal(session, meal_rows(scene, meal, elder))


def _is_dead(scene: Scene) -> bool:
    elder = scene.found.elder
    return elder is not None and elder.died_on is not None and scene.on > elder.died_on


def _refuse_without_elder(scene: Scene) -> None:
    if scene.found.elder is None:
        raise Refusal("elder-unknown", "没有这位老人，请先对上是谁。")
    if _is_dead(scene):
        raise Refusal("elder-deceased", "这一天在登记的去世日期之后，只能由食堂承担或记为不是一餐。")


def meal_of(scene: Scene, ruling: str) -> Served:
    """The meal that a decision makes of a record. Raises Refusal `slot-taken`, `no-rule-yet`, `no-price`."""
    if ruling in (MATCH, SUBSIDISED):
        return _subsidised(scene)
    price_fen = price_of(scene.place, scene.on, scene.found.menu_price_fen)
    if price_fen is None:
        raise Refusal("no-price", "这一天还没有价格，请先在菜单、食堂或补贴项目里写上。")
    division = unsubsidised(price_fen, scene.on)
    if ruling == FULL_PRICE:
        balance_fen = scene.found.elder.balance_fen if scene.found.elder else 0
        part = means(scene.record, balance_fen, price_fen, 0, served=True)
    else:
        part = ElderPart(absorbed_fen=price_fen)
    return Served(FURTHER, booked_month(scene.found, scene.on), division, part, None)


def _subsidised(scene: Scene) -> Served:
    if scene.found.first is not None:
        raise Refusal("slot-taken", SLOT_TAKEN)
    by_rules = divided(scene)
    if by_rules is None or scene.found.elder is None:
        raise Refusal("no-rule-yet", "这一天还没有适用的补贴政策或价格，请先载入，再来决定。")
    division, programme = by_rules
    shown_fen = None if scene.record.is_online else scene.record.shown_elder_fen
    due_fen = division.elder_fen if shown_fen is None else min(division.elder_fen, shown_fen)
    absorbed_fen = division.elder_fen - due_fen
    part = means(scene.record, scene.found.elder.balance_fen, due_fen, absorbed_fen, served=True)
    return Served(SLOT, booked_month(scene.found, scene.on), division, part, programme)


def _absorb_without_elder(session: Session, scan: Scan, ruling: ScanRuling, price_fen: int) -> None:
    """What the canteen bears for somebody whom nobody knows, or who should not have been served."""
    month = open_month(session, scan.canteen_id, month_of(scan.service_on))
    share_month(session, scan.canteen_id, month)
    postings = (journal.Posting(journal.ABSORBED, price_fen), journal.Posting(journal.MEALS, -price_fen))
    ledger.post(
        session,
        journal.Entry("absorbed", scan.canteen_id, scan.service_on, month, postings, key=_key(ruling.id)),
    )


def _key(ruling_id: int) -> str:
    return f"ruling:{ruling_id}"


def _carry(session: Session, scan_row_id: int, reason: str, by: str) -> str:
    scan = _waiting(session, scan_row_id)
    scan.carried_to = next_month(scan.carried_to or month_of(scan.service_on))
    scan.carried_reason = reason
    detail = {"to": scan.carried_to, "reason": reason}
    record_act(session, "scan-carried", by, f"scan:{scan.scan_id}", scan.canteen_id, detail)
    return scan.carried_to


def _take_back(session: Session, ruling_id: int, reason: str, by: str) -> None:
    ruling = session.get(ScanRuling, ruling_id, with_for_update=True)
    if ruling is None:
        raise Refusal("ruling-unknown", "没有这个决定。")
    if ruling.reversed_at is not None:
        raise Refusal("ruling-taken-back", "这个决定已经撤回过了。")
    scan = session.get_one(Scan, ruling.scan_row_id)
    if ruling.meal_id is not None:
        _reverse_meal(session, ruling.meal_id, reason, by)
    else:
        _reverse_absorbed(session, ruling)
    ruling.reversed_at = now()
    detail = {"ruling": ruling.ruling, "reason": reason}
    record_act(session, "ruling-taken-back", by, f"scan:{scan.scan_id}", scan.canteen_id, detail)


def _reverse_meal(session: Session, meal_id: int, reason: str, by: str) -> None:
    meal = session.get_one(Meal, meal_id)
    _refuse_closed(session, meal.canteen_id, meal.month)
    if meal.cancelled_at is not None:
        return
    cancel = MealCancel(cancel_id=f"ruling-{meal_id}", reason=reason, cancelled_by=by, cancelled_at=now())
    reverse_meal(session, meal, cancel)
    session.add(cancel)


def _reverse_absorbed(session: Session, ruling: ScanRuling) -> None:
    entry = session.scalars(select(Entry).where(Entry.key == _key(ruling.id))).first()
    if entry is not None and entry.canteen_id is not None:
        _refuse_closed(session, entry.canteen_id, entry.month)
        ledger.reverse(session, entry.id, entry.month)


def _refuse_closed(session: Session, canteen_id: int, month: str) -> None:
    if is_closed(session, canteen_id, month):
        raise Refusal("month-closed", f"{month} 已经月结，决定不能撤回；请在后台撤销这一餐。", month=month)
