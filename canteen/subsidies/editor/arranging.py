"""What the buttons beside the cards ask for: a move, a copy, a removal and its undoing, a new card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from canteen.core.errors import Refusal
from canteen.subsidies.editor.cards import (
    Card,
    added,
    copied,
    moved,
    part_at,
    parts_of,
    read_address,
    removed,
)
from canteen.subsidies.editor.written import from_literal

Change = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Arranged:
    """What becomes of the draft, the card to look at afterwards, and whether it opens."""

    change: Change
    card: Card
    is_open: bool = False


def arranged(
    values: Mapping[str, Any], version: int, address: str, act: str, kept: str | None = None
) -> Arranged:
    """What a button does: `add`, `restore` (what was `kept`), `up`, `down`, `copy`, `remove`.

    Raises Refusal `card-unknown` where there is no such card.
    """
    card = read_address(address)
    if card is None or not 0 <= version < len(values["version"]):
        raise unknown()
    count = len(parts_of(values, version, card.kind))
    if act in ("add", "restore") and card.index <= count:
        part = _blank(card) if act == "add" else from_literal(kept)
        if isinstance(part, dict):
            return Arranged(lambda draft: added(draft, version, card, part), card, act == "add")
    if part_at(values, version, card) is None:
        raise unknown()
    if act in ("up", "down"):
        step = -1 if act == "up" else 1
        spot = Card(card.kind, min(max(card.index + step, 0), count - 1))
        return Arranged(lambda draft: moved(draft, version, card, step), spot)
    if act == "copy":
        behind = Card(card.kind, card.index + 1)
        return Arranged(lambda draft: copied(draft, version, card), behind, is_open=True)
    if act == "remove":
        return Arranged(lambda draft: removed(draft, version, card), card)
    raise unknown()


def unknown() -> Refusal:
    """Refusal `card-unknown`."""
    return Refusal("card-unknown", "没有这张卡片。请回到草稿，再打开一次。")


def _blank(card: Card) -> dict[str, Any]:
    pays = {"fixed": ""} if card.kind == "rule" else {"per_meal": ""}
    return {"title": "", "payer": "government", "pays": pays}
