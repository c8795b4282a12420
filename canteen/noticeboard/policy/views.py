"""A canteen's page for everyone, and the page that says who pays what. Nothing personal stands on either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import make_response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from canteen.canteens import queries as canteens
from canteen.canteens.queries import CanteenRow
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.menus import queries as menus
from canteen.menus.forms import PERIOD_NAMES
from canteen.noticeboard.policy import queries, telling
from canteen.noticeboard.policy.queries import Notice
from canteen.noticeboard.policy.telling import Table
from canteen.noticeboard.public_page import asked_language, in_language, kept, look
from canteen.noticeboard.views import bp
from canteen.sponsors.agreements.places import names_at
from canteen.subsidies.wording.names import Names, read_names
from canteen.web.access import public


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """A notice with its tables in words."""

    notice: Notice
    tables: tuple[Table, ...]
    categories: tuple[Table, ...]
    limits: tuple[tuple[str, str], ...]
    deciding: tuple[str, ...]
    rules: tuple[str, ...]


@bp.get("/c/<code>")
@public()
def canteen(code: str) -> Response:
    """The canteen: when it is open, its telephone, this week's menu."""

    def page(session: Session, place: CanteenRow) -> str:
        day = today(place.time_zone)
        return render_template(
            "noticeboard/policy/canteen.html", canteen=place, this_day=day, period_names=PERIOD_NAMES,
            week=menus.week(session, place, day, published_only=True), names=names_at(session, place, day, "page"),
            **look("noticeboard.canteen", code),
        )  # fmt: skip

    return _answer(code, page)


@bp.get("/c/<code>/policy")
@public()
def policy(code: str) -> Response:
    """Who pays what at which age, today or from a coming day on."""

    def page(session: Session, place: CanteenRow) -> str:
        now = today(place.time_zone)
        on = max(_asked_day() or now, now)
        found = queries.read_policy(session, place, on)
        names = read_names(session, asked_language())
        return render_template(
            "noticeboard/policy/policy.html", canteen=place, page=found, this_day=now, period_names=PERIOD_NAMES,
            told=_told(found.notice, names), coming=_told(found.coming, names), amount=telling.amount,
            **look("noticeboard.policy", code, on=on.isoformat() if on != now else None),
        )  # fmt: skip

    return _answer(code, page)


def _told(notice: Notice | None, names: Names) -> ToldNotice | None:
    if notice is None:
        return None
    return ToldNotice(
        notice,
        tuple(telling.meal_table(table, names) for table in notice.tables),
        tuple(telling.category_table(table, names) for table in notice.categories),
        telling.limits(notice, names),
        telling.deciding_rules(notice, names),
        telling.rules(notice, names) if notice.price_fen is None else (),
    )


def _answer(code: str, page: Callable[[Session, CanteenRow], str]) -> Response:
    with in_language(), reading() as session:
        try:
            place = canteens.by_code(session, code)
        except Refusal:
            frame = look("noticeboard.canteen", code)
            return make_response(render_template("noticeboard/policy/missing.html", **frame), 404)
        return kept(make_response(page(session, place)))


def _asked_day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None
