"""One record of a tablet, read: either a Record, or a BadRecord that says which key is wrong.

A record is checked by itself, so that one broken among five hundred spoils nothing but itself.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from canteen.core.calendar import MEAL_PERIODS
from canteen.core.conditions import CHANNELS
from canteen.core.token import WellFormed, read_code

ONLINE, ACCEPTED, REFUSED, GUEST = "ONLINE", "ACCEPTED", "REFUSED", "GUEST"
FULL_PRICE, SERVED_ANYWAY = "FULL_PRICE", "SERVED_ANYWAY"
DECISIONS = frozenset({ONLINE, ACCEPTED, REFUSED, GUEST, FULL_PRICE, SERVED_ANYWAY})
SERVED = frozenset({ACCEPTED, GUEST, FULL_PRICE, SERVED_ANYWAY})
"""Decisions of a tablet after which somebody ate."""

SCAN_ID = re.compile(r"[0-9a-f]{32}")
KEY = re.compile(r"[0-9A-Za-z._:-]{1,64}")  # what a device calls a cancellation or a cash meal of its own making
BOOT_ID = re.compile(r"[0-9a-f]{16}")
SHA256 = re.compile(r"[0-9a-f]{64}")
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z")
LARGEST = 2**53 - 1  # the largest whole number that JavaScript counts without a gap
LONGEST_NOTE = 200
MOST_DISHES = 100

CHANGEABLE = (
    "decision", "shown_elder_fen", "price_basis", "tender", "cash_taken_fen", "cashier_ref", "shift_id", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """One well-formed record. Exactly one of `token_sha256` and `elder_ref` is given.

    `content_sha256` is over what cannot change; `claim` is the whole record as it is kept, its token as SHA-256.
    """

    scan_id: str
    boot_id: str
    seq: int
    token_sha256: str | None
    elder_ref: str | None
    meal_period: str
    channel: str
    seen_at: datetime
    anchor: str | None
    decision: str
    shown_elder_fen: int | None
    price_basis: str | None
    tender: str | None
    cash_taken_fen: int | None
    content_sha256: str
    claim: Mapping[str, Any]

    @property
    def is_online(self) -> bool:
        """Whether the tablet asks the server, and has decided nothing itself."""
        return self.decision == ONLINE


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that breaks the form at `fault`, a key's name. `scan_id` is None where even that is no id."""

    scan_id: str | None
    shown_id: str | None
    fault: str
    content_sha256: str


class _Bad(Exception):  # noqa: N818 - caught where it is made
    """The key that is wrong."""


def read_record(raw: object) -> Record | BadRecord:
    """Read one element of `records`."""
    values = raw if isinstance(raw, dict) else {}
    try:
        return _read(values)
    except _Bad as bad:
        scan_id = values.get("scan_id")
        text = scan_id if isinstance(scan_id, str) else None
        good = text if text is not None and SCAN_ID.fullmatch(text) else None
        return BadRecord(good, _printable(text), str(bad), _sha256(_without_code(raw)))


def parse_instant(value: object) -> datetime:
    """An instant as tablets write it, UTC with `Z`. Raises ValueError."""
    if not isinstance(value, str) or not INSTANT.fullmatch(value):
        raise ValueError("not an instant in UTC")
    instant = datetime.fromisoformat(value)
    if not 1900 < instant.year < 9000:
        raise ValueError("not a year of ours")
    return instant


