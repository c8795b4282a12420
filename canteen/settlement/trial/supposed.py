"""A new notice supposed to have been in force already: what last month would have cost under it. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from canteen.core.calendar import Period


def supposed(values: Mapping[str, Any], version: int, period: Period) -> dict[str, Any]:
    """The programme as if its version of this index had governed the whole period.

    Days before the period keep the versions that governed them. A version that begins within the period or before it
    governs its own days, and nothing is supposed.
    """
    chosen = values["version"][version]
    begins = chosen.get("effective")
    if not isinstance(begins, date) or begins <= period.last_on:
        return dict(values)
    moved = {key: value for key, value in chosen.items() if key != "until"} | {"effective": period.first_on}
    earlier = [
        one
        for place, one in enumerate(values["version"])
        if place != version and isinstance(one.get("effective"), date) and one["effective"] < period.first_on
    ]
    return {**values, "version": [*earlier, moved]}


def is_supposed(values: Mapping[str, Any], version: int, period: Period) -> bool:
    """Whether the version of this index begins only after the period."""
    begins = values["version"][version].get("effective")
    return isinstance(begins, date) and begins > period.last_on
