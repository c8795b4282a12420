"""A canteen's page for everyone, and the page that says who pays what. Nothing personal stands on either."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Literal

from flask import make_response, render_template, request
from flask_babel import force_locale
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
from canteen.noticeboard.views import SIZES, bp
from canteen.subsidies.wording.names import Names, read_names
from canteen.web.access import public
from canteen.web.languages import LANGUAGES, language

KEPT_SECONDS = 300
"""So long a browser may show the page without asking again: a notice changes at midnight, not at noon."""


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
            week=menus.week(session, place, day, published_only=True), **_look(code, "noticeboard.canteen"),
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
        names = read_names(session, _language())
        return render_template(
            "noticeboard/policy/policy.html", canteen=place, page=found, this_day=now, period_names=PERIOD_NAMES,
            told=_told(found.notice, names), coming=_told(found.coming, names), amount=telling.amount,
            **_look(code, "noticeboard.policy", on=on.isoformat() if on != now else None),
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
    with _in_language(), reading() as session:
        try:
            place = canteens.by_code(session, code)
        except Refusal:
            look = _look(code, "noticeboard.canteen")
            return make_response(render_template("noticeboard/policy/missing.html", **look), 404)
        return _kept(make_response(page(session, place)))


def _kept(response: Response) -> Response:
    """Let browsers and proxies keep the page a little, by language: it is the same for everybody."""
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.vary.add("Cookie")
    response.add_etag()
    return response.make_conditional(request.environ)


def _language() -> Literal["zh", "en"]:
    """The language that the address asks for, else the reader's own."""
    asked = request.args.get("lang")
    return "en" if (asked if asked in LANGUAGES else language()) == "en" else "zh"


@contextmanager
def _in_language() -> Iterator[None]:
    with force_locale(_language()):
        yield


def _look(code: str, endpoint: str, **more: str | None) -> dict[str, object]:
    """What the frame of a page needs: size of type, language, and the address to change either."""
    size = request.args.get("size", "a")
    keep = {key: value for key, value in more.items() if value is not None}
    asked = request.args.get("lang")
    return {
        "size": size if size in SIZES else "a",
        "lang": asked if asked in LANGUAGES else None,
        "here": (endpoint, {"code": code, **keep}),
    }


def _asked_day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None
