"""Pages of shifts in the office: cash closes with their slips, and what the kitchen cooked."""

import secrets
from datetime import date, timedelta

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.forms import PERIOD_NAMES
from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteen, my_canteens
from canteen.checkin.shifts import queries
from canteen.checkin.shifts.forms import PortionsForm
from canteen.checkin.shifts.portions import note_portions, portions_noted
from canteen.checkin.shifts.words import COUNTS, METHODS, register
from canteen.clock import today
from canteen.core.roles import COUNTER, OFFICE
from canteen.db import reading
from canteen.devices.queries import of_canteen
from canteen.staff.queries import id_of, names
from canteen.web.access import requires

bp = Blueprint("shifts", __name__)
register()

SHOWN = timedelta(days=31)


@bp.get("/closes")
@requires(*OFFICE)
def index() -> str:
    """The cash closes of the last month, and the days that some till has not closed."""
    canteen = my_canteen(request.args.get("canteen"))
    on = today(canteen.time_zone)
    with reading() as session:
        closes = queries.closes_of(session, canteen.id, on - SHOWN, on)
        missing = queries.days_not_closed(session, canteen.id, on - SHOWN, on - timedelta(days=1))
        open_now = queries.open_tills(session, canteen.id, on)
    return render_template(
        "checkin/closes.html", canteen=canteen, canteens=my_canteens(), closes=closes, missing=missing,
        open_now=open_now,
    )  # fmt: skip


@bp.get("/closes/<int:close_no>")
@requires(*OFFICE)
def slip(close_no: int) -> str:
    """One cash close as the paper that two people sign."""
    with reading() as session:
        close = queries.close_by_id(session, close_no)
    canteen = next((one for one in my_canteens() if close and one.id == close.canteen_id), None)
    if close is None or canteen is None:
        abort(404)
    return render_template(
        "checkin/close.html", close=close, canteen=canteen, period_names=PERIOD_NAMES, methods=METHODS, counts=COUNTS
    )


@bp.route("/kitchen/portions", methods=["GET", "POST"])
@requires(*COUNTER)
def portions() -> BaseResponse:
    """出餐数 of a day, noted and corrected."""
    canteen, form, status = my_canteen(request.values.get("canteen")), PortionsForm(), 200
    form.key.data = form.key.data or secrets.token_hex(16)
    last_on = today(canteen.time_zone)
    if request.method == "GET":
        form.on.data = _day(request.args.get("on"), last_on)
    if form.validate_on_submit() and (form.on.data is None or form.on.data > last_on):
        form.on.errors = [_("请选今天或以前的日期。")]
    if form.is_submitted() and not form.errors:
        _note(canteen, form)
        flash(_("出餐数记好了。"), "ok")
        return redirect(url_for("checkin.shifts.portions", canteen=canteen.code, on=form.on.data), 303)
    status = 400 if form.errors else 200
    first_on = last_on - timedelta(days=13)
    with reading() as session:
        noted = portions_noted(session, canteen.id, first_on, last_on)
        named = _names(session, canteen, {row.noted_by for row in noted})
    page = render_template(
        "checkin/portions.html", canteen=canteen, canteens=my_canteens(), form=form, noted=noted[::-1], named=named,
        period_names=PERIOD_NAMES, fields=[form[period] for period in PERIOD_NAMES],
    )  # fmt: skip
    return make_response(page, status)


def _note(canteen: CanteenRow, form: PortionsForm) -> None:
    for period in PERIOD_NAMES:
        count = form[period].data
        if count is not None:
            key = f"office:{form.key.data[:40]}:{period}"
            note_portions(canteen.id, form.on.data, period, count, current_user.actor, key)


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise


def _names(session: Session, canteen: CanteenRow, actors: set[str]) -> dict[str, str]:
    """What to call whoever noted something: a person's name, a tablet's."""
    numbers = {number for actor in actors if (number := id_of(actor)) is not None}
    people = {f"staff:{number}": name for number, name in names(session, numbers).items()}
    return people | {f"device:{device.ref}": device.name for device in of_canteen(session, canteen.id)}
