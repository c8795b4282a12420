"""The shapes that values take in a programme: how each becomes fields, and is read from a form again.

`show(value, name, path)` makes the field's node, `read(form, name)` takes the value from a sent form. Both are
each other's mirror for any value at all, a faulty one too: what does not fit a shape is carried as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from canteen.subsidies.editor.nodes import (
    Box,
    Conditions,
    Day,
    Extra,
    Line,
    Many,
    Node,
    Pair,
    Pairs,
    Raw,
    Rows,
)
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
DEEPEST = 52
"""How deep conditions may stand in one another and still be fields: a little deeper than the format allows."""


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


@dataclass(frozen=True, slots=True)
class Table:
    """A table with known keys, kept in the order in which they were written.

    `either` are keys of which exactly one should stand, chosen by name; `beside` what may stand only with one
    of them; `words` the texts that may stand in place of the table. `hidden` keys are shown elsewhere.
    """

    fields: Mapping[str, Shape] = field(default_factory=dict)
    either: Mapping[str, Shape] = field(default_factory=dict)
    beside: Mapping[str, Mapping[str, Shape]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    keep: bool = False

    def show(self, value: object, name: str, path: str) -> Node:
        if isinstance(value, str) and value in self.words:
            return self._box({}, name, path, value, "")
        if isinstance(value, Absent):
            return self._box({}, name, path, "", "")
        if not isinstance(value, Mapping):
            return raw(value, name, path)
        chosen = next((key for key in value if key in self.either), "")
        return self._box(value, name, path, chosen, literal(list(value)))

    def _box(self, value: Mapping[str, object], name: str, path: str, chosen: str, keys: str) -> Node:
        shapes = self._all()
        here = {*self.fields, chosen, *self.beside.get(chosen, ())}
        fields = {
            key: shape.show(value.get(key, ABSENT) if key in here else ABSENT, at(name, key), at(path, key))
            for key, shape in shapes.items()
        }
        extras = tuple(extra(key, part, path) for key, part in value.items() if key not in here)
        return Box(name, path, last(name), fields, extras, keys, chosen)

    def _all(self) -> dict[str, Shape]:
        beside = {key: shape for shapes in self.beside.values() for key, shape in shapes.items()}
        return {**self.fields, **self.either, **beside}

    def read(self, form: Form, name: str) -> Any:
        found = read_raw(form, name)
        if not isinstance(found, Absent):
            return found
        chosen = form.get(at(name, "@one")) or ""
        if chosen in self.words:
            return chosen
        shapes = {**self.fields, **self.beside.get(chosen, {})}
        if chosen in self.either:
            shapes[chosen] = self.either[chosen]
        said = {key: shape.read(form, at(name, key)) for key, shape in shapes.items()}
        values = {**read_extras(form, name), **{k: v for k, v in said.items() if not isinstance(v, Absent)}}
        keys = from_literal(form.get(at(name, "@keys")))
        if not values and not isinstance(keys, list) and not self.keep:
            return ABSENT
        return in_order(values, keys if isinstance(keys, list) else [], self.order or tuple(self._all()))


def in_order(values: Mapping[str, Any], written: Iterable[object], order: Sequence[str]) -> dict[str, Any]:
    """The keys as they were written; each new one before the first that usually follows it."""
    keys = [key for key in written if isinstance(key, str) and key in values]
    for key in sorted((key for key in values if key not in keys), key=lambda key: _place(key, order)):
        later = [spot for spot, other in enumerate(keys) if _place(other, order) > _place(key, order)]
        keys.insert(later[0] if later and key in order else len(keys), key)
    return {key: values[key] for key in keys}


def _place(key: str, order: Sequence[str]) -> int:
    return order.index(key) if key in order else len(order)


def extra(key: str, value: object, path: str) -> Extra:
    """A key that should not stand where it stands."""
    return Extra(key, at(path, key), one_line(shown(value)), literal([key, value]))


def read_extras(form: Form, name: str) -> dict[str, Any]:
    """The keys that should not be there, but for those ticked to be removed."""
    dropped = form.getlist(at(name, "@drop"))
    pairs = [from_literal(text) for text in form.getlist(at(name, "@extra")) if text not in dropped]
    return {
        pair[0]: pair[1]
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)
    }


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of tables."""

    element: Shape

    def show(self, value: object, name: str, path: str) -> Node:
        if isinstance(value, Absent):
            return Rows(name, path, last(name), (), False)
        if not isinstance(value, list | tuple) or len(value) > LONGEST:
            return raw(value, name, path)
        items = [
            self.element.show(part, at(name, spot), f"{path}[{spot}]") for spot, part in enumerate(value)
        ]
        return Rows(name, path, last(name), tuple(items), True)

    def read(self, form: Form, name: str) -> Any:
        found = read_raw(form, name)
        if not isinstance(found, Absent):
            return found
        count = count_of(form, name)
        if count is None:
            return ABSENT
        parts = [self.element.read(form, at(name, spot)) for spot in range(count)]
        return [{} if isinstance(part, Absent) else part for part in parts]


