"""Pages of worked examples: keep what is shown, write one's own, change, delete, begin from a real elder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from canteen.canteens.queries import CanteenRow, all_canteens
from canteen.canteens.views import my_canteens
from canteen.core.errors import Refusal
from canteen.core.roles import OFFICE
from canteen.db import reading
from canteen.elders.queries import search
from canteen.subsidies.blueprint import AUTHORS, bp
from canteen.subsidies.drafts.queries import DraftRow, read_draft
from canteen.subsidies.drafts.services import change_draft
from canteen.subsidies.trying.changing import Change, adding, adding_once, example_at, removing, replacing
from canteen.subsidies.trying.dividing import divide_example, expected_of, read_written
from canteen.subsidies.trying.forms import KEEP, ExampleForm, example_form
from canteen.subsidies.trying.panel import panel_of, standard_examples
from canteen.subsidies.trying.picking import picked_example
from canteen.subsidies.trying.queries import canteen_of, fortnight, working_days_on
from canteen.subsidies.trying.readable import read_what_can_be
from canteen.subsidies.trying.slots import slots_of
from canteen.subsidies.trying.standard import scene_of
from canteen.subsidies.trying.written_form import as_written, form_data
from canteen.subsidies.wording.faults import fault_words, key_label
from canteen.subsidies.wording.names import page_names
from canteen.subsidies.wording.terms import MEALS
from canteen.subsidies.wording.written import tables
from canteen.web.access import requires
from canteen.web.refusals import words

words({"example-unknown": _l("没有这个例子，可能已经被删掉了。请回到草稿再看一看。")}, status=404)

EXAMPLES = "/policies/drafts/<int:draft_id>/examples"


@bp.get(EXAMPLES)
@requires(*OFFICE)
def examples(draft_id: int) -> str:
    """All examples of one version on a page of their own, at a canteen that one chooses."""
    with reading() as session:
        draft = read_draft(session, draft_id)
        version, code = _version(draft), _canteen(draft, request.args.get("canteen"))
        panel = panel_of(session, draft.values, version, code, page_names(session))
        canteens = all_canteens(session)
    return render_template(
        "subsidies/trying/examples.html", draft=draft, panel=panel, canteens=canteens, version=version,
        may_change=current_user.role in AUTHORS,
    )  # fmt: skip


@bp.post(f"{EXAMPLES}/keep")
@requires(*AUTHORS)
def example_keep(draft_id: int) -> Response:
    """Save one row of the standard set, or all, as they divide now."""
    key, revision = request.form.get("key", ""), _revision()
    with reading() as session:
        draft = read_draft(session, draft_id)
        version = _version(draft)
        found = standard_examples(
            session, draft.values, version, _canteen(draft, request.form.get("canteen"))
        )
    chosen = list(found.values()) if key == "all" else [found[key]] if key in found else []
    if not chosen:
        flash(_("这一行现在没有结果，没有什么可以保存的。"), "warn")
        return _back(draft_id, version)
    before = len(tables(draft.values.get("example")))
    _change(draft_id, revision, adding_once(chosen))
    with reading() as session:
        added = len(tables(read_draft(session, draft_id).values.get("example"))) - before
    if added > 0:
        flash(ngettext("保存了 %(num)s 个例子。", "保存了 %(num)s 个例子。", added), "ok")
    else:
        flash(_("这些例子已经在文件里了。"), "info")
    return _back(draft_id, version)


@bp.post(f"{EXAMPLES}/delete")
@requires(*AUTHORS)
def example_delete(draft_id: int) -> Response:
    """Delete one example of the file."""
    with reading() as session:
        draft = read_draft(session, draft_id)
    _change(draft_id, _revision(), removing(request.form.get("example", -1, int)))
    flash(_("已删除这个例子。"), "ok")
    return _back(draft_id, _version(draft))


@bp.get(f"{EXAMPLES}/new")
@requires(*AUTHORS)
def example_new(draft_id: int) -> str:
    """An empty form: an ordinary elder on the version's first working day."""
    with reading() as session:
        draft = read_draft(session, draft_id)
        return _page(session, draft, _fresh(session, draft, request.args.get("canteen")), None)


@bp.post(f"{EXAMPLES}/new")
@requires(*AUTHORS)
def example_add(draft_id: int) -> Response | tuple[str, int]:
    """Save a new example."""
    return _save(draft_id, None)


@bp.get(f"{EXAMPLES}/<int:at>")
@requires(*AUTHORS)
def example_page(draft_id: int, at: int) -> str:
    """One example of the file, to be changed."""
    with reading() as session:
        draft = read_draft(session, draft_id)
        return _page(session, draft, example_at(draft.values, at), at)


@bp.post(f"{EXAMPLES}/<int:at>")
@requires(*AUTHORS)
def example_save(draft_id: int, at: int) -> Response | tuple[str, int]:
    """Save a changed example."""
    return _save(draft_id, at)


@bp.get(f"{EXAMPLES}/elder")
@requires(*AUTHORS)
def example_elders(draft_id: int) -> str:
    """Look for an elder to begin from."""
    text = request.args.get("q", "")[:40]
    mine = [canteen.id for canteen in my_canteens()]
    with reading() as session:
        draft = read_draft(session, draft_id)
        fresh = _fresh(session, draft, request.args.get("canteen"))
        on = _day(request.args.get("on")) or fresh.get("on")
        found = search(session, mine, on, text, limit=20) if isinstance(on, date) else []
    return render_template(
        "subsidies/trying/elders.html", draft=draft, version=_version(draft), text=text, found=found, on=on,
        canteen=request.args.get("canteen", ""), meal=fresh.get("meal"), meals=MEALS,
    )  # fmt: skip


