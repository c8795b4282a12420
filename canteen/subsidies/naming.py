"""What a programme's mapping names that others keep: funds, voucher kinds, canteens, categories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from canteen.core.conditions import conditions_in
from canteen.subsidies.queries import Named


def named_in(values: Mapping[str, Any]) -> Named:
    """Every code named by the rules and grants of a valid mapping, in the order of the file."""
    parts = [
        part
        for version in values.get("version", ())
        for part in (*version.get("rule", ()), *version.get("grant", ()))
    ]
    conditions = [pair for part in parts for pair in conditions_in(part.get("when", {}).items())]
    return Named(
        funds=_once(part["fund"] for part in parts if part.get("payer") == "sponsor"),
        vouchers=_once(part["fund"] for part in parts if part.get("payer") == "voucher"),
        canteens=_once(code for key, value in conditions if key == "canteen" for code in value),
        categories=_once(
            code for key, value in conditions if key in ("category", "all_categories") for code in value
        ),
    )


def _once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
