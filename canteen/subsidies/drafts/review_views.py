"""The page that whoever submits and the second person read, and what they decide there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.queries import all_canteens
from canteen.core.errors import Refusal
from canteen.core.roles import OFFICE
from canteen.db import reading
from canteen.subsidies.blueprint import AUTHORS, bp
from canteen.subsidies.comparing.age_words import age_finding_words
from canteen.subsidies.comparing.versions import Difference, differences
from canteen.subsidies.drafts import publishing, services, timeline
from canteen.subsidies.drafts.boxes import boxes_of
from canteen.subsidies.drafts.content import begins_on, version_before, versions_of
from canteen.subsidies.drafts.forms import CanteensForm
from canteen.subsidies.drafts.queries import DraftRow, read_draft, stored_programme
from canteen.subsidies.drafts.readiness import readiness
from canteen.subsidies.drafts.told import who
from canteen.subsidies.editor.fault_words import words_in_a_form
from canteen.subsidies.editor.head_words import head_lines
from canteen.subsidies.services import FaultyProgramme
from canteen.subsidies.trying.panel import Panel, panel_of
from canteen.subsidies.wording.faults import fault_place
from canteen.subsidies.wording.names import Names, page_names
from canteen.subsidies.wording.rules import PartInWords, part_words, title_words
from canteen.subsidies.wording.written import tables
from canteen.web.access import requires
from canteen.web.refusals import sentence, status_of

CHANGE_NAMES = {
    "added": _l("新增"),
    "removed": _l("去掉"),
    "changed": _l("改动"),
    "moved": _l("挪动"),
    "head": _l("改动"),
}
CHANGE_KINDS = {"added": "ok", "removed": "stop", "changed": "warn", "moved": "info", "head": "warn"}


@dataclass(frozen=True, slots=True)
class VersionToRead:
    """An open version beside the published one that it follows: what changes, and all of it in words."""

    at: int
    effective_on: object
    before_on: object
    changes: tuple[Difference, ...]
    rules: tuple[PartInWords, ...]
    grants: tuple[PartInWords, ...]


@dataclass(frozen=True, slots=True)
class FaultLine:
    """A fault in words, and the card to correct it at."""

    label: str
    words: str
    href: str


@bp.get("/policies/drafts/<int:draft_id>/review")
@requires(*OFFICE)
def review(draft_id: int) -> BaseResponse:
    """What a draft would change, what is wrong with it, what is to be ticked; then the decision."""
    return _review(draft_id)


def _review(draft_id: int, refusal: Refusal | None = None) -> BaseResponse:
    with reading() as session:
        draft = read_draft(session, draft_id)
        found = readiness(session, draft)
        stored = stored_programme(session, draft.code)
        names = page_names(session)
        people = timeline.people(
            session, [draft.begun_by, draft.changed_by, draft.submitted_by, draft.decided_by, *draft.hands]
        )
        canteens = all_canteens(session)
        panel = _panel(session, draft, names)
    form = CanteensForm(formdata=None, data={"canteens": list(draft.canteens), "bind_from": draft.bind_from})
    form.offer(canteens)
    is_author = current_user.role in AUTHORS
    html = render_template(
        "subsidies/review.html",
        draft=draft,
        found=found,
        faults=[_fault_line(fault, draft) for fault in found.faults],
        versions=[_to_read(draft, at, stored, names) for at in draft.open_versions],
        head=_head_changes(draft, stored, names),
        age_words=age_finding_words,
        panel=panel,
        dropped=_dropped(draft, stored),
        boxes=boxes_of(draft),
        people=people,
        canteen_names={canteen.code: canteen.name for canteen in canteens},
        form=form,
        refusal=refusal and sentence(refusal),
        reason=request.form.get("reason", ""),
        change_names=CHANGE_NAMES,
        change_kinds=CHANGE_KINDS,
        ticked=frozenset(request.form.getlist("tick")) | draft.ticks,
        may_write=is_author,
        may_publish=is_author and current_user.actor not in draft.hands,
        is_own=current_user.actor in draft.hands,
        hands=[who(actor, people) for actor in draft.hands],
    )
    return make_response(html, status_of(refusal) if refusal else 200)


def _fault_line(fault: Any, draft: DraftRow) -> FaultLine:
    place = fault_place(fault, draft.values)
    at = place.version if place.version is not None else (draft.open_versions or (0,))[0]
    card = place.card or "head"
    address = card if place.at is None else f"{card}-{place.at}"
    href = url_for("subsidies.draft", draft_id=draft.id, version=at, card=address)
    return FaultLine(place.label, words_in_a_form(fault), href)


def _to_read(draft: DraftRow, at: int, stored: Mapping[str, Any] | None, names: Names) -> VersionToRead:
    version = versions_of(draft.values)[at]
    before = version_before(stored, version)
    return VersionToRead(
        at=at,
        effective_on=begins_on(version) or version.get("effective"),
        before_on=None if before is None else before["effective"],
        changes=differences(before, version, names),
        rules=tuple(part_words(part, names) for part in version.get("rule", ())),
        grants=tuple(part_words(part, names) for part in version.get("grant", ())),
    )


def _head_changes(
    draft: DraftRow, stored: Mapping[str, Any] | None, names: Names
) -> list[tuple[str, str, str]]:
    """What changes in the programme's own head: the key in words, as it was, as it will be."""
    if stored is None:
        return []
    was, will = (head_lines(values["programme"], {}, names) for values in (stored, draft.values))
    return [
        (new.label, old.text, new.text) for old, new in zip(was, will, strict=True) if old.text != new.text
    ]


