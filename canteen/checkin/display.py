"""The screen that faces the diners: a page of its own, told by the till of the same tablet what to show."""

from flask import Blueprint, current_app, render_template, request

from canteen.web.access import public
from canteen.web.release import opens_offline

bp = Blueprint("display", __name__)

opens_offline("/till/display", "checkin/display.html")


@bp.get("/till/display")
@public()
def display() -> str:
    """The customer-facing view. It holds nothing of anybody; the till beside it tells it what to show."""
    allowed = current_app.testing or current_app.config.get("DEMO_STATES", False)
    state = request.args.get("state", "")[:40] if allowed else ""
    return render_template("checkin/display.html", state=state)
