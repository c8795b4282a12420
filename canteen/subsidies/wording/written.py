"""What a file or a draft holds, as it is written: faulty values too, so that a reader knows them by sight."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

LONGEST = 80


def written(value: object) -> str:
    """A value in the file's own terms on one line, cut short: `{ from = 65, to = "x" }`."""
    text = _inline(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def quoted(value: object) -> str:
    """A value that is not what should stand there, in quotation marks."""
    text = value if isinstance(value, str) else _inline(value)
    text = " ".join(text.split())
    return f"“{text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}”"


def table(value: object) -> Mapping[str, Any]:
    """The value as a table; an empty one where it is none."""
    return value if isinstance(value, Mapping) else {}


def entries(value: object) -> list[Any]:
    """The value as a list; whatever else it is, it is its own only element, and nothing is none."""
    if isinstance(value, list | tuple):
        return list(value)
    return [] if value is None else [value]


def tables(value: object) -> list[Mapping[str, Any]]:
    """The tables of a list; what is none is an empty one, so that places stay what they are."""
    return [table(part) for part in value] if isinstance(value, list | tuple) else []


def _inline(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{" ".join(value.split())}"'
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key} = {_inline(part)}" for key, part in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_inline(part) for part in value)}]"
    return "" if value is None else str(value)
