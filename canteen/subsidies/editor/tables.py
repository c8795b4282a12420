"""The shapes of tables and lists: what holds values, and each other, to any depth.

Each keeps the order in which its keys were written, and whether it was written at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from canteen.subsidies.editor.nodes import Box, Conditions, Extra, Line, Node, Pair, Pairs, Rows
from canteen.subsidies.editor.shapes import LONGEST, Form, OneLine, Shape, at, last, raw, read_raw
from canteen.subsidies.editor.written import ABSENT, Absent, from_literal, literal, one_line, read_text, shown

DEEPEST = 52
"""How deep conditions may stand in one another and still be fields: a little deeper than the format allows."""


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
