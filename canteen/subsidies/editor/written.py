"""One value of a programme as text in a field, and back: what was not changed stays the very value it was.

A field that would not give its value back by itself (a whole number as money, a distance with decimals, text
with a line break) carries the value beside it, as JSON. While the text still reads as that value is shown,
the value itself is taken; what was typed anew is read by the field's kind. Text that is no such value stays
text: naming the fault is for whoever checks the programme.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from canteen.core.money import plain_yuan
from canteen.subsidies.stored import decode, encode
from canteen.web.fields import read_yuan


class Absent:
    """What a key holds that is not written."""

    def __bool__(self) -> bool:
        return False


ABSENT: Final = Absent()

_WHOLE = re.compile(r"[0-9]{1,9}")
_BETWEEN = re.compile(r"[\s,，、;；]+")


def literal(value: object) -> str:
    """The value as JSON that a hidden field can carry."""
    return json.dumps(encode(value), ensure_ascii=True, separators=(",", ":"), default=str)


def from_literal(text: str | None) -> Any:
    """The value that a hidden field carries; ABSENT for anything that is no JSON."""
    try:
        return decode(json.loads(text or ""))
    except (ValueError, RecursionError):
        return ABSENT


def same(one: object, other: object) -> bool:
    """Whether two values are the same as written: order and types too, so that `2` is not `2.0`."""
    return type(one) is type(other) and literal(one) == literal(other)


def shown(value: object) -> str:
    """A value as a field shows it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if type(value) is date:
        return value.isoformat()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Absent):
        return ""
    return json.dumps(encode(value), ensure_ascii=False, default=str)


def one_line(text: str) -> str:
    """Text as a browser's one-line field keeps and sends it."""
    return text.replace("\r", "").replace("\n", "").replace("\0", "\ufffd")


def read_text(typed: str, kind: str) -> object:
    """What a person typed, by the kind of field; text that is no such value stays as it was typed."""
    text = typed.strip()
    return _KINDS.get(kind, str)(text)


def split_codes(text: str) -> list[str]:
    """Several codes typed in one line."""
    return [code for code in _BETWEEN.split(unicodedata.normalize("NFKC", text)) if code]


def _money(text: str) -> str:
    fen = read_yuan(text)
    return text if fen is None else plain_yuan(fen)


def _whole(text: str) -> object:
    plain = unicodedata.normalize("NFKC", text)
    return int(plain) if _WHOLE.fullmatch(plain) else text


def _percent(text: str) -> object:
    return _number(unicodedata.normalize("NFKC", text).removesuffix("%").strip())


def _number(text: str) -> object:
    plain = unicodedata.normalize("NFKC", text)
    return int(plain) if _WHOLE.fullmatch(plain) else plain


def _flag(text: str) -> object:
    return {"true": True, "false": False}.get(text, text)


_KINDS: Mapping[str, Callable[[str], object]] = {
    "money": _money,
    "whole": _whole,
    "weekday": _whole,
    "percent": _percent,
    "distance": _number,
    "flag": _flag,
}
