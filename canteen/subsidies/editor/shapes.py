"""The shapes that values take in a programme: how each becomes fields, and is read from a form again.

`show(value, name, path)` makes the field's node, `read(form, name)` takes the value from a sent form. Both are
each other's mirror for any value at all, a faulty one too: what does not fit a shape is carried as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from canteen.subsidies.editor.nodes import Day, Line, Many, Node, Raw
from canteen.subsidies.editor.written import (
    ABSENT,
    Absent,
    from_literal,
    literal,
    one_line,
    read_text,
    same,
    shown,
    split_codes,
)

LONGEST = 200
"""The most elements of a list that are shown as fields of their own."""


class Form(Protocol):
    """A sent form: werkzeug's MultiDict, or anything that answers like one."""

    def get(self, key: str) -> str | None:
        """The first value of a field."""

    def getlist(self, key: str) -> list[str]:
        """All values of a field, in the order of the page."""


class Shape(Protocol):
    """How one value is shown and read."""

    def show(self, value: object, name: str, path: str) -> Node:
        """The value as a node of the form."""

    def read(self, form: Form, name: str) -> Any:
        """The value from a sent form, ABSENT where nothing is said."""


def at(name: str, key: object) -> str:
    """The name, or the path, of a key in a table."""
    return f"{name}.{key}" if name else str(key)


def last(name: str) -> str:
    """The key at the end of a name."""
    return name.rpartition(".")[2]


def raw(value: object, name: str, path: str) -> Raw:
    """A value that has not its shape, as it is written."""
    return Raw(name, path, last(name), one_line(shown(value)), literal(value))


def read_raw(form: Form, name: str) -> Any:
    """The value of a raw field, ABSENT if there is none: as it was, or the text that was typed over it."""
    typed = form.get(at(name, "@raw"))
    if typed is None:
        return ABSENT
    return _unchanged(typed, form.get(at(name, "@was")), typed.strip() or ABSENT)


def _unchanged(typed: str, was: str | None, otherwise: Any) -> Any:
    value = from_literal(was) if was else ABSENT
    return otherwise if isinstance(value, Absent) or one_line(shown(value)) != one_line(typed) else value


@dataclass(frozen=True, slots=True)
class OneLine:
    """One value. `keep` keeps an empty field as empty text where the key itself says something."""

    kind: str = "text"
    keep: bool = False

    def show(self, value: object, name: str, path: str) -> Node:
        text = one_line(shown(value))
        is_plain = same(self._read(text), value)
        return Line(name, path, last(name), self.kind, text, "" if is_plain else _beside(value))

    def read(self, form: Form, name: str) -> Any:
        typed = form.get(name)
        if typed is None:
            return "" if self.keep else ABSENT
        return _unchanged(typed, form.get(at(name, "@was")), self._read(typed))

    def _read(self, typed: str) -> Any:
        if not typed.strip():
            return "" if self.keep else ABSENT
        return read_text(typed, self.kind)


def _beside(value: object) -> str:
    return "" if isinstance(value, Absent) else literal(value)


@dataclass(frozen=True, slots=True)
class Ticked:
    """A yes that is ticked: nothing said, yes, and a no that somebody wrote are three things."""

    def show(self, value: object, name: str, path: str) -> Node:
        if not isinstance(value, bool | Absent):
            return raw(value, name, path)
        return Line(name, path, last(name), "tick", "true" if value else "", _beside(value))

    def read(self, form: Form, name: str) -> Any:
        found = read_raw(form, name)
        if not isinstance(found, Absent):
            return found
        if form.get(name):
            return True
        return ABSENT if not form.get(at(name, "@was")) else False


@dataclass(frozen=True, slots=True)
class OneDay:
    """A date in the three boxes of year, month and day."""

    def show(self, value: object, name: str, path: str) -> Node:
        parts = _day_parts(value)
        is_plain = same(_as_day(parts), value)
        return Day(name, path, last(name), parts, "" if is_plain else _beside(value))

    def read(self, form: Form, name: str) -> Any:
        year, month, day = (one_line(form.get(at(name, part)) or "") for part in ("year", "month", "day"))
        was = from_literal(form.get(at(name, "@was")))
        if not isinstance(was, Absent) and _day_parts(was) == (year, month, day):
            return was
        return _as_day((year.strip(), month.strip(), day.strip()))


def _day_parts(value: object) -> tuple[str, str, str]:
    if type(value) is date:
        return str(value.year), str(value.month), str(value.day)
    year, month, day, *_ = [*one_line(shown(value)).split("-", 2), "", "", ""]
    return year, month, day


def _as_day(parts: tuple[str, str, str]) -> Any:
    if not any(parts):
        return ABSENT
    try:
        return date(*(read_text(part, "whole") for part in parts))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Codes:
    """A list of words or numbers. `ticks` are the known ones; with `free` any other may be typed beside them.

    `keep` keeps an empty list: a condition is there even while nothing is chosen.
    """

    kind: str
    free: bool = False
    ticks: bool = True
    keep: bool = True

    def show(self, value: object, name: str, path: str) -> Node:
        if isinstance(value, Absent):
            return Many(name, path, last(name), self.kind, (), "")
        if not isinstance(value, list | tuple) or len(value) > LONGEST:
            return raw(value, name, path)
        texts = tuple(dict.fromkeys(one_line(shown(element)) for element in value))
        if self.ticks:
            return Many(name, path, last(name), self.kind, texts, "", literal(value))
        text = "、".join(one_line(shown(element)) for element in value)
        return Many(name, path, last(name), self.kind, (), text, literal(value))

    def read(self, form: Form, name: str) -> Any:
        found = read_raw(form, name)
        if not isinstance(found, Absent):
            return found
        was = from_literal(form.get(at(name, "@was")))
        before = was if isinstance(was, list) else []
        texts = [one_line(shown(element)) for element in before]
        typed = one_line(form.get(at(name, "more")) or "")
        chosen = [one_line(text) for text in form.getlist(name)]
        if not self.ticks and typed == "、".join(texts):
            chosen = texts
        else:
            chosen += split_codes(typed)
        return self._merge(before, texts, chosen, isinstance(was, list))

    def _merge(self, before: Sequence[object], texts: list[str], chosen: list[str], is_written: bool) -> Any:
        """What is still chosen as it was written, doubles and all, and what is new behind it."""
        wanted = dict.fromkeys(chosen)
        kept = [element for element, text in zip(before, texts, strict=True) if text in wanted]
        new = [read_text(text, self.kind) for text in wanted if text not in texts]
        if kept or new or self.keep or (is_written and not texts):
            return [*kept, *new]
        return ABSENT
