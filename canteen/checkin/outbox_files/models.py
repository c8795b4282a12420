"""Tables of exported outboxes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Model

TAKEN, REVIEW, DISMISSED = "taken", "review", "dismissed"


class OutboxFile(Model):
    """A file as it was uploaded, sealed as it came. What is altered, cut or foreign waits whole for a person."""

    __tablename__ = "outbox_file"
    __table_args__ = (Index("ix_outbox_file_canteen_state", "canteen_id", "state"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    device_id: Mapped[int | None] = mapped_column(Id, ForeignKey("device.id"))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    received_at: Mapped[datetime] = mapped_column(Instant)
    received_by: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10))  # taken, review, dismissed
    fault: Mapped[str | None] = mapped_column(String(40))
    record_count: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class OutboxFileScan(Model):
    """One scan that came to us through a file first: what "from file" means on a report."""

    __tablename__ = "outbox_file_scan"
    scan_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    outbox_file_id: Mapped[int] = mapped_column(Id, ForeignKey("outbox_file.id"), index=True)
