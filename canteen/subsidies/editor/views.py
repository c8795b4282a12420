"""The pages of the editor: a version of a draft, its cards, and the same recomputed while one types."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from canteen.core.errors import Refusal
from canteen.core.roles import OFFICE, Role
from canteen.db import reading
from canteen.subsidies.blueprint import AUTHORS, bp
from canteen.subsidies.drafts.queries import DraftRow, read_draft
from canteen.subsidies.drafts.services import change_draft
from canteen.subsidies.editor import words
from canteen.subsidies.editor.acts import act_on, read_act
from canteen.subsidies.editor.arranging import arranged
from canteen.subsidies.editor.cards import part_at, read_address, replaced
from canteen.subsidies.editor.page import Opening, read_page, title_of
from canteen.subsidies.editor.panel import panel_for
from canteen.subsidies.editor.sent import Sent, as_saved, as_typed, read_sent
from canteen.subsidies.editor.stale import read_stale
from canteen.subsidies.editor.written import literal
from canteen.subsidies.wording.names import page_names
from canteen.subsidies.wording.rules import title_words
from canteen.subsidies.wording.said import _
from canteen.web.access import requires

words.register()

_DONE = {
    "up": _l("已移到第 %(number)s 条。"),
    "down": _l("已移到第 %(number)s 条。"),
    "copy": _l("已复制为第 %(number)s 条。请改好，再保存。"),
    "restore": _l("已放回第 %(number)s 条。"),
}
_NOTE = "policy_note"
_LARGEST_UNDO = 4_000
_STALE = ("draft-changed", "draft-closed", "version-locked")


@bp.get("/policies/drafts/<int:draft_id>")
@requires(*OFFICE)
def draft(draft_id: int) -> str:
    """One version of a draft, with one card open or none."""
    with reading() as database:
        row = read_draft(database, draft_id)
        version = _version(row)
        opening = Opening(request.args.get("card", ""))
        return _render(database, row, version, None, opening, note=_taken_note(row))


@bp.post("/policies/drafts/<int:draft_id>/card")
@requires(*AUTHORS)
def draft_card(draft_id: int) -> str | Response | tuple[str, int]:
    """Save the open card; or show it again, after a button inside it, with what was typed so far."""
    form, act = request.form, request.form.get("act", "save")
    with reading() as database:
        sent, row = read_sent(form), read_draft(database, draft_id)
        if act != "save" and row.revision == sent.revision:
            return _again(database, row, sent, act)
    try:
        change_draft(
            draft_id, sent.revision, lambda values: as_saved(form, values, sent.version, sent.card), _by()
        )
    except Refusal as refusal:
        if refusal.code not in _STALE:
            raise
        return _stale(draft_id, sent, refusal), 409
    return _after_saving(draft_id, sent)


def _again(database: Any, row: DraftRow, sent: Sent, act: str) -> str:
    """The page with the card as it was typed, after an act inside it or a recomputation. Nothing is saved."""
    values = as_typed(request.form, row.values, sent.version, sent.card)
    focus, card, wanted = "", read_address(sent.card), read_act(act)
    if card is not None and wanted is not None:
        chosen = request.form.get(f"{wanted.name}.@new", "")
        part, focus = act_on(part_at(values, sent.version, card), wanted, chosen)
        values = replaced(values, sent.version, card, part)
    return _render(database, row, sent.version, values, Opening(sent.card, focus))


def _after_saving(draft_id: int, sent: Sent) -> Response:
    """Back to the list; the card stays open while something in it is to be put right."""
    with reading() as database:
        row = read_draft(database, draft_id)
        page = read_page(database, row, sent.version, page_names(database), may_change=True)
    left = sum(fault.card == sent.card and fault.version == sent.version for fault in page.faults)
    if left:
        _note(row, sent.version, sent.card, _("已保存。这张卡片还有 %(count)s 处要改。", count=left))
    else:
        _note(row, sent.version, sent.card, _("已保存。"))
    return _to(draft_id, sent.version, sent.card, is_open=bool(left))


@bp.post("/policies/drafts/<int:draft_id>/arrange")
@requires(*AUTHORS)
def draft_arrange(draft_id: int) -> Response:
    """Move, copy, remove or add a card."""
    sent, act = read_sent(request.form), request.form.get("do", "")
    with reading() as database:
        row = read_draft(database, draft_id)
    if not 0 <= sent.version < len(row.values["version"]):
        abort(404)
    if row.revision != sent.revision:
        flash(_("别人刚保存过这份草稿，您按的这一下没有生效。下面是最新的内容，请看过再按。"), "warn")
        return redirect(url_for("subsidies.draft", draft_id=draft_id, version=sent.version))
    part = None if (card := read_address(sent.card)) is None else part_at(row.values, sent.version, card)
    wanted = arranged(row.values, sent.version, sent.card, act, request.form.get("part"))
    change_draft(draft_id, sent.revision, wanted.change, _by())
    if act == "remove":
        _note(
            row,
            sent.version,
            sent.card,
            _("已删除“%(title)s”。", title=title_words(part or {})),
            literal(part),
        )
        return _to(draft_id, sent.version, "removed", is_open=False)
    if act in _DONE:
        text = str(_DONE[act]) % {"number": wanted.card.index + 1}
        _note(row, sent.version, wanted.card.id, text)
    return _to(draft_id, sent.version, wanted.card.id, is_open=wanted.is_open)


def _note(row: DraftRow, version: int, card: str, text: str, removed: str = "") -> None:
    """Keep what was done for the one page that follows, to be told at its card; with what was removed.

    A cookie holds no more than it holds: what is larger cannot be put back.
    """
    session[_NOTE] = {
        "draft": row.id,
        "version": version,
        "card": card,
        "text": text,
        "removed": bool(removed),
        "part": removed if len(removed) <= _LARGEST_UNDO else "",
    }


def _taken_note(row: DraftRow) -> dict[str, Any] | None:
    note = session.pop(_NOTE, None)
    return note if isinstance(note, dict) and note.get("draft") == row.id else None


@bp.post("/policies/drafts/<int:draft_id>/try")
@requires(*AUTHORS)
def draft_try(draft_id: int) -> str:
    """What changes on the page while one types: faults, words, ages and examples. Nothing is saved."""
    sent = read_sent(request.form)
    with reading() as database:
        row, names = read_draft(database, draft_id), page_names(database)
        values = as_saved(request.form, row.values, sent.version, sent.card)
        page = read_page(
            database, row, sent.version, names, may_change=True, values=values, opening=Opening(sent.card)
        )
        panel = panel_for(database, page, names)
    return render_template("subsidies/editor/_live.html", page=page, panel=panel)


def _render(
    database: Any,
    row: DraftRow,
    version: int,
    values: dict[str, Any] | None,
    opening: Opening,
    note: dict[str, Any] | None = None,
) -> str:
    names = page_names(database)
    page = read_page(database, row, version, names, may_change=_is_author(), values=values, opening=opening)
    return render_template(
        "subsidies/editor/draft.html",
        page=page,
        panel=panel_for(database, page, names),
        title=title_of(page),
        note=note if note and note["version"] == version else None,
        is_author=_is_author(),
        is_typed=values is not None,
    )


def _stale(draft_id: int, sent: Sent, refusal: Refusal) -> str:
    with reading() as database:
        row, names = read_draft(database, draft_id), page_names(database)
        stale = read_stale(row, sent, request.form, names)
    return render_template("subsidies/editor/stale.html", stale=stale, draft=row, refusal=refusal, sent=sent)


def _version(row: DraftRow) -> int:
    """The version asked for; else the first that may be edited, else the last."""
    count = len(row.values["version"])
    wanted = request.args.get("version", type=int)
    if wanted is None:
        return row.open_versions[0] if row.open_versions else count - 1
    if not 0 <= wanted < count:
        abort(404)
    return wanted


def _to(draft_id: int, version: int, card: str, *, is_open: bool) -> Response:
    opened = card if is_open else None
    return redirect(url_for("subsidies.draft", draft_id=draft_id, version=version, card=opened, _anchor=card))


def _is_author() -> bool:
    return Role(current_user.role) in AUTHORS


def _by() -> str:
    return str(current_user.actor)
