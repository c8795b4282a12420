"""Prepaid wallets, vouchers and closed accounts; the journal is the truth, these rows its running totals."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Fen, Id, Instant, Model


class Wallet(Model):
    """An elder's prepaid money; every elder has one from registration on, and it is never below zero."""

    __tablename__ = "wallet"
    __table_args__ = (CheckConstraint("balance_fen >= 0", name="never_below_zero"),)
    elder_id: Mapped[int] = mapped_column(Id, ForeignKey("elder.id"), primary_key=True)
    balance_fen: Mapped[int] = mapped_column(Fen, default=0)


class TopUp(Model):
    """Money paid in, or paid back; once per key."""

    __tablename__ = "top_up"
    __table_args__ = (
        Index("ix_top_up_elder_id", "elder_id"),
        CheckConstraint("amount_fen <> 0", name="not_zero"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    elder_id: Mapped[int] = mapped_column(Id, ForeignKey("elder.id"))
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    amount_fen: Mapped[int] = mapped_column(Fen)  # below zero: a refund
    method: Mapped[str] = mapped_column(String(12))  # cash, wechat, alipay, transfer, family
    balance_fen: Mapped[int] = mapped_column(Fen, default=0)  # held afterwards: the same answer for ever
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("entry.id"))
    received_at: Mapped[datetime] = mapped_column(Instant)
    received_by: Mapped[str] = mapped_column(String(80))


class VoucherKind(Model):
    """A kind of voucher an office gives out, by the code that programmes name as `fund`."""

    __tablename__ = "voucher_kind"
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    title_en: Mapped[str] = mapped_column(String(80), default="")
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)


class Voucher(Model):
    """One credit of a voucher kind; what expires first is used first."""

    __tablename__ = "voucher"
    __table_args__ = (
        CheckConstraint("left_fen >= 0", name="never_below_zero"),
        Index("ix_voucher_elder_id_expires_on", "elder_id", "expires_on"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    kind_code: Mapped[str] = mapped_column(String(60), ForeignKey("voucher_kind.code"))
    elder_id: Mapped[int] = mapped_column(Id, ForeignKey("elder.id"))
    amount_fen: Mapped[int] = mapped_column(Fen)
    left_fen: Mapped[int] = mapped_column(Fen)
    balance_fen: Mapped[int | None] = mapped_column(
        Fen
    )  # held of the kind afterwards: the same answer for ever
    expires_on: Mapped[date]  # last day it can be used
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("entry.id"))
    expired_at: Mapped[datetime | None] = mapped_column(Instant)


class AccountClosing(Model):
    """An account closed with its balance paid out: to whom, on what evidence, by which two people."""

    __tablename__ = "account_closing"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    elder_id: Mapped[int] = mapped_column(Id, ForeignKey("elder.id"), index=True)
    receiver: Mapped[str] = mapped_column(String(10))  # elder, proxy, heir
    receiver_name: Mapped[str | None] = mapped_column(String(60))
    relation: Mapped[str | None] = mapped_column(String(40))
    evidence: Mapped[str | None] = mapped_column(String(200))
    amount_fen: Mapped[int] = mapped_column(Fen)  # what was paid out; until it is approved, what is to be
    method: Mapped[str] = mapped_column(String(12), default="cash")
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    approved_by: Mapped[str | None] = mapped_column(String(80))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    refused_at: Mapped[datetime | None] = mapped_column(Instant)
    entry_id: Mapped[int | None] = mapped_column(Id, ForeignKey("entry.id"))
