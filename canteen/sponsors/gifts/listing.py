"""What was booked for a fund, kind by kind, newest first, a page at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.sponsors.gifts.models import FundExpense, FundRefund, GiftPaper, GoodsGift, PayOver, Pledge
from canteen.sponsors.models import Gift

PAGE = 50
Rows = Select[*tuple[Any, ...]]
Details = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Booking:
    """One row: what it was, who stands behind it, its papers as (code, value). `state` is booked, reversed, mirror,
    waiting or refused."""

    id: int
    on: date
    amount_fen: int
    who: str
    what: str
    details: Details
    state: str
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class BookingPage:
    """One page of them, counted from 1."""

    rows: tuple[Booking, ...]
    page: int
    pages: int
    total: int


def bookings(session: Session, fund_id: int, kind: str, page: int = 1) -> BookingPage:
    """What was booked for a fund of one kind: money, pledge, goods, expense, pay-over or refund."""
    rows, as_row = _READS[kind]
    wanted = rows(fund_id)
    total = int(session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0)
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    found = session.execute(wanted.limit(PAGE).offset((page - 1) * PAGE)).all()
    return BookingPage(tuple(as_row(*row) for row in found), page, pages, total)


def _state(reversed_at: datetime | None) -> str:
    return "booked" if reversed_at is None else "reversed"


def _details(**values: str | None) -> Details:
    return tuple((name.replace("_", "-"), value) for name, value in values.items() if value)


def _money_rows(fund_id: int) -> Rows:
    rows = select(Gift, GiftPaper).outerjoin(GiftPaper, GiftPaper.gift_id == Gift.id)
    return rows.where(Gift.fund_id == fund_id).order_by(Gift.received_on.desc(), Gift.id.desc())


def _money(gift: Gift, paper: GiftPaper | None) -> Booking:
    state = "mirror" if gift.amount_fen < 0 else _state(paper.reversed_at if paper else None)
    if paper is None or paper.way is None:
        details = _details(receipt=gift.receipt_no)
        return Booking(gift.id, gift.received_on, gift.amount_fen, "", "", details, state)
    receipt = f"{paper.receipt_code} {paper.receipt_number}" if paper.receipt_code else None
    details = _details(
        way=paper.way, receipt=receipt, issuer=paper.receipt_issuer, bank_no=paper.bank_no,
        met="pledged" if paper.met_entry_id else None,
    )  # fmt: skip
    return Booking(gift.id, gift.received_on, gift.amount_fen, paper.giver_name or "", "", details, state)


def _pledge_rows(fund_id: int) -> Rows:
    return select(Pledge).where(Pledge.fund_id == fund_id).order_by(Pledge.pledged_on.desc(), Pledge.id.desc())


def _pledge(row: Pledge) -> Booking:
    return Booking(row.id, row.pledged_on, row.amount_fen, row.giver_name or "", "", (), _state(row.reversed_at))


def _goods_rows(fund_id: int) -> Rows:
    rows = select(GoodsGift).where(GoodsGift.fund_id == fund_id)
    return rows.order_by(GoodsGift.received_on.desc(), GoodsGift.id.desc())


def _goods(row: GoodsGift) -> Booking:
    what = f"{row.what} {quantity(row.quantity_milli)} {row.unit}"
    details = _details(basis=row.basis, source=row.basis_source)
    return Booking(
        row.id, row.received_on, row.value_fen, row.giver_name or "", what, details, _state(row.reversed_at)
    )


def quantity(milli: int) -> str:
    """Thousandths as people write them: `12.5`, `50`."""
    whole, rest = divmod(milli, 1000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".") if rest else str(whole)


def _expense_rows(fund_id: int) -> Rows:
    rows = select(FundExpense, Canteen.name).outerjoin(Canteen, Canteen.id == FundExpense.canteen_id)
    return rows.where(FundExpense.fund_id == fund_id).order_by(FundExpense.paid_on.desc(), FundExpense.id.desc())


def _expense(row: FundExpense, canteen: str | None) -> Booking:
    details = _details(expense=row.kind, canteen=canteen, document=row.document_no, bank_no=row.bank_no)
    return Booking(row.id, row.paid_on, row.amount_fen, row.payee, row.what, details, _state(row.reversed_at))


def _pay_over_rows(fund_id: int) -> Rows:
    rows = select(PayOver, Canteen.name).join(Canteen, Canteen.id == PayOver.canteen_id)
    return rows.where(PayOver.fund_id == fund_id).order_by(PayOver.paid_on.desc(), PayOver.id.desc())


def _pay_over(row: PayOver, canteen: str) -> Booking:
    details = _details(month=row.month, bank_no=row.bank_no)
    return Booking(row.id, row.paid_on, row.amount_fen, canteen, "", details, _state(row.reversed_at))


def _refund_rows(fund_id: int) -> Rows:
    return select(FundRefund).where(FundRefund.fund_id == fund_id).order_by(FundRefund.id.desc())


def _refund(row: FundRefund) -> Booking:
    state = _state(row.reversed_at)
    if row.approved_at is None:
        state = "waiting" if row.refused_at is None else "refused"
    details = _details(relation=row.relation, evidence=row.evidence)
    on = (row.approved_at or row.asked_at).date()
    return Booking(row.id, on, row.amount_fen, row.receiver, "", details, state, row.asked_by)


_READS: Mapping[str, tuple[Callable[[int], Rows], Callable[..., Booking]]] = {
    "money": (_money_rows, _money),
    "pledge": (_pledge_rows, _pledge),
    "goods": (_goods_rows, _goods),
    "expense": (_expense_rows, _expense),
    "pay-over": (_pay_over_rows, _pay_over),
    "refund": (_refund_rows, _refund),
}
