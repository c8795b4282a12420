"""The page that says why a meal cost what it did, the way to it by its number, and the box on an elder's page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.forms import PERIOD_NAMES
from canteen.canteens.views import my_canteens
from canteen.checkin.why import queries, words
from canteen.checkin.why.explanation import Explanation
from canteen.checkin.why.services import note_viewing
from canteen.clock import today
from canteen.core.calendar import month_of, next_month, parse_month, previous_month
from canteen.core.roles import OFFICE
from canteen.db import reading
from canteen.elders.boxes import elder_box
from canteen.elders.queries import ElderPage
from canteen.subsidies.wording.names import page_names
from canteen.subsidies.wording.rules import limit_words, payer_words
from canteen.subsidies.wording.terms import CHANNELS, PAYEES, level_words
from canteen.subsidies.wording.told import told
from canteen.subsidies.wording.traces import StepInWords, VersionTold
from canteen.web.access import requires

bp = Blueprint("why", __name__)


@bp.get("/meals")
@requires(*OFFICE)
def find() -> BaseResponse:
    """The meal of a number; without one, where to type it."""
    written = request.args.get("no", "").strip()
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 19 else None
    if number is not None:
        with reading() as session:
            canteen_id = queries.canteen_of_meal(session, number)
        if canteen_id in _my_ids():
            return redirect(url_for("checkin.why.meal", meal_no=number), 303)
    page = render_template("checkin/why/find.html", written=written)
    return make_response(page, 404 if written else 200)


@bp.get("/meals/<int:meal_no>/why")
@requires(*OFFICE)
def meal(meal_no: int) -> str:
    """Why this meal cost its elder what it did. Whoever opens it is put on record."""
    with reading() as session:
        found = queries.explain(session, meal_no, _my_ids())
        names = page_names(session)
    note_viewing(meal_no, found.meal.canteen_id, current_user.actor)
    version = VersionTold({} if found.notice is None else found.notice.mapping, names)
    return render_template(
        "checkin/why/meal.html", found=found, meal=found.meal, notice=found.notice, names=names, words=words,
        steps=_steps(found, version), title_of=version.title,
        title=words.title_words(found, names), periods=PERIOD_NAMES, channels=CHANNELS,
        payees=PAYEES, payer_words=payer_words, limit_words=limit_words, level_words=level_words,
    )  # fmt: skip


def _steps(found: Explanation, version: VersionTold) -> tuple[StepInWords, ...]:
    """What became of each rule; nothing can be told where the version is gone."""
    if found.notice is None:
        return ()
    return version.steps(found.meal.trace, told(words.told_facts(found), found.notice.age_counts))


@elder_box("checkin/why/box.html", order=40)
def meals_box(page: ElderPage) -> dict[str, Any] | None:
    """The elder's last meals in one's own canteens, each with the way to why; by the month where one is named."""
    if current_user.role not in OFFICE:
        return None
    month = _month(request.args.get("meals"))
    with reading() as session:
        eaten = queries.eaten(session, page.id, _my_ids(), month)
    this_month = month_of(today(current_app.config["CANTEEN"].default_zone))
    return {
        "elder": page, "eaten": eaten, "month": month, "periods": PERIOD_NAMES,
        "before": previous_month(month) if month else this_month,
        "after": next_month(month) if month and month < this_month else None,
    }  # fmt: skip


def _my_ids() -> list[int]:
    return [canteen.id for canteen in my_canteens()]


def _month(written: str | None) -> str | None:
    try:
        month = parse_month(written or "").text
    except ValueError:
        return None
    return month if "2000-01" < month < "2200" else None
