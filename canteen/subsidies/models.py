"""Programmes as published, which canteen each binds from when, and the vocabularies they use."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Model

# Not PostgreSQL's JSONB, which forgets the order of keys: the fen that a split leaves over go by that order.
Written = JSON(none_as_null=True)


class Programme(Model):
    """One authority's programme; its mapping is kept as it was written."""

    __tablename__ = "programme"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)  # the file's programme.id
    title: Mapped[str] = mapped_column(String(120))
    authority: Mapped[str] = mapped_column(String(120))
    head: Mapped[dict[str, Any]] = mapped_column(Written)  # the [programme] table
    examples: Mapped[list[Any]] = mapped_column(Written)
    loaded_at: Mapped[datetime] = mapped_column(Instant)


class ProgrammeVersion(Model):
    """One official notice, complete; never edited once a meal used it."""

    __tablename__ = "programme_version"
    __table_args__ = (UniqueConstraint("programme_id", "effective_on"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(Id, ForeignKey("programme.id"))
    effective_on: Mapped[date]
    until_on: Mapped[date | None]
    position: Mapped[int]  # its place in the file
    mapping: Mapped[dict[str, Any]] = mapped_column(Written)  # dates as ISO text under a tagged form
    sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[str] = mapped_column(String(80))


class ProgrammeBinding(Model):
    """From this day the programme governs the canteen, until the next binding begins."""

    __tablename__ = "programme_binding"
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(Id, ForeignKey("programme.id"), index=True)
    bound_at: Mapped[datetime] = mapped_column(Instant)


class Category(Model):
    """A category of elders that the office uses; a retired one is no longer offered, and stays readable."""

    __tablename__ = "category"
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(String(60), default="")
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)


class WorkingDay(Model):
    """One day of the official calendar; a year without rows is unknown, and said to be."""

    __tablename__ = "working_day"
    day: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    note: Mapped[str | None] = mapped_column(String(40))