@bp.post(f"{EXAMPLES}/elder")
@requires(*AUTHORS)
def example_from_elder(draft_id: int) -> str:
    """The form with the facts of an elder who was picked, told as those of somebody else."""
    on = _day(request.form.get("on"))
    meal = request.form.get("meal", "lunch")
    if on is None or meal not in MEALS:
        raise NotFound()
    mine = [canteen.id for canteen in my_canteens()]
    with reading() as session:
        draft = read_draft(session, draft_id)
        base = {**_fresh(session, draft, request.form.get("canteen")), "on": on, "meal": meal}
        readable = read_what_can_be(draft.values, _version(draft))
        canteen = canteen_of(session, _canteen(draft, request.form.get("canteen")))
        example = picked_example(
            session, request.form.get("ref", ""), mine, base, readable,
            readable.version(_version(draft)), canteen, draft.code,
        )  # fmt: skip
        return _page(session, draft, example, None, is_picked=True)


def _save(draft_id: int, at: int | None) -> Response | tuple[str, int]:
    with reading() as session:
        draft = read_draft(session, draft_id)
        was: Mapping[str, Any] = {} if at is None else example_at(draft.values, at)
        form = _form(session, draft, was, is_sent=True)
        if not form.validate_on_submit():
            return _render(draft, form, at), 400
        example = as_written(form, was, _canteen_facts(session))
        if not _completed(session, draft, form, example):
            return _render(draft, form, at), 400
    try:
        _change(draft_id, _revision(), adding(example) if at is None else replacing(at, example))
    except Refusal as refusal:
        if refusal.code != "draft-changed":
            raise
        form.form_errors.append(_("别人刚保存过这份草稿。请看一看最新的内容，再保存一次。"))
        with reading() as session:
            return _render(read_draft(session, draft_id), form, at), 409
    flash(_("例子已保存。"), "ok")
    return _back(draft_id, _version(draft))


def _completed(session: Session, draft: DraftRow, form: ExampleForm, example: dict[str, Any]) -> bool:
    """Fill in what is expected, by the result of now; false after saying what stands against it."""
    read, faults = read_written({**example, "expect": "no-version"})
    for fault in faults:
        key = key_label(fault.path.partition("].")[2])
        form.form_errors.append(f"{key} {fault_words(fault)}".strip())
    if read is None:
        return False
    if form.expecting.data != "now":
        return True
    readable = read_what_can_be(draft.values, _version(draft))
    if readable.programme is None or readable.left_out:
        form.form_errors.append(_("草稿里还有没改好的规则，现在算不准。请先改好，或者自己写结果。"))
        return False
    days = working_days_on(session, [read.on])
    example["expect"] = expected_of(divide_example(read, readable.programme, days).division)
    return True


def _page(
    session: Session, draft: DraftRow, example: Mapping[str, Any], at: int | None, *, is_picked: bool = False
) -> str:
    return _render(draft, _form(session, draft, example, is_sent=False), at, is_picked=is_picked)


def _render(draft: DraftRow, form: ExampleForm, at: int | None, *, is_picked: bool = False) -> str:
    return render_template(
        "subsidies/trying/example.html", draft=draft, version=_version(draft), form=form, at=at, is_picked=is_picked,
    )  # fmt: skip


def _form(session: Session, draft: DraftRow, example: Mapping[str, Any], *, is_sent: bool) -> ExampleForm:
    names, facts = page_names(session), _canteen_facts(session)
    versions = tables(draft.values.get("version"))
    slots = slots_of(versions[_version(draft)], example, names)
    data = None if is_sent else form_data(example, slots, facts)
    choices = [(code, names.canteen(code)) for code in facts]
    if (not is_sent and data is not None and data["canteen"] == KEEP) or (is_sent and example.get("canteen")):
        choices = [(KEEP, _("照原来写的")), *choices]
    held = [str(code) for code in (example.get("elder") or {}).get("categories") or ()]
    titles = dict(names.categories) | {code: names.category(code) for code in held}
    return example_form(slots, data, list(titles.items()), choices, list(MEALS))


def _fresh(session: Session, draft: DraftRow, canteen: str | None) -> dict[str, Any]:
    """An ordinary elder's lunch, as a beginning; hardly anything where the version cannot be read."""
    readable = read_what_can_be(draft.values, _version(draft))
    version = readable.version(_version(draft))
    if version is None:
        return {"meal": "lunch"}
    days = working_days_on(session, fortnight(version.effective_on))
    return scene_of(version, canteen_of(session, _canteen(draft, canteen)), days).example("")


def _canteen_facts(session: Session) -> dict[str, dict[str, str]]:
    return {canteen.code: _facts_of(canteen) for canteen in all_canteens(session)}


def _facts_of(canteen: CanteenRow) -> dict[str, str]:
    return {"code": canteen.code, "area": canteen.area, "division": canteen.division}


def _canteen(draft: DraftRow, code: str | None) -> str | None:
    """The canteen asked for, else the first that the draft binds."""
    return code or (draft.canteens[0] if draft.canteens else None)


def _version(draft: DraftRow) -> int:
    """The version asked for; else the first that is open, else the last. 404 for one that there is not."""
    count = len(tables(draft.values.get("version")))
    wanted = request.values.get("version", type=int)
    if wanted is None:
        return draft.open_versions[0] if draft.open_versions else count - 1
    if not 0 <= wanted < count:
        raise NotFound()
    return wanted


def _revision() -> int:
    return request.form.get("revision", -1, int)


def _change(draft_id: int, revision: int, change: Change) -> None:
    change_draft(draft_id, revision, change, str(current_user.actor))


def _back(draft_id: int, version: int) -> Response:
    address = url_for("subsidies.draft", draft_id=draft_id, version=version, _anchor="examples")
    return redirect(address, 303)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
