"""Pages of a fund's gifts: its four amounts, what was booked, and booking more."""

import secrets
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

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
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.queries import all_canteens
from canteen.canteens.views import say_at
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.core.roles import KEEPERS, OFFICE
from canteen.db import reading
from canteen.sponsors.agreements.queries import fund_nature
from canteen.sponsors.blueprint import AUTHORS
from canteen.sponsors.gifts import correcting, forecast, listing, queries, services, spending, words
from canteen.sponsors.gifts.forms import FORMS, RECEIPT, BookingForm, GivingForm, ReverseForm
from canteen.sponsors.gifts.queries import FundHead
from canteen.staff.queries import names
from canteen.web.access import requires
from canteen.web.home import Task, tasks

bp = Blueprint("gifts", __name__)
words.register()

ACTS: Mapping[str, Callable[[Any, str], Any]] = {
    "money": services.receive_money,
    "pledge": services.pledge,
    "goods": services.receive_goods,
    "expense": spending.spend,
    "pay-over": spending.pay_over,
    "refund": lambda wanted, actor: spending.ask_refund(wanted, actor, _today()),
}


@bp.get("/funds/<code>/gifts")
@requires(*OFFICE)
def index(code: str) -> str:
    """A fund's four amounts, how long it lasts, and what was booked."""
    kind = request.args.get("kind", "money")
    if kind not in words.KINDS:
        abort(404)
    with reading() as session:
        fund = queries.head(session, code)
        found = listing.bookings(session, fund.id, kind, request.args.get("page", 1, type=int))
        told = {
            "amounts": queries.amounts(session, code), "giving": queries.giving(session, fund.id),
            "forecast": forecast.forecast(session, code), "askers": _askers(session, found),
        }  # fmt: skip
    return render_template(
        "sponsors/gifts/index.html", fund=fund, kind=kind, found=found, words=words, **told,
        may_change=current_user.role in KEEPERS, may_set=current_user.role in AUTHORS,
    )  # fmt: skip


