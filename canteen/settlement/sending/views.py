"""The page of what was sent of a donor's statement, and the one click that sends it."""

from collections.abc import Iterable

from flask import Blueprint, current_app, flash, g, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.views import my_canteens
from canteen.core.errors import Refusal
from canteen.core.roles import KEEPERS, OFFICE
from canteen.db import reading
from canteen.settlement.sending import queries, services, words
from canteen.settlement.sending.queries import Sendable, SendingRow
from canteen.sponsors.agreements.queries import masked_email
from canteen.staff.queries import names
from canteen.web.access import requires
from canteen.web.home import Task, tasks
from canteen.web.refusals import sentence, status_of

bp = Blueprint("sending", __name__)
words.register()


@bp.get("/statements/<number>/sending")
@requires(*OFFICE)
def page(number: str) -> BaseResponse:
    """Who sent it, when, to which address, and what came of it."""
    return _page(_mine(number))


@bp.post("/statements/<number>/sending", endpoint="send")
@requires(*KEEPERS)
def send(number: str) -> BaseResponse:
    """Let it be sent, or sent once more. The worker does it, not this request."""
    found = _mine(number)
    try:
        services.ask_to_send(number, current_app.config["CANTEEN"], current_user.actor)
    except Refusal as refusal:
        return _page(found, refusal)
    flash(_("已经交去发送，一般一两分钟就好。结果会写在这一页上。"), "ok")
    return redirect(url_for("settlement.sending.page", number=number), 303)


@bp.post("/statements/<number>/sending/<int:sending_id>/received")
@requires(*KEEPERS)
def received(number: str, sending_id: int) -> BaseResponse:
    """Note that the sponsor has it after all."""
    found = _mine(number)
    try:
        services.note_received(number, sending_id, current_user.actor)
    except Refusal as refusal:
        return _page(found, refusal)
    flash(_("已记下：对方收到了。"), "ok")
    return redirect(url_for("settlement.sending.page", number=number), 303)


@tasks(*KEEPERS, position=45)
def unsent() -> list[Task]:
    """Statements that did not reach their sponsor, or perhaps not."""
    with reading() as session:
        found = queries.stuck(session, [canteen.code for canteen in my_canteens()])
    texts = {
        "failed": _("有对账单没有发给捐赠方"),
        "unknown": _("有对账单不知道是否发给了捐赠方"),
    }
    return [
        Task(texts[state], url_for("settlement.sending.page", number=number), note=number)
        for number, state in found
    ]


@bp.app_template_global()
def sending_state(number: str) -> str | None:
    """How the last sending of a statement stands; None: it was never sent. Read once for a whole list."""
    if "sending_states" not in g:
        with reading() as session:
            g.sending_states = queries.last_states(session)
    state: str | None = g.sending_states.get(number)
    return state


@bp.app_template_global()
def may_send() -> bool:
    """Whether who is signed in may send statements."""
    return current_user.is_authenticated and current_user.role in KEEPERS


def _mine(number: str) -> Sendable:
    """A donor statement about a canteen of one's own; anything else is not there."""
    with reading() as session:
        found = queries.sendable(session, number)
    if not {canteen.code for canteen in my_canteens()} & set(found.canteen_codes):
        raise Refusal("statement-unknown", "没有这份结算单。")
    return found


def _page(found: Sendable, refusal: Refusal | None = None) -> BaseResponse:
    with reading() as session:
        rows = queries.sendings(session, found.statement_id)
        people = names(session, {number for row in rows for number in _staff((row.asked_by, row.told_by))})
    html = render_template(
        "settlement/sending/page.html", found=found, rows=rows, people=_people(rows, people), words=words,
        by_mail=bool(current_app.config["CANTEEN"].smtp_host), masked_address=masked_email(found.email),
        refusal=sentence(refusal) if refusal else "",
    )  # fmt: skip
    return make_response(html, status_of(refusal) if refusal else 200)


def _people(rows: Iterable[SendingRow], known: dict[int, str]) -> dict[str, str]:
    actors = {actor for row in rows for actor in (row.asked_by, row.told_by) if actor}
    found = {actor: next(iter(_staff((actor,))), 0) for actor in actors}
    return {actor: known.get(number, actor) for actor, number in found.items()}


def _staff(actors: Iterable[str | None]) -> set[int]:
    parts = [(actor or "").partition(":") for actor in actors]
    return {int(number) for kind, _colon, number in parts if kind == "staff" and number.isdigit()}
