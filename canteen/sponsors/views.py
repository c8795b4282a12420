"""Pages of sponsors' funds."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.queries import all_canteens
from canteen.canteens.views import say_at
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.core.roles import KEEPERS, OFFICE
from canteen.db import reading
from canteen.elders.roster import RosterRefused
from canteen.elders.words import refusal_in_words
from canteen.sponsors import queries, services, words
from canteen.sponsors.agreements import queries as agreements
from canteen.sponsors.agreements.queries import AgreementRow
from canteen.sponsors.blueprint import bp
from canteen.sponsors.forms import GuestsForm, NewFundForm, TermsForm
from canteen.sponsors.gifts.queries import invitation
from canteen.sponsors.guest_list import read_guests
from canteen.sponsors.queries import FundRow
from canteen.web.access import requires

words.register()

AnyTermsForm = TypeVar("AnyTermsForm", bound=TermsForm)

FIELD_OF = {
    "fund-taken": "code",
    "fund-code": "code",
    "sponsor-name": "sponsor",
    "name-too-long": "display_name",
    "name-barred": "display_name",
    "gift-amount": "gift",
    "gift-many": "gift",
    "fund-terms": "per_meal",
    "span-reversed": "ends_on",
    "fund-purpose": "purpose",
}


@bp.route("/funds/new", methods=["GET", "POST"])
@requires(*KEEPERS)
def new() -> BaseResponse:
    """Open a fund; from an agreement's page with its giver filled in, and back there afterwards."""
    agreed = _agreed(request.args.get("agreement", type=int))
    usual = {"sponsor": agreed.sponsor_name, "display_name": agreed.display_name, "gift": 0} if agreed else {}
    form, status = _with_canteens(NewFundForm(data=usual)), 200
    if form.validate_on_submit():
        try:
            services.add_fund(form.command(_today()), current_user.actor)
            if agreed:
                flash(_("已添加资金。请写明协议分多少给它。"), "ok")
                return redirect(url_for("sponsors.agreement", agreement_id=agreed.id, _anchor="funds"), 303)
            flash(_("已添加资金。补贴政策里有规则用到它，它才会付款。"), "ok")
            return redirect(url_for("sponsors.page", code=form.code.data.strip()), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, FIELD_OF.get(refusal.code, ""))
    return make_response(render_template("sponsors/new.html", form=form, agreement=agreed), status)


def _agreed(agreement_id: int | None) -> AgreementRow | None:
    if agreement_id is None:
        return None
    with reading() as session:
        return agreements.agreement(session, agreement_id)


@bp.get("/sponsors/<code>")
@requires(*OFFICE)
def former(code: str) -> BaseResponse:
    """Where a fund's page stood before sponsors had pages of their own."""
    return redirect(url_for("sponsors.page", code=code), 301)


@bp.get("/funds/<code>")
@requires(*OFFICE)
def page(code: str) -> BaseResponse:
    """One fund: balance, gifts, terms, guests."""
    return _page(_fund(code))


@bp.post("/funds/<code>/terms")
@requires(*KEEPERS)
def terms(code: str) -> BaseResponse:
    """Agree on other terms."""
    fund, form, status = _fund(code), _with_canteens(TermsForm()), 200
    if form.validate_on_submit():
        try:
            services.change_terms(code, form.terms(), current_user.actor)
            flash(_("约定已保存，从现在起照办。"), "ok")
            return redirect(url_for("sponsors.page", code=code), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, FIELD_OF.get(refusal.code, ""))
    return _page(fund, status, terms_form=form)


@bp.post("/funds/<code>/guests")
@requires(*KEEPERS)
def guests(code: str) -> BaseResponse:
    """Take a list of named guests."""
    fund, form, status = _fund(code), GuestsForm(), 200
    findings: list[str] = []
    if form.validate_on_submit():
        try:
            with reading() as session:
                read = read_guests(session, form.file.data.read(), _today())
            findings = words.findings_in_words(read)
            count = services.set_guests(code, read.elder_ids, current_user.actor)
            flash(_("名单上现在有 %(count)s 位老人。", count=count), "ok")
            if not findings:
                return redirect(url_for("sponsors.page", code=code), 303)
            fund = _fund(code)
        except RosterRefused as refused:
            form.file.errors, status = [refusal_in_words(refused)], 400
        except Refusal as refusal:
            status = say_at(form, refusal, "file")
    return _page(fund, status, guests_form=form, findings=findings)


def _fund(code: str) -> FundRow:
    with reading() as session:
        return queries.fund(session, code)


def _page(
    fund: FundRow,
    status: int = 200,
    *,
    terms_form: TermsForm | None = None,
    guests_form: GuestsForm | None = None,
    findings: Sequence[str] = (),
) -> BaseResponse:
    with reading() as session:
        gifts, listed = queries.gifts(session, fund.id), queries.guests(session, fund.id)
        invited = invitation(session, fund.id)
    html = render_template(
        "sponsors/page.html", fund=fund, gifts=gifts, guests=listed, invitation=invited, findings=findings,
        terms_form=terms_form or _terms_form(fund), guests_form=guests_form or GuestsForm(formdata=None),
        may_change=current_user.role in KEEPERS,
    )  # fmt: skip
    return make_response(html, status)


def _terms_form(fund: FundRow) -> TermsForm:
    kept = {
        "canteens": sorted(fund.canteen_ids), "begins_on": fund.begins_on, "ends_on": fund.ends_on,
        "per_meal": fund.per_meal_fen, "per_day": fund.per_day_fen,
        "is_for_named_guests": fund.is_for_named_guests, "purpose": fund.purpose, "budget": fund.budget_fen,
    }  # fmt: skip
    return _with_canteens(TermsForm(formdata=None, data=kept))


def _with_canteens(form: AnyTermsForm) -> AnyTermsForm:
    with reading() as session:
        form.canteens.choices = [(canteen.id, canteen.name) for canteen in all_canteens(session)]
    return form


def _today() -> date:
    return today(current_app.config["CANTEEN"].default_zone)


# Each part hangs its pages on the blueprint when it is imported.
import canteen.sponsors.agreements.day_views  # noqa: E402
import canteen.sponsors.agreements.views  # noqa: E402, F401
from canteen.sponsors.gifts import views as gift_views  # noqa: E402
from canteen.sponsors.links import views as link_views  # noqa: E402
from canteen.sponsors.pictures import views as picture_views  # noqa: E402

bp.register_blueprint(gift_views.bp)
bp.register_blueprint(link_views.bp)
bp.register_blueprint(picture_views.bp)

__all__ = ["bp"]
