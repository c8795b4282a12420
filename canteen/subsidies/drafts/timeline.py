"""Reads for the time line: every programme's versions, where each binds, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.staff.queries import id_of, names
from canteen.subsidies.drafts.models import BindingProposal, PolicyEvent
from canteen.subsidies.models import Programme, ProgrammeVersion
from canteen.subsidies.queries import BoundSpan, bound_spans, divided_meals, is_used
from canteen.subsidies.stored import decode

When = Literal["coming", "now", "past"]


@dataclass(frozen=True, slots=True)
class VersionOnLine:
    """One published version. `last_on`: the last day it governs, by its own word or because another begins."""

    effective_on: date
    last_on: date | None
    when: When
    reference: str
    published_at: datetime
    published_by: str
    is_used: bool
    mapping: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ProgrammeOnLine:
    """One programme with its versions, what comes first and the past last, and where it governs from when."""

    code: str
    title: str
    authority: str
    source: str
    versions: tuple[VersionOnLine, ...]
    bound: tuple[BoundSpan, ...]
    ended: tuple[BoundSpan, ...]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One act of a programme's history; `detail` as it was written."""

    id: int
    act: str
    effective_on: date | None
    draft_id: int | None
    by: str
    at: datetime
    reason: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A canteen that somebody proposes to bind. `meals`: those divided from that day on, which stay as they are."""

    id: int
    code: str
    title: str
    canteen: str
    canteen_name: str
    from_on: date
    proposed_by: str
    proposed_at: datetime
    meals: int


def all_on_line(session: Session, zone: str) -> list[ProgrammeOnLine]:
    """Every programme: those that bind canteens first, then by code."""
    spans = bound_spans(session)
    rows = [
        _on_line(session, row, spans.get(row.id, []), zone)
        for row in session.scalars(select(Programme).order_by(Programme.code))
    ]
    return sorted(rows, key=lambda row: (not row.bound, row.code))


def one_on_line(session: Session, code: str, zone: str) -> ProgrammeOnLine:
    """One programme. Raises Refusal `programme-unknown`."""
    row = session.scalars(select(Programme).where(Programme.code == code)).first()
    if row is None:
        raise Refusal("programme-unknown", f"没有编号为“{code}”的补贴项目。", programme=code)
    return _on_line(session, row, bound_spans(session, row.id).get(row.id, []), zone)


def _on_line(session: Session, row: Programme, spans: list[BoundSpan], zone: str) -> ProgrammeOnLine:
    on = today(zone)
    versions = list(
        session.scalars(
            select(ProgrammeVersion)
            .where(ProgrammeVersion.programme_id == row.id)
            .order_by(ProgrammeVersion.effective_on)
        )
    )
    lines = []
    for version, later in zip(versions, [*versions[1:], None], strict=True):
        ends = [version.until_on] if version.until_on else []
        ends += [later.effective_on - timedelta(days=1)] if later else []
        last_on = min(ends, default=None)
        lines.append(_version(session, row.code, version, last_on, on))
    lasting = tuple(span for span in spans if span.until_on is None or span.until_on >= today(span.time_zone))
    ended = tuple(span for span in spans if span not in lasting)
    source = str(decode(row.head).get("source", ""))
    return ProgrammeOnLine(row.code, row.title, row.authority, source, tuple(reversed(lines)), lasting, ended)


def _version(
    session: Session, code: str, version: ProgrammeVersion, last_on: date | None, on: date
) -> VersionOnLine:
    is_past = last_on is not None and last_on < on
    when: When = "coming" if version.effective_on > on else "past" if is_past else "now"
    mapping = decode(version.mapping)
    return VersionOnLine(
        effective_on=version.effective_on,
        last_on=last_on,
        when=when,
        reference=str(mapping.get("reference", "")),
        published_at=version.published_at,
        published_by=version.published_by,
        is_used=is_used(session, code, version.effective_on),
        mapping=mapping,
    )


def events(session: Session, code: str) -> list[EventRow]:
    """What happened to a programme, the latest first."""
    rows = select(PolicyEvent).where(PolicyEvent.programme_code == code).order_by(PolicyEvent.id.desc())
    return [
        EventRow(
            row.id,
            row.act,
            row.effective_on,
            row.draft_id,
            row.by,
            row.at,
            row.reason,
            decode(row.detail or {}),
        )
        for row in session.scalars(rows)
    ]


def proposals(session: Session, code: str | None = None) -> list[ProposalRow]:
    """The bindings that wait for a second person, of one programme or of all, the oldest first."""
    rows = (
        select(BindingProposal, Programme.code, Programme.title, Canteen.code, Canteen.name)
        .join(Programme, Programme.id == BindingProposal.programme_id)
        .join(Canteen, Canteen.id == BindingProposal.canteen_id)
        .where(BindingProposal.state == "proposed")
        .order_by(BindingProposal.id)
    )
    if code is not None:
        rows = rows.where(Programme.code == code)
    return [
        ProposalRow(
            row.id,
            of,
            title,
            canteen,
            name,
            row.from_on,
            row.proposed_by,
            row.proposed_at,
            divided_meals(session, row.canteen_id, row.from_on),
        )
        for row, of, title, canteen, name in session.execute(rows)
    ]


def people(session: Session, actors: Iterable[str | None]) -> dict[str, str]:
    """Names by the references of those who acted; a command's account is not among them."""
    ids = {actor: staff_id for actor in actors if actor and (staff_id := id_of(actor)) is not None}
    found = names(session, set(ids.values()))
    return {actor: found[staff_id] for actor, staff_id in ids.items() if staff_id in found}