def _read(values: dict[str, Any]) -> Record:
    scan_id = _match(values, "scan_id", SCAN_ID)
    boot_id = _match(values, "boot_id", BOOT_ID)
    seq = _whole(values, "seq")
    token_sha256, elder_ref = _who(values)
    meal_period = _one_of(values, "meal_period", MEAL_PERIODS)
    channel = _one_of(values, "channel", CHANNELS)
    seen_at = _instant(values, "seen_at")
    mono_ms = _number(values, "mono_ms")
    anchor = _text(values, "anchor", 200)
    fixed = [
        boot_id, seq, token_sha256, elder_ref, meal_period, channel, seen_at.isoformat(), mono_ms, anchor,
        _text(values, "set_ref", 64), _tray(values),
    ]  # fmt: skip
    changeable: dict[str, Any] = {
        "decision": _one_of(values, "decision", DECISIONS),
        "shown_elder_fen": _fen(values, "shown_elder_fen"),
        "price_basis": _option(values, "price_basis", ("subsidised", "full")),
        "tender": _option(values, "tender", ("wallet", "cash")),
        "cash_taken_fen": _fen(values, "cash_taken_fen"),
        "cashier_ref": _text(values, "cashier_ref", 64),
        "shift_id": _text(values, "shift_id", 64),
        "note": _text(values, "note", LONGEST_NOTE),
    }
    claim = {
        "boot_id": boot_id, "seq": seq, "token_sha256": token_sha256, "elder_ref": elder_ref,
        "meal_period": meal_period, "channel": channel, "seen_at": seen_at.isoformat(), "mono_ms": mono_ms,
        "anchor": anchor, "set_ref": fixed[9], "tray": fixed[10], **changeable,
    }  # fmt: skip
    return Record(
        scan_id=scan_id, boot_id=boot_id, seq=seq, token_sha256=token_sha256, elder_ref=elder_ref,
        meal_period=meal_period, channel=channel, seen_at=seen_at, anchor=anchor,
        decision=changeable["decision"], shown_elder_fen=changeable["shown_elder_fen"],
        price_basis=changeable["price_basis"], tender=changeable["tender"],
        cash_taken_fen=changeable["cash_taken_fen"], content_sha256=_sha256(fixed),
        claim={key: value for key, value in claim.items() if value is not None},
    )  # fmt: skip


def _who(values: dict[str, Any]) -> tuple[str | None, str | None]:
    given = [key for key in ("token", "token_sha256", "elder_ref") if values.get(key) is not None]
    if len(given) != 1:
        raise _Bad("token")
    if given == ["elder_ref"]:
        return None, _text(values, "elder_ref", 32)
    if given == ["token_sha256"]:
        return _match(values, "token_sha256", SHA256), None
    token = values["token"]
    reading = read_code(token) if isinstance(token, str) and len(token) <= 400 else None
    if not isinstance(reading, WellFormed):
        raise _Bad("token")
    return reading.sha256, None


def _match(values: dict[str, Any], key: str, pattern: re.Pattern[str]) -> str:
    value = values.get(key)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _Bad(key)
    return value


def _whole(values: dict[str, Any], key: str) -> int:
    value = values.get(key)
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise _Bad(key)
    return value


def _number(values: dict[str, Any], key: str) -> int | float:
    value = values.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        raise _Bad(key)
    return int(value) if value == int(value) else value


def _fen(values: dict[str, Any], key: str) -> int | None:
    return None if values.get(key) is None else _whole(values, key)


def _instant(values: dict[str, Any], key: str) -> datetime:
    try:
        return parse_instant(values.get(key))
    except ValueError:
        raise _Bad(key) from None


def _one_of(values: dict[str, Any], key: str, known: Any) -> str:
    value = values.get(key)
    if not isinstance(value, str) or value not in known:
        raise _Bad(key)
    return value


def _option(values: dict[str, Any], key: str, known: tuple[str, ...]) -> str | None:
    return None if values.get(key) is None else _one_of(values, key, known)


def _text(values: dict[str, Any], key: str, longest: int) -> str | None:
    value = values.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest or _printable(value) != value:
        raise _Bad(key)
    return value


def _printable(text: str | None) -> str | None:
    # No database keeps a NUL in JSON, and a lone surrogate is no text at all.
    if text is None or "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        return None
    return text[:400]


def _tray(values: dict[str, Any]) -> list[dict[str, Any]] | None:
    tray = values.get("tray")
    if tray is None:
        return None
    if not isinstance(tray, list) or len(tray) > MOST_DISHES:
        raise _Bad("tray")
    return [_dish(dish) for dish in tray]


def _dish(dish: object) -> dict[str, Any]:
    if not isinstance(dish, dict):
        raise _Bad("tray")
    return {"dish_ref": _text(dish, "dish_ref", 64), "portions": _whole(dish, "portions")}


def _sha256(value: object, dump: Callable[..., str] = json.dumps) -> str:
    return hashlib.sha256(dump(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _without_code(raw: object) -> object:
    # The token of a bad record may be anybody's payment code: not even its hash is kept.
    return {key: value for key, value in raw.items() if key != "token"} if isinstance(raw, dict) else raw
