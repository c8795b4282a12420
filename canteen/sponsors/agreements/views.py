"""Pages of sponsors and agreements."""

from datetime import date

from flask import current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.views import say_at
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.core.roles import KEEPERS, OFFICE
from canteen.db import reading
from canteen.sponsors import queries as money
from canteen.sponsors.agreements import givers, queries, services, showing, words
from canteen.sponsors.agreements.checking import overlap
from canteen.sponsors.agreements.forms import (
    AgreementForm,
    AllotForm,
    GiverForm,
    NameForm,
    NewAgreementForm,
    NewGiverForm,
    PaperForm,
    paper_of,
)
from canteen.sponsors.agreements.papers import keep_paper
from canteen.sponsors.agreements.paying import paying_parts
from canteen.sponsors.agreements.steps import Written, steps
from canteen.sponsors.blueprint import AUTHORS, bp
from canteen.web.access import requires
from canteen.web.downloads import hand_out

words.register()
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@bp.get("/sponsors")
@requires(*OFFICE)
def index() -> str:
    """Every sponsor, agreement and fund, with what is left."""
    with reading() as session:
        funds = money.funds(session)
        givers_found, agreed = queries.sponsors(session, funds), queries.agreements(session)
    return render_template(
        "sponsors/index.html", sponsors=givers_found, agreements=agreed, funds=funds, words=words,
        may_write=may_write(), on=this_day(),
    )  # fmt: skip


