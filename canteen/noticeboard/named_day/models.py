"""Cards of named days, as they were made."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Json, Model


class NamedDayCard(Model):
    """What one card says. Never changed: a correction makes the next number."""

    __tablename__ = "named_day_card"
    __table_args__ = (
        UniqueConstraint("naming_id", "number"),
        UniqueConstraint("check_code"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    naming_id: Mapped[int] = mapped_column(Id, ForeignKey("naming.id"))
    number: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
    check_code: Mapped[str] = mapped_column(String(8))
    facts: Mapped[dict[str, Any]] = mapped_column(Json)  # what stands on the card
    counted: Mapped[list[list[Any]]] = mapped_column(Json)  # elder and meal period of each meal; never shown
