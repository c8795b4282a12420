"""What leaves a fund beside meals: expenses, paying over to the operator, and the refund at the end by two people."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.models import Canteen
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.core.money import yuan
from canteen.db import transaction
from canteen.ledger.queries import is_closed
from canteen.sponsors.gifts import postings, purse, queries, reading_paper
from canteen.sponsors.gifts.models import FundExpense, FundRefund, PayOver

RELATIONS = ("giver", "successor", "charity")
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class NewExpense:
    """Something paid that is no meal: helpers' wages, equipment, …"""

    key: str
    code: str
    kind: str
    what: str
    payee: str
    amount_fen: int
    paid_on: date
    canteen_id: int | None = None
    document_no: str = ""
    bank_no: str = ""


@dataclass(frozen=True, slots=True)
class NewPayOver:
    """Money that goes to the operator of a canteen, for meals up to a closed month (2026-10)."""

    key: str
    code: str
    canteen_id: int
    month: str
    amount_fen: int
    paid_on: date
    bank_no: str = ""


@dataclass(frozen=True, slots=True)
class NewRefund:
    """Whom what is left goes back to, their relation to the fund, and what shows it."""

    code: str
    receiver: str
    relation: str
    evidence: str


def spend(wanted: NewExpense, actor: str) -> int:
    """Pay an expense from a fund; answers what it holds then, in fen. Only received money is spent.

    Raises Refusal `fund-unknown`, `amount-zero`, `day-ahead`, `expense-kind`, `needed-text`, `canteen-unknown`,
    `bank-no-form`, `fund-short`, `booked-already`, `bank-no-used`.
    """
    purse.check_amount(wanted.amount_fen)
    purse.check_day(wanted.paid_on)
    if wanted.kind not in queries.EXPENSES:
        raise Refusal("expense-kind", "请选择这是哪一种支出。")
    row = FundExpense(
        kind=wanted.kind, what=purse.needed(wanted.what, 120), payee=purse.needed(wanted.payee, 80),
        document_no=purse.text(wanted.document_no, 64), bank_no=_bank_no(wanted.bank_no),
        amount_fen=wanted.amount_fen, paid_on=wanted.paid_on, canteen_id=wanted.canteen_id,
    )  # fmt: skip
    with purse.once(), transaction() as session:
        if row.canteen_id is not None:
            _check_canteen(session, row.canteen_id)
        fund = purse.locked(session, wanted.code)
        _check_held(row.amount_fen, queries.amounts(session, fund.code).free_fen)
        lines = postings.spent(fund.code, fund.id, row.kind, row.amount_fen)
        memo = {"kind": row.kind}
        row.fund_id = fund.id
        row.entry_id = purse.book(session, fund, "fund-expense", row.paid_on, lines, wanted.key, memo)
        session.add(row)
        session.flush()
        detail = {"amount_fen": row.amount_fen, "kind": row.kind}
        record(session, "fund-expense", actor, f"fund:{fund.code}", row.canteen_id, detail)
        return fund.balance_fen


def pay_over(wanted: NewPayOver, actor: str) -> int:
    """Pay over to the operator what closed meals used; answers what is still due to this canteen, in fen.

    Raises Refusal `fund-unknown`, `canteen-unknown`, `amount-zero`, `day-ahead`, `month-form`, `month-open`,
    `pay-over-too-much`, `cash-short`, `bank-no-form`, `booked-already`, `bank-no-used`.
    """
    purse.check_amount(wanted.amount_fen)
    purse.check_day(wanted.paid_on)
    if not MONTH.fullmatch(wanted.month):
        raise Refusal("month-form", "月份要写成 2026-10 这样。")
    bank_no = _bank_no(wanted.bank_no)
    with purse.once(), transaction() as session:
        _check_canteen(session, wanted.canteen_id)
        fund = purse.locked(session, wanted.code)
        due = _check_due(session, wanted)
        lines = postings.paid_over(fund.code, wanted.amount_fen)
        memo = {"canteen_id": wanted.canteen_id, "month": wanted.month}
        entry_id = purse.book(session, fund, "pay-over", wanted.paid_on, lines, wanted.key, memo)
        session.add(
            PayOver(
                fund_id=fund.id, canteen_id=wanted.canteen_id, month=wanted.month, bank_no=bank_no,
                amount_fen=wanted.amount_fen, paid_on=wanted.paid_on, entry_id=entry_id,
            )
        )  # fmt: skip
        session.flush()
        detail = {"amount_fen": wanted.amount_fen, "month": wanted.month}
        record(session, "fund-paid-over", actor, f"fund:{fund.code}", wanted.canteen_id, detail)
        return due - wanted.amount_fen


