"""The day's menu in its simple form: dishes in words, and the price of the set meal."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Fen, Id, Instant, Model


class Menu(Model):
    """What a canteen serves in one meal period of one day."""

    __tablename__ = "menu"
    __table_args__ = (UniqueConstraint("canteen_id", "service_on", "meal_period"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    service_on: Mapped[date]
    meal_period: Mapped[str] = mapped_column(String(10))
    dishes: Mapped[str] = mapped_column(String(400), default="")  # one a line
    price_fen: Mapped[int | None] = mapped_column(Fen)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
