"""Shifts at a till, what happened in them, their cash close, and what the kitchen cooked."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Fen, Id, Instant, Json, Model


class TillShift(Model):
    """One shift of one till. Its id was made on the tablet; a closed one is never opened again."""

    __tablename__ = "till_shift"
    __table_args__ = (Index("ix_till_shift_device_id", "device_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    shift_id: Mapped[str] = mapped_column(String(32), unique=True)
    device_id: Mapped[int] = mapped_column(Id, ForeignKey("device.id"))
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    service_on: Mapped[date]
    meal_period: Mapped[str | None] = mapped_column(String(10))
    float_fen: Mapped[int] = mapped_column(Fen, default=0)  # 备用金, lies in the drawer before the first meal
    is_late: Mapped[bool] = mapped_column(default=False)  # opened by itself after the day's close
    staff_id: Mapped[int | None] = mapped_column(Id, ForeignKey("staff.id"))  # the current cashier
    opened_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    is_closed: Mapped[bool] = mapped_column(default=False)


class ShiftEvent(Model):
    """A badge was scanned, or the shift ended: once per id, with the answer that it got."""

    __tablename__ = "shift_event"
    __table_args__ = (Index("ix_shift_event_shift_id", "shift_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    event_id: Mapped[str] = mapped_column(String(32), unique=True)
    device_id: Mapped[int] = mapped_column(Id, ForeignKey("device.id"))
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    shift_id: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(10))  # open, hand-over, approval, close
    content_sha256: Mapped[str] = mapped_column(String(64))
    staff_id: Mapped[int | None] = mapped_column(Id, ForeignKey("staff.id"))
    badge_sha256: Mapped[str | None] = mapped_column(String(64))
    happened_at: Mapped[datetime] = mapped_column(Instant)  # by the tablet's clock
    received_at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str | None] = mapped_column(String(200))
    answer: Mapped[dict[str, Any]] = mapped_column(Json)


class CashClose(Model):
    """日结: one till's cash counted against what its records say it took. Append-only."""

    __tablename__ = "cash_close"
    __table_args__ = (
        UniqueConstraint("device_id", "number", name="uq_cash_close_device_id"),
        Index("ix_cash_close_canteen_service_on", "canteen_id", "service_on"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    close_id: Mapped[str] = mapped_column(String(32), unique=True)
    device_id: Mapped[int] = mapped_column(Id, ForeignKey("device.id"))
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    number: Mapped[int]  # 1, 2, … of this till
    service_on: Mapped[date]
    month: Mapped[str] = mapped_column(String(7))  # where the difference is booked
    shift_id: Mapped[str | None] = mapped_column(String(32))
    is_late: Mapped[bool] = mapped_column(default=False)
    float_fen: Mapped[int] = mapped_column(Fen)
    expected_fen: Mapped[int] = mapped_column(Fen)
    counted_fen: Mapped[int] = mapped_column(Fen)
    difference_fen: Mapped[int] = mapped_column(Fen)  # counted less expected
    denominations: Mapped[dict[str, Any] | None] = mapped_column(Json)  # fen of a note -> pieces
    figures: Mapped[dict[str, Any]] = mapped_column(Json)  # as they stood then, for the slip
    note: Mapped[str | None] = mapped_column(String(200))
    no_meals_reason: Mapped[str | None] = mapped_column(String(200))
    content_sha256: Mapped[str] = mapped_column(String(64))
    staff_id: Mapped[int | None] = mapped_column(Id, ForeignKey("staff.id"))
    closed_by: Mapped[str] = mapped_column(String(80))
    closed_at: Mapped[datetime] = mapped_column(Instant)
    entry_id: Mapped[int | None] = mapped_column(Id, ForeignKey("entry.id"))


class ClosedScan(Model):
    """A scan that a close has counted. The key says that no other close can count it too."""

    __tablename__ = "closed_scan"
    scan_row_id: Mapped[int] = mapped_column(Id, ForeignKey("scan.id"), primary_key=True, autoincrement=False)
    cash_close_id: Mapped[int] = mapped_column(Id, ForeignKey("cash_close.id"), index=True)


class ClosedEntry(Model):
    """A journal entry whose cash a close has counted, likewise once."""

    __tablename__ = "closed_entry"
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("entry.id"), primary_key=True, autoincrement=False)
    cash_close_id: Mapped[int] = mapped_column(Id, ForeignKey("cash_close.id"), index=True)


class PortionsCooked(Model):
    """出餐数: how many portions the kitchen made for a meal. A correction is a further row; the last one holds."""

    __tablename__ = "portions_cooked"
    __table_args__ = (Index("ix_portions_cooked_canteen_service_on", "canteen_id", "service_on"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    service_on: Mapped[date]
    meal_period: Mapped[str] = mapped_column(String(10))
    portions: Mapped[int]
    noted_by: Mapped[str] = mapped_column(String(80))
    noted_at: Mapped[datetime] = mapped_column(Instant)
