"""Paper slips and sign sheets: entered by one person, approved by another, and blank ones to print."""

from pathlib import Path

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.forms import PERIOD_NAMES
from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteen, my_canteens, say_at
from canteen.checkin.slips import queries, services
from canteen.checkin.slips.pictures import read_picture
from canteen.checkin.slips.queries import SheetRow
from canteen.checkin.slips.services import NewLine, NewSheet
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.core.roles import COUNTER
from canteen.db import reading
from canteen.oversight import slip_words, words
from canteen.oversight.blueprint import WHO, bp
from canteen.oversight.cases import staff_names
from canteen.oversight.forms import PrintForm, RefuseForm, SlipSheetForm
from canteen.oversight.slip_lines import ROWS, TypedLine, read_lines, row_count, typed_lines
from canteen.oversight.whom import elder_ref, known_refs
from canteen.web.access import requires
from canteen.web.home import Task, tasks
from canteen.web.refusals import sentence

slip_words.register()

FIELD_OF = {
    "slip-date": "service_on", "slip-period": "meal_period", "picture-large": "picture", "picture-kind": "picture",
}  # fmt: skip
SLIPS_A_PAGE, LINES_A_PAGE = 8, 20


@bp.get("/slips")
@requires(*COUNTER)
def slips() -> str:
    """The sheets of a canteen: what waits for the second person first."""
    canteen = my_canteen(request.args.get("canteen"))
    with reading() as session:
        found = queries.sheets(session, canteen.id)
        names = staff_names(session, [sheet.entered_by for sheet in found])
    ordered = sorted(found, key=lambda sheet: (sheet.waiting == 0, -sheet.id))
    return render_template(
        "oversight/slips.html", canteen=canteen, canteens=my_canteens(), sheets=ordered, names=names,
        periods=PERIOD_NAMES,
    )  # fmt: skip


@bp.route("/slips/new", methods=["GET", "POST"])
@requires(*COUNTER)
def slips_new() -> BaseResponse | str | tuple[str, int]:
    """Enter slips, or a sign sheet: many lines of one day and meal period."""
    canteen = my_canteen(request.values.get("canteen"))
    is_sheet = request.values.get("kind") == "sheet"
    least = ROWS * (2 if is_sheet else 1)
    form = SlipSheetForm(data={"service_on": today(canteen.time_zone)} if request.method == "GET" else None)
    count = row_count(request.form, least) + (ROWS if "more" in request.form else 0)
    lines = typed_lines(request.form, min(count, services.MOST_LINES))
    if request.method == "GET" or "more" in request.form:
        return _new_page(canteen, form, lines, is_sheet)
    if form.validate_on_submit():
        try:
            wanted = _wanted(canteen, form, lines, is_sheet)
            if not any(line.fault for line in lines):
                sheet_id = services.enter(wanted, current_user.actor, _folder())
                flash(_("已录入，等另一位同事核准。"), "ok")
                return redirect(url_for("oversight.slip_sheet", sheet_id=sheet_id), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, FIELD_OF.get(refusal.code, ""))
            return _new_page(canteen, form, lines, is_sheet), status
    return _new_page(canteen, form, lines, is_sheet), 400


@bp.get("/slips/<int:sheet_id>")
@requires(*COUNTER)
def slip_sheet(sheet_id: int) -> str:
    """A sheet with its picture and lines."""
    return _sheet_page(_sheet(sheet_id), RefuseForm(formdata=None))


@bp.post("/slips/<int:sheet_id>")
@requires(*WHO)
def slips_decide(sheet_id: int) -> BaseResponse | tuple[str, int]:
    """Approve the ticked lines, or send them back with a reason; each stands or fails by itself."""
    sheet, form = _sheet(sheet_id), RefuseForm()
    with reading() as session:
        numbers = {line.id: line.number for line in queries.lines_of(session, sheet_id)}
    ticked = [int(one) for one in request.form.getlist("slip") if one.isdecimal() and len(one) < 19]
    ticked = [one for one in ticked if one in numbers]
    is_refusal = request.form.get("act") == "refuse"
    if not form.validate_on_submit() or not ticked:
        form.form_errors.append(_("请先勾选要处理的行。"))
        return _sheet_page(sheet, form), 400
    done = 0
    for slip_id in ticked:
        try:
            if is_refusal:
                services.refuse(slip_id, form.reason.data or "", current_user.actor)
            else:
                services.approve(slip_id, current_user.actor)
            done += 1
        except Refusal as refusal:
            form.form_errors.append(f"{numbers[slip_id]}：{sentence(refusal)}")
    if done:
        flash(ngettext("%(num)s 行处理好了。", "%(num)s 行处理好了。", done), "ok")
    if form.form_errors:
        return _sheet_page(sheet, form), 409
    return redirect(url_for("oversight.slip_sheet", sheet_id=sheet_id), 303)


@bp.get("/slips/<int:sheet_id>/picture")
@requires(*COUNTER)
def slip_picture(sheet_id: int) -> Response:
    """The picture of a sheet, for those who work in its canteen; kept in no cache."""
    _sheet(sheet_id)
    with reading() as session:
        handle = queries.picture_of(session, sheet_id)
    if handle is None:
        raise Refusal("picture-gone", "这张照片的文件不在了，请找当时的纸单。")
    answer = Response(read_picture(_folder(), handle), content_type="image/jpeg")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Disposition"] = "inline; filename=picture.jpg"
    return answer


