"""Elders, the dated facts that rules ask about, the canteens' lists, and roster imports."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Json, Model


class Elder(Model):
    """One person, whatever number of canteens list them."""

    __tablename__ = "elder"
    __table_args__ = (
        Index("ix_elder_identity_tail_hmac", "identity_tail_hmac"),
        Index("ix_elder_name", "name"),
        Index("ix_elder_standing_changed_at", "standing_changed_at"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(16), unique=True)  # random; what pages and tablets know an elder by
    name: Mapped[str] = mapped_column(String(60))
    printed_name: Mapped[str | None] = mapped_column(String(60))  # recorded when the paper's font lacks a character
    name_sort: Mapped[str] = mapped_column(String(200), default="")  # pinyin with tones, for lists
    name_initials: Mapped[str] = mapped_column(String(400), default="")  # every reading: " OYXY OXY "
    form_of_address: Mapped[str | None] = mapped_column(String(20))
    hint: Mapped[str | None] = mapped_column(String(6))  # told apart from another of the same name
    sex: Mapped[str | None] = mapped_column(String(6))  # male, female
    born_on: Mapped[date | None]
    identity_kind: Mapped[str] = mapped_column(String(20), default="resident")
    identity_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)  # AES-GCM; the key is outside the database
    identity_hmac: Mapped[str | None] = mapped_column(String(64), unique=True)
    identity_tail_hmac: Mapped[str | None] = mapped_column(String(64))
    identity_masked: Mapped[str | None] = mapped_column(String(20))
    phone: Mapped[str | None] = mapped_column(String(20))
    phone_tail: Mapped[str | None] = mapped_column(String(4), index=True)
    emergency_contact: Mapped[str | None] = mapped_column(String(80))
    community: Mapped[str | None] = mapped_column(String(80))
    address: Mapped[str | None] = mapped_column(String(200))
    diet: Mapped[str | None] = mapped_column(String(120))
    outside_card_no: Mapped[str | None] = mapped_column(String(40))
    home_canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"), index=True)
    died_on: Mapped[date | None]
    closed_on: Mapped[date | None]  # the account is closed
    standing_changed_at: Mapped[datetime | None] = mapped_column(Instant)  # when either of the two was last noted
    is_page_off: Mapped[bool] = mapped_column(default=False)  # the elder switched the family page off
    import_id: Mapped[int | None] = mapped_column(Id, ForeignKey("roster_import.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class ElderFact(Model):
    """A dated fact with its evidence; ended or withdrawn, never overwritten.

    kind: category, disability_grade, care_level, pension (yes/no), monthly_income_fen,
    household_division, residence_division, living, hospital, away, care_home.
    """

    __tablename__ = "elder_fact"
    __table_args__ = (Index("ix_elder_fact_elder_id", "elder_id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    elder_id: Mapped[int] = mapped_column(Id, ForeignKey("elder.id"))
    kind: Mapped[str] = mapped_column(String(24))
    value: Mapped[str] = mapped_column(String(80))
    from_on: Mapped[date]
    until_on: Mapped[date | None]  # last day, included
    evidence: Mapped[str | None] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(10))  # import, hand
    import_id: Mapped[int | None] = mapped_column(Id, ForeignKey("roster_import.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)


class CanteenElder(Model):
    """An elder on a canteen's list, with the distance from home to it."""

    __tablename__ = "canteen_elder"
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"), primary_key=True)
    elder_id: Mapped[int] = mapped_column(Id, ForeignKey("elder.id"), primary_key=True, index=True)
    distance_m: Mapped[int | None]
    import_id: Mapped[int | None] = mapped_column(Id, ForeignKey("roster_import.id"))
    listed_at: Mapped[datetime] = mapped_column(Instant)


class HandCorrection(Model):
    """A field that a person corrected by hand: a later import of an older list leaves it alone."""

    __tablename__ = "hand_correction"
    elder_id: Mapped[int] = mapped_column(Id, ForeignKey("elder.id"), primary_key=True)
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    corrected_at: Mapped[datetime] = mapped_column(Instant)


class RosterImport(Model):
    """One roster that was taken in; what it changed is kept for a withdrawal within 24 hours."""

    __tablename__ = "roster_import"
    __table_args__ = (Index("ix_roster_import_sha256", "sha256"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    counts: Mapped[dict[str, Any]] = mapped_column(Json)
    undo: Mapped[list[Any]] = mapped_column(Json)  # old values of what it updated, without identity numbers
    imported_at: Mapped[datetime] = mapped_column(Instant)
    imported_by: Mapped[str] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
