"""Pages of the month's end: the months, the close, the statements, and the page that verifies a paper."""

from flask import (
    Blueprint,
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

from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteen, my_canteens
from canteen.clock import today
from canteen.config import Settings
from canteen.core.calendar import month_of, parse_month
from canteen.core.errors import Refusal
from canteen.core.roles import OFFICE, Role
from canteen.db import reading
from canteen.settlement import handing_out, queries, services, words
from canteen.settlement.forms import CheckCodeForm, CloseForm
from canteen.settlement.reports import views as report_views
from canteen.settlement.sending import views as sending_views
from canteen.settlement.trial import views as trial_views
from canteen.web.access import public, requires
from canteen.web.downloads import hand_out
from canteen.web.filters import month
from canteen.web.headers import private_link
from canteen.web.home import Task, tasks
from canteen.web.limits import limiter
from canteen.web.refusals import sentence

bp = Blueprint("settlement", __name__)
bp.register_blueprint(trial_views.bp)
bp.register_blueprint(report_views.bp)
bp.register_blueprint(sending_views.bp)
words.register()

TRIES = "10 per minute; 60 per hour"
MIME = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@bp.get("/close")
@requires(*OFFICE)
def index() -> str:
    """Every month of one's canteens, and how each stands."""
    months, this_month = _my_months()
    return render_template("settlement/months.html", months=months, this_month=this_month)


def _my_months() -> tuple[list[queries.MonthLine], str]:
    mine = my_canteens()
    this_month = month_of(today(current_app.config["CANTEEN"].default_zone))
    with reading() as session:
        rows = [queries.canteen_of(session, canteen.code) for canteen in mine]
        return queries.months(session, rows, this_month), this_month


@tasks(Role.ADMINISTRATOR, Role.MANAGER, position=40)
def months_to_close() -> list[Task]:
    """Months that are over, had meals and are not closed yet, oldest first."""
    months, this_month = _my_months()
    waiting = [line for line in months if line.closed_at is None and line.meals and line.month < this_month]
    return [
        Task(
            _("%(canteen)s %(month)s 还没有月结", canteen=line.canteen_name, month=month(line.month)),
            url_for("settlement.page", month=line.month, canteen=line.canteen_code),
        )
        for line in sorted(waiting, key=lambda line: line.month)
    ]


@bp.route("/close/<month>", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR, Role.MANAGER)
def page(month: str) -> BaseResponse:
    """One month: what is found and what it comes to, then the close, then its papers."""
    canteen = my_canteen(request.args.get("canteen"))
    if not _is_month(month):
        abort(404)
    with reading() as session:
        closed = queries.close_of(session, canteen.id, month)
    if closed is not None:
        return redirect(url_for("settlement.closed", month=month, canteen=canteen.code), 303)
    form, status = CloseForm(data={"prepared_by": current_user.name}), 200
    if form.validate_on_submit():
        result = _close(canteen, month, form, dry_run=False)
        if result.is_closed:
            flash(_("%(month)s 已月结并封存。", month=month), "ok")
            return redirect(url_for("settlement.closed", month=month, canteen=canteen.code), 303)
        status = 409
    else:
        result = _close(canteen, month, form, dry_run=True)
        status = 400 if request.method == "POST" else status
    html = render_template(
        "settlement/close.html", canteen=canteen, month=month, form=form, result=result,
        finding_titles=words.FINDINGS, places=words.PLACES, payer_words=words.payer_words,
    )  # fmt: skip
    return make_response(html, status)


def _close(canteen: CanteenRow, month: str, form: CloseForm, *, dry_run: bool) -> services.CloseResult:
    settings: Settings = current_app.config["CANTEEN"]
    by, second = form.prepared_by.data or current_user.name, form.checked_by.data or ""
    return services.close_month(
        month, canteen.code, by.strip(), second.strip(), dry_run=dry_run, host=settings.public_host,
        is_demo=(settings.home / "demo").exists(), actor=current_user.actor,
    )  # fmt: skip


@bp.get("/close/<month>/done")
@requires(*OFFICE)
def closed(month: str) -> str:
    """A closed month: its totals and its papers."""
    canteen = my_canteen(request.args.get("canteen"))
    if not _is_month(month):
        abort(404)
    with reading() as session:
        found = queries.close_of(session, canteen.id, month)
        if found is None:
            abort(404)
        sealed = handing_out.sealed_in(session, parse_month(month), canteen.code)
        lines = queries.statements_of(session, sealed)
    return render_template(
        "settlement/closed.html", canteen=canteen, month=month, closed=found, statements=lines, kinds=words.KINDS,
        payer_words=words.payer_words,
    )  # fmt: skip


def _is_month(text: str) -> bool:
    try:
        parse_month(text)
    except ValueError:
        return False
    return True


@bp.get("/statements")
@requires(*OFFICE)
def statements() -> str:
    """Every sealed statement of one's canteens, newest first."""
    mine = my_canteens()
    with reading() as session:
        lines = queries.all_statements(session, [canteen.code for canteen in mine])
    return render_template("settlement/statements.html", statements=lines, kinds=words.KINDS)


@bp.get("/statements/<number>.<any(pdf, xlsx):ending>")
@requires(*OFFICE)
def download(number: str, ending: str) -> BaseResponse:
    """An archived file, to those whose canteen it is about; that it was taken is recorded."""
    codes = [canteen.code for canteen in my_canteens()]
    with reading() as session:
        line = next((one for one in queries.all_statements(session, codes) if one.number == number), None)
    if line is None:
        raise Refusal("statement-unknown", "没有这份结算单。")
    if ending not in line.files:
        flash(_("文件正在生成，请过一分钟再打开。"), "info")
        return redirect(url_for("settlement.statements"), 303)
    content = handing_out.take(line, ending, current_user.actor)
    return hand_out(content, MIME[ending], line.files[ending])


@bp.get("/verify/<number>")
@public()
@private_link
def verify(number: str) -> str:
    """Asks for the paper's code; says nothing about the number before."""
    return render_template("settlement/verify.html", number=number[:80], form=CheckCodeForm(), found=None)


@bp.post("/verify/<number>", endpoint="verified")
@public()
@private_link
@limiter.limit(TRIES)
def show_verified(number: str) -> BaseResponse:
    """What was sealed under this number, to who has the paper. A wrong code and an unknown number answer alike."""
    form, found, status = CheckCodeForm(), None, 200
    if form.validate_on_submit():
        with reading() as session:
            found = queries.verified_statement(session, number, form.typed())
        if found is None:
            refusal = Refusal("check-code-wrong", "文号和核验码对不上。请照纸上的再核对一次。")
            form.code.errors = [sentence(refusal)]
    if found is None:
        status = 400
    html = render_template(
        "settlement/verify.html", number=number[:80], form=form, found=found, kinds=words.KINDS
    )
    return make_response(html, status)
