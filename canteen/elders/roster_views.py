"""Pages of rosters: template, upload, a preview of every row, confirmation, result, withdrawal.

Nothing is written before somebody confirms: until then the file waits encrypted on disk, and each page of
the preview compares it anew with what is known by then.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteens
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.core.identity import masked
from canteen.core.roles import KEEPERS
from canteen.db import reading
from canteen.elders import queries, uploads, words
from canteen.elders.forms import UploadForm
from canteen.elders.importing import Imported, import_roster
from canteen.elders.roster import RosterRefused
from canteen.elders.roster.sheets import faulty_rows, template
from canteen.elders.withdrawal import OPEN_FOR, withdraw_import
from canteen.web.access import requires
from canteen.web.downloads import hand_out

bp = Blueprint("rosters", __name__)

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PREVIEW_ROWS = 200
TABS = ("all", "new", "updated", "unchanged", "faulty", "duplicate", "warned")


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row of the preview: the sheet's number, who, what becomes of it, and every problem in words."""

    row: int
    name: str
    identity_masked: str
    phone: str
    state: str
    problems: tuple[str, ...]
    is_warned: bool


@bp.route("/elders/import", methods=["GET", "POST"])
@requires(*KEEPERS)
def upload() -> BaseResponse:
    """Choose a roster; it is checked and put aside, not written."""
    mine = my_canteens()
    form, status = UploadForm(), 200
    form.canteen.choices = [(canteen.id, canteen.name) for canteen in mine]
    if form.validate_on_submit():
        data = form.file.data.read()
        try:
            import_roster(data, form.canteen.data, current_user.actor, dry_run=True)
            handle = uploads.keep(_folder(), data, _owner(form.canteen.data))
            code = next(canteen.code for canteen in mine if canteen.id == form.canteen.data)
            return redirect(url_for("elders.rosters.preview", upload=handle, canteen=code), 303)
        except RosterRefused as refused:
            form.file.errors = [words.refusal_in_words(refused)]
            status = 422
    with reading() as session:
        recent = queries.recent_imports(session, [canteen.id for canteen in mine])
    html = render_template("elders/import.html", form=form, recent=recent)
    return make_response(html, status)


@bp.get("/elders/import/template.xlsx")
@requires(*KEEPERS)
def blank() -> Response:
    """An empty roster to fill in."""
    return send_file(
        BytesIO(template()), SPREADSHEET, as_attachment=True, download_name=_("老人名单模板") + ".xlsx"
    )


