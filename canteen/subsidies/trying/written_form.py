"""An example's mapping as the data of its form, and the form as the mapping again.

What the form does not show (splits and grants expected) stays as it was written.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date
from typing import Any

from canteen.core.money import parse_yuan, plain_yuan
from canteen.subsidies.trying.fitting import born_before
from canteen.subsidies.trying.forms import KEEP, ExampleForm
from canteen.subsidies.trying.slots import Slots
from canteen.subsidies.wording.written import table

_NUMBERS = ("disability_grade", "care_level")
_TEXTS = ("household_division", "residence_division", "distance_km", "living")


def form_data(
    example: Mapping[str, Any], slots: Slots, canteens: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """What the form shows at first; values that are none of the format's are left for somebody to type anew."""
    elder = table(example.get("elder"))
    pension = elder.get("pension")
    data: dict[str, Any] = {
        "title": str(example.get("title") or ""),
        "on": _day(example.get("on")),
        "meal": example.get("meal"),
        "price": _fen(example.get("price")),
        "channel": example.get("channel", "dine-in"),
        "canteen": _canteen_choice(example.get("canteen"), canteens),
        "born": _day(elder.get("born")),
        "categories": [str(code) for code in elder.get("categories") or ()],
        "pension": {True: "yes", False: "no"}.get(pension, "") if isinstance(pension, bool) else "",
        "monthly_income": _fen(elder.get("monthly_income")),
        "expecting": _expecting(example.get("expect")),
    }
    data |= {key: elder[key] for key in _NUMBERS if type(elder.get(key)) is int}
    data |= {key: str(elder[key]) for key in _TEXTS if key in elder}
    for slot in slots.all:
        found = _at(example, slot.path)
        data[slot.field] = found if slot.is_count and type(found) is int else _fen(found)
    return data


def _expecting(expect: object) -> str:
    if expect is None:
        return "now"
    return "typed" if isinstance(expect, Mapping) else "no-version"


def _canteen_choice(written: object, canteens: Mapping[str, Mapping[str, Any]]) -> str:
    if not written:
        return ""
    code = str(table(written).get("code") or "")
    return code if canteens.get(code) == written else KEEP


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _fen(value: object) -> int | None:
    try:
        return parse_yuan(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _at(example: Mapping[str, Any], path: tuple[str, ...]) -> object:
    found: object = example
    for key in path:
        found = table(found).get(key)
    return found


def as_written(
    form: ExampleForm, was: Mapping[str, Any], canteens: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The example that the form says, over what stood there; `expect` is left to the caller where it is `now`."""
    written = copy.deepcopy(dict(was))
    written |= {"title": form.title.data.strip(), "on": form.on.data, "meal": form.meal.data}
    written["price"] = plain_yuan(form.price.data or 0)
    _put(written, "channel", None if form.channel.data in (None, "dine-in") else form.channel.data)
    if form.canteen.data != KEEP:
        _put(written, "canteen", dict(canteens.get(form.canteen.data or "", {})) or None)
    written["elder"] = _elder(form, table(was.get("elder")))
    for slot in (*form.slots.used, *form.slots.held):
        _put_at(written, slot.path, _slot_value(form[slot.field].data, slot.is_count))
    if form.expecting.data == "typed":
        paid = {slot.path[1]: form[slot.field].data for slot in form.slots.expects}
        written["expect"] = {payer: plain_yuan(fen) for payer, fen in paid.items() if fen}
    elif form.expecting.data == "no-version":
        written["expect"] = "no-version"
    return written


def _slot_value(data: int | None, is_count: bool) -> object:
    return data if data is None or is_count else plain_yuan(data)


def _elder(form: ExampleForm, was: Mapping[str, Any]) -> dict[str, Any]:
    elder = dict(was)
    born = form.born.data
    if born is None and form.age.data is not None and form.on.data is not None:
        born = born_before(form.on.data, form.age.data, days=100)
    _put(elder, "born", born)
    _put(elder, "categories", list(form.categories.data or ()) or None)
    _put(elder, "pension", {"yes": True, "no": False}.get(form.pension.data or ""))
    _put(
        elder,
        "monthly_income",
        None if form.monthly_income.data is None else plain_yuan(form.monthly_income.data),
    )
    for key in _NUMBERS:
        _put(elder, key, form[key].data)
    for key in _TEXTS:
        _put(elder, key, (form[key].data or "").strip() or None)
    return elder


def _put(values: dict[str, Any], key: str, value: object) -> None:
    """Set a key, or take it away for a value that is not given."""
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value


def _put_at(values: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    """The same deep inside; tables that nothing is left in go too."""
    head, *rest = path
    if not rest:
        _put(values, head, value)
        return
    inner = dict(table(values.get(head)))
    _put_at(inner, tuple(rest), value)
    _put(values, head, inner or None)
