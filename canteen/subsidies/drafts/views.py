"""Pages of policies: the time line, one programme, one version in words, a new one, a file in and out."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import (
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.forms import PERIOD_NAMES
from canteen.canteens.queries import all_canteens
from canteen.canteens.views import say_at
from canteen.core.errors import Refusal
from canteen.core.programme_faults import Fault
from canteen.core.roles import OFFICE
from canteen.db import reading
from canteen.subsidies.blueprint import AUTHORS, bp
from canteen.subsidies.checking import parse
from canteen.subsidies.drafts import proposing, publishing, services, timeline
from canteen.subsidies.drafts.content import readable
from canteen.subsidies.drafts.forms import BindForm, ImportForm, NewProgrammeForm, ReasonForm
from canteen.subsidies.drafts.queries import drafts_in_hand, read_draft, stored_programme
from canteen.subsidies.drafts.told import (
    STATE_KINDS,
    STATE_NAMES,
    WHEN_KINDS,
    WHEN_NAMES,
    event_words,
    who,
)
from canteen.subsidies.queries import read_mapping
from canteen.subsidies.services import faults_of
from canteen.subsidies.toml_file import toml_of
from canteen.subsidies.wording.faults import fault_place, fault_words
from canteen.subsidies.wording.names import Names, page_names
from canteen.subsidies.wording.rules import part_words
from canteen.subsidies.wording.terms import all_of
from canteen.web.access import requires
from canteen.web.home import Task, tasks

LARGEST_FILE = 1_000_000
"""Bytes. The largest notice known is two hundredths of it."""


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """What templates put states and people into words with."""
    return {
        "draft_states": STATE_NAMES,
        "draft_state_kinds": STATE_KINDS,
        "version_whens": WHEN_NAMES,
        "version_when_kinds": WHEN_KINDS,
        "who_acted": who,
    }


@tasks(*AUTHORS, position=40)
def drafts_that_wait() -> list[Task]:
    """Drafts and bindings that wait for this person as the second."""
    with reading() as session:
        waiting = [draft for draft in drafts_in_hand(session) if draft.state == "submitted"]
        proposed = timeline.proposals(session)
    mine = current_user.actor
    return [
        Task(
            _("补贴草稿等您发布：%(title)s", title=draft.title),
            url_for("subsidies.review", draft_id=draft.id),
        )
        for draft in waiting
        if mine not in draft.hands
    ] + [
        Task(
            _("绑定食堂等您确认：%(canteen)s", canteen=proposal.canteen_name),
            url_for("subsidies.programme", code=proposal.code),
        )
        for proposal in proposed
        if mine != proposal.proposed_by
    ]


@bp.get("/policies")
@requires(*OFFICE)
def index() -> str:
    """Every programme on a time line, and the drafts in hand, first those that wait for a second person."""
    with reading() as session:
        drafts = drafts_in_hand(session)
        proposals = timeline.proposals(session)
        people = timeline.people(
            session,
            [*(draft.submitted_by for draft in drafts), *(draft.changed_by for draft in drafts),
             *(proposal.proposed_by for proposal in proposals)],
        )  # fmt: skip
        programmes = timeline.all_on_line(session, _zone())
    mine = current_user.actor
    return render_template(
        "subsidies/index.html",
        programmes=programmes,
        waiting=[draft for draft in drafts if draft.state == "submitted" and mine not in draft.hands],
        others=[draft for draft in drafts if draft.state == "open" or mine in draft.hands],
        proposals=proposals,
        people=people,
        may_write=current_user.role in AUTHORS,
    )


@bp.get("/policies/<code>")
@requires(*OFFICE)
def programme(code: str) -> BaseResponse:
    """One programme: its versions, its canteens, its history."""
    return _programme(code, BindForm(formdata=None))


def _programme(code: str, form: BindForm, status: int = 200) -> BaseResponse:
    with reading() as session:
        line = timeline.one_on_line(session, code, _zone())
        events = timeline.events(session, code)
        proposals = timeline.proposals(session, code)
        drafts = [draft for draft in drafts_in_hand(session) if draft.code == code]
        canteens = all_canteens(session)
        names = page_names(session)
        actors = [*(event.by for event in events), *(event.detail.get("submitted_by") for event in events)]
        actors += [*(row.proposed_by for row in proposals), *(draft.changed_by for draft in drafts)]
        people = timeline.people(session, [*actors, *(draft.submitted_by for draft in drafts)])
    form.offer(canteens)
    by_code = {canteen.code: canteen.name for canteen in canteens}
    html = render_template(
        "subsidies/programme.html",
        line=line,
        history=[(event, event_words(event, people, by_code), _withdrawn(event, names)) for event in events],
        proposals=proposals,
        drafts=drafts,
        people=people,
        form=form,
        has_canteens=bool(canteens),
        may_write=current_user.role in AUTHORS,
    )
    return make_response(html, status)


def _withdrawn(event: timeline.EventRow, names: Names) -> list[str]:
    """What a version said that was withdrawn or corrected, line by line."""
    version = event.detail.get("version")
    parts = [part for key in ("rule", "grant") for part in (version or {}).get(key, ())]
    return [f"{words.title}：{words.line}" for words in (part_words(part, names) for part in parts)]


@bp.get("/policies/<code>.toml")
@requires(*OFFICE)
def programme_file(code: str) -> Response:
    """A published programme as its file."""
    with reading() as session:
        values = read_mapping(session, code)
    return _as_file(values, f"{code}.toml")


@bp.get("/policies/drafts/<int:draft_id>.toml")
@requires(*OFFICE)
def draft_file(draft_id: int) -> Response:
    """A draft as its file, faults and all."""
    with reading() as session:
        draft = read_draft(session, draft_id)
    return _as_file(draft.values, f"draft-{draft_id}.toml")


def _as_file(values: dict[str, Any], name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(toml_of(values), content_type="application/toml; charset=utf-8", headers=headers)


@bp.get("/policies/<code>/<day>")
@requires(*OFFICE)
def version(code: str, day: str) -> BaseResponse:
    """One published version, to read in plain words."""
    return _version(code, day, ReasonForm(formdata=None))


def _version(code: str, day: str, form: ReasonForm, status: int = 200) -> BaseResponse:
    with reading() as session:
        line = timeline.one_on_line(session, code, _zone())
        shown = next((row for row in line.versions if row.effective_on == _day(day)), None)
        if shown is None:
            abort(404)
        names = page_names(session)
        people = timeline.people(session, [shown.published_by])
        examples = read_mapping(session, code).get("example", [])
    html = render_template(
        "subsidies/version.html",
        line=line,
        shown=shown,
        rules=[part_words(part, names) for part in shown.mapping.get("rule", ())],
        grants=[part_words(part, names) for part in shown.mapping.get("grant", ())],
        meals_words=all_of(str(PERIOD_NAMES[meal]) for meal in shown.mapping.get("meals", PERIOD_NAMES)),
        examples=[example for example in examples if _is_of(example, line, shown)],
        people=people,
        form=form,
        may_write=current_user.role in AUTHORS,
        may_withdraw=current_user.role in AUTHORS and shown.when == "coming" and not shown.is_used,
    )
    return make_response(html, status)


def _is_of(example: dict[str, Any], line: timeline.ProgrammeOnLine, shown: timeline.VersionOnLine) -> bool:
    return bool(
        shown.effective_on <= example["on"] and (shown.last_on is None or example["on"] <= shown.last_on)
    )


@bp.post("/policies/<code>/<day>/withdraw")
@requires(*AUTHORS)
def withdraw(code: str, day: str) -> BaseResponse:
    """Withdraw a version before it begins."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _version(code, day, form, 400)
    try:
        publishing.withdraw_version(code, _day(day), form.reason.data, current_user.actor)
    except Refusal as refusal:
        if refusal.code in ("programme-unknown", "version-unknown"):
            raise
        return _version(code, day, form, say_at(form, refusal))
    flash(_("已撤回。它写过什么，留在历史里。"), "ok")
    with reading() as session:
        is_left = stored_programme(session, code) is not None
    return redirect(url_for("subsidies.programme", code=code) if is_left else url_for("subsidies.index"), 303)


