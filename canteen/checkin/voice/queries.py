"""Reads of the till's voice: for the office page, and as the document that tablets take."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.checkin.settling import current_standing
from canteen.checkin.voice.models import FORMER, USED, VoiceChoice, VoiceClip
from canteen.core.errors import Refusal
from canteen.core.spoken import PHRASES, Phrase
from canteen.sponsors.agreements.places import ShownAt, drawn, once


@dataclass(frozen=True, slots=True)
class Choice:
    """What the tills of a canteen speak and show to everybody; by default only who may eat."""

    speaks_amounts: bool = False
    speaks_sponsor: bool = False
    shows_amounts: bool = False


@dataclass(frozen=True, slots=True)
class PhraseRow:
    """One phrase as its page shows it; `recorded_at` is None where the tablet's own voice speaks it."""

    phrase: Phrase
    clip_id: int | None
    recorded_at: datetime | None
    has_former: bool


@dataclass(frozen=True, slots=True)
class Sound:
    """The bytes of one recording."""

    media_type: str
    sha256: str
    sound: bytes


def choice_of(session: Session, canteen_id: int) -> Choice:
    """What the manager chose."""
    row = session.get(VoiceChoice, canteen_id)
    return Choice() if row is None else Choice(row.speaks_amounts, row.speaks_sponsor, row.shows_amounts)


def phrases_of(session: Session, canteen_id: int) -> list[PhraseRow]:
    """Every phrase in the order of the list, and whether the canteen recorded it."""
    columns = select(VoiceClip.phrase, VoiceClip.place, VoiceClip.id, VoiceClip.recorded_at)
    rows = session.execute(columns.where(VoiceClip.canteen_id == canteen_id)).all()
    used = {row.phrase: row for row in rows if row.place == USED}
    former = {row.phrase for row in rows if row.place == FORMER}
    return [
        PhraseRow(
            phrase,
            used[phrase.key].id if phrase.key in used else None,
            used[phrase.key].recorded_at if phrase.key in used else None,
            phrase.key in former,
        )
        for phrase in PHRASES
    ]


def clip(session: Session, canteen_id: int, clip_id: int) -> Sound:
    """A recording of this canteen, to listen to. Raises Refusal `clip-unknown`."""
    return _sound(session, VoiceClip.id == clip_id, VoiceClip.canteen_id == canteen_id)


def clip_of_digest(session: Session, canteen_id: int, sha256: str) -> Sound:
    """A recording in use by the digest that the tablet's document named. Raises Refusal `clip-unknown`."""
    found = VoiceClip.sha256 == sha256, VoiceClip.canteen_id == canteen_id, VoiceClip.place == USED
    return _sound(session, *found)


def voice_document(session: Session, canteen_id: int, on: date) -> dict[str, Any]:
    """What a tablet takes: the phrases, which of them are recorded, the manager's choice, this month's patrons.

    `version` changes with everything else in it and with nothing beside.
    """
    choice = choice_of(session, canteen_id)
    columns = select(VoiceClip.phrase, VoiceClip.sha256, VoiceClip.media_type)
    rows = session.execute(columns.where(VoiceClip.canteen_id == canteen_id, VoiceClip.place == USED)).all()
    recorded = {row.phrase: row for row in rows}
    shown = patrons(session, canteen_id, on)
    document: dict[str, Any] = {
        "speaks_amounts": choice.speaks_amounts,
        "speaks_sponsor": choice.speaks_sponsor,
        "shows_amounts": choice.shows_amounts,
        "patrons": [name.name for name in shown if not name.is_sponsorship],
        "sponsors": [name.name for name in shown if name.is_sponsorship],
        "clips": [
            {
                "key": phrase.key, "kind": phrase.kind, "text": phrase.text,
                "sha256": recorded[phrase.key].sha256, "media_type": recorded[phrase.key].media_type,
            }
            for phrase in PHRASES
            if phrase.key in recorded
        ],
    }  # fmt: skip
    text = json.dumps(document, ensure_ascii=False, sort_keys=True)
    return {"version": hashlib.sha256(text.encode()).hexdigest()[:16], **document}


def patrons(session: Session, canteen_id: int, on: date) -> list[ShownAt]:
    """Who supports the meals here these days, as agreed to be named: each once, in the order of their funds."""
    place = current_standing(session).places[canteen_id]
    version = place.version_on(on)
    codes = version.codes("sponsor") if version else frozenset[str]()
    giving = [fund.code for fund in drawn(session, canteen_id, on, codes) if not fund.is_empty]
    return once(name for code in giving if code in place.names for name in place.names[code].at("till", canteen_id, on))


def _sound(session: Session, *found: Any) -> Sound:
    row = session.scalars(select(VoiceClip).where(*found)).first()
    if row is None:
        raise Refusal("clip-unknown", "没有这段录音，可能刚刚换过。请刷新页面。")
    return Sound(row.media_type, row.sha256, row.sound)
