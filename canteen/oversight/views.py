"""The page of what waits for a person's decision."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.forms import PERIOD_NAMES
from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteen, my_canteens, say_at
from canteen.checkin.queries import day_counts
from canteen.checkin.till import find
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import reading
from canteen.oversight import queries, services, words
from canteen.oversight.forms import CARRY, RulingForm, TakeBackForm
from canteen.oversight.queries import RuledScan, WaitingScan
from canteen.oversight.rulings import MATCH
from canteen.web.access import requires
from canteen.web.home import Figure, Task, figures, tasks
from canteen.web.refusals import sentence

bp = Blueprint("oversight", __name__)
words.register()

WHO = (Role.MANAGER, Role.ADMINISTRATOR)


@bp.get("/review")
@requires(*WHO)
def review() -> str:
    """What waits in one canteen, and the decisions that were made last."""
    return _page(my_canteen(request.args.get("canteen")), RulingForm())


@bp.post("/review")
@requires(*WHO)
def decide() -> BaseResponse | tuple[str, int]:
    """One decision with one reason on all the records that are ticked."""
    canteen, form = my_canteen(request.form.get("canteen")), RulingForm()
    chosen = [int(value) for value in request.form.getlist("scan") if value.isdecimal()]
    if not form.validate_on_submit():
        return _page(canteen, form, chosen), 400
    try:
        _refuse_others(canteen, chosen)
        elder_ref = _elder_ref(canteen, form.elder.data or "") if form.ruling.data == MATCH else None
    except Refusal as refusal:
        field = "elder" if refusal.code.startswith("elder") else ""
        status = say_at(form, refusal, field)
        return _page(canteen, form, chosen), status
    return _decide_all(canteen, chosen, form, elder_ref)


@bp.post("/review/rulings/<int:ruling_id>/take-back")
@requires(*WHO)
def take_back(ruling_id: int) -> BaseResponse:
    """Take back a decision; the record waits again."""
    form = TakeBackForm()
    with reading() as session:
        canteen_id = queries.canteen_of_ruling(session, ruling_id)
    canteen = next((canteen for canteen in my_canteens() if canteen.id == canteen_id), None)
    if canteen is None:
        raise Refusal("ruling-unknown", "没有这个决定。")
    if not form.validate_on_submit():
        flash(_("请写明撤回的原因。"), "warn")
    else:
        services.take_back(ruling_id, form.reason.data or "", _me())
        flash(_("已撤回，这条记录重新等待核查。"), "ok")
    return redirect(url_for("oversight.review", canteen=canteen.code), 303)


@tasks(*WHO)
def waiting_tasks() -> list[Task]:
    """What waits, on the first page."""
    with reading() as session:
        counts = [(canteen, queries.waiting_count(session, canteen.id)) for canteen in my_canteens()]
    return [
        Task(
            _("%(canteen)s有 %(count)s 条记录待核查", canteen=canteen.name, count=count),
            url_for("oversight.review", canteen=canteen.code),
        )
        for canteen, count in counts
        if count
    ]


@figures(*WHO, Role.OFFICER, position=10)
def todays_meals() -> list[Figure]:
    """How many ate today in the canteens of whoever looks."""
    with reading() as session:
        served = sum(
            count.served
            for canteen in my_canteens()
            for count in day_counts(session, canteen.id, today(canteen.time_zone))
        )
    return [Figure(_("今天用餐"), str(served), "/", _("人次"))]


def _page(canteen: CanteenRow, form: RulingForm, chosen: list[int] | None = None) -> str:
    with reading() as session:
        waiting: list[WaitingScan] = queries.waiting(session, canteen.id)
        ruled: list[RuledScan] = queries.ruled(session, canteen.id)
    return render_template(
        "oversight/review.html", canteen=canteen, canteens=my_canteens(), waiting=waiting, ruled=ruled, form=form,
        chosen=chosen or [], take_back_form=TakeBackForm(formdata=None), codes=words.CODES, rulings=words.RULINGS,
        periods=PERIOD_NAMES,
    )  # fmt: skip


def _refuse_others(canteen: CanteenRow, chosen: list[int]) -> None:
    if not chosen:
        raise Refusal("nothing-chosen", "请先勾选要处理的记录，再选一项决定。")
    with reading() as session:
        if any(queries.canteen_of(session, row_id) != canteen.id for row_id in chosen):
            raise Refusal("scan-unknown", "没有这条记录。")


def _elder_ref(canteen: CanteenRow, text: str) -> str:
    """The one elder whom these words mean, on this canteen's list, or by a reference."""
    with reading() as session:
        found = find(session, canteen.id, text)
    exact = [elder for elder in found if elder["name"] == text.strip()]
    if len(exact or found) > 1:
        message = "有几位老人都对得上，请写完整的姓名或卡号。"
        raise Refusal("elder-several", message, count=len(exact or found))
    return str((exact or found)[0]["ref"]) if found else text.strip()


def _decide_all(
    canteen: CanteenRow, chosen: list[int], form: RulingForm, elder_ref: str | None
) -> BaseResponse | tuple[str, int]:
    """Each record by itself: what cannot be decided so is named and waits on."""
    left: list[int] = []
    for row_id in chosen:
        try:
            _decide_one(row_id, form, elder_ref)
        except Refusal as refusal:
            left.append(row_id)
            if sentence(refusal) not in form.form_errors:
                form.form_errors.append(sentence(refusal))
    done = len(chosen) - len(left)
    if done:
        flash(ngettext("%(num)s 条记录处理好了。", "%(num)s 条记录处理好了。", done), "ok")
    if left:
        return _page(canteen, form, left), 409
    return redirect(url_for("oversight.review", canteen=canteen.code), 303)


def _decide_one(row_id: int, form: RulingForm, elder_ref: str | None) -> None:
    reason = form.reason.data or ""
    if form.ruling.data == CARRY:
        services.carry(row_id, reason, _me())
    else:
        services.rule_on(row_id, form.ruling.data, reason, _me(), elder_ref)


def _me() -> str:
    return f"staff:{current_user.staff_id}"
