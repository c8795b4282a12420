"""Ticks of the till, the rounds in which visit tasks are made, and the tasks."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Model

OPEN, DONE = "open", "done"


class AbsenceTick(Model):
    """Somebody at the till asked after an elder who had not come."""

    __tablename__ = "absence_tick"
    __table_args__ = (Index("ix_absence_tick_meal", "canteen_id", "service_on", "meal_period", "elder_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)  # made once on the tablet
    device_id: Mapped[int] = mapped_column(Id, ForeignKey("device.id"))
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    elder_id: Mapped[int] = mapped_column(Id, ForeignKey("elder.id"))
    service_on: Mapped[date]
    meal_period: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))  # asked, phoned
    cashier_ref: Mapped[str | None] = mapped_column(String(80))
    ticked_at: Mapped[datetime] = mapped_column(Instant)  # as the tablet's clock said
    received_at: Mapped[datetime] = mapped_column(Instant)


class VisitRound(Model):
    """The visit tasks of one meal of one canteen were made; a second round finds this row and makes none."""

    __tablename__ = "visit_round"
    canteen_id: Mapped[int] = mapped_column(
        Id, ForeignKey("canteen.id"), primary_key=True, autoincrement=False
    )
    service_on: Mapped[date] = mapped_column(primary_key=True)
    meal_period: Mapped[str] = mapped_column(String(10), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Instant)


class VisitTask(Model):
    """A regular did not come and nobody had asked: somebody should look in."""

    __tablename__ = "visit_task"
    __table_args__ = (
        Index("uq_visit_task_meal", "canteen_id", "elder_id", "service_on", "meal_period", unique=True),
        Index("ix_visit_task_canteen_id_state", "canteen_id", "state"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    elder_id: Mapped[int] = mapped_column(Id, ForeignKey("elder.id"))
    service_on: Mapped[date]
    meal_period: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(6))  # open, done
    note: Mapped[str | None] = mapped_column(String(200))
    done_by: Mapped[str | None] = mapped_column(String(80))
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    made_at: Mapped[datetime] = mapped_column(Instant)
