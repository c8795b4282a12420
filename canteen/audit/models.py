"""Who did what: events as they happen, linked into a hash chain afterwards."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Json, Model


class AuditEvent(Model):
    """One act; inserted unlinked, so that no check-in waits for the chain's tip."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    act: Mapped[str] = mapped_column(String(60))
    actor: Mapped[str] = mapped_column(String(80))  # staff:<id>, device:<id>, system:<account>
    canteen_id: Mapped[int | None] = mapped_column(Id, ForeignKey("canteen.id"))
    subject: Mapped[str | None] = mapped_column(String(80))  # elder:<ref>, meal:<no>, …: never a name or a number
    detail: Mapped[dict[str, Any] | None] = mapped_column(Json)


class AuditLink(Model):
    """An event's place in the chain: SHA-256 over the link before it and the event."""

    __tablename__ = "audit_link"
    number: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(Id, ForeignKey("audit_event.id"), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
