"""更正单: pages on which a manager puts a meal or a top-up right."""

from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.forms import PERIOD_NAMES
from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteens, say_at
from canteen.cards.queries import holder_by_ref
from canteen.checkin.cancelling import cancel_meal
from canteen.checkin.corrections import queries
from canteen.checkin.corrections.forms import CorrectionForm
from canteen.checkin.shifts.words import METHODS
from canteen.core.errors import Refusal
from canteen.core.roles import KEEPERS
from canteen.db import reading
from canteen.devices.queries import of_canteen
from canteen.elders.boxes import elder_box
from canteen.elders.queries import ElderPage
from canteen.staff.queries import id_of, names
from canteen.wallets.reversing import reverse_top_up
from canteen.web.access import requires

bp = Blueprint("corrections", __name__)


@bp.get("/corrections/<ref>")
@requires(*KEEPERS)
def index(ref: str) -> str:
    """What an elder ate and paid in, to put right what was a mistake."""
    with reading() as session:
        holder = holder_by_ref(session, ref, [canteen.id for canteen in my_canteens()])
        meals = queries.meals_of(session, holder.elder_id)
        top_ups = queries.top_ups_of(session, holder.elder_id)
    return render_template(
        "checkin/corrections/index.html", holder=holder, meals=meals, top_ups=top_ups, period_names=PERIOD_NAMES,
        methods=METHODS, zones={canteen.id: canteen.time_zone for canteen in my_canteens()},
    )  # fmt: skip


@bp.route("/corrections/meals/<int:meal_no>", methods=["GET", "POST"])
@requires(*KEEPERS)
def meal(meal_no: int) -> BaseResponse:
    """One meal's slip: what was booked, and what takes it back."""
    with reading() as session:
        found = queries.meal(session, meal_no)
    canteen, form, status = _mine(found.canteen_id), CorrectionForm(), 200
    if form.validate_on_submit():
        try:
            cancel_meal(meal_no, form.stated, current_user.actor)
            flash(_("已更正。原来的记录留着，冲正记在后面。"), "ok")
            return redirect(url_for("checkin.corrections.meal", meal_no=meal_no), 303)
        except Refusal as refusal:
            status = say_at(form, refusal)
    with reading() as session:
        by = _name(session, canteen, found.slip.by) if found.slip else None
    page = render_template(
        "checkin/corrections/meal.html", meal=found, canteen=canteen, form=form, by=by, period_names=PERIOD_NAMES
    )
    return make_response(page, status)


@bp.route("/corrections/top-ups/<int:top_up_no>", methods=["GET", "POST"])
@requires(*KEEPERS)
def top_up(top_up_no: int) -> BaseResponse:
    """One top-up's slip."""
    with reading() as session:
        found = queries.top_up(session, top_up_no)
    canteen, form, status = _mine(found.canteen_id), CorrectionForm(), 200
    if form.validate_on_submit():
        try:
            reverse_top_up(top_up_no, form.stated, current_user.actor)
            flash(_("已更正。原来的记录留着，冲正记在后面。"), "ok")
            return redirect(url_for("checkin.corrections.top_up", top_up_no=top_up_no), 303)
        except Refusal as refusal:
            status = say_at(form, refusal)
    with reading() as session:
        taken_by = _name(session, canteen, found.received_by)
        by = _name(session, canteen, found.slip.by) if found.slip else None
    page = render_template(
        "checkin/corrections/top_up.html", top_up=found, canteen=canteen, form=form, by=by, taken_by=taken_by,
        methods=METHODS,
    )  # fmt: skip
    return make_response(page, status)


@elder_box("checkin/corrections/box.html", order=30)
def correction_box(page: ElderPage) -> dict[str, Any] | None:
    """The way from an elder's page to what may have to be put right."""
    return {"elder": page}


def _mine(canteen_id: int) -> CanteenRow:
    canteen = next((one for one in my_canteens() if one.id == canteen_id), None)
    if canteen is None:
        abort(404)
    return canteen


def _name(session: Session, canteen: CanteenRow, actor: str) -> str:
    """What to call whoever did something: a person's name, a tablet's."""
    number = id_of(actor)
    if number is not None:
        return names(session, {number}).get(number, actor)
    devices = {f"device:{device.ref}": device.name for device in of_canteen(session, canteen.id)}
    return devices.get(actor, "—")
