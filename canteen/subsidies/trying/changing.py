"""What a draft's list of examples may become: one added, one replaced, one taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from canteen.core.errors import Refusal

Change = Callable[[dict[str, Any]], dict[str, Any]]


def adding(example: Mapping[str, Any]) -> Change:
    """Add an example at the end."""
    return lambda values: _with(values, [*_examples(values), dict(example)])


def adding_once(examples: Iterable[Mapping[str, Any]]) -> Change:
    """Add examples at the end; one that stands there already, whatever it expects, is not added twice."""

    def change(values: dict[str, Any]) -> dict[str, Any]:
        there = _examples(values)
        new = [dict(example) for example in examples if _asked(example) not in map(_asked, there)]
        return _with(values, [*there, *new])

    return change


def replacing(at: int, example: Mapping[str, Any]) -> Change:
    """Put an example in the place of another."""

    def change(values: dict[str, Any]) -> dict[str, Any]:
        there = _examples(values)
        example_at(values, at)
        return _with(values, [*there[:at], dict(example), *there[at + 1 :]])

    return change


def removing(at: int) -> Change:
    """Take an example out."""

    def change(values: dict[str, Any]) -> dict[str, Any]:
        there = _examples(values)
        example_at(values, at)
        return _with(values, [*there[:at], *there[at + 1 :]])

    return change


def example_at(values: Mapping[str, Any], at: int) -> Mapping[str, Any]:
    """The example at a place; an empty one where what stands there is no table. Raises Refusal `example-unknown`."""
    there = _examples(values)
    if not 0 <= at < len(there):
        raise Refusal("example-unknown", "没有这个例子，可能已经被删掉了。请回到草稿再看一看。")
    return there[at] if isinstance(there[at], Mapping) else {}


def _examples(values: Mapping[str, Any]) -> list[Any]:
    written = values.get("example")
    return list(written) if isinstance(written, list | tuple) else []


def _with(values: dict[str, Any], examples: list[Any]) -> dict[str, Any]:
    if examples:
        return {**values, "example": examples}
    return {key: part for key, part in values.items() if key != "example"}


def _asked(example: object) -> object:
    """An example without what it is called and what it expects: what it asks."""
    if not isinstance(example, Mapping):
        return example
    return {key: value for key, value in example.items() if key not in ("title", "expect")}
