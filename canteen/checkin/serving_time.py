"""When a meal was: the instant that counts, whether it can be proved, and the meal period it lies in."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from canteen.checkin.records import Record

CLOCK_OFF = timedelta(minutes=5)
"""How far a tablet's clock may be off before a record decided online waits for a person."""
SLACK = timedelta(seconds=5)
LEASE = timedelta(hours=72)
TOLERANCE_MINUTES = 30

Hours = Mapping[str, tuple[time, time]]
"""Meal period to its first and last moment, both included."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """When a batch came in, and how far the tablet's clock was off at the time of sending."""

    received_at: datetime
    clock_error: timedelta

    def happened_at(self, record: Record) -> datetime:
        """The instant of a record: the receipt if it was decided online, else as seen, its clock put right."""
        if record.is_online:
            return self.received_at
        try:
            return record.seen_at + self.clock_error
        except OverflowError:
            return record.seen_at

    def is_provable(self, record: Record, since: datetime | None) -> bool:
        """Whether the time can be believed; `since` is the last contact before it, None where that is unknown.

        Online: seen and received within five minutes. Decided by the tablet: between the last contact and the
        receipt, within five seconds, after the clock error of the batch is taken off.
        """
        if record.is_online:
            return abs(record.seen_at - self.received_at) <= CLOCK_OFF
        if since is None:
            return False
        return since - SLACK <= self.happened_at(record) <= self.received_at + SLACK


def service_date(instant: datetime, zone: ZoneInfo) -> tuple[date, time]:
    """The day and the time of day in the canteen's zone; never the UTC date."""
    local = instant.astimezone(zone)
    return local.date(), local.time()


def is_served(hours: Hours, claim: str, at: time) -> bool:
    """Whether the claimed meal period is the one of this moment.

    Hours have both ends included and thirty minutes of tolerance either side, within the day. Inside the hours
    of one period the claim of another does not stand; where only tolerances meet, it does.
    """
    if not hours:
        return True
    inside = [period for period, (first, last) in hours.items() if first <= at <= last]
    if inside:
        return claim in inside
    span = hours.get(claim)
    return span is not None and _earlier(span[0]) <= at <= _later(span[1])


def running_period(hours: Hours, at: time) -> str | None:
    """The meal period that runs now, or within its tolerance; the next to begin where two tolerances meet."""
    inside = [period for period, (first, last) in hours.items() if first <= at <= last]
    near = [period for period in hours if is_served(hours, period, at)]
    found = inside or near[::-1]
    return found[0] if found else None


def _earlier(moment: time) -> time:
    minutes = max(moment.hour * 60 + moment.minute - TOLERANCE_MINUTES, 0)
    return time(minutes // 60, minutes % 60)


def _later(moment: time) -> time:
    minutes = moment.hour * 60 + moment.minute + TOLERANCE_MINUTES
    return time(minutes // 60, minutes % 60) if minutes < 24 * 60 else time.max


def make_anchor(secret: bytes, device_ref: str, instant: datetime) -> str:
    """What a tablet keeps of this contact: the instant, signed for this device."""
    text = instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return f"{text}~{_sign(secret, device_ref, text)}"


def read_anchor(secret: bytes, device_ref: str, anchor: str) -> datetime | None:
    """The instant of an anchor; None if it was not given to this device."""
    text, _, signature = anchor.partition("~")
    if not hmac.compare_digest(signature.encode(), _sign(secret, device_ref, text).encode()):
        return None
    return datetime.fromisoformat(text)


def _sign(secret: bytes, device_ref: str, text: str) -> str:
    return hmac.new(secret, f"anchor:{device_ref}:{text}".encode(), hashlib.sha256).hexdigest()[:24]
