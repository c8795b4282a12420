"""The sponsor's own page: opened by a link, read without an account, for one browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale
from werkzeug.wrappers import Response as BaseResponse

from canteen.clock import now
from canteen.core.calendar import parse_month
from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.noticeboard.named_day.queries import cards_of
from canteen.noticeboard.portal import bars, passes, queries
from canteen.noticeboard.portal.passes import PortalPass
from canteen.settlement.queries import StatementLine
from canteen.settlement.rendering import archived
from canteen.settlement.reports.queries import papers_of
from canteen.sponsors.links.services import note_use, open_link
from canteen.sponsors.pictures.queries import shown
from canteen.web.access import public
from canteen.web.headers import private_link
from canteen.web.languages import LANGUAGES, language
from canteen.web.limits import limiter
from canteen.web.refusals import sentence, status_of

bp = Blueprint("portal", __name__)

TRIES = "20 per minute; 100 per hour"
SIZES = ("a", "b", "c")
TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
STATUS = {"unknown": 403, "expired": 410, "revoked": 410}


@bp.get("/s/<token>")
@public()
@private_link
@limiter.limit(TRIES)
def open_page(token: str) -> BaseResponse:
    """What stands in the link: the first browser is let in, and goes on to the page whose address holds no token."""
    if request.method == "HEAD" or _is_ahead_of_reader():
        return Response(status=204)
    try:
        opened = open_link(token, passes.secret(), _device(), passes.this_day())
    except Refusal as refusal:
        with _in_language():
            return _stopped(refusal.code.removeprefix("link-"), status_of(refusal))
    response = redirect(url_for("noticeboard.portal.page"), 303)
    passes.give(response, opened)
    return response


@bp.get("/s")
@public()
@private_link
def page() -> BaseResponse:
    """How much is left, what it was used for, what there is to download."""
    state, held = passes.entry()
    with _in_language():
        if held is None:
            return _stopped(state, STATUS[state])
        if request.method == "GET":
            note_use(held.link_id, "page", _device())
        return make_response(_page(held))


@bp.get("/s/papers/<number>.<any(pdf, xlsx):ending>")
@public()
@private_link
def paper(number: str, ending: str) -> BaseResponse:
    """A sealed statement of this sponsor, as it was archived; another's is not there."""
    state, held = passes.entry()
    with _in_language():
        if held is None:
            return _stopped(state, STATUS[state])
        found = _paper(held, number)
        if found is None:
            return _stopped("missing", 404)
        try:
            file = archived(found.id)[ending]
        except Refusal as refusal:
            return make_response(render_template(
                "noticeboard/portal/stopped.html", state="refused", words=sentence(refusal), contacts=(), **_look()
            ), status_of(refusal))  # fmt: skip
    note_use(held.link_id, f"paper:{found.number}", _device())
    response = Response(file.content, mimetype=TYPES[ending])
    response.headers.set("Content-Disposition", "attachment", filename=file.name)
    return response


def _paper(held: PortalPass, number: str) -> StatementLine | None:
    with reading() as session:
        return next((one for one in papers_of(session, held.sponsor_id) if one.number == number), None)


def _page(held: PortalPass) -> str:
    zone = current_app.config["CANTEEN"].default_zone
    with reading() as session:
        told = queries.sponsor_page(session, held.sponsor_id, now(), zone, _month())
        beside = {
            "papers": papers_of(session, held.sponsor_id),
            "pictures": shown(session, held.sponsor_id),
            "days": cards_of(session, held.sponsor_id, passes.this_day()),
        }
    return render_template(
        "noticeboard/portal/page.html", page=told, charts=bars.charts(told), bar=bars.bar, endings=tuple(TYPES),
        **beside, **_look(),
    )  # fmt: skip


def _stopped(state: str, status: int) -> BaseResponse:
    """Why the page is not shown, and whom to ask. The same people for everybody: nothing of the link is in it."""
    with reading() as session:
        contacts = queries.contacts(session)
    html = render_template("noticeboard/portal/stopped.html", state=state, contacts=contacts, **_look())
    return make_response(html, status)


def _is_ahead_of_reader() -> bool:
    """A browser that fetches pages before anybody asked for them would use up the link."""
    asked = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any("prefetch" in value or "preview" in value for value in asked)


def _device() -> str:
    """What kind of device this is, in one word; nothing else of it is kept."""
    said = request.headers.get("User-Agent", "")
    if "iPad" in said or "Tablet" in said or ("Android" in said and "Mobile" not in said):
        return "tablet"
    if "Mobile" in said or "iPhone" in said:
        return "phone"
    return "computer" if any(name in said for name in ("Windows", "Macintosh", "X11")) else "other"


def _language() -> str:
    asked = request.args.get("lang")
    return asked if asked in LANGUAGES else language()


@contextmanager
def _in_language() -> Iterator[None]:
    with force_locale(_language()):
        yield


def _look() -> dict[str, object]:
    """What the frame of the page needs: size of type, language, and what stays in the address when either changes."""
    size, asked = request.args.get("size", "a"), request.args.get("lang")
    return {
        "size": size if size in SIZES else "a",
        "lang": asked if asked in LANGUAGES else None,
        "month": _month(),
    }


def _month() -> str | None:
    """The month whose table is wanted, if it is one."""
    try:
        return parse_month(request.args.get("month", "")).text
    except ValueError:
        return None
