"""Pages of canteens, and what the pages of later slices ask: which canteens the person signed in works in."""

from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens import queries, services, words
from canteen.canteens.forms import AREA_NAMES, PERIOD_NAMES, CanteenForm, NewCanteenForm, WorkersForm, shown
from canteen.canteens.hours import DEFAULT_HOURS
from canteen.canteens.queries import CanteenRow
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import reading
from canteen.web.access import requires
from canteen.web.filters import ROLE_NAMES
from canteen.web.refusals import sentence, status_of

bp = Blueprint("canteens", __name__)
words.register()

# Which field a refusal is about; the others stand at the head of the form.
FIELD_OF = {
    "canteen-taken": "code", "canteen-code": "code", "canteen-name": "name", "canteen-division": "division",
    "canteen-price": "price", "canteen-phone": "phone", "canteen-uscc": "operator_uscc",
}  # fmt: skip


def my_canteens() -> list[CanteenRow]:
    """The canteens that whoever is signed in sees; administrators and officers see every one."""
    with reading() as session:
        return queries.workplaces(session, current_user.staff_id, current_user.role)


def my_canteen(code: str | None = None) -> CanteenRow:
    """The canteen of this code, else the first of one's own.

    Raises Refusal `canteen-not-yours`, `no-workplace`.
    """
    mine = my_canteens()
    if not mine:
        raise Refusal("no-workplace", "您还没有分到食堂。请系统管理员在“食堂”页面里把您加上。")
    found = next((canteen for canteen in mine if canteen.code == code), None) if code else mine[0]
    if found is None:
        raise Refusal("canteen-not-yours", "这个食堂不归您管。需要的话，请系统管理员把您加到这个食堂。")
    return found


def say_at(form: Any, refusal: Refusal, field: str = "") -> int:
    """Put a refusal's words beside the field it is about, or at the head of the form; answers the status."""
    if field and field in form:
        form[field].errors = [*form[field].errors, sentence(refusal)]
    else:
        form.form_errors.append(sentence(refusal))
    return status_of(refusal)


@bp.get("/canteens")
@requires(Role.ADMINISTRATOR, Role.MANAGER)
def index() -> str:
    """The canteens that one sees."""
    return render_template(
        "canteens/index.html", canteens=my_canteens(), areas=AREA_NAMES, period_names=PERIOD_NAMES
    )


@bp.route("/canteens/new", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def new() -> BaseResponse:
    """Open a canteen."""
    usual = {period: "-".join(span) for period, span in DEFAULT_HOURS.items()}
    form, status = NewCanteenForm(data=usual if request.method == "GET" else None), 200
    if form.validate_on_submit():
        try:
            facts = form.facts(current_app.config["CANTEEN"].default_zone)
            row = services.add_canteen(form.code.data, facts, current_user.actor)
            flash(_("已添加食堂：%(name)s。", name=row.name), "ok")
            return redirect(url_for("canteens.page", code=row.code), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, FIELD_OF.get(refusal.code, ""))
    return make_response(render_template("canteens/new.html", form=form), status)


@bp.route("/canteens/<code>", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR, Role.MANAGER)
def page(code: str) -> BaseResponse:
    """One canteen's standing facts, to read and to change."""
    canteen = my_canteen(code)
    form, status = CanteenForm(data=shown(canteen)), 200
    if form.validate_on_submit():
        try:
            services.change_canteen(canteen.id, form.facts(canteen.time_zone), current_user.actor)
            flash(_("保存好了。"), "ok")
            return redirect(url_for("canteens.page", code=code), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, FIELD_OF.get(refusal.code, ""))
    html = render_template(
        "canteens/page.html", canteen=canteen, form=form, workers_form=_workers_form(canteen)
    )
    return make_response(html, status)


@bp.post("/canteens/<code>/workers")
@requires(Role.ADMINISTRATOR)
def workers(code: str) -> BaseResponse:
    """Say who works here."""
    canteen = my_canteen(code)
    form = _workers_form(canteen)
    if form.validate_on_submit():
        services.set_workers(canteen.id, form.staff.data or [], current_user.actor)
        flash(_("在这里工作的人已保存。"), "ok")
    return redirect(url_for("canteens.page", code=code), 303)


def _workers_form(canteen: CanteenRow) -> WorkersForm:
    with reading() as session:
        people = queries.workers(session, canteen.id)
    form = WorkersForm(data={"staff": [worker.staff_id for worker in people if worker.works_here]})
    form.staff.choices = [(p.staff_id, f"{p.name}（{ROLE_NAMES[p.role]}）") for p in people]
    return form
