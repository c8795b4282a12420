"""What differs between two versions of a programme, as values: no words yet, and no fault stops it.

A draft may hold anything that can be typed, so nothing is taken for granted of either side.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from canteen.subsidies.stored import encode

Kind = Literal["added", "removed", "changed", "moved", "head"]
Of = Literal["rule", "grant", "head"]

HEAD_KEYS = ("effective", "until", "reference", "meals", "standard_price", "groups")


@dataclass(frozen=True, slots=True)
class Change:
    """One part that differs. `place_before` and `place_after` count from 0 among its kind; None where it is not there.

    `keys`: the keys of `before` and `after` that differ, in the order written, those that are gone last.
    """

    kind: Kind
    of: Of
    part_id: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    keys: tuple[str, ...] = ()
    place_before: int | None = None
    place_after: int | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    place: int
    name: tuple[str, int]
    values: Mapping[str, Any]

    @property
    def id(self) -> str:
        return self.name[0]


def is_same(one: Any, other: Any) -> bool:
    """Whether two written values say the same: the order of a table's keys says nothing."""
    return _said(one, True) == _said(other, True)


def is_alike(one: Any, other: Any) -> bool:
    """The same to the letter, the order of keys too: it counts among conditions and levels."""
    return _said(one, False) == _said(other, False)


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Every part that differs: the head first, then rules and grants as they stand after, then those that are gone."""
    was: Mapping[str, Any] = before if isinstance(before, Mapping) else {}
    will: Mapping[str, Any] = after if isinstance(after, Mapping) else {}
    found = _head(was, will)
    found += _parts("rule", _read(was.get("rule")), _read(will.get("rule")))
    return tuple(found + _parts("grant", _read(was.get("grant")), _read(will.get("grant"))))


def _head(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    keys = [key for key in _changed_keys(before, after) if key not in ("rule", "grant")]
    in_order = sorted(keys, key=lambda key: HEAD_KEYS.index(key) if key in HEAD_KEYS else len(HEAD_KEYS))
    return [Change("head", "head", "", before, after, tuple(in_order))] if keys else []


def _parts(of: Of, before: list[_Part], after: list[_Part]) -> list[Change]:
    renamed = _renamed(before, after)
    was = {renamed.get(part.name, part.name): part for part in before}
    there = {part.name for part in after}
    moved = _moved([name for name in was if name in there], [part.name for part in after if part.name in was])
    found: list[Change] = []
    for part in after:
        old = was.get(part.name)
        if old is None:
            found.append(Change("added", of, part.id, {}, part.values, (), None, part.place))
            continue
        if part.name in moved:
            found.append(Change("moved", of, part.id, old.values, part.values, (), old.place, part.place))
        keys = tuple(_changed_keys(old.values, part.values))
        if keys:
            found.append(Change("changed", of, part.id, old.values, part.values, keys, old.place, part.place))
    gone = [
        Change("removed", of, part.id, part.values, {}, (), part.place, None)
        for name, part in was.items()
        if name not in there
    ]
    return found + gone


def _read(written: Any) -> list[_Part]:
    """The rules or grants with a name each: the id, and how often it has stood before."""
    seen: Counter[str] = Counter()
    parts = []
    for place, values in enumerate(written if isinstance(written, list | tuple) else ()):
        table = values if isinstance(values, Mapping) else {"": values}
        part_id = table.get("id")
        name = part_id if isinstance(part_id, str) else ""
        parts.append(_Part(place, (name, seen[name]), table))
        seen[name] += 1
    return parts


def _renamed(before: list[_Part], after: list[_Part]) -> dict[tuple[str, int], tuple[str, int]]:
    """Old name → new name of parts that differ in nothing but their id."""
    old, new = {part.name for part in before}, {part.name for part in after}
    free = {_but_id(part): part.name for part in after if part.name not in old}
    renamed: dict[tuple[str, int], tuple[str, int]] = {}
    for part in before:
        if part.name not in new and _but_id(part) in free:
            renamed[part.name] = free.pop(_but_id(part))
    return renamed


def _but_id(part: _Part) -> str:
    return _said({key: value for key, value in part.values.items() if key != "id"}, True)


def _changed_keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    for key in dict.fromkeys((*after, *before)):
        if (key in before) != (key in after) or not _is_kept(key, before[key], after[key]):
            yield str(key)


def _is_kept(key: str, one: Any, other: Any) -> bool:
    return is_alike(one, other) if key in ("when", "split") else is_same(one, other)


def _said(value: Any, sort: bool) -> str:
    return json.dumps(encode(value), ensure_ascii=False, sort_keys=sort, default=str)


def _moved(before: Sequence[tuple[str, int]], after: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
    """The fewest that must be taken out of the old order and put elsewhere to have the new one."""
    at = {name: place for place, name in enumerate(before)}
    # For each that kept its order with some before it, the longest such run that ends with it.
    runs: list[list[tuple[str, int]]] = []
    for name in after:
        runs.append([*_longest(run for run in runs if at[run[-1]] < at[name]), name])
    return set(after) - set(_longest(runs))


def _longest(runs: Iterable[list[tuple[str, int]]]) -> list[tuple[str, int]]:
    """The longest of them, of equals the first; empty for none."""
    longest: list[tuple[str, int]] = []
    for run in runs:
        if len(run) > len(longest):
            longest = run
    return longest