@bp.route("/funds/<code>/gifts/new/<kind>", methods=["GET", "POST"])
@requires(*KEEPERS)
def new(code: str, kind: str) -> BaseResponse:
    """Book money, a pledge, goods, an expense, paying over; or ask for a refund."""
    if kind not in FORMS:
        abort(404)
    fund, form, status = _fund(code), FORMS[kind](), 200
    form.key.data = form.key.data or secrets.token_hex(16)
    _prepare(form, fund, kind)
    with reading() as session:
        invited = queries.invitation(session, fund.id)
    if form.validate_on_submit():
        try:
            ACTS[kind](form.command(code), current_user.actor)
            flash(str(words.DONE[kind]), "ok")
            return redirect(url_for("sponsors.gifts.index", code=code, kind=kind), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    html = render_template("sponsors/gifts/new.html", fund=fund, kind=kind, form=form, words=words, invitation=invited)
    return make_response(html, status)


@bp.route("/funds/<code>/gifts/giving", methods=["GET", "POST"])
@requires(*AUTHORS)
def giving(code: str) -> BaseResponse:
    """Say how a fund takes gifts."""
    fund, status = _fund(code), 200
    with reading() as session:
        kept = queries.giving(session, fund.id)
    form = GivingForm(
        data={
            "is_for_many": kept.is_for_many, "raiser": kept.raiser, "filing_no": kept.filing_no,
            "pledge_ceiling": kept.pledge_ceiling_fen,
        }
    )  # fmt: skip
    if form.validate_on_submit():
        try:
            services.set_giving(code, form.giving(), current_user.actor)
            flash(_("已保存，从现在起照办。"), "ok")
            return redirect(url_for("sponsors.gifts.index", code=code), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    return make_response(render_template("sponsors/gifts/giving.html", fund=fund, form=form), status)


@bp.route("/funds/<code>/gifts/<kind>/<int:number>/reverse", methods=["GET", "POST"])
@requires(*KEEPERS)
def reverse(code: str, kind: str, number: int) -> BaseResponse:
    """Reverse what was booked wrongly."""
    if kind not in words.KINDS:
        abort(404)
    fund, form, status = _fund(code), ReverseForm(), 200
    if form.validate_on_submit():
        try:
            correcting.reverse(code, kind, number, form.reason.data, current_user.actor, _today())
            flash(_("已冲正。记错的可以重新记一笔。"), "ok")
            return redirect(url_for("sponsors.gifts.index", code=code, kind=kind), 303)
        except Refusal as refusal:
            field = "reason" if refusal.code == "reversal-reason" else ""
            status = say_at(form, refusal, field)
    html = render_template("sponsors/gifts/reverse.html", fund=fund, kind=kind, form=form, words=words)
    return make_response(html, status)


@bp.post("/funds/<code>/gifts/refunds/<int:number>/approve")
@requires(*OFFICE)
def approve(code: str, number: int) -> BaseResponse:
    """The second person agrees: what is left is paid back."""
    spending.approve_refund(code, number, current_user.actor, _today())
    flash(_("已同意，余款记为退回。"), "ok")
    return redirect(url_for("sponsors.gifts.index", code=code, kind="refund"), 303)


@bp.post("/funds/<code>/gifts/refunds/<int:number>/refuse")
@requires(*OFFICE)
def refuse(code: str, number: int) -> BaseResponse:
    """Turn a refund down."""
    spending.refuse_refund(code, number, current_user.actor)
    flash(_("没有同意退款，余款照旧。"), "ok")
    return redirect(url_for("sponsors.gifts.index", code=code, kind="refund"), 303)


@tasks(*OFFICE)
def funds_that_end() -> list[Task]:
    """Funds that last ten days or less, on the first page."""
    with reading() as session:
        found = forecast.short_funds(session, _today())
    return [
        Task(
            _("资金“%(fund)s”照现在的用法还够 %(days)s 个供餐日", fund=row.title, days=row.forecast.days_left)
            if row.forecast.days_left
            else _("资金“%(fund)s”不够再付一个供餐日了", fund=row.title),
            url_for("sponsors.gifts.index", code=row.code),
            note=_("请联系捐赠方，或看看用完以后由哪条规则付款。"),
        )
        for row in found
    ]


def _prepare(form: BookingForm, fund: FundHead, kind: str) -> None:
    """Choices of canteens, and what a form begins with when it is opened."""
    with reading() as session:
        canteens, closed = all_canteens(session), queries.last_closed(session)
        due, nature = 0, fund_nature(session, fund.id)
        if kind == "pay-over":
            canteens = [canteen for canteen in canteens if canteen.id in closed]
            due = _first_due(session, form, fund, [canteen.id for canteen in canteens], closed)
    if kind == "money" and nature == "sponsorship" and not any(form[name].raw_data for name in RECEIPT):
        for name in RECEIPT:
            del form[name]
    if kind in ("expense", "pay-over"):
        options = [(str(canteen.id), canteen.name) for canteen in canteens]
        form["canteen"].choices = options if kind == "pay-over" else [("", _("不分食堂")), *options]
    if request.method == "GET" and "on" in form:
        form["on"].process(None, _today())
    if request.method == "GET" and due:
        form["amount"].data = due


def _first_due(
    session: Session, form: BookingForm, fund: FundHead, canteen_ids: list[int], closed: Mapping[int, str]
) -> int:
    """The first canteen to which something is due, with its last closed month, as what the form begins with."""
    for canteen_id in canteen_ids:
        due = queries.due_fen(session, fund, canteen_id, closed[canteen_id])
        if due > 0:
            if request.method == "GET":
                form["canteen"].data, form["month"].data = str(canteen_id), closed[canteen_id]
            return due
    return 0


def _askers(session: Session, found: listing.BookingPage) -> dict[str, str]:
    numbers = {row.asked_by: row.asked_by.partition(":")[2] for row in found.rows if row.asked_by}
    known = names(session, {int(number) for number in numbers.values() if number.isdigit()})
    return {
        actor: known.get(int(number), actor) if number.isdigit() else actor for actor, number in numbers.items()
    }


def _fund(code: str) -> FundHead:
    with reading() as session:
        return queries.head(session, code)


def _today() -> date:
    return today(current_app.config["CANTEEN"].default_zone)
