"""Closed months, sealed statements and the papers made of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Fen, Id, Instant, Json, Model


class MonthClose(Model):
    """The close of one canteen's month: who, when, what was found, and the totals."""

    __tablename__ = "month_close"
    __table_args__ = (UniqueConstraint("canteen_id", "month"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    month: Mapped[str] = mapped_column(String(7))
    closed_by: Mapped[str] = mapped_column(String(60))
    checked_by: Mapped[str | None] = mapped_column(String(60))
    closed_at: Mapped[datetime] = mapped_column(Instant)
    findings: Mapped[list[Any]] = mapped_column(Json)
    totals: Mapped[dict[str, Any]] = mapped_column(Json)


class Statement(Model):
    """A sealed statement: rows as canonical JSON under one hash; never changed (a trigger refuses)."""

    __tablename__ = "statement"
    __table_args__ = (
        Index("ix_statement_canteen_month", "canteen_id", "month"),
        Index("uq_statement_fund_period", "fund_id", "period", unique=True),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    payer: Mapped[str] = mapped_column(String(120))
    canteen_id: Mapped[int | None] = mapped_column(Id, ForeignKey("canteen.id"))
    fund_id: Mapped[int | None] = mapped_column(Id, ForeignKey("fund.id"))
    month: Mapped[str] = mapped_column(String(7))  # of a longer period: its last month
    # 2026-Q4, 2026, 2026-11-01..2026-12-15: a fund's statement over months; None: the statement of its month
    period: Mapped[str | None] = mapped_column(String(24))
    total_fen: Mapped[int] = mapped_column(Fen)
    sealed_json: Mapped[str]  # canonical JSON text, byte for byte what was hashed
    seal_sha256: Mapped[str] = mapped_column(String(64))
    check_code: Mapped[str] = mapped_column(String(8))
    sealed_at: Mapped[datetime] = mapped_column(Instant)


class Paper(Model):
    """The first rendering of a sealed statement, archived and given out for ever."""

    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("statement_id", "format"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    statement_id: Mapped[int] = mapped_column(Id, ForeignKey("statement.id"))
    format: Mapped[str] = mapped_column(String(4))  # pdf, xlsx
    sha256: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    rendered_at: Mapped[datetime] = mapped_column(Instant)


class RenderClaim(Model):
    """Who is rendering a statement now: several workers share what waits, and a dead one's claim runs out."""

    __tablename__ = "render_claim"
    statement_id: Mapped[int] = mapped_column(Id, ForeignKey("statement.id"), primary_key=True)
    claimed_at: Mapped[datetime] = mapped_column(Instant)


class Adjustment(Model):
    """A line of an open month that corrects a closed one."""

    __tablename__ = "adjustment"
    __table_args__ = (Index("ix_adjustment_canteen_month", "canteen_id", "month"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    month: Mapped[str] = mapped_column(String(7))
    original_month: Mapped[str] = mapped_column(String(7))
    meal_id: Mapped[int | None] = mapped_column(Id, ForeignKey("meal.id"))
    entry_id: Mapped[int] = mapped_column(Id, ForeignKey("entry.id"))
    reason: Mapped[str] = mapped_column(String(200))
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class DayRollup(Model):
    """A day's shares by payer and rule, written when the day is over and checked against the lines."""

    __tablename__ = "day_rollup"
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    service_on: Mapped[date] = mapped_column(primary_key=True)
    meal_period: Mapped[str] = mapped_column(String(10), primary_key=True)
    payer: Mapped[str] = mapped_column(String(80), primary_key=True)
    rule_id: Mapped[str] = mapped_column(String(80), primary_key=True)  # empty: the elder's own
    meals: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(Fen)
