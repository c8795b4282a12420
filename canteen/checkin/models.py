"""Scans as they came with their outcome, meals with their frozen division, and what was cancelled."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Fen, Id, Instant, Json, Model

LIVE_SLOT = "kind = 'slot' AND cancelled_at IS NULL"


class Scan(Model):
    """One durable record of a tablet and what became of it; its id is the commit number."""

    __tablename__ = "scan"
    __table_args__ = (
        Index("ix_scan_canteen_service_state", "canteen_id", "service_on", "state"),
        Index("ix_scan_device_boot_seq", "device_id", "boot_id", "seq"),
        Index("ix_scan_meal_id", "meal_id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    scan_id: Mapped[str] = mapped_column(String(32), unique=True)
    device_id: Mapped[int] = mapped_column(Id, ForeignKey("device.id"))
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    content_sha256: Mapped[str] = mapped_column(String(64))  # over what cannot change
    claim: Mapped[dict[str, Any]] = mapped_column(Json)  # the record as sent, its token only as SHA-256
    boot_id: Mapped[str] = mapped_column(String(16))
    seq: Mapped[int] = mapped_column(Id)
    decision: Mapped[str] = mapped_column(String(16))
    seen_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    service_on: Mapped[date]
    meal_period: Mapped[str] = mapped_column(String(10))
    elder_id: Mapped[int | None] = mapped_column(Id, ForeignKey("elder.id"))
    state: Mapped[str] = mapped_column(String(10))  # MEAL, EXCEPTION, REJECTED
    code: Mapped[str | None] = mapped_column(String(20))
    meal_id: Mapped[int | None] = mapped_column(Id, ForeignKey("meal.id"))
    answer: Mapped[dict[str, Any]] = mapped_column(Json)  # given again to the same record, for ever
    carried_to: Mapped[str | None] = mapped_column(String(7))  # month it was carried into while under review
    carried_reason: Mapped[str | None] = mapped_column(String(200))


class Meal(Model):
    """One meal eaten by an elder, with the division that was true then; its id is the meal number."""

    __tablename__ = "meal"
    __table_args__ = (
        Index(
            "uq_meal_slot",
            "elder_id",
            "service_on",
            "meal_period",
            unique=True,
            sqlite_where=text(LIVE_SLOT),
            postgresql_where=text(LIVE_SLOT),
        ),
        Index("ix_meal_canteen_service_on", "canteen_id", "service_on"),
        Index("ix_meal_canteen_month", "canteen_id", "month"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))  # slot, further
    elder_id: Mapped[int] = mapped_column(Id, ForeignKey("elder.id"))
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    service_on: Mapped[date]
    meal_period: Mapped[str] = mapped_column(String(10))
    month: Mapped[str] = mapped_column(String(7))  # the month it counts in; later than its date when LATE
    channel: Mapped[str] = mapped_column(String(10))
    price_fen: Mapped[int] = mapped_column(Fen)
    elder_fen: Mapped[int] = mapped_column(Fen)  # the elder's share less what the operator absorbed
    wallet_fen: Mapped[int] = mapped_column(Fen)
    cash_fen: Mapped[int] = mapped_column(Fen)
    absorbed_fen: Mapped[int] = mapped_column(Fen, default=0)
    credit_fen: Mapped[int] = mapped_column(Fen, default=0)  # an offline overdraw, owed by the elder
    programme_code: Mapped[str | None] = mapped_column(String(60))
    version_on: Mapped[date | None]
    authority: Mapped[str | None] = mapped_column(String(120))
    age_years: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(Json)  # categories, grade … as they stood, for the statement
    trace: Mapped[list[Any]] = mapped_column(Json)
    served_at: Mapped[datetime] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)


class MealShare(Model):
    """What one rule (or grant) paid for one meal; a cancellation adds the mirror row."""

    __tablename__ = "meal_share"
    __table_args__ = (
        Index("ix_meal_share_meal_id", "meal_id"),
        Index("ix_meal_share_elder_service_on", "elder_id", "service_on"),
        Index("ix_meal_share_canteen_month_payer", "canteen_id", "month", "payer", "amount_fen"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meal_id: Mapped[int] = mapped_column(Id, ForeignKey("meal.id"))
    elder_id: Mapped[int] = mapped_column(Id)
    canteen_id: Mapped[int] = mapped_column(Id)
    service_on: Mapped[date]
    meal_period: Mapped[str] = mapped_column(String(10))
    month: Mapped[str] = mapped_column(String(7))
    is_grant: Mapped[bool] = mapped_column(default=False)
    programme_code: Mapped[str | None] = mapped_column(String(60))
    rule_id: Mapped[str | None] = mapped_column(String(80))  # None: the elder's own
    payer: Mapped[str] = mapped_column(String(80))  # as in a programme's expect; operator:absorbed, elder
    payee: Mapped[str | None] = mapped_column(String(10))  # of a grant: operator, courier
    authority: Mapped[str | None] = mapped_column(String(120))
    fund_id: Mapped[int | None] = mapped_column(Id)
    levels: Mapped[dict[str, Any] | None] = mapped_column(Json)  # level -> fen, empty without a split
    amount_fen: Mapped[int] = mapped_column(Fen)
    meals: Mapped[int]  # 1, or -1 in a mirror row


class CashMeal(Model):
    """Meals of people without a card, at full price in cash: counted for kitchen and till, never claimed."""

    __tablename__ = "cash_meal"
    __table_args__ = (Index("ix_cash_meal_canteen_service_on", "canteen_id", "service_on"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    device_id: Mapped[int] = mapped_column(Id, ForeignKey("device.id"))
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    service_on: Mapped[date]
    meal_period: Mapped[str] = mapped_column(String(10))
    portions: Mapped[int]
    price_fen: Mapped[int] = mapped_column(Fen)
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("entry.id"))
    served_at: Mapped[datetime] = mapped_column(Instant)


class MealCancel(Model):
    """A cancellation, which may arrive before the scan it cancels and is then held."""

    __tablename__ = "meal_cancel"
    __table_args__ = (Index("ix_meal_cancel_scan_id", "scan_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cancel_id: Mapped[str] = mapped_column(String(64), unique=True)
    scan_id: Mapped[str | None] = mapped_column(String(32))
    meal_id: Mapped[int | None] = mapped_column(Id, ForeignKey("meal.id"), unique=True)
    entry_id: Mapped[int | None] = mapped_column(Id, ForeignKey("entry.id"))
    reason: Mapped[str] = mapped_column(String(200))
    cancelled_by: Mapped[str] = mapped_column(String(80))
    cancelled_at: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[dict[str, Any] | None] = mapped_column(Json)


class ScanRuling(Model):
    """A person's decision on a scan that waited for review; a new row, and reversible by another."""

    __tablename__ = "scan_ruling"
    __table_args__ = (Index("ix_scan_ruling_scan_row_id", "scan_row_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    scan_row_id: Mapped[int] = mapped_column(Id, ForeignKey("scan.id"))
    ruling: Mapped[str] = mapped_column(String(20))  # match, full-price, absorbed, subsidised, not-a-meal
    reason: Mapped[str] = mapped_column(String(200))
    meal_id: Mapped[int | None] = mapped_column(Id, ForeignKey("meal.id"))
    ruled_by: Mapped[str] = mapped_column(String(80))
    ruled_at: Mapped[datetime] = mapped_column(Instant)
    reversed_at: Mapped[datetime | None] = mapped_column(Instant)


class SheetVersion(Model):
    """What one version of a canteen's day sheet said, as digests: enough to tell what changed since."""

    __tablename__ = "sheet_version"
    __table_args__ = (UniqueConstraint("canteen_id", "version"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    version: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime] = mapped_column(Instant)
    digests: Mapped[bytes] = mapped_column(LargeBinary)
