"""What can happen to the till's voice: a phrase is recorded, taken out, taken back; the manager chooses."""

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record as record_act
from canteen.checkin.voice.audio import checked_audio
from canteen.checkin.voice.models import FORMER, USED, VoiceChoice, VoiceClip
from canteen.checkin.voice.queries import Choice
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.core.spoken import BY_KEY
from canteen.db import transaction

TURNING = "turning"


def record_clip(canteen_id: int, phrase: str, sound: bytes, actor: str) -> None:
    """Keep a recording of a phrase; the one used before can be taken back.

    Raises Refusal `phrase-unknown` and those of `checked_audio`; then nothing is written.
    """
    _checked_phrase(phrase)
    media_type = checked_audio(sound)
    with transaction() as session:
        _set_aside(session, canteen_id, phrase)
        session.add(
            VoiceClip(
                canteen_id=canteen_id, phrase=phrase, place=USED, media_type=media_type,
                sha256=hashlib.sha256(sound).hexdigest(), sound=sound, recorded_by=actor, recorded_at=now(),
            )
        )  # fmt: skip
        record_act(session, "voice-recorded", actor, f"voice:{phrase}", canteen_id)


def remove_clip(canteen_id: int, phrase: str, actor: str) -> None:
    """Let the tablet's own voice speak a phrase again. Raises Refusal `phrase-unknown`, `clip-unknown`."""
    _checked_phrase(phrase)
    with transaction() as session:
        if _at(session, canteen_id, phrase, USED) is None:
            raise Refusal("clip-unknown", "没有这段录音，可能刚刚换过。请刷新页面。")
        _set_aside(session, canteen_id, phrase)
        record_act(session, "voice-removed", actor, f"voice:{phrase}", canteen_id)


def take_back_clip(canteen_id: int, phrase: str, actor: str) -> None:
    """Use the recording before this one; the two change places. Raises Refusal `phrase-unknown`, `no-former`."""
    _checked_phrase(phrase)
    with transaction() as session:
        former, used = _at(session, canteen_id, phrase, FORMER), _at(session, canteen_id, phrase, USED)
        if former is None:
            raise Refusal("no-former", "这一句没有以前的录音可以换回。")
        # Two rows of one place may not stand side by side even for a moment: step aside, step in.
        former.place = TURNING
        session.flush()
        if used is not None:
            used.place = FORMER
            session.flush()
        former.place = USED
        record_act(session, "voice-taken-back", actor, f"voice:{phrase}", canteen_id)


def choose(canteen_id: int, choice: Choice, actor: str) -> None:
    """State what the tills of a canteen speak and show to everybody."""
    with transaction() as session:
        row = session.get(VoiceChoice, canteen_id, with_for_update=True)
        if row is None:
            row = VoiceChoice(canteen_id=canteen_id)
            session.add(row)
        row.speaks_amounts, row.speaks_sponsor = choice.speaks_amounts, choice.speaks_sponsor
        row.shows_amounts, row.changed_by, row.changed_at = choice.shows_amounts, actor, now()
        detail = {
            "amounts": choice.speaks_amounts, "sponsor": choice.speaks_sponsor, "shown": choice.shows_amounts,
        }  # fmt: skip
        record_act(session, "voice-chosen", actor, canteen_id=canteen_id, detail=detail)


def _checked_phrase(phrase: str) -> None:
    if phrase not in BY_KEY:
        raise Refusal("phrase-unknown", "没有这一句。请刷新页面再试。")


def _at(session: Session, canteen_id: int, phrase: str, place: str) -> VoiceClip | None:
    wanted = VoiceClip.canteen_id == canteen_id, VoiceClip.phrase == phrase, VoiceClip.place == place
    return session.scalars(select(VoiceClip).where(*wanted).with_for_update()).first()


def _set_aside(session: Session, canteen_id: int, phrase: str) -> None:
    """The recording in use becomes the former one, and the former one is forgotten."""
    used, former = _at(session, canteen_id, phrase, USED), _at(session, canteen_id, phrase, FORMER)
    if used is None:
        return
    if former is not None:
        session.delete(former)
        session.flush()
    used.place = FORMER
    session.flush()
