"""The values that may stand in a programme file, each read or faulted at its own path.

A reader takes a value, its path and the list of faults; it gives back what it read, or None after noting why
it could not. Reading goes on after a fault, so that all of a file's faults are found at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from canteen.core.money import Money, parse_yuan
from canteen.core.programme_faults import Faults, shown

T = TypeVar("T")
Read = Callable[[object, str, Faults], T | None]

_ID = re.compile(r"[a-z0-9-]+")
_DIVISION = re.compile(r"[0-9]{1,12}")
_KILOMETRES = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,3}))?")
_PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?")


class Table:
    """One table being read. Keys that it may not have are faults from the start."""

    def __init__(self, values: Mapping[str, object], path: str, faults: Faults, known: Iterable[str]) -> None:
        self.values = values
        self.path = path
        self.faults = faults
        allowed = tuple(known)
        for key in values:
            if key not in allowed:
                faults.add(self.at(key), "unknown-key", known="、".join(allowed))

    def at(self, key: str) -> str:
        """The path of one of its keys."""
        return f"{self.path}.{key}" if self.path else str(key)

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def take(self, key: str, read: Read[T]) -> T | None:
        """Read a key that may be absent: None when it is, or when it is faulty."""
        if key not in self.values:
            return None
        return read(self.values[key], self.at(key), self.faults)

    def need(self, key: str, read: Read[T]) -> T | None:
        """Read a key that must be there."""
        if key not in self.values:
            self.faults.add(self.at(key), "missing")
        return self.take(key, read)


def open_table(value: object, path: str, faults: Faults, known: Iterable[str]) -> Table | None:
    """The value as a table with these keys."""
    values = mapping(value, path, faults)
    return None if values is None else Table(values, path, faults, known)


def mapping(value: object, path: str, faults: Faults) -> Mapping[str, object] | None:
    """A table whose keys are names that the file is free to choose."""
    if isinstance(value, Mapping):
        return value
    faults.add(path, "want-table", found=shown(value))
    return None


def entries(value: object, path: str, faults: Faults) -> list[tuple[str, object]]:
    """The elements of a list with their paths, `path[0]` onwards."""
    if isinstance(value, list | tuple):
        return [(f"{path}[{at}]", element) for at, element in enumerate(value)]
    faults.add(path, "want-list", found=shown(value))
    return []


def list_of(read: Read[T]) -> Read[tuple[T, ...]]:
    """A list, each element read by itself."""

    def read_list(value: object, path: str, faults: Faults) -> tuple[T, ...] | None:
        before = len(faults)
        elements = [read(element, at, faults) for at, element in entries(value, path, faults)]
        if len(faults) > before:
            return None
        return tuple(element for element in elements if element is not None)

    return read_list


def named(read: Read[T]) -> Read[dict[str, T]]:
    """A table from freely chosen names to values of one kind."""

    def read_named(value: object, path: str, faults: Faults) -> dict[str, T] | None:
        before = len(faults)
        values = mapping(value, path, faults) or {}
        parts = {name: read(part, f"{path}.{name}", faults) for name, part in values.items()}
        if len(faults) > before:
            return None
        return {name: part for name, part in parts.items() if part is not None}

    return read_named


def one_of(*choices: T) -> Read[T]:
    """One of the words (or numbers) that the format knows."""

    def read_choice(value: object, path: str, faults: Faults) -> T | None:
        for choice in choices:
            # `True == 1` in Python, and a boolean is no weekday.
            if type(value) is type(choice) and value == choice:
                return choice
        code = "unknown-value" if type(value) is type(choices[0]) else _wanted(choices[0])
        faults.add(path, code, found=shown(value), known="、".join(map(str, choices)), least=1)
        return None

    return read_choice


def _wanted(choice: object) -> str:
    return "want-text" if isinstance(choice, str) else "want-whole"


def text(value: object, path: str, faults: Faults) -> str | None:
    """Text that says something."""
    if isinstance(value, str) and value.strip():
        return value
    faults.add(path, "want-text", found=shown(value))
    return None


def identifier(value: object, path: str, faults: Faults) -> str | None:
    """An id: lower-case letters, digits, hyphens."""
    written = text(value, path, faults)
    if written is not None and not _ID.fullmatch(written):
        faults.add(path, "want-id", found=shown(value))
        return None
    return written


def division_code(value: object, path: str, faults: Faults) -> str | None:
    """An administrative code or its beginning."""
    if isinstance(value, str) and _DIVISION.fullmatch(value):
        return value
    faults.add(path, "want-division", found=shown(value))
    return None


def flag(value: object, path: str, faults: Faults) -> bool | None:
    """True or false."""
    if isinstance(value, bool):
        return value
    faults.add(path, "want-flag", found=shown(value))
    return None


def day(value: object, path: str, faults: Faults) -> date | None:
    """A date; neither a date in quotes nor an instant."""
    if type(value) is date:
        return value
    faults.add(path, "want-date", found=shown(value))
    return None


def whole(least: int) -> Read[int]:
    """A whole number, not below `least`."""

    def read_whole(value: object, path: str, faults: Faults) -> int | None:
        if type(value) is int and value >= least:
            return value
        faults.add(path, "want-whole", found=shown(value), least=least)
        return None

    return read_whole


def money(value: object, path: str, faults: Faults) -> Money | None:
    """An amount in yuan as text, in fen."""
    if isinstance(value, str):
        try:
            return parse_yuan(value)
        except ValueError:
            pass
    faults.add(path, "want-money", found=shown(value))
    return None


def percent(value: object, path: str, faults: Faults) -> int | None:
    """A percentage in hundredths of a percent: 25 is 2500, `"12.5"` is 1250."""
    text_or_whole = isinstance(value, str) or type(value) is int
    written = _PERCENT.fullmatch(str(value)) if text_or_whole else None
    hundredths = int(written[1]) * 100 + int((written[2] or "").ljust(2, "0")) if written else -1
    if 0 <= hundredths <= 10_000:
        return hundredths
    faults.add(path, "want-percent", found=shown(value))
    return None


def distance(value: object, path: str, faults: Faults) -> int | None:
    """Kilometres, as a number or as text with at most three decimals, in whole metres."""
    written = _KILOMETRES.fullmatch(_kilometres(value))
    if written is None:
        faults.add(path, "want-distance", found=shown(value))
        return None
    return int(written[1]) * 1000 + int((written[2] or "").ljust(3, "0"))


def _kilometres(value: object) -> str:
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    if isinstance(value, float | Decimal):
        # The one number that may have decimals: its shortest decimal form is what the file says.
        return f"{Decimal(str(value)):f}"
    return ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range over whole units with both ends included."""

    least: int
    most: int