@bp.route("/sponsors/new", methods=["GET", "POST"])
@requires(*AUTHORS)
def new_sponsor() -> BaseResponse:
    """Write a sponsor down."""
    form, status = NewGiverForm(), 200
    if form.validate_on_submit():
        try:
            shown = form.display_name.data or ""
            made = givers.add_sponsor(form.giver(), shown, this_day(), current_user.actor)
            flash(_("已登记捐赠方。下一步：登记协议。"), "ok")
            return redirect(url_for("sponsors.sponsor", sponsor_id=made), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    return make_response(render_template("sponsors/sponsor_new.html", form=form), status)


@bp.get("/sponsors/<int:sponsor_id>")
@requires(*OFFICE)
def sponsor(sponsor_id: int) -> BaseResponse:
    """One sponsor: money, agreements, names as they followed each other."""
    return _sponsor_page(sponsor_id)


@bp.post("/sponsors/<int:sponsor_id>/facts")
@requires(*AUTHORS)
def change_sponsor(sponsor_id: int) -> BaseResponse:
    """Correct a sponsor's particulars."""
    form, status = GiverForm(), 200
    if form.validate_on_submit():
        try:
            givers.change_sponsor(sponsor_id, form.giver(), current_user.actor)
            flash(_("保存好了。"), "ok")
            return redirect(url_for("sponsors.sponsor", sponsor_id=sponsor_id), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    return _sponsor_page(sponsor_id, status, giver_form=form)


@bp.post("/sponsors/<int:sponsor_id>/name")
@requires(*AUTHORS)
def rename_sponsor(sponsor_id: int) -> BaseResponse:
    """Show a sponsor by another name."""
    form, status = NameForm(), 200
    if form.validate_on_submit():
        try:
            from_on = form.from_on.data or date.max
            givers.rename_sponsor(sponsor_id, form.display_name.data, from_on, this_day(), current_user.actor)
            flash(_("已换署名。封存的单据保留原来的署名。"), "ok")
            return redirect(url_for("sponsors.sponsor", sponsor_id=sponsor_id), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    return _sponsor_page(sponsor_id, status, name_form=form)


def _sponsor_page(
    sponsor_id: int,
    status: int = 200,
    *,
    giver_form: GiverForm | None = None,
    name_form: NameForm | None = None,
) -> BaseResponse:
    with reading() as session:
        row = queries.sponsor(session, sponsor_id)
        agreed, named = queries.agreements(session, sponsor_id), queries.names(session, sponsor_id)
        funds = money.funds(session, sponsor_id)
    html = render_template(
        "sponsors/sponsor.html", sponsor=row, agreements=agreed, names=named, funds=funds, words=words,
        giver_form=giver_form or GiverForm(formdata=None, obj=row),
        name_form=name_form or NameForm(formdata=None, data={"from_on": this_day()}),
        may_write=may_write(), on=this_day(),
    )  # fmt: skip
    return make_response(html, status)


@bp.route("/sponsors/<int:sponsor_id>/agreements/new", methods=["GET", "POST"])
@requires(*AUTHORS)
def new_agreement(sponsor_id: int) -> BaseResponse:
    """Write an agreement down."""
    with reading() as session:
        giver = queries.sponsor(session, sponsor_id)
    form, status = NewAgreementForm(), 200
    if form.validate_on_submit():
        try:
            scan = paper_of(form.paper)
            made = services.add_agreement(sponsor_id, form.terms(), scan, this_day(), current_user.actor)
            flash(_("已登记协议。接下来照下面的步骤办。"), "ok")
            _tell_overlaps(sponsor_id, made)
            return redirect(url_for("sponsors.agreement", agreement_id=made), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    return make_response(render_template("sponsors/agreement_new.html", form=form, sponsor=giver), status)


def _tell_overlaps(sponsor_id: int, agreement_id: int) -> None:
    """Two agreements of one sponsor may share days, for other funds; or one was written down twice."""
    with reading() as session:
        made, agreed = queries.agreement(session, agreement_id), queries.agreements(session, sponsor_id)
    for other in agreed:
        if other.id != made.id and overlap((made.begins_on, made.ends_on), (other.begins_on, other.ends_on)):
            flash(_("和协议“%(number)s”的日期有重叠，请核对不是同一份。", number=other.number), "warn")


@bp.get("/agreements/<int:agreement_id>")
@requires(*OFFICE)
def agreement(agreement_id: int) -> BaseResponse:
    """One agreement: terms, papers, funds, names, rules."""
    return _agreement_page(agreement_id)


@bp.route("/agreements/<int:agreement_id>/change", methods=["GET", "POST"])
@requires(*AUTHORS)
def change_agreement(agreement_id: int) -> BaseResponse:
    """Correct what is written of an agreement."""
    with reading() as session:
        row = queries.agreement(session, agreement_id)
    form, status = AgreementForm(obj=row, data={"amount": row.amount_fen}), 200
    if form.validate_on_submit():
        try:
            services.change_agreement(agreement_id, form.terms(), this_day(), current_user.actor)
            flash(_("保存好了。"), "ok")
            return redirect(url_for("sponsors.agreement", agreement_id=agreement_id), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    html = render_template("sponsors/agreement_change.html", form=form, agreement=row)
    return make_response(html, status)


@bp.post("/agreements/<int:agreement_id>/funds")
@requires(*AUTHORS)
def allot(agreement_id: int) -> BaseResponse:
    """Say how much goes to a fund."""
    form, status = _allot_form(agreement_id, AllotForm()), 200
    if form.validate_on_submit():
        try:
            services.allot(agreement_id, form.fund.data, form.amount.data or 0, current_user.actor)
            flash(_("保存好了。下一步看“办到哪一步”。"), "ok")
            return redirect(url_for("sponsors.agreement", agreement_id=agreement_id), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    return _agreement_page(agreement_id, status, allot_form=form)


@bp.post("/agreements/<int:agreement_id>/files")
@requires(*AUTHORS)
def add_paper(agreement_id: int) -> BaseResponse:
    """Keep a scan of the agreement."""
    form, status = PaperForm(), 200
    if form.validate_on_submit():
        try:
            sent = paper_of(form.paper)
            if sent is not None:
                keep_paper(agreement_id, sent, current_user.actor)
            flash(_("已保存扫描件。"), "ok")
            return redirect(url_for("sponsors.agreement", agreement_id=agreement_id), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, "paper")
    return _agreement_page(agreement_id, status, paper_form=form)


@bp.get("/agreements/<int:agreement_id>/files/<int:file_id>")
@requires(*OFFICE)
def paper(agreement_id: int, file_id: int) -> BaseResponse:
    """A scan, to look at."""
    with reading() as session:
        media_type, content = queries.file_content(session, agreement_id, file_id)
    name = f"agreement-{agreement_id}-{file_id}.{ENDINGS[media_type]}"
    return hand_out(content, media_type, name)


def _agreement_page(
    agreement_id: int,
    status: int = 200,
    *,
    allot_form: AllotForm | None = None,
    paper_form: PaperForm | None = None,
) -> BaseResponse:
    with reading() as session:
        row = queries.agreement(session, agreement_id)
        rights, kept = queries.namings(session, agreement_id), queries.files(session, agreement_id)
        fed, begun = queries.allotted(session, agreement_id), queries.rules(session, agreement_id)
        paying = paying_parts(session, {fund.code for fund in fed}, this_day())
        giver_funds = money.funds(session, row.sponsor_id)
    ahead = steps(Written(row, giver_funds, fed, paying, begun, rights, kept, this_day()))
    html = render_template(
        "sponsors/agreement.html", agreement=row, words=words, on=this_day(), may_write=may_write(), files=kept,
        funds=fed, rules=begun, namings=rights, steps=ahead, may_keep=current_user.role in KEEPERS,
        paying=[part for part in paying if not part.is_over],
        lacks={right.id: showing.lacks(row, right) for right in rights},
        allot_form=allot_form or _allot_form(agreement_id, AllotForm(formdata=None)),
        paper_form=paper_form or PaperForm(formdata=None),
    )  # fmt: skip
    return make_response(html, status)


def _allot_form(agreement_id: int, form: AllotForm) -> AllotForm:
    with reading() as session:
        agreed = queries.agreement(session, agreement_id)
        funds, fed = money.funds(session, agreed.sponsor_id), queries.allotted(session, agreement_id)
    form.fund.choices = [(fund.code, f"{fund.title}（{fund.code}）") for fund in funds]
    without = [fund.code for fund in funds if fund.code not in {row.code for row in fed}]
    if not form.is_submitted() and without:
        form.fund.data = without[-1]
        form.amount.data = max(agreed.amount_fen - agreed.allotted_fen, 0) or None
    return form


def may_write() -> bool:
    """Whether who is signed in writes agreements, or reads them."""
    return current_user.role in AUTHORS


def this_day() -> date:
    """Today, where the office is."""
    return today(current_app.config["CANTEEN"].default_zone)


# The pages of names and rules stand on those above.
import canteen.sponsors.agreements.naming_views  # noqa: E402, F401
