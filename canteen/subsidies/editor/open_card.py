"""The card that is open, with all that its form shows: fields, their words, their faults, where to look first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from canteen.subsidies.editor import captions
from canteen.subsidies.editor.card_form import fields_of, head_fields
from canteen.subsidies.editor.cards import Card
from canteen.subsidies.editor.keys import CONDITIONS
from canteen.subsidies.editor.nodes import Box, Conditions, Line, Many, Node, walk
from canteen.subsidies.editor.shapes import at
from canteen.subsidies.wording.conditions import KEYS, condition_words, key_words
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.rules import limit_words, payer_words, pays_words, split_words

_STEP = re.compile(r"(\.[^.\[\]]*|\[\d+\])$")


@dataclass(frozen=True, slots=True)
class OpenCard:
    """One card as a form. `errors` and `words` stand by the name of the field; `focus` is where to look first."""

    card: str
    nodes: tuple[Node, ...]
    names: Names
    groups: tuple[str, ...] = ()
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    focus: str = ""
    may_rename: bool = True

    @property
    def kind(self) -> str:
        """`rule`, `grant` or `head`."""
        return self.card.partition("-")[0]

    @property
    def top(self) -> Node:
        """The form's outermost node, of a rule or grant."""
        return self.nodes[0]

    def label(self, key: str) -> str:
        """What a field is called."""
        found = KEYS.get(key) or captions.LABELS.get(key)
        return str(found) if found else key

    def condition(self, key: str) -> str:
        """What a condition is about."""
        return key_words(key)

    def unit(self, key: str) -> str:
        """What the figures of a range count."""
        return str(captions.UNITS.get(key, ""))

    def is_choice(self, line: Line) -> bool:
        """Whether a line is chosen from a list."""
        return captions.is_choice(line.kind)

    def options(self, line: Line) -> captions.Options:
        """What may be chosen for a line."""
        return captions.options(line.kind, line.key, line.text)

    def ticks(self, many: Many) -> captions.Options:
        """What may be ticked."""
        return captions.ticks(many.kind, many.chosen, self.names)

    def suggestions(self, kind: str) -> captions.Options:
        """What a line of this kind suggests."""
        return captions.suggestions(kind, self.names, self.groups)

    def addable(self, conditions: Conditions) -> list[tuple[str, str]]:
        """The conditions that a table does not have yet, with what they are about."""
        return [(key, key_words(key)) for key in CONDITIONS if key not in conditions.rows]

    def is_used(self, *keys: str) -> bool:
        """Whether any of these keys of the card says something or is faulty."""
        top = self.nodes[0]
        fields = top.fields if isinstance(top, Box) else {}
        return any(self.errors.get(key) or _says(fields.get(key)) for key in keys)


def _says(node: Node | None) -> bool:
    if isinstance(node, Line):
        return bool(node.text or node.was)
    return node is not None and getattr(node, "is_written", True)


def open_part(
    card: Card,
    part: Mapping[str, Any],
    names: Names,
    groups: Iterable[str] = (),
    faults: Iterable[tuple[str, str]] = (),
    focus: str = "",
) -> OpenCard:
    """A rule's or grant's card. `faults` are pairs of a path within the part and the words."""
    node = fields_of(part, card.kind)
    errors = _errors((node,), faults)
    return OpenCard(card.id, (node,), names, tuple(groups), errors, words_beside(part, names), focus)


def open_head(
    programme: Mapping[str, Any],
    version: Mapping[str, Any],
    names: Names,
    faults: Iterable[tuple[str, str]] = (),
    may_rename: bool = False,
) -> OpenCard:
    """The head's card."""
    groups = groups_of(version)
    nodes = head_fields(programme, version, groups)
    return OpenCard("head", nodes, names, groups, _errors(nodes, faults), {}, "", may_rename)


def groups_of(version: Mapping[str, Any]) -> tuple[str, ...]:
    """The groups that a version's rules name, each once."""
    rules = version.get("rule")
    named = (
        [rule.get("group") for rule in rules or () if isinstance(rule, Mapping)]
        if isinstance(rules, list)
        else []
    )
    return tuple(dict.fromkeys(group for group in named if isinstance(group, str) and group))


def _errors(nodes: Iterable[Node], faults: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    fields = {path: name for node in nodes for path, name in walk(node)}
    errors: dict[str, list[str]] = {}
    for path, words in faults:
        errors.setdefault(field_at(path, fields), []).append(words)
    return errors


def field_at(path: str, fields: Mapping[str, str]) -> str:
    """The field at a fault's path, or the nearest that holds it; empty for the card itself."""
    while path and path not in fields:
        path = _STEP.sub("", path) if _STEP.search(path) else ""
    return fields.get(path, "")


def words_beside(part: Mapping[str, Any], names: Names) -> dict[str, str]:
    """The plain words that stand beside the fields of a rule or grant, by the field's name."""
    words = {"pays": pays_words(part, names)}
    if part.get("fund"):
        words["fund"] = payer_words(part.get("payer"), part.get("fund"), names)
    _conditions(part.get("when"), "when", names, words)
    limits = part.get("limit")
    for spot, limit in enumerate(limits if isinstance(limits, list) else ()):
        words[f"limit.{spot}"] = limit_words(limit, names)
    if part.get("split"):
        words["split"] = split_words(part["split"], names)
    return words


def _conditions(when: object, name: str, names: Names, words: dict[str, str]) -> None:
    for key, value in when.items() if isinstance(when, Mapping) else ():
        here = at(name, key)
        words[here] = condition_words(str(key), value, names)
        if key == "not":
            _conditions(value, here, names, words)
        for spot, inner in enumerate(value) if key == "any" and isinstance(value, list) else ():
            _conditions(inner, at(here, spot), names, words)
