"""A tablet's report, read from JSON: every value checked, none trusted."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from canteen.devices.queries import Report

INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z")
MOST = 1_000_000
LONGEST_VERSION = 40
LONGEST_SELF_TEST = 2000
FARTHEST = timedelta(days=3650)


class ReportError(ValueError):
    """A value of a report is not what it should be; the message names its key."""


def read_report(body: Mapping[str, Any], received_at: datetime) -> Report:
    """A report as JSON gives it. Raises ReportError, naming the key."""
    sent_at = _instant(body, "sent_at")
    if sent_at is None:
        raise ReportError("sent_at")
    error = min(max(sent_at - received_at, -FARTHEST), FARTHEST)
    measured = _whole(body, "clock_error_ms", least=-(10**12), most=10**12)
    return Report(
        version=_version(body.get("version", "")),
        unsent=_whole(body, "unsent", 0, MOST) or 0,
        kept=_whole(body, "kept", 0, MOST) or 0,
        oldest_unsent_at=_instant(body, "oldest_unsent_at"),
        # Measured by round trip where the tablet could; else what the way here took is in it.
        clock_error_ms=measured if measured is not None else error // timedelta(milliseconds=1),
        battery_percent=_whole(body, "battery", 0, 100),
        storage_persisted=_yes_or_no(body, "storage_persisted"),
        self_test=_self_test(body.get("self_test")),
        epoch=_whole(body, "epoch", 0, 2**31 - 1),
    )


def _whole(body: Mapping[str, Any], key: str, least: int, most: int) -> int | None:
    value = body.get(key)
    if value is not None and (type(value) is not int or not least <= value <= most):
        raise ReportError(key)
    return value


def _yes_or_no(body: Mapping[str, Any], key: str) -> bool | None:
    value = body.get(key)
    if value is not None and not isinstance(value, bool):
        raise ReportError(key)
    return value


def _version(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_VERSION or (value and not value.isprintable()):
        raise ReportError("version")
    return value


def _instant(body: Mapping[str, Any], key: str) -> datetime | None:
    value = body.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not INSTANT.fullmatch(value):
        raise ReportError(key)
    try:
        return datetime.fromisoformat(value[:26].rstrip("Z") + "+00:00").astimezone(UTC)
    except ValueError:
        raise ReportError(key) from None


def _self_test(value: object) -> Mapping[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or len(json.dumps(value)) > LONGEST_SELF_TEST or "\\u0000" in json.dumps(value):
        raise ReportError("self_test")
    return value
