"""A tablet that was cut off from a slow answer decided by itself, and now says how.

The first effect stays. If a meal exists, the price that the tablet showed is kept by an adjusting entry; if none
exists and the tablet served, the scan becomes SERVED_ANYWAY and waits for a person, with both facts.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from canteen.audit.services import record as record_act
from canteen.checkin.answers import served_anyway
from canteen.checkin.cancelling import take_back
from canteen.checkin.facts import Known
from canteen.checkin.models import Meal, MealCancel, MealShare, Scan
from canteen.checkin.outcome_words import EXCEPTION
from canteen.checkin.records import ONLINE, SERVED, SERVED_ANYWAY, Record
from canteen.core import entry as journal
from canteen.ledger import services as ledger
from canteen.ledger.queries import open_month
from canteen.wallets.models import Wallet

Answer = dict[str, Any]


def differs(known: Known, record: Record) -> bool:
    """Whether a tablet says for the first time what it decided itself."""
    return known.decision == ONLINE and record.decision != ONLINE


def change_decision(connection: Connection, scan_row_id: int, record: Record, actor: str) -> Answer:
    """Take up the tablet's own decision within the transaction of this connection; once."""
    with Session(connection, expire_on_commit=False) as session:
        scan = session.get_one(Scan, scan_row_id, with_for_update=True)
        if scan.decision != ONLINE:
            return dict(scan.answer)
        claim = dict(record.claim) | {"was": [scan.decision, scan.state, scan.code]}
        if scan.meal_id is not None:
            _keep_promise(session, scan, record)
        elif record.decision in SERVED:
            scan.state, scan.code, scan.answer = EXCEPTION, SERVED_ANYWAY, served_anyway(scan.answer)
        scan.decision, scan.claim = record.decision, claim
        detail = {"decision": record.decision, "state": scan.state, "code": scan.code}
        record_act(session, "scan-decided", actor, f"scan:{scan.scan_id}", scan.canteen_id, detail)
        session.flush()
        return dict(scan.answer)


def withdraw_held(connection: Connection, scan_id: str) -> None:
    """Carry out a cancellation that came before its scan, within the transaction of this connection."""
    with Session(connection, expire_on_commit=False) as session:
        scan = session.scalars(select(Scan).where(Scan.scan_id == scan_id)).one()
        held = session.scalars(
            select(MealCancel).where(MealCancel.scan_id == scan_id, MealCancel.meal_id.is_(None))
        ).first()
        if held is not None and scan.state != "REJECTED":
            take_back(session, scan, held)
            session.flush()


@dataclass(frozen=True, slots=True)
class _Means:
    """How the elder's part is met, in fen."""

    wallet_fen: int
    cash_fen: int
    credit_fen: int

    @property
    def total_fen(self) -> int:
        return self.wallet_fen + self.cash_fen + self.credit_fen


def _keep_promise(session: Session, scan: Scan, record: Record) -> None:
    meal = session.get_one(Meal, scan.meal_id, with_for_update=True)
    wallet = session.get(Wallet, meal.elder_id, with_for_update={"key_share": True})
    if meal.cancelled_at is not None or wallet is None or record.decision not in SERVED:
        return
    before = _Means(meal.wallet_fen, meal.cash_fen, meal.credit_fen)
    after = _means_as_shown(record, before, wallet.balance_fen)
    if after == before:
        return
    _post_difference(session, meal, before, after)
    wallet.balance_fen += before.wallet_fen - after.wallet_fen
    meal.wallet_fen, meal.cash_fen, meal.credit_fen = after.wallet_fen, after.cash_fen, after.credit_fen
    meal.absorbed_fen += before.total_fen - after.total_fen
    meal.elder_fen = after.total_fen
    scan.answer = _adjusted(scan.answer, meal, wallet.balance_fen)


def _means_as_shown(record: Record, before: _Means, balance_fen: int) -> _Means:
    """The elder bears no more than was shown; cash that the cashier took is cash, whatever the server had planned."""
    due_fen = before.total_fen
    if record.shown_elder_fen is not None:
        due_fen = min(due_fen, record.shown_elder_fen)
    taken_fen = record.cash_taken_fen
    if record.tender == "cash":
        cash_fen = due_fen if taken_fen is None else min(taken_fen, due_fen)
        wallet_fen = min(before.wallet_fen + balance_fen, due_fen - cash_fen)
    else:
        wallet_fen = min(before.wallet_fen, due_fen)
        cash_fen = min(before.cash_fen if taken_fen is None else taken_fen, due_fen - wallet_fen)
    return _Means(wallet_fen, cash_fen, due_fen - wallet_fen - cash_fen)


def _post_difference(session: Session, meal: Meal, before: _Means, after: _Means) -> None:
    month = open_month(session, meal.canteen_id, meal.month)
    lessened_fen = before.total_fen - after.total_fen
    lines = (
        journal.Posting(journal.ABSORBED, lessened_fen),
        journal.Posting(journal.WALLET, after.wallet_fen - before.wallet_fen, elder_id=meal.elder_id),
        journal.Posting(journal.CASH, after.cash_fen - before.cash_fen),
        journal.Posting(journal.ELDER_RECEIVABLE, after.credit_fen - before.credit_fen, elder_id=meal.elder_id),
    )
    postings = tuple(line for line in lines if line.amount_fen)
    ledger.post(
        session,
        journal.Entry("promise", meal.canteen_id, meal.service_on, month, postings, meal_id=meal.id),
    )
    if lessened_fen:
        session.add_all([_share(meal, month, "elder", -lessened_fen), _share(meal, month, journal.ABSORBED, lessened_fen)])


def _share(meal: Meal, month: str, payer: str, fen: int) -> MealShare:
    """A line that moves money between the elder and the canteen; it counts no meal."""
    return MealShare(
        meal_id=meal.id, elder_id=meal.elder_id, canteen_id=meal.canteen_id, service_on=meal.service_on,
        meal_period=meal.meal_period, month=month, programme_code=meal.programme_code, payer=payer,
        authority=meal.authority, amount_fen=fen, meals=0,
    )  # fmt: skip


def _adjusted(answer: dict[str, Any], meal: Meal, balance_fen: int) -> Answer:
    shares = [share for share in answer["shares"] if share["payer"] not in ("elder", journal.ABSORBED)]
    shares += [{"payer": "elder", "fen": meal.elder_fen}] if meal.elder_fen else []
    shares += [{"payer": journal.ABSORBED, "fen": meal.absorbed_fen}] if meal.absorbed_fen else []
    return {
        **answer, "elder_fen": meal.wallet_fen + meal.cash_fen, "wallet_fen": meal.wallet_fen,
        "cash_fen": meal.cash_fen, "balance_fen": balance_fen, "shares": shares,
    }  # fmt: skip
