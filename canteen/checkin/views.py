"""The till's page. It holds nothing of anybody: what it shows comes through the device's own calls."""

from flask import Blueprint, current_app, render_template, request

from canteen.checkin import display
from canteen.checkin.absences import views as absences
from canteen.checkin.corrections import views as corrections
from canteen.checkin.outbox_files import views as outbox_files
from canteen.checkin.shifts import views as shifts
from canteen.checkin.voice import views as voice
from canteen.checkin.why import views as why
from canteen.web.access import public
from canteen.web.headers import wasm
from canteen.web.release import opens_offline

bp = Blueprint("checkin", __name__)
for pages in (display.bp, absences.bp, voice.bp, outbox_files.bp, shifts.bp, corrections.bp, why.bp):
    bp.register_blueprint(pages)

opens_offline("/till", "checkin/till.html")


@bp.get("/till")
@public()
@wasm
def till() -> str:
    """The till. Open to every browser: a tablet is known by what it stores, not by a person's sign-in."""
    return render_template("checkin/till.html", state=_state())


def _state() -> str:
    """The made-up state to show, where the application was told to show such states (tests, pictures)."""
    allowed = current_app.testing or current_app.config.get("DEMO_STATES", False)
    return request.args.get("state", "")[:40] if allowed else ""
