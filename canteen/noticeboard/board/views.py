"""The board that a television shows, and the office's page for its link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteen
from canteen.clock import now
from canteen.core.roles import Role
from canteen.db import reading
from canteen.menus.forms import PERIOD_NAMES
from canteen.noticeboard.board import queries, services, words
from canteen.noticeboard.board.queries import Board
from canteen.noticeboard.policy import telling
from canteen.noticeboard.policy.queries import MealTable
from canteen.subsidies.wording.names import read_names
from canteen.web.access import public, requires
from canteen.web.headers import private_link
from canteen.web.languages import LANGUAGES, language, page_language

bp = Blueprint("board", __name__)
words.register()

OFFICE = (Role.ADMINISTRATOR, Role.MANAGER)
THEMES = ("dark", "light")


@bp.get("/board/<token>")
@public()
@private_link
def board(token: str) -> BaseResponse:
    """What a television shows. It is whole without a script; with one it looks again by itself."""
    lang = request.args.get("lang")
    kept = {"lang": lang if lang in LANGUAGES else None}
    with force_locale(kept["lang"] or language()), reading() as session:
        canteen = queries.canteen_of(session, token)
        if canteen is None:
            return make_response(render_template("noticeboard/board/missing.html"), 404)
        shown = queries.read_board(session, canteen, now())
        html = render_template(
            "noticeboard/board/board.html", board=shown, lines=_lines(session, shown), period_names=PERIOD_NAMES,
            page=_page(shown), theme=_theme(), token=token, **kept,
        )  # fmt: skip
    return make_response(html)


@bp.get("/canteens/<code>/board")
@requires(*OFFICE)
def office(code: str) -> str:
    """Whether the board of a canteen has a link."""
    return _office(my_canteen(code))


@bp.post("/canteens/<code>/board")
@requires(*OFFICE)
def make_link(code: str) -> str:
    """Make a link, shown this once; the one before ends."""
    canteen = my_canteen(code)
    token = services.make_link(canteen.id, current_user.actor)
    return _office(canteen, url_for("noticeboard.board.board", token=token, _external=True))


@bp.post("/canteens/<code>/board/revoke")
@requires(*OFFICE)
def revoke_link(code: str) -> BaseResponse:
    """End the link."""
    services.revoke_link(my_canteen(code).id, current_user.actor)
    flash(_("链接已停用，用它打开的大屏一分钟内不再显示。"), "ok")
    return redirect(url_for("noticeboard.board.office", code=code), 303)


def _office(canteen: CanteenRow, address: str = "") -> str:
    with reading() as session:
        link = queries.link_of(session, canteen.id)
    return render_template("noticeboard/board/office.html", canteen=canteen, link=link, address=address)


def _lines(session: Session, shown: Board) -> tuple[Any, ...]:
    """What each age pays, where the ages pay differently."""
    if not shown.rows or shown.meal is None:
        return ()
    names = read_names(session, "en" if page_language() == "en" else "zh")
    lines = telling.meal_table(MealTable((shown.meal,), shown.rows), names).lines
    return lines if len(lines) > 1 else ()


def _page(shown: Board) -> int:
    """The page of dishes that is asked for; without a script the browser asks for one after another."""
    asked = request.args.get("page", 1, type=int)
    return asked if 1 <= asked <= len(shown.pages) else 1


def _theme() -> str:
    asked = request.args.get("theme", "")
    return asked if asked in THEMES else THEMES[0]
