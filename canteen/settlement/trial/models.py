"""Trials of drafts: what was asked, how far it is, what it answered."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Json, Model


class ProgrammeTrial(Model):
    """One month of one canteen to be divided again under a draft. Its result names elders by number alone."""

    __tablename__ = "programme_trial"
    __table_args__ = (
        Index("ix_programme_trial_draft_id", "draft_id"),
        Index("ix_programme_trial_state", "state"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    draft_id: Mapped[int] = mapped_column(Id, ForeignKey("programme_draft.id"))
    revision: Mapped[int]  # of the draft as it was divided by; until then as it was when asked
    fingerprint: Mapped[str] = mapped_column(String(64))
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    month: Mapped[str] = mapped_column(String(7))
    version_on: Mapped[date | None]  # first day of the version that is tried
    is_supposed: Mapped[bool]  # it begins after the month, and is supposed to have governed it
    state: Mapped[str] = mapped_column(String(8))  # waiting, running, done, failed
    tries: Mapped[int]
    claim: Mapped[str | None] = mapped_column(String(32))  # of the worker that is at it
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)  # when it last gave a sign of life
    meals_done: Mapped[int]
    meals_total: Mapped[int | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    failure: Mapped[str | None] = mapped_column(String(60))  # a refusal's code
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
