"""Each time that a sealed statement was sent: to whom, by which way, and what came of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Model

OPEN = text("state IN ('waiting', 'sending')")


class StatementSending(Model):
    """One sending of one statement. Sent once more is another row; only one of a statement waits at a time."""

    __tablename__ = "statement_sending"
    __table_args__ = (
        CheckConstraint("(way = 'mail') = (address IS NOT NULL)", name="mail_has_an_address"),
        Index(
            "uq_statement_sending_open", "statement_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    statement_id: Mapped[int] = mapped_column(Id, ForeignKey("statement.id"), index=True)
    way: Mapped[str] = mapped_column(String(8))  # mail, drop
    address: Mapped[str | None] = mapped_column(String(254))
    message_id: Mapped[str] = mapped_column(String(160))  # the same again for one that may have gone out already
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(10), index=True)  # waiting, sending, sent, failed, unknown
    tries: Mapped[int]
    next_try_at: Mapped[datetime] = mapped_column(Instant)
    begun_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(String(24))  # what the last try failed for
    told_by: Mapped[str | None] = mapped_column(String(80))  # who noted that the sponsor has it
