"""What a card's form is made of: a tree of fields, ready for a template.

Every node knows the `name` of its field in the form (`pays.fixed`, `when.any.0.age.from`), the `path` at which
the check names its faults (`pays.fixed`, `when.any[0].age.from`) and its `key`. `was` is the value that stood
there, as JSON, where the text alone would not give it back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, TypeAlias


@dataclass(frozen=True, slots=True)
class Line:
    """One value: text, an amount, a number, a choice; `kind` says which."""

    node: ClassVar[str] = "line"
    name: str
    path: str
    key: str
    kind: str
    text: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A date in three boxes."""

    node: ClassVar[str] = "day"
    name: str
    path: str
    key: str
    parts: tuple[str, str, str]
    was: str = ""


@dataclass(frozen=True, slots=True)
class Many:
    """A list of codes: ticked from what is known (`chosen`), and typed (`text`) where anything may stand."""

    node: ClassVar[str] = "many"
    name: str
    path: str
    key: str
    kind: str
    chosen: tuple[str, ...]
    text: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class Raw:
    """Something written that has not the form it should have: shown as it is, and kept until removed."""

    node: ClassVar[str] = "raw"
    name: str
    path: str
    key: str
    text: str
    was: str


@dataclass(frozen=True, slots=True)
class Extra:
    """A key that has no business in its table: kept until it is ticked to be removed."""

    key: str
    path: str
    text: str
    was: str


@dataclass(frozen=True, slots=True)
class Box:
    """A table with known keys. `chosen` is the one of several keys of which only one may stand."""

    node: ClassVar[str] = "box"
    name: str
    path: str
    key: str
    fields: dict[str, Node]
    extras: tuple[Extra, ...] = ()
    keys: str = ""
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Conditions:
    """A table of conditions in the order in which they are asked; `is_written` tells `{}` from nothing."""

    node: ClassVar[str] = "conditions"
    name: str
    path: str
    key: str
    rows: dict[str, Node]
    extras: tuple[Extra, ...]
    keys: str
    depth: int
    is_written: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of tables; `is_written` tells an empty list from none."""

    node: ClassVar[str] = "rows"
    name: str
    path: str
    key: str
    items: tuple[Node, ...]
    is_written: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A freely named key and its value."""

    name: str
    path: str
    label: Line
    value: Line


@dataclass(frozen=True, slots=True)
class Pairs:
    """A table of freely named keys, in order."""

    node: ClassVar[str] = "pairs"
    name: str
    path: str
    key: str
    items: tuple[Pair, ...]
    is_written: bool


Node: TypeAlias = "Line | Day | Many | Raw | Box | Conditions | Rows | Pairs"


def walk(node: Node) -> Iterator[tuple[str, str]]:
    """The path and the field's name of everything in a tree, inner ones after what holds them."""
    yield node.path, node.name
    if isinstance(node, Box | Conditions):
        for extra in node.extras:
            yield extra.path, node.name
        for part in (node.fields if isinstance(node, Box) else node.rows).values():
            yield from walk(part)
    elif isinstance(node, Rows):
        for item in node.items:
            yield from walk(item)
    elif isinstance(node, Pairs):
        for pair in node.items:
            yield pair.path, pair.value.name
