"""How a refusal reads: its stable code becomes a sentence in the page's language and an HTTP status.

Slices bring their words when their views are imported:

    words({"card-lost": _l("这张卡已挂失。请先解挂，再刷卡。")}, status=409)

A code without words falls back to the refusal's own Chinese sentence, looked up in the catalogues.
"""

import re
from collections.abc import Mapping
from datetime import date

from flask_babel import gettext

from canteen.core.errors import Refusal
from canteen.web.filters import day, period

_words: dict[str, tuple[str, int]] = {}


def words(texts: Mapping[str, str], status: int = 409) -> None:
    """Say how refusals with these codes read. Parameters stand as `%(name)s`."""
    for code, text in texts.items():
        _words[code] = (text, status)


def is_worded(code: str) -> bool:
    """Whether a slice said how refusals with this code read."""
    return code in _words


def sentence(refusal: Refusal) -> str:
    """What happened and what to do, in the page's language."""
    text, _status = _words.get(refusal.code, (None, 0))
    if text is None and refusal.message == refusal.code:
        return str(gettext("这一步没有做成"))  # A bare code tells a person nothing.
    if text is None:
        return str(gettext(refusal.message))
    told = {name: _told(value) for name, value in refusal.params.items()}
    return str(text) % told if told else str(text)


DATED = re.compile(r"\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?|\d{4}-\d{2}|\d{4}-Q\d")


def _told(value: object) -> object:
    """A parameter as a person reads it: days, months and periods in words, one or several; everything else as it is."""
    if not isinstance(value, str):
        return value
    parts = value.split("、")
    if not all(DATED.fullmatch(part) for part in parts):
        return value
    try:
        return gettext("、").join(_in_words(part) for part in parts)
    except ValueError:
        return value


def _in_words(text: str) -> str:
    return day(date.fromisoformat(text)) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else period(text)


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal: 409 unless its words said otherwise."""
    return _words.get(refusal.code, ("", 409))[1]
