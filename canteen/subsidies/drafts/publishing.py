"""Publishing a draft by a second person, and withdrawing what has not begun: each in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.queries import all_canteens, by_code
from canteen.canteens.services import raise_revision
from canteen.clock import now, today
from canteen.core.calendar import month_of, next_month
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.ledger.locks import share_month
from canteen.subsidies.drafts.content import begins_on, versions_of
from canteen.subsidies.drafts.history import note
from canteen.subsidies.drafts.models import BindingProposal
from canteen.subsidies.drafts.queries import DraftRow, as_row, read_draft
from canteen.subsidies.drafts.readiness import check_ready
from canteen.subsidies.drafts.services import OFFICE_ZONE, locked_draft
from canteen.subsidies.models import Programme, ProgrammeBinding, ProgrammeVersion
from canteen.subsidies.queries import bound_spans, is_used, read_mapping
from canteen.subsidies.services import Loaded, faults_of, load, version_used
from canteen.subsidies.stored import encode

_LONGEST_REASON = 400


def publish(draft_id: int, revision: int, by: str, ticks: Collection[str] = ()) -> Loaded:
    """Publish a submitted draft, as the second person: versions, bindings and history in one transaction.

    `ticks` are added to those of whoever submitted. Of two who publish at once one gets a refusal. Raises
    FaultyProgramme, Refusal `draft-unknown`, `draft-closed`, `draft-changed`, `publish-own`, `draft-outdated`,
    `ticks-missing`, `version-begins-closed`, `version-used`, `month-closed` and what a load is refused for.
    """
    with reading() as session:
        seen = read_draft(session, draft_id)
    try:
        with transaction() as session:
            # The months first, before any row: every use case takes locks in this order.
            _share_months(session, seen)
            row = locked_draft(session, draft_id, revision, "submitted")
            if by == row.submitted_by or by in row.hands:
                raise Refusal("publish-own", "您提交或改过这份草稿：发布总要由另一个人来做。")
            _hold_programme(session, row.code)
            draft = as_row(session, row)
            ticked = {*row.ticks, *ticks}
            found = check_ready(session, draft, ticked)
            loaded = load(
                session, draft.values, () if draft.is_bound else draft.canteens, draft.bind_from, by
            )
            row.state, row.decided_by, row.decided_at = "published", by[:80], now()
            row.ticks = sorted(found.ticks)
            _tell_published(session, draft, loaded, by)
    except IntegrityError as error:
        # Two drafts of one new programme, published at once: the other was first.
        raise Refusal("draft-outdated", "起草以后，这个项目又有了新的发布。请先并入，再看一遍。") from error
    return loaded


def _share_months(session: Session, draft: DraftRow) -> None:
    """Keep the months that the draft would govern so far from being closed while it is published."""
    days = [day for at in draft.open_versions if (day := begins_on(versions_of(draft.values)[at]))]
    if not days:
        return
    for code in draft.canteens:
        canteen = by_code(session, code)
        month, last = month_of(min(days)), month_of(today(canteen.time_zone))
        # What is long past is closed, or refused as such; the locks of two years are enough.
        month = max(month, f"{int(last[:4]) - 2}{last[4:]}")
        while month <= last:
            share_month(session, canteen.id, month)
            month = next_month(month)


def _hold_programme(session: Session, code: str) -> None:
    found = select(Programme).where(Programme.code == code).with_for_update()
    session.scalars(found.execution_options(populate_existing=True)).first()


def _tell_published(session: Session, draft: DraftRow, loaded: Loaded, by: str) -> None:
    detail = {"submitted_by": draft.submitted_by, "canteens": list(draft.canteens)}
    for day in loaded.published or (None,):
        note(session, "published", by, loaded.id, day, draft_id=draft.id, detail=detail)
    record(
        session,
        "policy-published",
        by,
        f"programme:{loaded.id}",
        None,
        {
            "draft": draft.id,
            "submitted_by": draft.submitted_by,
            "versions": [day.isoformat() for day in loaded.published],
        },
    )


def withdraw_version(code: str, effective_on: date, reason: str, by: str) -> None:
    """Withdraw a published version that has begun nowhere yet; what it said stays in the history.

    Examples that hold no longer without it go with it. The only version of a programme takes the programme with
    it, unless a canteen is bound to it already. Raises Refusal `programme-unknown`, `version-unknown`,
    `policy-reason`, `version-begun`, `version-used`, `version-only`.
    """
    said = " ".join(reason.split())[:_LONGEST_REASON]
    if not said:
        raise Refusal("policy-reason", "请写明原因。")
    with transaction() as session:
        _hold_programme(session, code)
        before = read_mapping(session, code)
        row = session.scalars(select(Programme).where(Programme.code == code)).one()
        version = session.scalars(
            select(ProgrammeVersion).where(
                ProgrammeVersion.programme_id == row.id, ProgrammeVersion.effective_on == effective_on
            )
        ).first()
        if version is None:
            raise Refusal(
                "version-unknown", "没有从这一天起施行的版本。", effective_on=effective_on.isoformat()
            )
        refuse_begun(session, code, effective_on)
        detail = {"version": version.mapping, "examples": row.examples, "head": row.head}
        session.delete(version)
        session.flush()
        if len(before["version"]) == 1:
            _drop_programme(session, row)
        else:
            row.examples = encode(_examples_that_hold(session, read_mapping(session, code)))
        raise_revision(session)
        note(session, "withdrawn", by, code, effective_on, reason=said, detail=detail)
        record(
            session, "policy-withdrawn", by, f"programme:{code}", None, {"version": effective_on.isoformat()}
        )


def refuse_begun(session: Session, code: str, effective_on: date) -> None:
    """Refuse where a version has begun in some canteen's day, or a meal used it: Refusal `version-begun`, `version-used`."""
    zones = {canteen.time_zone for canteen in all_canteens(session)} | {OFFICE_ZONE}
    if any(effective_on <= today(zone) for zone in zones):
        raise Refusal("version-begun", "这个版本已经施行，不能撤回。请复制为新版本。")
    if is_used(session, code, effective_on):
        raise version_used(code, effective_on)


def _drop_programme(session: Session, row: Programme) -> None:
    spans = bound_spans(session, row.id).get(row.id, [])
    if any(span.from_on <= today(span.time_zone) for span in spans):
        raise Refusal("version-only", "这是这个项目唯一的版本，而且已经绑定了食堂。请先发布另一个版本。")
    for model in (BindingProposal, ProgrammeBinding):
        session.execute(delete(model).where(model.programme_id == row.id))
    session.delete(row)


def _examples_that_hold(session: Session, values: Mapping[str, Any]) -> list[Any]:
    """The examples that are still sound and still divide as they say."""
    failing = {fault.path.split(".")[0] for fault in faults_of(session, values)}
    examples = values.get("example", [])
    return [example for at, example in enumerate(examples) if f"example[{at}]" not in failing]
