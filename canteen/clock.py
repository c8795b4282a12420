"""The only reader of the wall clock, so that a test or a demonstration can fix the time."""

import os
import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The instant, aware and in UTC; `CANTEEN_NOW` (an ISO instant) fixes it."""
    fixed = os.environ.get("CANTEEN_NOW")
    if not fixed:
        return datetime.now(UTC)
    instant = datetime.fromisoformat(fixed)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def today(zone: str) -> date:
    """The calendar day in a canteen's own time zone; never the UTC date."""
    return now().astimezone(ZoneInfo(zone)).date()


def monotonic() -> float:
    """Seconds of a clock that never jumps; for measuring how long something took."""
    return time.monotonic()
