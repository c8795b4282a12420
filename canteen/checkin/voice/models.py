"""Recordings of phrases, and what the manager chose to have spoken and shown."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from canteen.db import Id, Instant, Model

USED, FORMER = "used", "former"


class VoiceClip(Model):
    """One recording of one phrase: the one in use, or the one before it."""

    __tablename__ = "voice_clip"
    __table_args__ = (Index("uq_voice_clip_place", "canteen_id", "phrase", "place", unique=True),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"))
    phrase: Mapped[str] = mapped_column(String(40))  # a key of canteen.core.spoken
    place: Mapped[str] = mapped_column(String(8))  # used, former
    media_type: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    sound: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class VoiceChoice(Model):
    """What a canteen's tills speak and show to everybody; without a row nothing of it."""

    __tablename__ = "voice_choice"
    canteen_id: Mapped[int] = mapped_column(Id, ForeignKey("canteen.id"), primary_key=True, autoincrement=False)
    speaks_amounts: Mapped[bool]
    speaks_sponsor: Mapped[bool]
    shows_amounts: Mapped[bool]  # on the screen that faces the diners
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime] = mapped_column(Instant)
