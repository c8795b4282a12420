"""The page of the till's voice: every phrase to record, listen to, take out or take back; what is spoken aloud."""

from dataclasses import asdict

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteen, my_canteens
from canteen.checkin.voice import queries, services, words
from canteen.checkin.voice.forms import ChoiceForm, ClipForm
from canteen.core.errors import Refusal
from canteen.core.roles import KEEPERS
from canteen.core.spoken import BY_KEY, KINDS
from canteen.db import reading
from canteen.web.access import requires
from canteen.web.refusals import sentence, status_of

bp = Blueprint("voice", __name__)
words.register()

MICROPHONE = "camera=(), microphone=(self), geolocation=()"


@bp.get("/settings")
@requires(*KEEPERS)
def settings() -> str:
    """The settings, each on a page of its own."""
    return render_template("checkin/voice/settings.html")


@bp.get("/settings/voice")
@requires(*KEEPERS)
def index() -> BaseResponse:
    """Every phrase, and what is spoken."""
    return _page(my_canteen(request.args.get("canteen")))


@bp.post("/settings/voice/choice")
@requires(*KEEPERS)
def choose() -> BaseResponse:
    """What the tills speak and show."""
    canteen, form = my_canteen(request.form.get("canteen")), ChoiceForm()
    if form.validate_on_submit():
        services.choose(canteen.id, form.choice(), current_user.actor)
        flash(_("保存好了。平板联网后照新的来。"), "ok")
    return _back(canteen)


@bp.post("/settings/voice/clips")
@requires(*KEEPERS)
def record() -> BaseResponse:
    """Take in a recording, from the microphone or from a file."""
    canteen, form = my_canteen(request.form.get("canteen")), ClipForm()
    phrase = form.phrase.data or ""
    try:
        services.record_clip(canteen.id, phrase, form.recording(), current_user.actor)
    except Refusal as refusal:
        return _page(canteen, status_of(refusal), (phrase, sentence(refusal)))
    flash(_("录好了：%(text)s", text=BY_KEY[phrase].text), "ok")
    return _back(canteen, phrase)


@bp.post("/settings/voice/clips/remove")
@requires(*KEEPERS)
def remove() -> BaseResponse:
    """Let the tablet's own voice speak a phrase again."""
    canteen, phrase = my_canteen(request.form.get("canteen")), request.form.get("phrase", "")
    services.remove_clip(canteen.id, phrase, current_user.actor)
    flash(_("已删除，这一句改用平板自带的声音。要的话可以换回。"), "ok")
    return _back(canteen, phrase)


@bp.post("/settings/voice/clips/take-back")
@requires(*KEEPERS)
def take_back() -> BaseResponse:
    """Use the recording before this one."""
    canteen, phrase = my_canteen(request.form.get("canteen")), request.form.get("phrase", "")
    services.take_back_clip(canteen.id, phrase, current_user.actor)
    flash(_("已换回以前的录音。"), "ok")
    return _back(canteen, phrase)


@bp.get("/settings/voice/clips/<int:clip_id>")
@requires(*KEEPERS)
def clip(clip_id: int) -> Response:
    """One recording, to listen to."""
    canteen = my_canteen(request.args.get("canteen"))
    with reading() as session:
        found = queries.clip(session, canteen.id, clip_id)
    return Response(found.sound, content_type=found.media_type)


def _page(canteen: CanteenRow, status: int = 200, fault: tuple[str, str] | None = None) -> BaseResponse:
    with reading() as session:
        phrases, choice = queries.phrases_of(session, canteen.id), queries.choice_of(session, canteen.id)
    groups = [(kind, [row for row in phrases if row.phrase.kind == kind]) for kind in KINDS]
    form = ChoiceForm(formdata=None, data=asdict(choice))
    html = render_template(
        "checkin/voice/index.html", canteen=canteen, canteens=my_canteens(), groups=groups, form=form, fault=fault
    )
    answer = make_response(html, status)
    # The one page of the office that may listen; no other asks for the microphone.
    answer.headers["Permissions-Policy"] = MICROPHONE
    return answer


def _back(canteen: CanteenRow, phrase: str = "") -> BaseResponse:
    anchor = f"phrase-{phrase}" if phrase in BY_KEY else None
    return redirect(url_for("checkin.voice.index", canteen=canteen.code, _anchor=anchor), 303)