@bp.post("/policies/<code>/copy")
@requires(*AUTHORS)
def copy(code: str) -> BaseResponse:
    """Copy a version as the next one: the one in force, or the one whose day is named."""
    named = request.form.get("effective_on")
    draft_id = services.begin_copy(code, current_user.actor, _day(named) if named else None)
    flash(_("已复制为新版本。改好以后提交，由另一个人发布。"), "ok")
    return redirect(editor_path(draft_id), 303)


@bp.route("/policies/new", methods=["GET", "POST"])
@requires(*AUTHORS)
def new() -> BaseResponse:
    """Begin a new programme, with nothing but its head."""
    form, status = NewProgrammeForm(), 200
    if form.validate_on_submit():
        try:
            draft_id = services.begin_new(
                form.code.data, form.title.data, form.authority.data, form.source.data, current_user.actor
            )
            return redirect(editor_path(draft_id), 303)
        except Refusal as refusal:
            status = say_at(
                form, refusal, {"programme-taken": "code", "programme-code": "code"}.get(refusal.code, "")
            )
    elif request.method == "POST":
        status = 400
    return make_response(
        render_template("subsidies/new.html", form=form, upload=ImportForm(formdata=None), faults=()), status
    )


@bp.post("/policies/import")
@requires(*AUTHORS)
def take_file() -> BaseResponse:
    """Begin a draft from a file; a faulty one shows every fault first, and may be opened all the same."""
    form = ImportForm()
    kept = request.form.get("text")
    if kept is None and not form.validate_on_submit():
        return _import_page(form, 400)
    content = kept.encode() if kept is not None else form.file.data.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        return _import_page(form, 413, said=_("文件太大，最大 1 MB。补贴项目的文件一般只有几千字。"))
    values, faults = parse(content)
    if faults:
        return _import_page(form, 400, faults)
    if kept is None:
        with reading() as session:
            faults = faults_of(session, values)
        if faults:
            text = content.decode("utf-8-sig") if readable(values) else ""
            return _import_page(form, 400, faults, values, text)
    try:
        draft_id = services.begin_import(values, current_user.actor)
    except Refusal as refusal:
        return _import_page(form, say_at(form, refusal))
    flash(_("文件已打开为草稿。改好以后提交，由另一个人发布。"), "ok")
    return redirect(editor_path(draft_id), 303)


