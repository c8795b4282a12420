"""Drafts of policies as they stand, proposals to bind a canteen, and what became of each: kept for ever."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Model
from canteen.subsidies.models import Written

TWO_PEOPLE = "state <> 'published' OR (submitted_by IS NOT NULL AND decided_by IS NOT NULL AND decided_by <> submitted_by)"
TWO_TO_BIND = "state <> 'confirmed' OR (decided_by IS NOT NULL AND decided_by <> proposed_by)"


class ProgrammeDraft(Model):
    """A whole programme as it will be. `base` is the stored programme as it was when the draft began."""

    __tablename__ = "programme_draft"
    __table_args__ = (
        CheckConstraint(TWO_PEOPLE, name="two_people"),
        Index("ix_programme_draft_state", "state"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(120))
    mapping: Mapped[dict[str, Any]] = mapped_column(Written)  # encoded as a stored programme's tables are
    revision: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))  # open, submitted, published, discarded
    base: Mapped[dict[str, Any] | None] = mapped_column(Written)
    base_sha256: Mapped[str] = mapped_column(String(64))  # empty: there was no such programme
    canteens: Mapped[list[Any]] = mapped_column(Written)  # codes to bind at publication
    bind_from: Mapped[date | None]
    hands: Mapped[list[Any]] = mapped_column(Written)  # everybody who changed it: none of them may publish it
    begun_by: Mapped[str] = mapped_column(String(80))
    begun_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime] = mapped_column(Instant)
    submitted_by: Mapped[str | None] = mapped_column(String(80))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(String(400))  # of the last refusal
    ticks: Mapped[list[Any]] = mapped_column(Written)


class BindingProposal(Model):
    """A canteen to be bound to a published programme from a day on, until a second person confirms it."""

    __tablename__ = "binding_proposal"
    __table_args__ = (CheckConstraint(TWO_TO_BIND, name="two_people"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(Id, ForeignKey("programme.id"), index=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"), index=True)
    from_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))  # proposed, confirmed, refused
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class PolicyEvent(Model):
    """One act in a version's life, written once: begun, submitted, refused, published, withdrawn."""

    __tablename__ = "policy_event"
    __table_args__ = (Index("ix_policy_event_programme_code", "programme_code", "id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_code: Mapped[str] = mapped_column(String(60))
    effective_on: Mapped[date | None]
    draft_id: Mapped[int | None] = mapped_column(Id)
    act: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(String(400))
    detail: Mapped[dict[str, Any] | None] = mapped_column(Written)
