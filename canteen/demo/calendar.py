"""The demonstration's time: months before today, and a clock that stands where the story is."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from canteen.core.calendar import parse_month, previous_month

ZONE = ZoneInfo("Asia/Shanghai")


@contextmanager
def at(on: date, clock: time) -> Iterator[datetime]:
    """Everything inside happens at this local time of this day."""
    instant = datetime.combine(on, clock, ZONE).astimezone(UTC)
    before = os.environ.get("CANTEEN_NOW")
    os.environ["CANTEEN_NOW"] = instant.isoformat()
    try:
        yield instant
    finally:
        if before is None:
            del os.environ["CANTEEN_NOW"]
        else:
            os.environ["CANTEEN_NOW"] = before


def full_months(today: date, count: int) -> list[str]:
    """The last `count` full months before today's, oldest first."""
    months: list[str] = []
    month = f"{today:%Y-%m}"
    for _ in range(count):
        month = previous_month(month)
        months.insert(0, month)
    return months


def days_of(month: str, until: date) -> list[date]:
    """The days of a month up to a day, that day included."""
    period = parse_month(month)
    last = min(period.last_on, until)
    return [period.first_on + timedelta(days=number) for number in range((last - period.first_on).days + 1)]