def _import_page(
    form: ImportForm,
    status: int,
    faults: list[Fault] | None = None,
    values: dict[str, object] | None = None,
    text: str = "",
    said: str = "",
) -> BaseResponse:
    if said:
        form.form_errors.append(said)
    lines = [
        (fault.path, fault_place(fault, values or {}).label, fault_words(fault)) for fault in faults or []
    ]
    html = render_template(
        "subsidies/new.html", form=NewProgrammeForm(formdata=None), upload=form, faults=lines, text=text
    )
    return make_response(html, status)


@bp.post("/policies/<code>/bind")
@requires(*AUTHORS)
def propose(code: str) -> BaseResponse:
    """Propose that a programme govern a canteen from a day on; a second person confirms it."""
    form = BindForm()
    with reading() as session:
        form.offer(all_canteens(session))
    if not form.validate_on_submit() or form.from_on.data is None:
        return _programme(code, form, 400)
    try:
        proposing.propose_binding(code, form.canteen.data, form.from_on.data, current_user.actor)
    except Refusal as refusal:
        if refusal.code == "programme-unknown":
            raise
        return _programme(code, form, say_at(form, refusal, "from_on"))
    flash(_("已提议。由另一个人确认以后才绑定。"), "ok")
    return redirect(url_for("subsidies.programme", code=code), 303)


@bp.post("/policies/<code>/bindings/<int:proposal_id>/<any(confirm,refuse):act>")
@requires(*AUTHORS)
def decide(code: str, proposal_id: int, act: str) -> BaseResponse:
    """Confirm a proposed binding as the second person, or turn it down."""
    if act == "confirm":
        proposing.confirm_binding(proposal_id, current_user.actor)
        flash(_("已绑定。"), "ok")
    else:
        proposing.refuse_binding(proposal_id, current_user.actor)
        flash(_("没有绑定。"), "info")
    return redirect(url_for("subsidies.programme", code=code), 303)


def editor_path(draft_id: int) -> str:
    """Where a draft is edited."""
    return url_for("subsidies.draft", draft_id=draft_id)


def _zone() -> str:
    return str(current_app.config["CANTEEN"].default_zone)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)
