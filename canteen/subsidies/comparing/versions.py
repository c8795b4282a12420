"""What changed between two versions of a programme, in words, for who reads it before it binds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from canteen.subsidies.comparing.changed_words import head_line, part_lines, shown
from canteen.subsidies.comparing.changes import Change, Kind, Of, changes
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.rules import part_words
from canteen.subsidies.wording.said import _


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that changed: `kind` says how, `title` which part, `lines` what exactly, old → new.

    `of` is `rule`, `grant` or `head`, `part_id` the part's id (empty for the head).
    """

    kind: Kind
    title: str
    lines: tuple[str, ...]
    of: Of
    part_id: str


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any], names: Names
) -> tuple[Difference, ...]:
    """What changed from one version to the next; empty where nothing did. Without a version before, all is new.

    The head first, then rules and grants in their new order, then those that are gone. A part that was both changed
    and moved comes twice.
    """
    return tuple(_difference(change, after, names) for change in changes(before, after))


def _difference(change: Change, after: Mapping[str, Any], names: Names) -> Difference:
    if change.kind == "head":
        lines = tuple(head_line(key, change.before, change.after) for key in change.keys)
    elif change.kind == "added":
        lines = (part_words(change.after, names).line,)
    elif change.kind == "removed":
        lines = (part_words(change.before, names).line,)
    elif change.kind == "moved":
        lines = (_moved(change, after),)
    else:
        lines = part_lines(change.keys, change.before, change.after, names)
    return Difference(change.kind, _title(change), lines, change.of, change.part_id)


def _title(change: Change) -> str:
    if change.of == "head":
        return _("施行与范围")
    values = change.after or change.before
    return shown(values.get("title") or change.part_id or _("没有名称"))


def _moved(change: Change, after: Mapping[str, Any]) -> str:
    """The new place by its neighbour, since the order decides who pays first."""
    old, new = (change.place_before or 0) + 1, (change.place_after or 0) + 1
    next_one = _titles(after, change.of)[new : new + 1]
    if next_one:
        return _("第 %(old)s 条 → 第 %(new)s 条，现在先于“%(title)s”", old=old, new=new, title=next_one[0])
    return _("第 %(old)s 条 → 第 %(new)s 条，现在是最后一条", old=old, new=new)


def _titles(version: Mapping[str, Any], of: Of) -> list[str]:
    written = version.get(of)
    parts = written if isinstance(written, list | tuple) else ()
    return [shown(part.get("title") or part.get("id")) if isinstance(part, Mapping) else "" for part in parts]
