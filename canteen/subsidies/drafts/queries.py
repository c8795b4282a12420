"""Reads of drafts, of proposals to bind a canteen, and of the history of a programme's versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.subsidies.drafts.content import begins_on, locked_places, print_of, version_before, versions_of
from canteen.subsidies.drafts.models import ProgrammeDraft
from canteen.subsidies.models import Programme
from canteen.subsidies.queries import bound_spans, read_mapping
from canteen.subsidies.stored import decode

State = Literal["open", "submitted", "published", "discarded"]
IN_HAND: tuple[State, ...] = ("open", "submitted")
"""The states of a draft that is neither published nor given up."""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft, with its mapping as its file would parse and its faults still in it.

    `locked`: places of the versions published just so; `open_versions`: the others. `base`: the published version
    that the first open one follows or replaces. `canteens`: codes bound now, or to be bound at publication from
    `bind_from` on. `left_out`: codes chosen to be bound that will not be, because others were bound to the programme
    meanwhile. `hands`: everybody who changed it. `is_outdated`: the programme changed since the draft began.
    `is_new`: no programme of this code is stored yet; `is_bound`: canteens are bound to it already.
    """

    id: int
    code: str
    title: str
    values: dict[str, Any]
    revision: int
    state: State
    locked: frozenset[int]
    open_versions: tuple[int, ...]
    base: Mapping[str, Any] | None
    canteens: tuple[str, ...]
    bind_from: date | None
    left_out: tuple[str, ...]
    begun_by: str
    begun_at: datetime
    changed_by: str
    changed_at: datetime
    submitted_by: str | None
    submitted_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    ticks: frozenset[str]
    hands: frozenset[str]
    is_new: bool
    is_bound: bool
    is_outdated: bool

    @property
    def is_in_hand(self) -> bool:
        """Whether it is neither published nor given up."""
        return self.state in IN_HAND

    @property
    def begins_on(self) -> date | None:
        """The first day of the first open version that says one."""
        versions = versions_of(self.values)
        days = [day for at in self.open_versions if (day := begins_on(versions[at]))]
        return min(days, default=None)


def read_draft(session: Session, draft_id: int) -> DraftRow:
    """One draft, as it stands. Raises Refusal `draft-unknown`."""
    row = session.get(ProgrammeDraft, draft_id)
    if row is None:
        raise Refusal("draft-unknown", "没有这份草稿。", draft=draft_id)
    return as_row(session, row)


def drafts_in_hand(session: Session) -> list[DraftRow]:
    """The drafts that are open or wait for a second person: those that wait first, then the latest changed."""
    rows = session.scalars(
        select(ProgrammeDraft)
        .where(ProgrammeDraft.state.in_(IN_HAND))
        .order_by(ProgrammeDraft.state.desc(), ProgrammeDraft.changed_at.desc(), ProgrammeDraft.id.desc())
    )
    return [as_row(session, row) for row in rows]


def as_row(session: Session, row: ProgrammeDraft) -> DraftRow:
    """A draft of the database as others see it."""
    values = decode(row.mapping)
    stored = stored_programme(session, row.code)
    locked = locked_places(values, stored)
    if row.state == "published":
        locked = frozenset(range(len(versions_of(values))))
    opened = tuple(at for at in range(len(versions_of(values))) if at not in locked)
    bound = _bound_codes(session, row.code)
    return DraftRow(
        id=row.id,
        code=row.code,
        title=row.title,
        values=values,
        revision=row.revision,
        state=cast(State, row.state),
        locked=locked,
        open_versions=opened,
        base=version_before(stored, versions_of(values)[opened[0]]) if opened else None,
        canteens=bound or tuple(row.canteens),
        bind_from=None if bound else row.bind_from,
        left_out=tuple(code for code in row.canteens if bound and code not in bound) if row.state in IN_HAND else (),
        begun_by=row.begun_by,
        begun_at=row.begun_at,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        ticks=frozenset(row.ticks),
        hands=frozenset(row.hands),
        is_new=stored is None,
        is_bound=bool(bound),
        is_outdated=row.state in IN_HAND and print_of(stored) != row.base_sha256,
    )


def stored_programme(session: Session, code: str) -> dict[str, Any] | None:
    """The programme of this code as it is published now, or None."""
    is_there = session.scalar(select(Programme.id).where(Programme.code == code)) is not None
    return read_mapping(session, code) if is_there else None


def _bound_codes(session: Session, code: str) -> tuple[str, ...]:
    programme_id = session.scalar(select(Programme.id).where(Programme.code == code))
    if programme_id is None:
        return ()
    spans = bound_spans(session, programme_id).get(programme_id, [])
    lasting = (span for span in spans if span.until_on is None or span.until_on >= today(span.time_zone))
    return tuple(dict.fromkeys(span.code for span in lasting))
