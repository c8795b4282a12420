"""The people who work here, and their failed sign-ins."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Model


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
