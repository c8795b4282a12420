"""Meal cards by issue, and the family's code."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Model


class MealCard(Model):
    """One issue of a card; replacing it makes a new row of the same serial with the next issue_no."""

    __tablename__ = "meal_card"
    __table_args__ = (
        Index("uq_meal_card_serial_issue_no", "serial", "issue_no", unique=True),
        Index("ix_meal_card_changed_at", "changed_at"),
        Index(
            "uq_meal_card_elder_id_live",
            "elder_id",
            unique=True,
            sqlite_where=text("state IN ('active', 'lost')"),
            postgresql_where=text("state IN ('active', 'lost')"),
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    serial: Mapped[str] = mapped_column(String(12))  # its last four digits are the 卡尾号
    issue_no: Mapped[int]
    elder_id: Mapped[int] = mapped_column(Id, ForeignKey("elder.id"), index=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    key_id: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(10))  # active, lost, replaced, closed
    issued_at: Mapped[datetime] = mapped_column(Instant)
    printed_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class FamilyCode(Model):
    """The six-digit code by which a family sees the elder's page; ten wrong tries lock it."""

    __tablename__ = "family_code"
    elder_id: Mapped[int] = mapped_column(Id, ForeignKey("elder.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(200))
    wrong_tries: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[datetime | None] = mapped_column(Instant)
    renewed_at: Mapped[datetime] = mapped_column(Instant)
