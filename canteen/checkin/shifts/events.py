"""One event of a shift as a tablet sends it, read and checked."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from canteen.checkin.records import parse_instant
from canteen.core.calendar import MEAL_PERIODS
from canteen.core.errors import Refusal

OPEN, HAND_OVER, APPROVAL, CLOSE = "open", "hand-over", "approval", "close"
KINDS = (OPEN, HAND_OVER, APPROVAL, CLOSE)
ID = re.compile(r"[0-9a-f]{32}")
SHA256 = re.compile(r"[0-9a-f]{64}")
BOOT_ID = re.compile(r"[0-9a-f]{16}")
HIGHEST_FLOAT_FEN = 10_000_000
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Event:
    """A badge at a tablet, on or offline. At most one of `badge_sha256` and `proof` says whose; money in fen."""

    event_id: str
    kind: str
    shift_id: str
    badge_sha256: str | None
    proof: str | None
    happened_at: datetime
    float_fen: int
    meal_period: str | None
    is_late: bool
    note: str | None
    content_sha256: str


def read_event(body: Mapping[str, Any]) -> Event:
    """Read the body of a call. Raises Refusal `shift-event`, naming the key that is wrong."""
    badge, proof = _option(body, "badge_sha256", SHA256), _text(body, "proof", 200)
    if badge is not None and proof is not None:
        raise bad("proof")
    boot_id, mono_ms = _option(body, "boot_id", BOOT_ID), body.get("mono_ms")
    if mono_ms is not None and (isinstance(mono_ms, bool) or not isinstance(mono_ms, int | float)):
        raise bad("mono_ms")
    event = Event(
        event_id=_match(body, "id", ID), kind=_one_of(body, "kind", KINDS), shift_id=_match(body, "shift_id", ID),
        badge_sha256=badge, proof=proof, happened_at=instant(body, "at"), float_fen=_fen(body, "float_fen"),
        meal_period=None if body.get("meal_period") in (None, "") else _one_of(body, "meal_period", MEAL_PERIODS),
        is_late=body.get("late") is True, note=_text(body, "note", LONGEST_NOTE), content_sha256="",
    )  # fmt: skip
    fixed = [event.kind, event.shift_id, badge, proof, event.happened_at.isoformat(), event.float_fen, boot_id]
    return Event(**{name: getattr(event, name) for name in _FIELDS} | {"content_sha256": sha256_of(fixed)})


_FIELDS = tuple(Event.__dataclass_fields__)


def sha256_of(value: object) -> str:
    """What a thing sent again must be equal in."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def instant(body: Mapping[str, Any], key: str) -> datetime:
    """An instant under a key. Raises Refusal `shift-event`."""
    try:
        return parse_instant(body.get(key))
    except ValueError:
        raise bad(key) from None


def bad(field: str) -> Refusal:
    """A key that is missing or not what it should be."""
    return Refusal("shift-event", f"请求里的 {field} 一项不对。", field=field)


def _match(body: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise bad(key)
    return value


def _option(body: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> str | None:
    return None if body.get(key) is None else _match(body, key, pattern)


def _one_of(body: Mapping[str, Any], key: str, known: Any) -> str:
    value = body.get(key)
    if not isinstance(value, str) or value not in known:
        raise bad(key)
    return value


def _text(body: Mapping[str, Any], key: str, longest: int) -> str | None:
    value = body.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise bad(key)
    return value


def _fen(body: Mapping[str, Any], key: str) -> int:
    value = body.get(key)
    if value is None:
        return 0
    if type(value) is not int or not 0 <= value <= HIGHEST_FLOAT_FEN:
        raise bad(key)
    return value
