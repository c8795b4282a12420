"""Pages of wallets: one elder's money and vouchers, and the closings that wait for a second person."""

import secrets
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteens, say_at
from canteen.cards.queries import Holder, holder_by_ref
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.core.roles import COUNTER, KEEPERS
from canteen.db import reading
from canteen.elders.boxes import elder_box
from canteen.elders.queries import ElderPage
from canteen.staff.queries import names
from canteen.wallets import closings, queries, services, voucher_kinds, words
from canteen.wallets.forms import ClosingForm, RefundForm, TopUpForm
from canteen.wallets.queries import ClosingRow
from canteen.web.access import requires
from canteen.web.filters import yuan
from canteen.web.home import Task, tasks

bp = Blueprint("wallets", __name__)
words.register()
voucher_kinds.register()

AMOUNT_CODES = frozenset({"amount-zero", "top-up-limit", "wallet-ceiling", "refund-too-much"})


@bp.get("/wallets/<ref>")
@requires(*COUNTER)
def page(ref: str) -> BaseResponse:
    """What an elder's wallet holds, what happened to it, and their vouchers."""
    return _page(_holder(ref))


@bp.post("/wallets/<ref>/top-up")
@requires(*COUNTER)
def top_up(ref: str) -> BaseResponse:
    """Take money in."""
    holder, form, status = _holder(ref), TopUpForm(), 200
    if form.validate_on_submit():
        try:
            wanted = form.command(holder.elder_id, _canteen_of(holder).id, current_user.actor)
            done = services.top_up(wanted)
            flash(
                _(
                    "已充值 %(amount)s，余额 %(balance)s。",
                    amount=yuan(done.amount_fen),
                    balance=yuan(done.balance_fen),
                ),
                "ok",
            )
            return redirect(url_for("wallets.page", ref=ref), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, "amount" if refusal.code in AMOUNT_CODES else "")
    return _page(holder, status, top_up_form=form)


@bp.route("/wallets/<ref>/refund", methods=["GET", "POST"])
@requires(*KEEPERS)
def refund(ref: str) -> BaseResponse:
    """Pay money back."""
    holder, form, status = _holder(ref), RefundForm(), 200
    form.key.data = form.key.data or secrets.token_hex(16)
    if form.validate_on_submit():
        try:
            wanted = form.command(holder.elder_id, _canteen_of(holder).id, current_user.actor)
            done = services.refund(wanted)
            balance = yuan(done.balance_fen)
            flash(
                _("已退款 %(amount)s，余额 %(balance)s。", amount=yuan(-done.amount_fen), balance=balance),
                "ok",
            )
            return redirect(url_for("wallets.page", ref=ref), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, "amount" if refusal.code in AMOUNT_CODES else "")
    with reading() as session:
        balance_fen = queries.balance_fen(session, holder.elder_id)
    html = render_template("wallets/refund.html", holder=holder, form=form, balance_fen=balance_fen)
    return make_response(html, status)


@bp.route("/wallets/<ref>/close", methods=["GET", "POST"])
@requires(*KEEPERS)
def close(ref: str) -> BaseResponse:
    """Ask that an account be closed."""
    holder, form, status = _holder(ref), ClosingForm(), 200
    if form.validate_on_submit():
        try:
            closings.ask(form.command(holder.elder_id, current_user.actor))
            flash(_("已提出销户。请另一位负责人在“销户复核”里复核后付款。"), "ok")
            return redirect(url_for("wallets.page", ref=ref), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, "receiver_name" if refusal.code == "receiver-details" else "")
    with reading() as session:
        balance_fen = queries.balance_fen(session, holder.elder_id)
    html = render_template("wallets/close.html", holder=holder, form=form, balance_fen=balance_fen)
    return make_response(html, status)


@bp.get("/account-closings")
@requires(*KEEPERS)
def waiting() -> str:
    """Closings that wait for a second person."""
    with reading() as session:
        found = queries.waiting_closings(session, [canteen.id for canteen in my_canteens()])
        askers = {row.asked_by: _name(session, row.asked_by) for row in found}
    return render_template(
        "wallets/closings.html", closings=found, askers=askers, receivers=words.RECEIVER_NAMES,
        methods=words.METHOD_NAMES,
    )  # fmt: skip


@bp.post("/account-closings/<int:closing_id>/approve")
@requires(*KEEPERS)
def approve(closing_id: int) -> BaseResponse:
    """Approve: the balance is paid out, card and account are closed."""
    row = _closing(closing_id)
    paid = closings.approve(row.id, current_user.actor)
    flash(_("已销户，退款 %(amount)s。", amount=yuan(paid)), "ok")
    return redirect(url_for("wallets.waiting"), 303)


@bp.post("/account-closings/<int:closing_id>/refuse")
@requires(*KEEPERS)
def refuse(closing_id: int) -> BaseResponse:
    """Turn it down."""
    closings.refuse(_closing(closing_id).id, current_user.actor)
    flash(_("已退回销户申请，账户照旧。"), "ok")
    return redirect(url_for("wallets.waiting"), 303)


@elder_box("wallets/box.html", order=20)
def wallet_box(elder: ElderPage) -> dict[str, Any] | None:
    """The wallet on the elder's page."""
    with reading() as session:
        return {"elder": elder, "balance_fen": queries.balance_fen(session, elder.id)}


@tasks(*KEEPERS)
def closings_to_approve() -> list[Task]:
    """Closings that somebody else asked for."""
    with reading() as session:
        rows = queries.waiting_closings(session, [canteen.id for canteen in my_canteens()])
    others = [row for row in rows if row.asked_by != current_user.actor]
    if not others:
        return []
    return [Task(_("有 %(count)s 份销户等您复核", count=len(others)), url_for("wallets.waiting"))]


def _holder(ref: str) -> Holder:
    mine = [canteen.id for canteen in my_canteens()]
    with reading() as session:
        return holder_by_ref(session, ref, mine)


def _canteen_of(holder: Holder) -> CanteenRow:
    mine = my_canteens()
    return next((canteen for canteen in mine if canteen.id == holder.home_canteen_id), mine[0])


def _closing(closing_id: int) -> ClosingRow:
    with reading() as session:
        row = queries.closing(session, closing_id)
    _holder(row.elder_ref)  # Refused unless the elder is on a list of one's own canteens.
    return row


def _page(holder: Holder, status: int = 200, top_up_form: TopUpForm | None = None) -> BaseResponse:
    canteen = _canteen_of(holder)
    form = top_up_form or TopUpForm(formdata=None)
    form.key.data = form.key.data or secrets.token_hex(16)
    with reading() as session:
        html = render_template(
            "wallets/page.html", holder=holder, form=form, zone=canteen.time_zone,
            balance_fen=queries.balance_fen(session, holder.elder_id),
            movements=queries.history(session, holder.elder_id), movement_names=words.MOVEMENTS,
            methods=words.METHOD_NAMES,
            vouchers=queries.vouchers(session, holder.elder_id, today(canteen.time_zone)),
            closings=queries.closings_of(session, holder.elder_id), receivers=words.RECEIVER_NAMES,
        )  # fmt: skip
    return make_response(html, status)


def _name(session: Any, actor: str) -> str:
    kind, _colon, number = actor.partition(":")
    if kind == "staff" and number.isdigit():
        return names(session, {int(number)}).get(int(number), actor)
    return actor
