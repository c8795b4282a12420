"""What governs the days of closed months never changes, whatever is published later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from canteen.core.calendar import parse_month
from canteen.core.errors import Refusal
from canteen.ledger.queries import closed_months
from canteen.subsidies.queries import BoundSpan


@dataclass(frozen=True, slots=True)
class Reign:
    """From when a version governs, until when if it says so, and the fingerprint of what it says."""

    effective_on: date
    until_on: date | None
    sha256: str


def refuse_closed_days(
    session: Session, spans: Sequence[BoundSpan], before: Sequence[Reign], after: Sequence[Reign]
) -> None:
    """Refuse a change of versions that changes what governs a closed month's day in a canteen.

    Raises Refusal `version-begins-closed`, with the canteen and its first open day.
    """
    if set(before) == set(after):
        return
    turns = {turn for reign in (*before, *after) for turn in _turns(reign)}
    for span in spans:
        closed = [parse_month(month) for month in closed_months(session, span.canteen_id)]
        for period in closed:
            days = {period.first_on, span.from_on, *turns}
            for day in sorted(day for day in days if day in period and _in_span(day, span)):
                if _governing(before, day) != _governing(after, day):
                    raise begins_closed(span.name, day, closed[-1].last_on + timedelta(days=1))


def begins_closed(canteen_name: str, day: date, first_open_on: date) -> Refusal:
    """Refusal `version-begins-closed`: a version would govern days of months that a canteen has closed."""
    return Refusal(
        "version-begins-closed",
        f"食堂“{canteen_name}”在 {first_open_on} 以前的月份已结账：{day} 起的规定不能再变。"
        f"请让新版本从 {first_open_on} 或以后起施行。",
        canteen=canteen_name,
        day=day.isoformat(),
        first_open_on=first_open_on.isoformat(),
    )


def _turns(reign: Reign) -> Iterable[date]:
    yield reign.effective_on
    if reign.until_on is not None and reign.until_on < date.max:
        yield reign.until_on + timedelta(days=1)


def _in_span(day: date, span: BoundSpan) -> bool:
    return span.from_on <= day and (span.until_on is None or day <= span.until_on)


def _governing(reigns: Sequence[Reign], on: date) -> str | None:
    latest = max((r for r in reigns if r.effective_on <= on), key=lambda r: r.effective_on, default=None)
    return latest.sha256 if latest and (latest.until_on is None or on <= latest.until_on) else None