def ask_refund(wanted: NewRefund, actor: str, today: date) -> int:
    """Ask that what is left of a fund go back after its agreement's end; answers the request's number.

    Raises Refusal `fund-unknown`, `refund-relation`, `needed-text`, `refund-no-end`, `refund-early`,
    `refund-nothing`, `refund-waiting`.
    """
    if wanted.relation not in RELATIONS:
        raise Refusal("refund-relation", "请选择收款人和这笔资金的关系。")
    receiver, evidence = purse.needed(wanted.receiver, 80), purse.needed(wanted.evidence, 200)
    with purse.once(), transaction() as session:
        fund = purse.locked(session, wanted.code)
        _check_ended(queries.end_of(session, fund), today)
        row = FundRefund(
            fund_id=fund.id, amount_fen=_left(session, fund.code), receiver=receiver, relation=wanted.relation,
            evidence=evidence, asked_by=actor, asked_at=now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        detail = {"refund": row.id, "relation": row.relation}
        record(session, "fund-refund-asked", actor, f"fund:{fund.code}", detail=detail)
        return row.id


def approve_refund(code: str, refund_id: int, actor: str, today: date) -> int:
    """Approve a refund: what is left then is paid back. Answers how much, in fen.

    Raises Refusal `refund-unknown`, `refund-settled`, `same-person`, `refund-no-end`, `refund-early`,
    `refund-nothing`.
    """
    with purse.once(), transaction() as session:
        fund = purse.locked(session, code)
        row = _waiting(session, fund.id, refund_id)
        if row.asked_by == actor:
            raise Refusal("same-person", "提出的人不能自己复核。请另一位工作人员来办。")
        # A later agreement, a late meal or a gift may have come since it was asked for.
        _check_ended(queries.end_of(session, fund), today)
        row.amount_fen = _left(session, fund.code)
        lines = postings.returned(fund.code, fund.id, row.amount_fen)
        row.entry_id = purse.book(session, fund, "fund-refund", today, lines, f"refund-{row.id}")
        row.approved_by, row.approved_at = actor, now()
        detail = {"refund": row.id, "amount_fen": row.amount_fen}
        record(session, "fund-refunded", actor, f"fund:{fund.code}", detail=detail)
        return row.amount_fen


def refuse_refund(code: str, refund_id: int, actor: str) -> None:
    """Turn a refund down; whoever asked for it may take it back so too. Raises Refusal as `approve_refund` does."""
    with transaction() as session:
        fund = purse.locked(session, code)
        _waiting(session, fund.id, refund_id).refused_at = now()
        record(session, "fund-refund-refused", actor, f"fund:{fund.code}", detail={"refund": refund_id})


def _check_due(session: Session, wanted: NewPayOver) -> int:
    if not is_closed(session, wanted.canteen_id, wanted.month):
        raise Refusal("month-open", f"{wanted.month} 还没有月结，不能拨付。请先月结。", month=wanted.month)
    fund = queries.head(session, wanted.code)
    due = queries.due_fen(session, fund, wanted.canteen_id, wanted.month)
    if wanted.amount_fen > due:
        told = yuan(max(due, 0))
        raise Refusal("pay-over-too-much", f"到这个月为止只有 {told} 元已用未拨付，不能拨更多。", due=told)
    cash = queries.amounts(session, wanted.code).cash_fen
    if wanted.amount_fen > cash:
        told = yuan(max(cash, 0))
        raise Refusal("cash-short", f"这笔资金到账的钱只剩 {told} 元没有付出去，认捐的钱到了再拨。", cash=told)
    return due


def _check_held(fen: int, free_fen: int) -> None:
    if fen > free_fen:
        held = yuan(free_fen)
        raise Refusal("fund-short", f"这笔资金只剩 {held} 元，不够。没有记账。", held=held)


def _check_canteen(session: Session, canteen_id: int) -> None:
    if session.get(Canteen, canteen_id) is None:
        raise Refusal("canteen-unknown", "没有这个食堂。")


def _check_ended(ends_on: date | None, today: date) -> None:
    if ends_on is None:
        raise Refusal("refund-no-end", "这笔资金没有约定结束日期。请先在约定里写上，结束以后再退。")
    if ends_on >= today:
        told = ends_on.isoformat()
        raise Refusal("refund-early", f"约定到 {told} 才结束，结束以后才能退回余款。", on=told)


def _left(session: Session, code: str) -> int:
    left = queries.amounts(session, code).free_fen
    if left <= 0:
        raise Refusal("refund-nothing", "这笔资金没有余款可退。")
    return left


def _waiting(session: Session, fund_id: int, refund_id: int) -> FundRefund:
    row = session.scalars(
        select(FundRefund).where(FundRefund.id == refund_id, FundRefund.fund_id == fund_id)
    ).first()
    if row is None:
        raise Refusal("refund-unknown", "没有这份退款申请。")
    if row.approved_at is not None or row.refused_at is not None:
        raise Refusal("refund-settled", "这份退款申请已经办过了。")
    return row


def _bank_no(written: str) -> str | None:
    number = reading_paper.number(written)
    if number and not reading_paper.BANK_NO.fullmatch(number):
        raise Refusal("bank-no-form", "银行流水号只有数字、字母和横线，最多 64 位。请照回单上的写。")
    return number or None
