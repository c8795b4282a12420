"""Whether a draft may be published: what is faulty, what must be ticked, which canteens' closed months it touches."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.canteens.queries import by_code
from canteen.core.calendar import parse_month
from canteen.core.errors import Refusal
from canteen.core.programme_faults import Fault
from canteen.ledger.queries import closed_months
from canteen.subsidies.closed_days import begins_closed
from canteen.subsidies.comparing.ages import AgeFinding, age_findings
from canteen.subsidies.drafts.content import begins_on, print_of, versions_of
from canteen.subsidies.drafts.queries import DraftRow, stored_programme
from canteen.subsidies.models import Programme
from canteen.subsidies.queries import BoundSpan, bound_spans, divided_meals, is_used
from canteen.subsidies.services import FaultyProgramme, faults_of, version_used


@dataclass(frozen=True, slots=True)
class AgeTick:
    """An overlap or a gap of an open version's ages; `key` is what is ticked."""

    key: str
    effective_on: date
    finding: AgeFinding


@dataclass(frozen=True, slots=True)
class Divided:
    """Meals divided already on days that an open version would govern; they stay as they are."""

    key: str
    effective_on: date
    meals: int


@dataclass(frozen=True, slots=True)
class BeginsClosed:
    """An open version that would govern days before a canteen's first open day."""

    effective_on: date
    canteen: str
    canteen_name: str
    first_on: date
    first_open_on: date


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A canteen chosen for the draft that will not be bound: others were bound to the programme meanwhile."""

    key: str
    canteen_name: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """All that stands between a draft and its publication. `used`: days of versions that meals have used already."""

    faults: tuple[Fault, ...]
    ages: tuple[AgeTick, ...]
    divided: tuple[Divided, ...]
    closed: tuple[BeginsClosed, ...]
    used: tuple[date, ...]
    left_out: tuple[LeftOut, ...]
    is_outdated: bool
    has_nothing_new: bool

    @property
    def ticks(self) -> frozenset[str]:
        """Every key that must be ticked."""
        shown: tuple[AgeTick | Divided | LeftOut, ...] = (*self.ages, *self.divided, *self.left_out)
        return frozenset(found.key for found in shown)

    @property
    def is_blocked(self) -> bool:
        """Whether no tick would help."""
        return bool(self.faults or self.closed or self.used or self.is_outdated or self.has_nothing_new)


def readiness(session: Session, draft: DraftRow) -> Readiness:
    """Everything at once, for the page that a second person reads."""
    opened = [version for _, version in _opened(draft)]
    spans = _spans(session, draft)
    used = [day for day, _ in _opened(draft) if day is not None and is_used(session, draft.code, day)]
    ages = [
        AgeTick(f"{day}/{finding.key}", day, finding)
        for day, version in _opened(draft)
        if day is not None
        for finding in age_findings(version)
    ]
    return Readiness(
        faults=tuple(faults_of(session, draft.values)),
        ages=tuple(ages),
        divided=tuple(_divided(session, draft, spans)),
        closed=tuple(_closed(session, draft, spans)),
        used=tuple(used),
        left_out=tuple(LeftOut(f"left-out/{code}", by_code(session, code).name) for code in draft.left_out),
        is_outdated=draft.is_outdated,
        has_nothing_new=not opened and _is_unchanged(session, draft),
    )


def check_ready(session: Session, draft: DraftRow, ticks: Collection[str]) -> Readiness:
    """What was found, all of it ticked; what may not be published is refused.

    Raises FaultyProgramme, Refusal `draft-outdated`, `draft-nothing-new`, `version-used`, `version-begins-closed`,
    `ticks-missing`.
    """
    found = readiness(session, draft)
    if found.is_outdated:
        raise Refusal("draft-outdated", "起草以后，这个项目又有了新的发布。请先并入，再看一遍。")
    if found.faults:
        raise FaultyProgramme(found.faults)
    if found.has_nothing_new:
        raise Refusal("draft-nothing-new", "这份草稿和已发布的完全一样，没有要发布的。")
    if found.used:
        raise version_used(draft.code, found.used[0])
    if found.closed:
        first = found.closed[0]
        raise begins_closed(first.canteen_name, first.first_on, first.first_open_on)
    missing = sorted(found.ticks - set(ticks))
    if missing:
        said = ", ".join(missing)
        raise Refusal("ticks-missing", "还有提醒没有勾选确认。请看过每一条，再勾选。", missing=said)
    return found


def _opened(draft: DraftRow) -> list[tuple[date | None, Mapping[str, Any]]]:
    versions = versions_of(draft.values)
    return [(begins_on(versions[at]), versions[at]) for at in draft.open_versions]


def _is_unchanged(session: Session, draft: DraftRow) -> bool:
    return print_of(stored_programme(session, draft.code)) == print_of(draft.values)


def _spans(session: Session, draft: DraftRow) -> list[BoundSpan]:
    """Where and when the programme governs, with what the publication would bind."""
    programme_id = session.scalar(select(Programme.id).where(Programme.code == draft.code))
    if draft.is_bound and programme_id is not None:
        return bound_spans(session, programme_id)[programme_id]
    first = min((day for version in versions_of(draft.values) if (day := begins_on(version))), default=None)
    from_on = draft.bind_from or first
    if from_on is None:
        return []
    chosen = [by_code(session, code) for code in draft.canteens]
    return [
        BoundSpan(canteen.id, canteen.code, canteen.name, canteen.time_zone, from_on, None)
        for canteen in chosen
    ]


def _governed(draft: DraftRow, spans: list[BoundSpan]) -> Iterator[tuple[date, BoundSpan, date, date | None]]:
    """For each open version and canteen: the version's day, the span, and the first and last day it would govern."""
    days = sorted(day for version in versions_of(draft.values) if (day := begins_on(version)))
    for day, version in _opened(draft):
        if day is None:
            continue
        ends = [later - timedelta(days=1) for later in days if later > day][:1]
        until = version.get("until")
        ends += [until] if type(until) is date else []
        for span in spans:
            first_on = max(day, span.from_on)
            last_on = min([*ends, *([span.until_on] if span.until_on else [])], default=None)
            if last_on is None or first_on <= last_on:
                yield day, span, first_on, last_on


def _divided(session: Session, draft: DraftRow, spans: list[BoundSpan]) -> Iterator[Divided]:
    meals: dict[date, int] = {}
    for day, span, first_on, last_on in _governed(draft, spans):
        meals[day] = meals.get(day, 0) + divided_meals(session, span.canteen_id, first_on, last_on)
    return (Divided(f"{day}/divided", day, count) for day, count in meals.items() if count)


def _closed(session: Session, draft: DraftRow, spans: list[BoundSpan]) -> Iterator[BeginsClosed]:
    for day, span, first_on, _ in _governed(draft, spans):
        months = closed_months(session, span.canteen_id)
        if months and first_on <= (last_on := parse_month(months[-1]).last_on):
            yield BeginsClosed(day, span.code, span.name, first_on, last_on + timedelta(days=1))