_FARTHEST = 10**18
_EDGES: Mapping[str, tuple[bool, int]] = {
    # key: (is it a lower bound, what makes it an included one)
    "from": (True, 0),
    "above": (True, 1),
    "to": (False, 0),
    "below": (False, -1),
}


def bounds(read: Read[int]) -> Read[Bounds]:
    """A range of any of `from`, `to` (included), `above` and `below` (excluded), at least one of them."""

    def read_bounds(value: object, path: str, faults: Faults) -> Bounds | None:
        before = len(faults)
        table = open_table(value, path, faults, _EDGES)
        if table is None:
            return None
        edges = {key: table.take(key, read) for key in table.values if key in _EDGES}
        if not edges and len(faults) == before:
            faults.add(path, "no-bounds")
        given = {key: edge for key, edge in edges.items() if edge is not None}
        _fault_crossed(table, given)
        return _narrowest(given) if len(faults) == before else None

    return read_bounds


def _fault_crossed(table: Table, given: Mapping[str, int]) -> None:
    written = list(given)
    for lower in (key for key in written if _EDGES[key][0]):
        for upper in (key for key in written if not _EDGES[key][0]):
            if given[lower] > given[upper]:
                # Of two that clash the later is named.
                later = max(lower, upper, key=written.index)
                low, high = shown(table.values[lower]), shown(table.values[upper])
                table.faults.add(table.at(later), "bounds-crossed", lower=low, upper=high)
                return


def _narrowest(given: Mapping[str, int]) -> Bounds:
    lower = [edge + _EDGES[key][1] for key, edge in given.items() if _EDGES[key][0]]
    upper = [edge + _EDGES[key][1] for key, edge in given.items() if not _EDGES[key][0]]
    return Bounds(max(lower, default=-_FARTHEST), min(upper, default=_FARTHEST))
