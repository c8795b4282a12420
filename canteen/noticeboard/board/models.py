"""The table of links that open a canteen's board."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Model


class BoardLink(Model):
    """A link to one canteen's board. Its token is kept as a hash only; a canteen has one that is not revoked."""

    __tablename__ = "board_link"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(Instant)
    revoked_by: Mapped[str | None] = mapped_column(String(80))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
