"""A card that was typed while somebody else saved the draft: both are shown, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from canteen.subsidies.drafts.queries import DraftRow
from canteen.subsidies.editor.card_form import read_card, read_head
from canteen.subsidies.editor.cards import Card, find, part_at, parts_of, read_address
from canteen.subsidies.editor.head_words import HeadLine, head_lines
from canteen.subsidies.editor.sent import Sent
from canteen.subsidies.editor.shapes import Form
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.rules import PartInWords, part_words

_OWN = ("csrf_token", "revision", "card", "act", "version")


@dataclass(frozen=True, slots=True)
class Stale:
    """What was typed, what stands there now, and where it would go.

    `now` is None where the card was removed meanwhile. `card` is where the typed card may be saved, empty where
    it may not be. `fields` are the form as it was sent.
    """

    typed: PartInWords | tuple[HeadLine, ...]
    now: PartInWords | tuple[HeadLine, ...] | None
    card: str
    is_new: bool
    fields: tuple[tuple[str, str], ...]


def read_stale(row: DraftRow, sent: Sent, form: Any, names: Names) -> Stale:
    """Set what was typed beside what was saved meanwhile; the card is found again by its rule's id."""
    fields = tuple(_fields(form))
    versions = row.values["version"]
    is_open = row.state == "open" and sent.version < len(versions) and sent.version not in row.locked
    version = versions[sent.version] if sent.version < len(versions) else {}
    if sent.card == "head":
        typed = read_head(form, row.values["programme"], version)
        now = head_lines(row.values["programme"], version, names)
        return Stale(head_lines(*typed, names), now, "head" if is_open else "", False, fields)
    card = read_address(sent.card) or Card("rule", 0)
    part = read_card(form, {}, card.kind)
    there = _again(row, sent, card, form) if version else None
    found = None if there is None else part_words(part_at(row.values, sent.version, there), names)
    target = there or (
        Card(card.kind, len(parts_of(row.values, sent.version, card.kind))) if version else None
    )
    address = target.id if is_open and target else ""
    return Stale(part_words(part, names), found, address, there is None, fields)


def _again(row: DraftRow, sent: Sent, card: Card, form: Form) -> Card | None:
    """Where the card is now: the one of the id that it was opened with."""
    opened = form.get("opened_id")
    if opened:
        return find(row.values, sent.version, card.kind, opened, card.index)
    there = part_at(row.values, sent.version, card)
    # A new card that has no id yet is known by its place alone, while nobody gave it one.
    return card if there is not None and not there.get("id") else None


def _fields(form: Any) -> Iterator[tuple[str, str]]:
    for name, text in form.items(multi=True):
        if name not in _OWN:
            yield name, text