@bp.get("/elders/import/<upload>")
@requires(*KEEPERS)
def preview(upload: str) -> str:
    """Every row of an uploaded roster, with what would become of it."""
    canteen = _canteen()
    done = import_roster(_data(upload, canteen), canteen.id, current_user.actor, dry_run=True)
    rows = _preview_rows(done)
    wanted = request.args.get("tab", "all")
    tab = wanted if wanted in TABS else "all"
    chosen = [row for row in rows if _belongs(row, tab)]
    counts = {name: sum(_belongs(row, name) for row in rows) for name in TABS}
    pages = max(1, -(-len(chosen) // PREVIEW_ROWS))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "elders/preview.html",
        canteen=canteen,
        upload=upload,
        rows=chosen[(page - 1) * PREVIEW_ROWS : page * PREVIEW_ROWS],
        tab=tab,
        counts=counts,
        tabs=[
            (f"{words.TAB_NAMES[name]} {counts[name]}", _tab_address(upload, canteen, name), name == tab)
            for name in TABS
            if counts[name] or name == tab
        ],
        writes=done.count("new") + done.count("updated"),
        ignored=done.roster.ignored_columns,
        page=page,
        pages=pages,
        total=len(chosen),
    )


@bp.post("/elders/import/<upload>")
@requires(*KEEPERS)
def confirm(upload: str) -> BaseResponse:
    """Write the good rows of an uploaded roster, all of them in one transaction."""
    canteen = _canteen()
    done = import_roster(_data(upload, canteen), canteen.id, current_user.actor)
    if done.import_id is None:
        flash(_("名单里的老人都登记过了，没有要改的。"), "ok")
        return redirect(url_for("elders.index", canteen=canteen.code), 303)
    return redirect(
        url_for("elders.rosters.result", import_id=done.import_id, upload=upload, canteen=canteen.code), 303
    )


@bp.get("/elders/import/<upload>/problems.xlsx")
@requires(*KEEPERS)
def problems(upload: str) -> Response:
    """The rows that were left out, in the layout they came in, each with its problem in words."""
    canteen = _canteen()
    done = import_roster(_data(upload, canteen), canteen.id, current_user.actor, dry_run=True)
    said = [words.finding_in_words(row.finding) for row in done.roster.faulty]
    content = faulty_rows(done.roster.headings, done.roster.faulty, said)
    name = _("有问题的行") + ".xlsx"
    return hand_out(content, SPREADSHEET, name)


@bp.get("/elders/imports/<int:import_id>")
@requires(*KEEPERS)
def result(import_id: int) -> str:
    """What an import wrote, and until when it can be taken back."""
    with reading() as session:
        done = queries.import_row(session, import_id, [canteen.id for canteen in my_canteens()])
    return render_template(
        "elders/imported.html",
        done=done,
        upload=request.args.get("upload", ""),
        code=request.args.get("canteen", ""),
        is_open=done.withdrawn_at is None and now() - done.imported_at <= OPEN_FOR,
        open_until=done.imported_at + OPEN_FOR,
    )


@bp.post("/elders/imports/<int:import_id>/withdraw")
@requires(*KEEPERS)
def withdraw(import_id: int) -> BaseResponse:
    """Take back a whole import."""
    with reading() as session:
        queries.import_row(session, import_id, [canteen.id for canteen in my_canteens()])
    removed = withdraw_import(import_id, current_user.actor)
    flash(_("已整批撤回：新登记的 %(count)s 位老人已移除，更新过的内容已还原。", count=removed), "ok")
    return redirect(url_for("elders.rosters.upload"), 303)


def _preview_rows(done: Imported) -> list[PreviewRow]:
    warned: dict[int, list[str]] = {}
    for finding in done.warnings:
        warned.setdefault(finding.row, []).append(words.finding_in_words(finding))
    name_column = done.roster.column_of_name
    rows = [
        PreviewRow(
            row.row, row.name, masked(row.identity), row.phone or "", done.outcomes[row.row],
            tuple(warned.get(row.row, ())), row.row in warned,
        )
        for row in done.roster.rows
    ]  # fmt: skip
    for faulty in done.roster.faulty:
        name = faulty.cells[name_column] if name_column < len(faulty.cells) else ""
        state = "duplicate" if faulty.finding.code == "duplicate" else "faulty"
        said = (words.finding_in_words(faulty.finding),)
        rows.append(PreviewRow(faulty.finding.row, name.strip(), "", "", state, said, False))
    return sorted(rows, key=lambda row: row.row)


def _tab_address(upload: str, canteen: CanteenRow, tab: str) -> str:
    return url_for("elders.rosters.preview", upload=upload, canteen=canteen.code, tab=tab)


def _belongs(row: PreviewRow, tab: str) -> bool:
    if tab == "warned":
        return row.is_warned
    return row.state == tab if tab in TABS[1:] else True


def _canteen() -> CanteenRow:
    code = request.values.get("canteen", "")
    found = [canteen for canteen in my_canteens() if canteen.code == code]
    if not found:
        raise Refusal("canteen-not-yours", "这个食堂不归您管。需要的话，请系统管理员把您加到这个食堂。")
    return found[0]


def _data(upload: str, canteen: CanteenRow) -> bytes:
    return uploads.fetch(_folder(), upload, _owner(canteen.id))


def _owner(canteen_id: int) -> str:
    return f"{current_user.actor}:{canteen_id}"


def _folder() -> Path:
    home: Any = current_app.config["CANTEEN"].home
    return Path(home) / "uploads"
