"""The page of visits: who did not come and was not asked after, and the note of whoever looked in."""

from datetime import timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.forms import PERIOD_NAMES
from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteen, my_canteens
from canteen.checkin.absences import queries, services, words
from canteen.checkin.absences.forms import VisitForm
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.core.roles import KEEPERS
from canteen.db import reading
from canteen.web.access import requires
from canteen.web.home import Task, tasks
from canteen.web.refusals import sentence, status_of

bp = Blueprint("visits", __name__)
words.register()

DONE_SHOWN = timedelta(days=14)


@bp.get("/visits")
@requires(*KEEPERS)
def index() -> BaseResponse:
    """The visits still to make, and those made in the last fortnight."""
    services.make_visit_tasks()
    return _page(my_canteen(request.args.get("canteen")))


@bp.post("/visits/<int:visit_id>")
@requires(*KEEPERS)
def made(visit_id: int) -> BaseResponse:
    """A visit was made."""
    with reading() as session:
        canteen_id = queries.canteen_of_visit(session, visit_id)
    canteen = next((canteen for canteen in my_canteens() if canteen.id == canteen_id), None)
    if canteen is None:
        raise Refusal("visit-unknown", "没有这次探访。请刷新页面。")
    form = VisitForm()
    try:
        services.make_visit(visit_id, form.note.data or "", current_user.actor)
    except Refusal as refusal:
        return _page(canteen, status_of(refusal), (visit_id, sentence(refusal)))
    flash(_("已记下这次探访。"), "ok")
    return redirect(url_for("checkin.visits.index", canteen=canteen.code), 303)


@tasks(*KEEPERS)
def visits_to_make() -> list[Task]:
    """Whom to visit, on the first page."""
    services.make_visit_tasks()
    with reading() as session:
        counts = [(canteen, len(queries.open_visits(session, canteen.id))) for canteen in my_canteens()]
    return [
        Task(
            _("%(canteen)s有 %(count)s 位老人没来用餐，要问一问", canteen=canteen.name, count=count),
            url_for("checkin.visits.index", canteen=canteen.code),
        )
        for canteen, count in counts
        if count
    ]


def _page(canteen: CanteenRow, status: int = 200, fault: tuple[int, str] | None = None) -> BaseResponse:
    since = today(canteen.time_zone) - DONE_SHOWN
    with reading() as session:
        waiting = queries.open_visits(session, canteen.id)
        done = queries.done_visits(session, canteen.id, since)
    html = render_template(
        "checkin/visits/index.html", canteen=canteen, canteens=my_canteens(), waiting=waiting, done=done,
        fault=fault, periods=PERIOD_NAMES, longest=services.LONGEST_NOTE,
    )  # fmt: skip
    return make_response(html, status)
