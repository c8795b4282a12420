"""Corrections: what was booked wrongly is reversed, whole, with the reason; then it may be booked again."""

from collections.abc import Mapping
from datetime import date
from typing import cast

from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.clock import now
from canteen.core import entry as journal
from canteen.core.errors import Refusal
from canteen.core.money import yuan
from canteen.db import transaction
from canteen.ledger.queries import balance_fen
from canteen.sponsors.gifts import purse
from canteen.sponsors.gifts.models import FundExpense, FundRefund, GiftPaper, GoodsGift, PayOver, Pledge
from canteen.sponsors.models import Fund, Gift

LONGEST_REASON = 200
Booked = Pledge | GoodsGift | FundExpense | PayOver | FundRefund
ROWS: Mapping[str, type[Booked]] = {
    "pledge": Pledge, "goods": GoodsGift, "expense": FundExpense, "pay-over": PayOver, "refund": FundRefund,
}  # fmt: skip
KINDS = ("money", *ROWS)


def reverse(code: str, kind: str, number: int, reason: str, actor: str, today: date) -> None:
    """Reverse what was booked for a fund: one of `KINDS`, by its row's number.

    Raises Refusal `fund-unknown`, `booking-unknown`, `reversed-already`, `reversal-reason`, `text-too-long`,
    `fund-short` where its money was used already, `pledge-met`, `advance-used`.
    """
    why = purse.text(reason, LONGEST_REASON)
    if why is None:
        raise Refusal("reversal-reason", "请写冲正的原因。")
    with purse.once(), transaction() as session:
        fund = purse.locked(session, code)
        if kind == "money":
            _reverse_money(session, fund, number, why, today)
        else:
            _reverse_row(session, fund, kind, number, why, today)
        record(session, "gift-reversed", actor, f"fund:{code}", detail={"kind": kind, "number": number})


def _reverse_row(session: Session, fund: Fund, kind: str, number: int, why: str, today: date) -> None:
    row = cast("Booked | None", session.get(ROWS[kind], number) if kind in ROWS else None)
    if row is None or row.fund_id != fund.id or row.entry_id is None:
        raise _unknown()
    if row.reversed_at is not None:
        raise _reversed()
    if isinstance(row, Pledge):
        _check_open(session, fund, row)
    purse.unbook(session, fund, row.entry_id, today, why)
    row.reversed_at = now()
    session.flush()
    if isinstance(row, Pledge):
        purse.level_advance(session, fund, today)


def _reverse_money(session: Session, fund: Fund, number: int, why: str, today: date) -> None:
    gift = session.get(Gift, number)
    # A row below zero is itself the mirror of a reversed gift.
    if gift is None or gift.fund_id != fund.id or gift.amount_fen < 0:
        raise _unknown()
    paper = session.get(GiftPaper, gift.id)
    if paper is None:
        paper = GiftPaper(gift_id=gift.id)
        session.add(paper)
    if paper.reversed_at is not None:
        raise _reversed()
    if paper.met_entry_id is not None:
        # The pledge is open again, and may be drawn as it was before the gift.
        purse.unbook(session, fund, paper.met_entry_id, today, why)
        purse.level_advance(session, fund, today)
    entry_id = purse.unbook(session, fund, gift.entry_id, today, why)
    gift.receipt_no = None
    paper.reversed_at = now()
    session.flush()
    session.add(Gift(fund_id=fund.id, amount_fen=-gift.amount_fen, received_on=today, entry_id=entry_id))
    session.flush()


def _check_open(session: Session, fund: Fund, row: Pledge) -> None:
    still_open = balance_fen(session, journal.promised(fund.code))
    if row.amount_fen > still_open:
        told = yuan(still_open)
        raise Refusal("pledge-met", f"还没有到账的认捐只有 {told} 元。请先冲正已到账的款项。", open=told)


def _unknown() -> Refusal:
    return Refusal("booking-unknown", "没有这一笔记录。")


def _reversed() -> Refusal:
    return Refusal("reversed-already", "这一笔已经冲正过了。")
