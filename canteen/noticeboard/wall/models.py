"""Public notices as they were published, and their withdrawal; rows of neither are ever changed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Model


class PublicNotice(Model):
    """One version of a month's notice: what was published, byte for byte, under one hash (a trigger keeps it)."""

    __tablename__ = "public_notice"
    __table_args__ = (
        UniqueConstraint("canteen_id", "month", "version"),
        CheckConstraint("version >= 1", name="counts_from_one"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    month: Mapped[str] = mapped_column(String(7))
    version: Mapped[int]
    number: Mapped[str] = mapped_column(String(80), unique=True)
    sealed_json: Mapped[str]  # canonical JSON text, byte for byte what was hashed
    seal_sha256: Mapped[str] = mapped_column(String(64))
    published_on: Mapped[date]  # by the canteen's own clock; the notice's seven days begin here
    published_by: Mapped[str] = mapped_column(String(80))
    published_at: Mapped[datetime] = mapped_column(Instant)


class NoticeWithdrawal(Model):
    """Why a notice no longer holds; at most one row a notice."""

    __tablename__ = "public_notice_withdrawal"
    notice_id: Mapped[int] = mapped_column(
        Id, ForeignKey("public_notice.id"), primary_key=True, autoincrement=False
    )
    reason: Mapped[str] = mapped_column(String(200))
    withdrawn_by: Mapped[str] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime] = mapped_column(Instant)
