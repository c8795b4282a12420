"""Papers of what came to a fund and what left it beside meals. The money itself stands in the journal."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Fen, Id, Instant, Model


def once(name: str, *columns: str, where: str = "reversed_at IS NULL") -> Index:
    """What stands once among the rows that count; a reversed row may be booked again, rightly this time."""
    return Index(name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))


class Pledge(Model):
    """Money promised and not yet there."""

    __tablename__ = "pledge"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="has_an_amount"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    fund_id: Mapped[int] = mapped_column(Id, ForeignKey("fund.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(Fen)
    pledged_on: Mapped[date]
    giver_name: Mapped[str | None] = mapped_column(String(80))
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("entry.id"))
    reversed_at: Mapped[datetime | None] = mapped_column(Instant)


class GiftPaper(Model):
    """How a gift of money came, and its papers; one row beside a row of `gift`."""

    __tablename__ = "gift_paper"
    __table_args__ = (
        once("uq_gift_paper_receipt", "receipt_code", "receipt_number"),
        once("uq_gift_paper_bank_no", "bank_no"),
        CheckConstraint(
            "(receipt_code IS NULL) = (receipt_number IS NULL) AND (receipt_code IS NULL) = (receipt_issuer IS NULL)",
            name="receipt_is_whole",
        ),
    )
    gift_id: Mapped[int] = mapped_column(Id, ForeignKey("gift.id"), primary_key=True, autoincrement=False)
    way: Mapped[str | None] = mapped_column(String(12))  # bank, cash, platform; unknown of older gifts
    receipt_code: Mapped[str | None] = mapped_column(String(20))  # 票据代码
    receipt_number: Mapped[str | None] = mapped_column(String(20))  # 票据号码
    receipt_issuer: Mapped[str | None] = mapped_column(String(80))
    bank_no: Mapped[str | None] = mapped_column(String(64))
    giver_name: Mapped[str | None] = mapped_column(String(80))
    met_entry_id: Mapped[int | None] = mapped_column(Id, ForeignKey("entry.id"))  # the pledge that it met
    reversed_at: Mapped[datetime | None] = mapped_column(Instant)


class GoodsGift(Model):
    """Goods given in kind, with their value and what it rests on."""

    __tablename__ = "goods_gift"
    __table_args__ = (
        CheckConstraint("value_fen > 0", name="has_a_value"),
        CheckConstraint("quantity_milli > 0", name="has_a_quantity"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    fund_id: Mapped[int] = mapped_column(Id, ForeignKey("fund.id"), index=True)
    what: Mapped[str] = mapped_column(String(80))
    quantity_milli: Mapped[int] = mapped_column(Fen)  # thousandths of the unit
    unit: Mapped[str] = mapped_column(String(12))
    value_fen: Mapped[int] = mapped_column(Fen)
    basis: Mapped[str] = mapped_column(String(12))  # invoice, market, estimate
    basis_source: Mapped[str] = mapped_column(String(120))  # the invoice's number, where the price is from, who valued
    received_on: Mapped[date]
    giver_name: Mapped[str | None] = mapped_column(String(80))
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("entry.id"))
    reversed_at: Mapped[datetime | None] = mapped_column(Instant)


class FundExpense(Model):
    """What a fund paid that is no meal."""

    __tablename__ = "fund_expense"
    __table_args__ = (
        once("uq_fund_expense_bank_no", "bank_no"),
        CheckConstraint("amount_fen > 0", name="has_an_amount"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    fund_id: Mapped[int] = mapped_column(Id, ForeignKey("fund.id"), index=True)
    canteen_id: Mapped[int | None] = mapped_column(Id, ForeignKey("canteen.id"))
    kind: Mapped[str] = mapped_column(String(12))  # helpers, equipment, delivery, upkeep, other
    what: Mapped[str] = mapped_column(String(120))
    payee: Mapped[str] = mapped_column(String(80))
    document_no: Mapped[str | None] = mapped_column(String(64))
    bank_no: Mapped[str | None] = mapped_column(String(64))
    amount_fen: Mapped[int] = mapped_column(Fen)
    paid_on: Mapped[date]
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("entry.id"))
    reversed_at: Mapped[datetime | None] = mapped_column(Instant)


class PayOver(Model):
    """Money paid over to the operator for what meals used, up to a closed month."""

    __tablename__ = "fund_pay_over"
    __table_args__ = (
        once("uq_fund_pay_over_bank_no", "bank_no"),
        CheckConstraint("amount_fen > 0", name="has_an_amount"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    fund_id: Mapped[int] = mapped_column(Id, ForeignKey("fund.id"), index=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    month: Mapped[str] = mapped_column(String(7))  # through this month
    bank_no: Mapped[str | None] = mapped_column(String(64))
    amount_fen: Mapped[int] = mapped_column(Fen)
    paid_on: Mapped[date]
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("entry.id"))
    reversed_at: Mapped[datetime | None] = mapped_column(Instant)


class FundRefund(Model):
    """What was left of a fund at its end, paid back: to whom, on what evidence, by which two people."""

    __tablename__ = "fund_refund"
    __table_args__ = (
        once("uq_fund_refund_waiting", "fund_id", where="approved_at IS NULL AND refused_at IS NULL"),
        CheckConstraint(
            "approved_at IS NULL OR (approved_by IS NOT NULL AND approved_by <> asked_by)", name="two_people"
        ),
        CheckConstraint("approved_at IS NULL OR entry_id IS NOT NULL", name="paid_when_approved"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    fund_id: Mapped[int] = mapped_column(Id, ForeignKey("fund.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(Fen)  # what was paid back; until it is approved, what is to be
    receiver: Mapped[str] = mapped_column(String(80))
    relation: Mapped[str] = mapped_column(String(12))  # to the fund: giver, successor, charity
    evidence: Mapped[str] = mapped_column(String(200))
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    approved_by: Mapped[str | None] = mapped_column(String(80))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    refused_at: Mapped[datetime | None] = mapped_column(Instant)
    entry_id: Mapped[int | None] = mapped_column(Id, ForeignKey("entry.id"))
    reversed_at: Mapped[datetime | None] = mapped_column(Instant)


class FundGiving(Model):
    """How a fund takes gifts: from many people or not, who may raise funds in public, how far pledges are drawn."""

    __tablename__ = "fund_giving"
    __table_args__ = (
        CheckConstraint("pledge_ceiling_fen > 0", name="ceiling_above_zero"),
        CheckConstraint("(raiser IS NULL) = (filing_no IS NULL)", name="raiser_has_a_filing"),
    )
    fund_id: Mapped[int] = mapped_column(Id, ForeignKey("fund.id"), primary_key=True, autoincrement=False)
    pledge_ceiling_fen: Mapped[int | None] = mapped_column(Fen)  # none: only received money is drawn
    is_for_many: Mapped[bool] = mapped_column(default=False)
    raiser: Mapped[str | None] = mapped_column(String(80))  # the organisation that may raise funds in public
    filing_no: Mapped[str | None] = mapped_column(String(40))  # 募捐备案号
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime] = mapped_column(Instant)
