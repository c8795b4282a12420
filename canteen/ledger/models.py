"""The journal: accounts, entries and postings, append-only (a trigger refuses UPDATE and DELETE)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Fen, Id, Instant, Json, Model


class Account(Model):
    """One account of the chart (docs/ledger.md); its code is its name, and never changes."""

    __tablename__ = "account"
    code: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # asset, liability, income, expense


class Entry(Model):
    """One thing that happened, whole: its postings sum to zero."""

    __tablename__ = "entry"
    __table_args__ = (Index("ix_entry_canteen_month", "canteen_id", "month"), Index("ix_entry_meal_id", "meal_id"))
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    canteen_id: Mapped[int | None] = mapped_column(Id, ForeignKey("canteen.id"))
    service_on: Mapped[date]
    month: Mapped[str] = mapped_column(String(7))  # the accounting month it counts in, 2026-11
    posted_at: Mapped[datetime] = mapped_column(Instant)
    meal_id: Mapped[int | None] = mapped_column(Id)
    reverses_id: Mapped[int | None] = mapped_column(Id, ForeignKey("entry.id"), unique=True)
    key: Mapped[str | None] = mapped_column(String(80), unique=True)  # once per key, for what may be retried
    memo: Mapped[dict[str, Any] | None] = mapped_column(Json)


class Posting(Model):
    """One line of an entry: debit above zero, credit below."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount_not_zero"),
        Index("ix_posting_entry_id", "entry_id"),
        Index("ix_posting_account_elder", "account_code", "elder_id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("entry.id"))
    account_code: Mapped[str] = mapped_column(String(200), ForeignKey("account.code"))
    amount_fen: Mapped[int] = mapped_column(Fen)
    elder_id: Mapped[int | None] = mapped_column(Id, ForeignKey("elder.id"))
    fund_id: Mapped[int | None] = mapped_column(Id, ForeignKey("fund.id"))


class ClosedMonth(Model):
    """A canteen's month that is closed: nothing is booked in it any more, for ever."""

    __tablename__ = "closed_month"
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    closed_at: Mapped[datetime] = mapped_column(Instant)
