"""Names in the order of their strokes (笔画), as lists of Chinese names without rank are ordered."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("strokes.txt")
NONE = 33
HANZI, LETTER, UNKNOWN = 0, 1, 2
UNSEEN = frozenset(" \u3000·•.-“”\"'（）()")

Key = tuple[tuple[int, int, str], ...]


def by_strokes(names: Iterable[str]) -> list[str]:
    """The names by the strokes of their first character, then of the second, and so on.

    Equal counts go by code point, so that one surname stays together; a name that ends stands before one that goes
    on. Letters and figures follow all Chinese names, by the alphabet; what nobody has counted comes last.
    """
    return sorted(names, key=stroke_key)


def stroke_key(name: str) -> tuple[Key, str]:
    """What `by_strokes` sorts by; the name itself stands last, so that no order is left to chance."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return tuple(_of(character) for character in plain if character not in UNSEEN), name


def strokes_of(character: str) -> int | None:
    """How many strokes a character has in the form used in mainland China; None: it is none that was counted."""
    return _table().get(ord(character))


def _of(character: str) -> tuple[int, int, str]:
    strokes = strokes_of(character)
    if strokes is not None:
        return HANZI, strokes, character
    is_letter = character.isalnum() and not _is_ideograph(character)
    return LETTER if is_letter else UNKNOWN, 0, character


def _is_ideograph(character: str) -> bool:
    return unicodedata.category(character) == "Lo"


@cache
def _table() -> dict[int, int]:
    """Strokes by code point. A line: the first code point, then a character for each that follows (see the file)."""
    table: dict[int, int] = {}
    for line in TABLE.read_text("ascii").splitlines():
        if line.startswith("#"):
            continue
        first, _space, counts = line.partition(" ")
        start = int(first, 16)
        table.update((start + at, ord(mark) - NONE) for at, mark in enumerate(counts))
    return table
