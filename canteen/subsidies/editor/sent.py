"""A sent card, read against the draft that it belongs to."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from canteen.subsidies.editor.arranging import unknown
from canteen.subsidies.editor.card_form import read_card, read_head
from canteen.subsidies.editor.cards import ids_of, part_at, parts_of, read_address, replaced
from canteen.subsidies.editor.ids import with_id
from canteen.subsidies.editor.shapes import Form


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a form was sent to: the version, the card, and the draft's revision that it was opened at."""

    version: int
    card: str
    revision: int


def read_sent(form: Form) -> Sent:
    """The hidden fields of a card's form. Raises Refusal `card-unknown` for a form of none of our pages."""
    version, revision = form.get("version") or "", form.get("revision") or ""
    if not (version.isdecimal() and revision.isdecimal()):
        raise unknown()
    return Sent(int(version), form.get("card") or "", int(revision))


def as_typed(form: Form, values: dict[str, Any], version: int, address: str) -> dict[str, Any]:
    """The draft with this card as it was typed. Raises Refusal `card-unknown`."""
    if not 0 <= version < len(values["version"]):
        raise unknown()
    changed = deepcopy(values)
    if address == "head":
        head = read_head(form, changed["programme"], changed["version"][version])
        changed["programme"], changed["version"][version] = head
        return changed
    card = read_address(address)
    if card is None or card.index > len(parts_of(values, version, card.kind)):
        raise unknown()
    was = part_at(changed, version, card)
    # One place behind the last is a card that somebody else removed while it was typed: it is added again.
    return replaced(changed, version, card, read_card(form, {} if was is None else was, card.kind))


def as_saved(form: Form, values: dict[str, Any], version: int, address: str) -> dict[str, Any]:
    """The same, and a new rule that was given no id gets one made from its title."""
    changed = as_typed(form, values, version, address)
    card = read_address(address)
    was = None if card is None else part_at(values, version, card)
    if card is None or (was is not None and was.get("id")):
        return changed
    part = part_at(changed, version, card)
    return replaced(changed, version, card, with_id(part, ids_of(values, version)))
