"""The thank-you wall of a canteen and its public notices, for everybody; nothing personal stands on either."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from canteen.canteens import queries as canteens
from canteen.canteens.queries import CanteenRow
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.menus.forms import PERIOD_NAMES
from canteen.noticeboard.public_page import in_language, kept, look
from canteen.noticeboard.wall import notices, office, queries, words
from canteen.noticeboard.wall.notices import Published
from canteen.noticeboard.wall.queries import ORDERS
from canteen.web.access import public

bp = Blueprint("wall", __name__)
bp.register_blueprint(office.bp)
words.register()

WALL = "noticeboard.wall.thanks"


@bp.get("/thanks/<code>")
@public()
def thanks(code: str) -> Response:
    """Who gives to a canteen, and the latest notice of how its money was used."""
    with in_language(), reading() as session:
        place = _place(session, code)
        if place is None:
            return _missing(code)
        day = today(place.time_zone)
        order = request.args.get("order", "")
        order = order if order in ORDERS else "date"
        return kept(
            make_response(
                render_template(
                    "noticeboard/wall/thanks.html", canteen=place, wall=queries.read_wall(session, place.id, day, order),
                    order=order, notices=notices.live_notices(session, place.id), this_day=day,
                    period_names=PERIOD_NAMES, words=words, **look(WALL, code, order=None if order == "date" else order),
                )
            )
        )  # fmt: skip


@bp.get("/thanks/<code>/<number>")
@public()
def notice(code: str, number: str) -> Response:
    """One notice as it was published; of one that was withdrawn, why, and which stands in its place."""
    with in_language(), reading() as session:
        place = _place(session, code)
        known = notices.notices_of(session, place.id) if place else []
        found = next((one for one in known if one.notice.number == number), None)
        if place is None or found is None:
            return _missing(code)
        html = render_template(
            "noticeboard/wall/notice.html", canteen=place, found=found, newer=_newer(known, found),
            this_day=today(place.time_zone), words=words, **look("noticeboard.wall.notice", code, number=number),
        )  # fmt: skip
        return kept(make_response(html))


def _newer(known: list[Published], found: Published) -> Published | None:
    """The version that holds instead of one that was withdrawn."""
    return next((one for one in known if one.is_live and one.notice.month == found.notice.month), None)


def _place(session: Session, code: str) -> CanteenRow | None:
    try:
        return canteens.by_code(session, code)
    except Refusal:
        return None


def _missing(code: str) -> Response:
    return make_response(render_template("noticeboard/wall/missing.html", **look(WALL, code)), 404)