def count_of(form: Form, name: str) -> int | None:
    """How many rows a form brings; None where the list is not written."""
    count = read_text(form.get(at(name, "@count")) or "", "whole")
    return min(count, LONGEST) if isinstance(count, int) else None


@dataclass(frozen=True, slots=True)
class Named:
    """A table of freely named keys, whose order says something. `names` are shown though nothing is written."""

    value: Shape
    names: tuple[str, ...] = ()

    def show(self, value: object, name: str, path: str) -> Node:
        written: Any = {} if isinstance(value, Absent) else value
        if not isinstance(written, Mapping) or len(written) > LONGEST:
            return raw(value, name, path)
        labels = [*written, *(label for label in self.names if label not in written)]
        items = [
            self._pair(label, written.get(label, ABSENT), at(name, spot), path)
            for spot, label in enumerate(labels)
        ]
        return Pairs(name, path, last(name), tuple(items), not isinstance(value, Absent))

    def _pair(self, label: str, value: object, name: str, path: str) -> Pair:
        # The keys of a table that came from JSON are text, whatever the file had.
        key = OneLine("level", keep=True).show(label, at(name, "label"), at(path, label))
        shown_value = self.value.show(value, at(name, "value"), at(path, label))
        if not isinstance(key, Line) or not isinstance(shown_value, Line):
            raise TypeError("a named value is one line")
        return Pair(name, at(path, label), key, shown_value)

    def read(self, form: Form, name: str) -> Any:
        found = read_raw(form, name)
        if not isinstance(found, Absent):
            return found
        pairs: dict[str, Any] = {}
        for spot in range(count_of(form, name) or 0):
            part = self.value.read(form, at(at(name, spot), "value"))
            if not isinstance(part, Absent):
                pairs[
                    _free(str(OneLine("level", keep=True).read(form, at(at(name, spot), "label"))), pairs)
                ] = part
        return pairs if pairs or form.get(at(name, "@written")) else ABSENT


def _free(label: str, taken: Mapping[str, object]) -> str:
    """The label, or one that tells it from its double: a table holds each key once, and nothing is dropped."""
    number = 1
    free = label
    while free in taken:
        number += 1
        free = f"{label} ({number})"
    return free


@dataclass(frozen=True, slots=True)
class When:
    """A table of conditions: `known` gives the shape of each, looked up late because they hold one another."""

    known: Mapping[str, Shape]

    def show(self, value: object, name: str, path: str) -> Node:
        written: Any = {} if isinstance(value, Absent) else value
        if not isinstance(written, Mapping) or depth_of(name) > DEEPEST:
            return raw(value, name, path)
        rows = {
            key: self.known[key].show(part, at(name, key), at(path, key))
            for key, part in written.items()
            if key in self.known
        }
        extras = tuple(extra(key, part, path) for key, part in written.items() if key not in self.known)
        is_written = not isinstance(value, Absent)
        return Conditions(
            name, path, last(name), rows, extras, literal(list(written)), depth_of(name), is_written
        )

    def read(self, form: Form, name: str) -> Any:
        found = read_raw(form, name)
        if not isinstance(found, Absent):
            return found
        keys = from_literal(form.get(at(name, "@keys")))
        if not isinstance(keys, list) or depth_of(name) > DEEPEST:
            return ABSENT
        extras = read_extras(form, name)
        values: dict[str, Any] = {}
        for key in keys:
            if isinstance(key, str) and key in self.known:
                part = self.known[key].read(form, at(name, key))
                values[key] = "" if isinstance(part, Absent) else part
            elif key in extras:
                values[key] = extras[key]
        return values


def depth_of(name: str) -> int:
    """How many `any` and `not` stand around a table of conditions."""
    return sum(key in ("any", "not") for key in name.split("."))
