"""Tablets: enrolment codes and the devices that came of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Json, Model


class EnrolmentCode(Model):
    """A one-time code of 8 Crockford characters; only its keyed hash is kept."""

    __tablename__ = "enrolment_code"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    wrong_tries: Mapped[int] = mapped_column(
        default=0
    )  # wrong codes tried, by anybody, while this one was open


class EnrolmentFailure(Model):
    """One wrong code from one address, kept to slow down whoever guesses."""

    __tablename__ = "enrolment_failure"
    __table_args__ = (Index("ix_enrolment_failure_address_key_at", "address_key", "at"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    address_key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)


class Device(Model):
    """One tablet of one canteen."""

    __tablename__ = "device"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    name: Mapped[str] = mapped_column(String(40))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    secret_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    enrolled_at: Mapped[datetime] = mapped_column(Instant)
    lease_until: Mapped[datetime] = mapped_column(Instant)
    last_contact_at: Mapped[datetime | None] = mapped_column(Instant)
    first_sheet_on: Mapped[str | None] = mapped_column(String(10))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    emptied_at: Mapped[datetime | None] = mapped_column(Instant)
    lost_at: Mapped[datetime | None] = mapped_column(Instant)
    lost_reason: Mapped[str | None] = mapped_column(String(200))


class DeviceReport(Model):
    """What a tablet last told of itself. A tablet that never reports has no row."""

    __tablename__ = "device_report"
    device_id: Mapped[int] = mapped_column(Id, ForeignKey("device.id"), primary_key=True, autoincrement=False)
    reported_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[str] = mapped_column(String(40))
    unsent: Mapped[int]  # scans and letters that no server has answered
    kept: Mapped[int]  # answered, and not yet inside a backup
    oldest_unsent_at: Mapped[datetime | None] = mapped_column(Instant)
    empty_at: Mapped[datetime | None] = mapped_column(Instant)  # the last report with nothing unsent
    clock_error_ms: Mapped[int] = mapped_column(Id)  # how far the tablet's clock is ahead of ours
    battery_percent: Mapped[int | None]
    storage_persisted: Mapped[bool | None]
    self_test: Mapped[dict[str, Any] | None] = mapped_column(Json)
    epoch: Mapped[int | None]
