"""Signals, the decisions on them, the rules by which they are found, and how far each canteen was looked at."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Json, Model


class Signal(Model):
    """A pattern that somebody should look at; written once, by its key."""

    __tablename__ = "signal"
    __table_args__ = (Index("ix_signal_canteen_state", "canteen_id", "state"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    rule: Mapped[str] = mapped_column(String(30))
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    service_on: Mapped[date]
    meal_period: Mapped[str | None] = mapped_column(String(10))
    elder_id: Mapped[int | None] = mapped_column(Id, ForeignKey("elder.id"))
    device_id: Mapped[int | None] = mapped_column(Id, ForeignKey("device.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(Json)  # count, threshold, numbers of scans and meals, cashiers
    state: Mapped[str] = mapped_column(String(10))  # open, valid, excluded, referred
    found_at: Mapped[datetime] = mapped_column(Instant)


class SignalRuling(Model):
    """A person's decision on a signal; a new row each time, and what was excluded by it."""

    __tablename__ = "signal_ruling"
    __table_args__ = (Index("ix_signal_ruling_signal_id", "signal_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    signal_id: Mapped[int] = mapped_column(Id, ForeignKey("signal.id"))
    ruling: Mapped[str] = mapped_column(String(10))  # valid, excluded, referred
    reason: Mapped[str] = mapped_column(String(200))
    meals: Mapped[list[int]] = mapped_column(Json)  # numbers of the meals that it took out of the reports
    ruled_by: Mapped[str] = mapped_column(String(80))
    ruled_at: Mapped[datetime] = mapped_column(Instant)
    reversed_at: Mapped[datetime | None] = mapped_column(Instant)


class SignalRule(Model):
    """A rule's switch and threshold where they differ from what is shipped; a canteen's go before the district's."""

    __tablename__ = "signal_rule"
    scope: Mapped[str] = mapped_column(String(40), primary_key=True)  # a canteen's code; empty: the district
    rule: Mapped[str] = mapped_column(String(30), primary_key=True)
    is_on: Mapped[bool]
    threshold: Mapped[int]
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime] = mapped_column(Instant)


class SignalLook(Model):
    """Up to which rows a canteen was last looked at, so that nothing is looked at twice for nothing."""

    __tablename__ = "signal_look"
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"), primary_key=True)
    seen: Mapped[list[Any]] = mapped_column(Json)
    looked_at: Mapped[datetime] = mapped_column(Instant)
