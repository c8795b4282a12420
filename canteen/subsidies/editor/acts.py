"""What the buttons inside a card do: a condition, limit or level comes, goes, or takes another place.

An act names its place as the form does: `add` with `when.any.0`, `remove` with `limit.1`, `up` with `when.age`.
Nothing is saved by it; the card is shown again with what was typed so far.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from canteen.subsidies.editor.keys import CONDITIONS
from canteen.subsidies.editor.shapes import at

_BLANK: Mapping[str, Any] = {
    "pension": "",
    "workday": True,
    "birthday": True,
    "any": [{}, {}],
}
_LISTS = ("category", "all_categories", "household_division", "residence_division", "canteen_division")
_LISTED = (*_LISTS, "living", "channel", "meal", "weekday", "canteen", "canteen_area")
_LIMIT = {"per": "month", "amount": ""}


@dataclass(frozen=True, slots=True)
class Act:
    """A button inside a card: what it does (`add`, `remove`, `up`, `down`) and where."""

    verb: str
    name: str


def read_act(text: str) -> Act | None:
    """An act as its button sends it, `add:when.any.0`; None for anything else."""
    verb, colon, name = text.partition(":")
    return Act(verb, name) if colon and verb in ("add", "remove", "up", "down") else None


def act_on(part: Mapping[str, Any], act: Act, chosen: str = "") -> tuple[dict[str, Any], str]:
    """The part after an act, and the name of what to look at next. An act that leads nowhere changes nothing.

    `chosen` is the condition that is to be added.
    """
    changed = deepcopy(dict(part))
    if act.verb == "add":
        return changed, _add(changed, act.name, chosen)
    holder, key = _place(changed, act.name)
    if act.verb == "remove":
        return changed, _remove(changed, holder, key, act.name)
    return changed, _move(holder, key, act.name, -1 if act.verb == "up" else 1)


def _place(part: dict[str, Any], name: str) -> tuple[Any, Any]:
    """What holds the named thing, and its key or number in there; None where there is no such thing."""
    holder: Any = part
    *outer, key = name.split(".")
    for step in outer:
        holder = _inside(holder, step)
    if isinstance(holder, list):
        return holder, int(key) if key.isdecimal() and int(key) < len(holder) else None
    if not isinstance(holder, dict):
        return None, None
    if outer[-1:] == ["split"]:
        keys = list(holder)
        return holder, keys[int(key)] if key.isdecimal() and int(key) < len(keys) else None
    return holder, key if key in holder else None


def _inside(holder: Any, step: str) -> Any:
    if isinstance(holder, dict):
        return holder.get(step)
    if isinstance(holder, list) and step.isdecimal() and int(step) < len(holder):
        return holder[int(step)]
    return None


def _add(part: dict[str, Any], name: str, chosen: str) -> str:
    if name == "limit":
        limits = part.setdefault("limit", [])
        limits.append(dict(_LIMIT)) if isinstance(limits, list) else None
        return f"limit.{len(limits) - 1}"
    if name == "split":
        levels = part.setdefault("split", {})
        levels.setdefault("", "") if isinstance(levels, dict) else None
        return f"split.{len(levels) - 1}"
    if name == "when" and "when" not in part:
        part["when"] = {}
    holder: Any = part
    for step in name.split("."):
        holder = _inside(holder, step)
    if isinstance(holder, list):
        holder.append({})
        return at(name, len(holder) - 1)
    if isinstance(holder, dict) and chosen in CONDITIONS:
        holder.setdefault(chosen, _blank(chosen))
        return at(name, chosen)
    return name


def _blank(key: str) -> Any:
    return deepcopy(_BLANK.get(key, [] if key in _LISTED else {}))


def _remove(part: dict[str, Any], holder: Any, key: Any, name: str) -> str:
    if key is None:
        return name
    del holder[key]
    outer = name.rpartition(".")[0]
    if outer in ("limit", "split", "when") and not holder:
        # Nothing written says what an empty list says, and reads better in the file.
        del part[outer]
    return outer


def _move(holder: Any, key: Any, name: str, step: int) -> str:
    if key is None:
        return name
    outer = name.rpartition(".")[0]
    if isinstance(holder, list):
        spot = _other(key, step, len(holder))
        holder[key], holder[spot] = holder[spot], holder[key]
        return at(outer, spot)
    keys = list(holder)
    place = keys.index(key)
    spot = _other(place, step, len(keys))
    keys[place], keys[spot] = keys[spot], keys[place]
    reordered = {each: holder[each] for each in keys}
    holder.clear()
    holder.update(reordered)
    return at(outer, spot) if outer == "split" else name


def _other(place: int, step: int, count: int) -> int:
    return min(max(place + step, 0), count - 1)
