"""The people who work here, their badges and PINs, and their failed sign-ins."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Model

LIVE_BADGE = "revoked_at IS NULL"


class Staff(Model):
    """One person who may sign in."""

    __tablename__ = "staff"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(default=True)
    sign_in_version: Mapped[int] = mapped_column(default=1)  # raised by sign-out everywhere, role change, dismissal
    language: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(Instant)
    dismissed_at: Mapped[datetime | None] = mapped_column(Instant)


class StaffBadge(Model):
    """A badge with a QR, of which only the hash is kept; a person holds at most one that is valid."""

    __tablename__ = "staff_badge"
    __table_args__ = (
        Index(
            "uq_staff_badge_live",
            "staff_id",
            unique=True,
            sqlite_where=text(LIVE_BADGE),
            postgresql_where=text(LIVE_BADGE),
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    staff_id: Mapped[int] = mapped_column(Id, ForeignKey("staff.id"))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    issued_by: Mapped[str] = mapped_column(String(80))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class StaffPin(Model):
    """The eight digits by which a person takes over a till that is online; kept as argon2, never on a tablet."""

    __tablename__ = "staff_pin"
    staff_id: Mapped[int] = mapped_column(Id, ForeignKey("staff.id"), primary_key=True)
    pin_hash: Mapped[str] = mapped_column(String(200))
    chosen_at: Mapped[datetime] = mapped_column(Instant)


class SignInFailure(Model):
    """One failed sign-in, counted over all processes: by login and by address, both as keyed hashes."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        Index("ix_sign_in_failure_login_key_at", "login_key", "at"),
        Index("ix_sign_in_failure_address_key_at", "address_key", "at"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    login_key: Mapped[str] = mapped_column(String(64))
    address_key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)
