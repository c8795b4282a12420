"""Levels of government and collective, and the history of every list: written once, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Model


class Level(Model):
    """A level that a split may name; a retired one is no longer offered, and stays readable."""

    __tablename__ = "level"
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(String(60), default="")
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)


class VocabularyChange(Model):
    """One change of a list: who, when, what it was before and is after."""

    __tablename__ = "vocabulary_change"
    __table_args__ = (Index("ix_vocabulary_change_vocabulary_code", "vocabulary", "code"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    vocabulary: Mapped[str] = mapped_column(String(12))  # category, level, voucher, working-day
    code: Mapped[str] = mapped_column(String(60))  # of a working day its date, of a whole year its number
    act: Mapped[str] = mapped_column(
        String(12)
    )  # added, renamed, moved, retired, restored, removed, set, entered
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Instant)
