"""A programme's tables as the database keeps them: JSON that gives back every value as it was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

_DATE = "$date"


def encode(value: Any) -> Any:
    """The value in JSON's terms, order kept; a date becomes `{"$date": "2016-11-20"}`."""
    if isinstance(value, date):
        return {_DATE: value.isoformat()}
    if isinstance(value, Mapping):
        return {str(key): encode(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [encode(part) for part in value]
    return value


def decode(value: Any) -> Any:
    """The value as its file had it."""
    if isinstance(value, list):
        return [decode(part) for part in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {_DATE} and (day := _as_date(value[_DATE])) is not None:
        return day
    return {key: decode(part) for key, part in value.items()}


def _as_date(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def fingerprint(encoded: Any) -> str:
    """SHA-256 of what an encoded table says: equal for tables that differ in nothing that divides otherwise.

    The order of keys says nothing, but for the levels of a split and the conditions of `when`, whose first is
    asked first.
    """
    canonical = json.dumps(_with_order(encoded), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


_ORDERED = ("split", "when")


def _with_order(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_order(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        key: list(part.items()) if key in _ORDERED and isinstance(part, dict) else _with_order(part)
        for key, part in value.items()
    }
