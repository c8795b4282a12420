"""The card of a named day: for its sponsor, for the office, and for who was sent one and wants to check it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from canteen.core.errors import Refusal
from canteen.core.roles import OFFICE
from canteen.db import reading
from canteen.noticeboard.named_day import queries, services, wording
from canteen.noticeboard.named_day.drawing import check_characters, draw_card
from canteen.noticeboard.named_day.forms import CardCodeForm
from canteen.noticeboard.named_day.queries import Card
from canteen.noticeboard.named_day.services import Look
from canteen.noticeboard.named_day.wording import ToldCard
from canteen.noticeboard.portal import passes
from canteen.sponsors.pictures import queries as pictures
from canteen.web.access import public, requires
from canteen.web.filters import short_day
from canteen.web.headers import private_link
from canteen.web.home import Task, tasks
from canteen.web.languages import LANGUAGES, language
from canteen.web.limits import limiter
from canteen.web.refusals import sentence, status_of

bp = Blueprint("named_day", __name__)
wording.register()

TOLD_DAYS = 7
TRIES = "10 per minute; 60 per hour"
draw = functools.lru_cache(maxsize=32)(draw_card)


@bp.get("/s/days/<int:naming_id>")
@public()
@private_link
def sponsor_card(naming_id: int) -> BaseResponse:
    """The card of a named day, for the sponsor whose day it was."""
    return _for_sponsor(lambda sponsor_id: _sponsor_page(services.look(naming_id, sponsor_id=sponsor_id)))


@bp.get("/s/days/<int:naming_id>.png")
@public()
@private_link
def sponsor_picture(naming_id: int) -> BaseResponse:
    """The same as a picture to forward."""
    return _for_sponsor(lambda sponsor_id: _picture(services.look(naming_id, sponsor_id=sponsor_id)))


@bp.post("/s/days/<int:naming_id>/renew")
@public()
@private_link
@limiter.limit(TRIES)
def renew(naming_id: int) -> BaseResponse:
    """Make the card anew after a correction."""

    def act(sponsor_id: int) -> BaseResponse:
        services.look(naming_id, sponsor_id=sponsor_id)
        services.make_card(naming_id)
        return redirect(url_for("noticeboard.named_day.sponsor_card", naming_id=naming_id, lang=_asked()), 303)

    return _for_sponsor(act)


@bp.get("/s/pictures/<int:picture_id>")
@public()
@private_link
def shown_picture(picture_id: int) -> BaseResponse:
    """A picture that the sponsor may see while its consent lasts; 404 for everybody else."""
    held = passes.read()
    if held is None:
        abort(404)
    with reading() as session:
        content = pictures.shown_content(session, held.sponsor_id, picture_id, passes.this_day())
    return _image(content, "image/jpeg")


@bp.get("/agreements/<int:agreement_id>/namings/<int:naming_id>/card")
@requires(*OFFICE)
def office_card(agreement_id: int, naming_id: int) -> str:
    """The card of a named day, as its sponsor sees it."""
    look = services.look(naming_id, agreement_id=agreement_id)
    return render_template("noticeboard/named_day/office.html", look=look, **_told(look), lang=None)


@bp.get("/agreements/<int:agreement_id>/namings/<int:naming_id>/card.png")
@requires(*OFFICE)
def office_picture(agreement_id: int, naming_id: int) -> BaseResponse:
    """The same as a picture to forward."""
    with _in_language():
        return _picture(services.look(naming_id, agreement_id=agreement_id))


@bp.post("/agreements/<int:agreement_id>/namings/<int:naming_id>/card")
@requires(*OFFICE)
def office_renew(agreement_id: int, naming_id: int) -> BaseResponse:
    """Make the card anew after a correction."""
    services.look(naming_id, agreement_id=agreement_id)
    services.make_card(naming_id)
    page = url_for("noticeboard.named_day.office_card", agreement_id=agreement_id, naming_id=naming_id)
    return redirect(page, 303)


@tasks(*OFFICE, position=60)
def cards_to_send() -> list[Task]:
    """Cards of days that have just ended, on the first page for a week: somebody sends them to the sponsor."""
    on = passes.this_day()
    with reading() as session:
        ended = queries.ended_days(session, on - timedelta(days=TOLD_DAYS), on - timedelta(days=1))
    return [
        Task(
            _("“%(name)s”的冠名日（%(day)s）过完了，“您的一餐”卡片可以发出去了", name=day.right.name, day=short_day(day.named_on)),
            url_for("noticeboard.named_day.office_card", agreement_id=day.agreed.id, naming_id=day.right.id),
            note=day.canteen_name,
        )
        for day in ended
    ]  # fmt: skip


@bp.get("/d")
@public()
def check() -> str:
    """Asks for the code at the foot of a card."""
    with _in_language():
        return render_template("noticeboard/named_day/check.html", form=CardCodeForm(), card=None, lang=_asked())


@bp.post("/d", endpoint="checked")
@public()
@limiter.limit(TRIES)
def show_checked() -> BaseResponse:
    """What the card with this code says, to compare; it names nobody but the sponsor."""
    with _in_language():
        form, card = CardCodeForm(), None
        if form.validate_on_submit():
            with reading() as session:
                card = queries.by_check_code(session, form.typed())
                day = queries.named_day(session, card.naming_id) if card else None
                newest = queries.newest(session, card.naming_id) if card else None
            if card is not None and day is not None:
                html = render_template(
                    "noticeboard/named_day/check.html", form=form, card=_words(card, day.time_zone), lang=_asked(),
                    is_outdated=newest != card,
                )  # fmt: skip
                return make_response(html)
            wrong = Refusal("day-card-code-wrong", "没有这个核对码的卡片。请照卡片再核对一次。")
            form.code.errors = [sentence(wrong)]
        html = render_template("noticeboard/named_day/check.html", form=form, card=None, lang=_asked())
        return make_response(html, 400)


def _for_sponsor(act: Callable[[int], BaseResponse]) -> BaseResponse:
    """What an act answers to who came by a link that stands; others go to where links are explained."""
    held = passes.read()
    if held is None:
        return redirect(passes.PATH, 303)
    with _in_language():
        try:
            return act(held.sponsor_id)
        except Refusal as refusal:
            told = {"sentence": sentence(refusal), "lang": _asked()}
            return make_response(render_template("noticeboard/named_day/none.html", **told), status_of(refusal))


def _sponsor_page(look: Look) -> BaseResponse:
    told = {**_told(look), "lang": _asked()}
    return make_response(render_template("noticeboard/named_day/card.html", look=look, **told))


def _told(look: Look) -> dict[str, object]:
    number = request.args.get("no", type=int)
    card = look.numbered(number)
    told = _words(card, look.day.time_zone)
    return {"card": told, "number": card.number, "lacking": _lacking(told), "facts": card.facts}


def _lacking(card: ToldCard) -> str:
    """Why no picture can be drawn; empty where it can."""
    try:
        check_characters(card)
    except Refusal as refusal:
        return sentence(refusal)
    return ""


def _picture(look: Look) -> BaseResponse:
    card = look.numbered(request.args.get("no", type=int))
    told = _words(card, look.day.time_zone)
    name = f"{told.title} {look.day.named_on.isoformat()} {told.canteen}.png"
    return _image(draw(told), "image/png", name if "save" in request.args else "")


def _image(content: bytes, media_type: str, save_as: str = "") -> BaseResponse:
    response = make_response(content)
    response.mimetype = media_type
    if save_as:
        response.headers.set("Content-Disposition", "attachment", filename=save_as)
    return response


def _words(card: Card, time_zone: str) -> ToldCard:
    made_on = card.made_at.astimezone(ZoneInfo(time_zone)).date()
    return wording.told(card, made_on, current_app.config["CANTEEN"].public_host)


def _asked() -> str | None:
    asked = request.args.get("lang")
    return asked if asked in LANGUAGES else None


@contextmanager
def _in_language() -> Iterator[None]:
    with force_locale(_asked() or language()):
        yield
