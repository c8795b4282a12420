"""The cards of a draft's version, by their addresses, and what the buttons beside them do to the draft."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["rule", "grant"]

_CARD = re.compile(r"(rule|grant)-([0-9]{1,4})")
_LONGEST_ID = 48


@dataclass(frozen=True, slots=True)
class Card:
    """A rule's or grant's card: its kind and its place, from nought."""

    kind: Kind
    index: int

    @property
    def id(self) -> str:
        """As an address has it: `rule-2`."""
        return f"{self.kind}-{self.index}"


def read_address(text: str) -> Card | None:
    """The card that an address names; None for the head, an example, or nothing."""
    found = _CARD.fullmatch(text)
    if found is None:
        return None
    return Card("rule" if found[1] == "rule" else "grant", int(found[2]))


def parts_of(values: Mapping[str, Any], version: int, kind: str) -> list[Any]:
    """The rules or grants of a version, as they are written."""
    written = values["version"][version].get(kind)
    return written if isinstance(written, list) else []


def part_at(values: Mapping[str, Any], version: int, card: Card) -> Any:
    """The mapping of a card; None if there is no such card."""
    parts = parts_of(values, version, card.kind)
    return parts[card.index] if card.index < len(parts) else None


def find(values: Mapping[str, Any], version: int, kind: Kind, part_id: object, near: int) -> Card | None:
    """The card of this id, by preference where it was; None if there is none any more."""
    parts = parts_of(values, version, kind)
    spots = [spot for spot, part in enumerate(parts) if part.get("id") == part_id]
    return Card(kind, min(spots, key=lambda spot: abs(spot - near))) if spots else None


def replaced(values: dict[str, Any], version: int, card: Card, part: Any) -> dict[str, Any]:
    """The draft with another mapping on this card; one behind the last is added."""
    parts = _own_list(values, version, card.kind)
    parts[card.index : card.index + 1] = [part]
    return values


def moved(values: dict[str, Any], version: int, card: Card, step: int) -> dict[str, Any]:
    """The draft with this card one place up or down."""
    parts = _own_list(values, version, card.kind)
    spot = card.index + step
    if 0 <= card.index < len(parts) and 0 <= spot < len(parts):
        parts[card.index], parts[spot] = parts[spot], parts[card.index]
    return values


def copied(values: dict[str, Any], version: int, card: Card) -> dict[str, Any]:
    """The draft with a copy of this card behind it, under an id of its own."""
    parts = _own_list(values, version, card.kind)
    part = deepcopy(parts[card.index])
    if isinstance(part.get("id"), str):
        part["id"] = free_id(part["id"], ids_of(values, version))
    parts.insert(card.index + 1, part)
    return values


def removed(values: dict[str, Any], version: int, card: Card) -> dict[str, Any]:
    """The draft without this card."""
    parts = _own_list(values, version, card.kind)
    del parts[card.index]
    if card.kind == "grant" and not parts:
        del values["version"][version]["grant"]
    return values


def added(values: dict[str, Any], version: int, card: Card, part: Any) -> dict[str, Any]:
    """The draft with a new card at this place."""
    _own_list(values, version, card.kind).insert(card.index, part)
    return values


def _own_list(values: dict[str, Any], version: int, kind: str) -> list[Any]:
    written: list[Any] = values["version"][version].setdefault(kind, [])
    return written


def ids_of(values: Mapping[str, Any], version: int) -> set[str]:
    """Every id of a version's rules and grants."""
    parts = [*parts_of(values, version, "rule"), *parts_of(values, version, "grant")]
    return {part["id"] for part in parts if isinstance(part.get("id"), str)}


def free_id(wanted: str, taken: set[str]) -> str:
    """The id, or one with a number behind it that no other part of the version has."""
    wanted = wanted[:_LONGEST_ID].rstrip("-") or "rule"
    number, free = 1, wanted
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    return free