@bp.route("/slips/blank", methods=["GET", "POST"])
@requires(*COUNTER)
def slips_blank() -> BaseResponse | str | tuple[str, int]:
    """How many blank slips or sign sheets to print; each number is given once."""
    canteen, form = my_canteen(request.values.get("canteen")), PrintForm()
    if request.method == "POST" and form.validate_on_submit():
        kind = form.kind.data
        first, last = services.give_numbers(canteen.id, kind, form.count.data or 0, current_user.actor)
        where = url_for("oversight.slips_print", kind=kind, canteen=canteen.code, first=first, last=last)
        return redirect(where, 303)
    page = render_template("oversight/slips_blank.html", canteen=canteen, form=form)
    return (page, 400) if request.method == "POST" else page


@bp.get("/slips/print/<any(slips, sheets):kind>")
@requires(*COUNTER)
def slips_print(kind: str) -> str:
    """Blank slips or sign sheets with these numbers, on A4."""
    canteen = my_canteen(request.args.get("canteen"))
    first = min(max(request.args.get("first", 1, int), 1), 999_999)
    last = min(max(request.args.get("last", first, int), first), first + services.MOST_PRINTED - 1)
    numbers = [f"{number:06d}" if kind == "slips" else f"Q{number:05d}" for number in range(first, last + 1)]
    pages = [numbers[at : at + SLIPS_A_PAGE] for at in range(0, len(numbers), SLIPS_A_PAGE)]
    return render_template(
        "oversight/slips_print.html", canteen=canteen, kind=kind, numbers=numbers, pages=pages, periods=PERIOD_NAMES,
        lines=range(1, LINES_A_PAGE + 1),
    )  # fmt: skip


@tasks(*WHO)
def waiting_slips() -> list[Task]:
    """Lines of paper that wait for the second person."""
    with reading() as session:
        counts = [(canteen, queries.waiting_lines(session, canteen.id)) for canteen in my_canteens()]
    return [
        Task(
            _("%(canteen)s有 %(count)s 行纸条待核准", canteen=canteen.name, count=count),
            url_for("oversight.slips", canteen=canteen.code),
        )
        for canteen, count in counts
        if count
    ]


def _wanted(canteen: CanteenRow, form: SlipSheetForm, lines: list[TypedLine], is_sheet: bool) -> NewSheet:
    number = (form.number.data or "").strip() or None
    if is_sheet and number is None:
        form.number.errors = [*form.number.errors, _("请写签到表编号。")]
        raise Refusal("slip-number", "每一行都要有单号，最多 20 个字。")
    found = read_lines(lines, number if is_sheet else None, lambda text: elder_ref(canteen, text))
    _refuse_strangers(lines, found)
    upload, service_on = form.picture.data, form.service_on.data
    assert service_on is not None  # noqa: S101 - the form has asked for it
    return NewSheet(
        canteen_id=canteen.id, service_on=service_on, meal_period=form.meal_period.data,
        witness=form.witness.data.strip(), cause=form.cause.data.strip(), lines=found,
        number=number if is_sheet else None, picture=upload.read() if upload else None,
    )  # fmt: skip


def _refuse_strangers(lines: list[TypedLine], found: list[NewLine]) -> None:
    """Say at its line whom nobody knows, before anything is kept."""
    known = known_refs(line.elder_ref for line in found)
    refs = iter(found)
    for line in lines:
        if not line.is_empty and not line.fault and next(refs).elder_ref not in known:
            line.fault = _("没有这位老人。请写卡尾号、首字母或姓名。")


def _new_page(canteen: CanteenRow, form: SlipSheetForm, lines: list[TypedLine], is_sheet: bool) -> str:
    return render_template(
        "oversight/slips_new.html", canteen=canteen, canteens=my_canteens(), form=form, lines=lines,
        is_sheet=is_sheet, most=services.MOST_LINES,
    )  # fmt: skip


def _sheet(sheet_id: int) -> SheetRow:
    """A sheet of one of one's own canteens. Raises Refusal `slip-unknown`."""
    with reading() as session:
        found = queries.sheet(session, sheet_id) if sheet_id < 2**63 else None
    if found is None or found.canteen_id not in {canteen.id for canteen in my_canteens()}:
        raise Refusal("slip-unknown", "没有这一行纸条。")
    return found


def _sheet_page(sheet: SheetRow, form: RefuseForm) -> str:
    with reading() as session:
        lines = queries.lines_of(session, sheet.id)
        names = staff_names(session, [sheet.entered_by])
    return render_template(
        "oversight/slip_sheet.html", sheet=sheet, lines=lines, form=form, names=names, periods=PERIOD_NAMES,
        codes=words.CODES, states=slip_words.STATE_NAMES, may_decide=current_user.role in WHO,
        is_own=sheet.entered_by == current_user.actor,
    )  # fmt: skip


def _folder() -> Path:
    home: Path = current_app.config["CANTEEN"].home
    return home / "slips"
