"""A top-up that was a mistake: its mirror is posted and linked to it; neither row is ever edited."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.cards.services import lock_elder
from canteen.clock import now
from canteen.core.entry import mirror
from canteen.core.errors import Refusal
from canteen.core.money import yuan
from canteen.ledger.services import post, read
from canteen.wallets.models import TopUp
from canteen.wallets.services import TopUpDone, lock_wallet, once_more, open_day, refuse_frozen

LONGEST_REASON = 200


def reversal_key(top_up_id: int) -> str:
    """The key of the row that takes a top-up back: there can be one only."""
    return f"reverses:{top_up_id}"


def reverse_top_up(top_up_id: int, reason: str, by: str) -> TopUpDone:
    """Take a top-up back, in the month that is open.

    Raises Refusal `top-up-unknown`, `already-reversed`, `reason-missing`, `reversal-too-much` where the money is
    already eaten, `wallet-frozen`, `account-ended`.
    """
    stated = " ".join(reason.split())
    if not stated or len(stated) > LONGEST_REASON:
        raise Refusal("reason-missing", f"请写明原因，最多 {LONGEST_REASON} 个字。", longest=LONGEST_REASON)
    return once_more(lambda session: _reverse(session, top_up_id, stated, by))


def _reverse(session: Session, top_up_id: int, reason: str, by: str) -> TopUpDone:
    row = session.get(TopUp, top_up_id)
    if row is None or row.amount_fen <= 0:
        raise Refusal("top-up-unknown", "没有这笔充值。")
    day = open_day(session, row.canteen_id)
    elder = lock_elder(session, row.elder_id)
    key = reversal_key(top_up_id)
    if session.scalar(select(TopUp.id).where(TopUp.key == key)) is not None:
        raise Refusal("already-reversed", "这笔充值已经更正过了。")
    refuse_frozen(elder)
    wallet = lock_wallet(session, row.elder_id)
    if row.amount_fen > wallet.balance_fen:
        held = yuan(wallet.balance_fen)
        raise Refusal("reversal-too-much", f"这笔钱已经用掉一部分，钱包里只有 {held} 元，不能整笔冲正。", held=held)
    memo = {"method": row.method, "reason": reason}
    entry_id = post(session, replace(mirror(read(session, row.entry_id), row.entry_id, day.month), memo=memo))
    wallet.balance_fen -= row.amount_fen
    done = TopUpDone(row.elder_id, -row.amount_fen, row.method, wallet.balance_fen)
    session.add(
        TopUp(
            key=key, elder_id=row.elder_id, canteen_id=row.canteen_id, amount_fen=-row.amount_fen,
            method=row.method, balance_fen=wallet.balance_fen, entry_id=entry_id, received_at=now(), received_by=by,
        )
    )  # fmt: skip
    detail = {"amount_fen": -row.amount_fen, "method": row.method, "reason": reason, "top_up": top_up_id}
    record(session, "top-up-reversed", by, f"elder:{elder.ref}", row.canteen_id, detail)
    session.flush()
    return done