def _panel(session: Session, draft: DraftRow, names: Names) -> Panel | None:
    """The worked examples of the last open version, else of the last, at the first canteen; none once decided."""
    versions = versions_of(draft.values)
    if not draft.is_in_hand or not versions:
        return None
    at = max(draft.open_versions, default=len(versions) - 1)
    return panel_of(session, draft.values, at, draft.canteens[0] if draft.canteens else None, names)


def _dropped(draft: DraftRow, stored: Mapping[str, Any] | None) -> list[str]:
    """The published examples that the draft takes out or rewrites: whoever publishes must see what is no longer tried."""
    kept = tables(draft.values.get("example"))
    return [title_words(example) for example in tables((stored or {}).get("example")) if example not in kept]


@bp.post("/policies/drafts/<int:draft_id>/submit")
@requires(*AUTHORS)
def submit(draft_id: int) -> BaseResponse:
    """Ask for a second person."""
    ticks = request.form.getlist("tick")
    return _decide(
        draft_id,
        lambda: services.submit(draft_id, _revision(), ticks, current_user.actor),
        _("已提交。请另一位同事看过以后发布。"),
    )


@bp.post("/policies/drafts/<int:draft_id>/take-back")
@requires(*AUTHORS)
def take_back(draft_id: int) -> BaseResponse:
    """Go on writing what was submitted."""
    return _decide(
        draft_id, lambda: services.take_back(draft_id, current_user.actor), _("已撤回提交，可以接着改。")
    )


@bp.post("/policies/drafts/<int:draft_id>/refuse")
@requires(*AUTHORS)
def refuse(draft_id: int) -> BaseResponse:
    """Send a draft back with a reason."""
    reason = request.form.get("reason", "")
    return _decide(
        draft_id,
        lambda: services.refuse(draft_id, _revision(), reason, current_user.actor),
        _("已退回，原因写在草稿上。"),
    )


@bp.post("/policies/drafts/<int:draft_id>/publish")
@requires(*AUTHORS)
def publish(draft_id: int) -> BaseResponse:
    """Publish, as the second person."""
    ticks = request.form.getlist("tick")
    return _decide(
        draft_id,
        lambda: publishing.publish(draft_id, _revision(), current_user.actor, ticks),
        _("已发布。各收银台会自动取到新规定，到施行日起用。"),
        to_programme=True,
    )


@bp.post("/policies/drafts/<int:draft_id>/discard")
@requires(*AUTHORS)
def discard(draft_id: int) -> BaseResponse:
    """Give a draft up."""
    return _decide(
        draft_id,
        lambda: services.discard(draft_id, current_user.actor),
        _("已放弃这份草稿。记录还在。"),
        to_list=True,
    )


@bp.post("/policies/drafts/<int:draft_id>/take-in")
@requires(*AUTHORS)
def take_in(draft_id: int) -> BaseResponse:
    """Take in what was published since the draft began."""
    return _decide(
        draft_id,
        lambda: services.take_in(draft_id, _revision(), current_user.actor),
        _("已并入新的发布。请再看一遍。"),
    )


@bp.post("/policies/drafts/<int:draft_id>/canteens")
@requires(*AUTHORS)
def choose_canteens(draft_id: int) -> BaseResponse:
    """Say where a new programme shall govern."""
    form = CanteensForm()
    with reading() as session:
        form.offer(all_canteens(session))
    if not form.validate_on_submit():
        return _review(draft_id, Refusal("bind-form", "请选名单里的食堂；日期写成年、月、日。"))
    return _decide(
        draft_id,
        lambda: services.choose_canteens(
            draft_id, _revision(), form.canteens.data or [], form.bind_from.data, current_user.actor
        ),
        _("保存好了。"),
    )


def _decide(
    draft_id: int,
    act: Callable[[], object],
    said: str,
    *,
    to_programme: bool = False,
    to_list: bool = False,
) -> BaseResponse:
    """Do it and go on; where it is refused, the page says why and keeps what was typed."""
    try:
        act()
    except FaultyProgramme:
        return _review(
            draft_id, Refusal("draft-faulty", "还有问题没有改好，不能提交或发布。问题都列在下面。")
        )
    except Refusal as refusal:
        if refusal.code == "draft-unknown":
            raise
        return _review(draft_id, refusal)
    flash(said, "ok")
    if to_list:
        return redirect(url_for("subsidies.index"), 303)
    if to_programme:
        with reading() as session:
            return redirect(url_for("subsidies.programme", code=read_draft(session, draft_id).code), 303)
    return redirect(url_for("subsidies.review", draft_id=draft_id), 303)


def _revision() -> int:
    """The revision that the page showed; one that is no number is none that the draft has."""
    return request.form.get("revision", -1, type=int)
