"""A card as a form, and the form as the same mapping again.

`fields_of(part)` shows a rule, a grant or a version's head as a tree of fields, `read_card(form, was)` reads a
sent form. A card that is opened and saved without a change gives the very mapping that it was opened from,
valid or not; what was typed and is no valid value is kept as it was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from canteen.subsidies.editor.keys import GRANT, PROGRAMME, ROUNDING, RULE, VERSION_ORDER, version_head
from canteen.subsidies.editor.nodes import Box, Node
from canteen.subsidies.editor.shapes import Form
from canteen.subsidies.editor.tables import Table, in_order
from canteen.subsidies.editor.written import ABSENT, Absent

_LISTS = ("rule", "grant")


def fields_of(part: object, kind: str = "rule") -> Node:
    """The form of a card: `kind` is `rule` or `grant`."""
    node = _table(kind, _is_percent(part)).show(part, "", "")
    if kind == "grant" or not isinstance(node, Box):
        return node
    blank = {key: shape.show(ABSENT, key, key) for key, shape in ROUNDING.items()}
    return replace(node, fields={**blank, **node.fields})


def read_card(form: Form, was: object = ABSENT, kind: str = "rule") -> Any:
    """The mapping that a sent form says. `was` stands where the form says nothing at all of the card."""
    table = _table(kind, form.get("pays.@one") == "percent")
    found = table.read(form, "")
    return was if isinstance(found, Absent) else found


def _table(kind: str, is_percent: bool) -> Table:
    if kind == "grant":
        return GRANT
    # Without a percentage the rounding is a fault, and is shown among what should not be there.
    fields = {**RULE.fields, **ROUNDING} if is_percent else RULE.fields
    return Table(fields, order=RULE.order)


def _is_percent(part: object) -> bool:
    pays = part.get("pays") if isinstance(part, Mapping) else None
    return isinstance(pays, Mapping) and next((key for key in pays if key in _PAYS), "") == "percent"


_PAYS = ("fixed", "down_to", "percent")


def head_fields(programme: object, version: object, groups: Iterable[str] = ()) -> tuple[Node, Node]:
    """The head card: the programme's own keys, and those of the version but for its rules and grants."""
    shape = version_head(tuple(groups))
    return PROGRAMME.show(programme, "programme", "programme"), shape.show(
        _bare(version), "version", "version"
    )


def _bare(version: object) -> object:
    if not isinstance(version, Mapping):
        return version
    return {key: value for key, value in version.items() if key not in _LISTS}


def read_head(form: Form, programme: object, version: object) -> tuple[Any, Any]:
    """The programme's and the version's table as the head card says them; rules and grants stay."""
    said = PROGRAMME.read(form, "programme")
    head = version_head(()).read(form, "version")
    return (programme if isinstance(said, Absent) else said), _with_lists(version, head)


def _with_lists(version: object, head: Any) -> Any:
    if isinstance(head, Absent):
        return version
    if not isinstance(version, Mapping) or not isinstance(head, Mapping):
        return head
    lists = {key: version[key] for key in version if key in _LISTS}
    return in_order({**head, **lists}, list(version), VERSION_ORDER)
