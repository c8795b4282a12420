"""Pages of a fund's statements: the sealed ones, and making one for a quarter, a year or a range."""

from datetime import date

from flask import (
    Blueprint,
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

from canteen.canteens.views import my_canteens, say_at
from canteen.clock import today
from canteen.config import Settings
from canteen.core.errors import Refusal
from canteen.core.roles import OFFICE, Role
from canteen.db import reading
from canteen.settlement.reports import queries, services, words
from canteen.settlement.reports.forms import RangeForm, SealForm
from canteen.sponsors.blueprint import AUTHORS
from canteen.sponsors.gifts.queries import FundHead, head
from canteen.web.access import requires
from canteen.web.downloads import hand_out
from canteen.web.refusals import sentence

bp = Blueprint("reports", __name__)
words.register()


def _settings() -> Settings:
    settings: Settings = current_app.config["CANTEEN"]
    return settings


def _today() -> date:
    return today(_settings().default_zone)


def _is_demo() -> bool:
    return (_settings().home / "demo").exists()


def _my_codes() -> set[str] | None:
    """The canteens whose funds a manager may look into; None: of every one."""
    if current_user.role != Role.MANAGER:
        return None
    return {canteen.code for canteen in my_canteens()}


@bp.get("/funds/<code>/statements")
@requires(*OFFICE)
def index(code: str) -> str:
    """The fund's sealed statements, and the periods for which one can be made."""
    return _index(code, RangeForm(formdata=None))


def _index(code: str, form: RangeForm, problem: str = "") -> str:
    with reading() as session:
        fund = head(session, code)
        papers = queries.fund_papers(session, fund.id, _my_codes())
        offers = queries.offers(session, fund.id, _today())
    return render_template(
        "settlement/reports/index.html", fund=fund, papers=papers, offers=offers, form=form, problem=problem
    )


@bp.get("/funds/<code>/statements/look")
@requires(*OFFICE)
def look(code: str) -> BaseResponse:
    """A period's statement as it stands now: its figures, what it waits for, the draft, the seal."""
    form = RangeForm(request.args) if "period" not in request.args else RangeForm(formdata=None)
    if "period" not in request.args and not form.validate():
        return make_response(_index(code, form), 400)
    return _look(code, request.args.get("period") or form.period(), form, SealForm(formdata=None))


def _look(code: str, text: str, asked: RangeForm, form: SealForm, status: int = 200) -> BaseResponse:
    with reading() as session:
        fund = head(session, code)
    try:
        found = services.look(code, text, _settings().public_host, _today())
        _check_mine(found)
    except Refusal as refusal:
        return make_response(_index(code, asked, sentence(refusal)), 409 if status == 409 else 400)
    form.prepared_by.data = form.prepared_by.data or current_user.name
    html = render_template(
        "settlement/reports/look.html", fund=fund, found=found, told=services.told(found), form=form,
        sealed=_sealed(fund, found), may_seal=current_user.role in AUTHORS,
    )  # fmt: skip
    return make_response(html, status)


def _check_mine(found: services.Report) -> None:
    mine = _my_codes()
    if mine is not None and not mine & set(found.canteen_codes):
        raise Refusal("canteen-not-yours", "这个食堂不归您管。需要的话，请系统管理员把您加到这个食堂。")


def _sealed(fund: FundHead, found: services.Report) -> str | None:
    """The number under which this very period is sealed."""
    with reading() as session:
        papers = queries.fund_papers(session, fund.id)
    return next((paper.number for paper in papers if paper.period == found.period.text), None)


@bp.post("/funds/<code>/statements/seal")
@requires(*AUTHORS)
def seal(code: str) -> BaseResponse:
    """Seal the statement of a period."""
    text, form = request.form.get("period", "")[:60], SealForm()
    if not form.validate_on_submit():
        return _look(code, text, RangeForm(formdata=None), form, 400)
    settings = _settings()
    try:
        number = services.seal_report(
            code, text, (form.prepared_by.data or "").strip(), (form.checked_by.data or "").strip(), today=_today(),
            host=settings.public_host, is_demo=_is_demo(), actor=current_user.actor,
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.code == "fund-unknown":
            raise
        say_at(form, refusal)
        return _look(code, text, RangeForm(formdata=None), form, 409)
    flash(_("%(number)s 已封存，文件正在生成。", number=number), "ok")
    return redirect(url_for("settlement.reports.index", code=code), 303)


@bp.get("/funds/<code>/statements/draft.pdf")
@requires(*OFFICE)
def draft(code: str) -> BaseResponse:
    """The statement of a period as a watermarked draft, drawn now and kept nowhere."""
    settings, text = _settings(), request.args.get("period", "")[:60]
    _check_mine(services.look(code, text, settings.public_host, _today()))
    name, content = services.draft_pdf(
        code, text, current_user.name, settings.public_host, _today(), _is_demo()
    )
    return hand_out(content, "application/pdf", name)


@bp.get("/statements/<number>/certificate.pdf")
@requires(*OFFICE)
def certificate(number: str) -> BaseResponse:
    """The certificate of thanks of a sealed statement, alone."""
    with reading() as session:
        queries.require_mine(session, number, _my_codes())
    name, content = services.certificate_pdf(number)
    return hand_out(content, "application/pdf", name)
