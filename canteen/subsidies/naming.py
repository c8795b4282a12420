"""What a programme's mapping names that others keep: funds, voucher kinds, canteens, categories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from canteen.subsidies.queries import Named


def named_in(values: Mapping[str, Any]) -> Named:
    """Every code named by the rules and grants of a valid mapping, in the order of the file."""
    parts = [
        part
        for version in values.get("version", ())
        for part in (*version.get("rule", ()), *version.get("grant", ()))
    ]
    conditions = [pair for part in parts for pair in _conditions(part.get("when", {}))]
    return Named(
        funds=_once(part["fund"] for part in parts if part.get("payer") == "sponsor"),
        vouchers=_once(part["fund"] for part in parts if part.get("payer") == "voucher"),
        canteens=_once(code for key, value in conditions if key == "canteen" for code in value),
        categories=_once(
            code for key, value in conditions if key in ("category", "all_categories") for code in value
        ),
    )


def _conditions(when: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in when.items():
        if key == "any":
            for table in value:
                yield from _conditions(table)
        elif key == "not":
            yield from _conditions(value)
        else:
            yield key, value


def _once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
