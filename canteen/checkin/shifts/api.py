"""The till's calls about shifts and the cash close."""

from typing import Any

from flask import Response, jsonify, request

from canteen.checkin.api import bp, sender
from canteen.checkin.api_schemas import PROBLEM
from canteen.checkin.shifts import closing, services, words
from canteen.checkin.shifts.events import SHA256, bad, read_event
from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.devices.api import current_device
from canteen.devices.queries import trusted
from canteen.keys import key
from canteen.staff.throttle import caller
from canteen.web.access import device_only

words.register()

PROBLEMS = {400: PROBLEM, 401: PROBLEM, 403: PROBLEM, 404: PROBLEM, 409: PROBLEM}
DEVICE: list[dict[str, list[str]]] = [{"device": []}]


@bp.get("/shifts")
@bp.doc(summary="Are badges asked for, who works here, which shift is open", responses=PROBLEMS, security=DEVICE)
@device_only()
def shift_state() -> Response:
    """What a till asks when it starts."""
    _refuse_revoked()
    with reading() as session:
        return jsonify(services.till_shift(session, sender()))


@bp.post("/shifts")
@bp.doc(summary="A badge opened, took over, approved or ended; once per id", responses=PROBLEMS, security=DEVICE)
@device_only()
def shift_event() -> Response:
    """Take in one event; a revoked tablet may still hand in what happened before."""
    return jsonify(services.record_event(sender(), read_event(_object()), key("shift-proofs")))


@bp.post("/shifts/badge")
@bp.doc(summary="Whose badge this is, by its SHA-256", responses=PROBLEMS, security=DEVICE)
@device_only()
def shift_badge() -> Response:
    """Ask whose a badge is that the day sheet does not know yet."""
    _refuse_revoked()
    sha256 = _object().get("badge_sha256")
    if not isinstance(sha256, str) or not SHA256.fullmatch(sha256):
        raise bad("badge_sha256")
    with reading() as session:
        return jsonify(services.who_is(session, current_device().canteen_id, sha256))


@bp.post("/shifts/pin")
@bp.doc(summary="A person by name and PIN of 8 digits; wrong ones are counted", responses=PROBLEMS, security=DEVICE)
@device_only()
def shift_pin() -> Response:
    """Check a PIN and answer a proof for the shift's events."""
    _refuse_revoked()
    body = _object()
    staff_ref, digits = body.get("staff_ref"), body.get("pin")
    if not isinstance(staff_ref, str) or not isinstance(digits, str) or len(staff_ref) > 64 or len(digits) > 64:
        raise bad("pin")
    who = caller(key("sign-in"), f"pin:{staff_ref}", request.remote_addr or "")
    return jsonify(services.prove_by_pin(sender(), staff_ref, digits, who, key("shift-proofs")))


@bp.get("/cash-closes/next")
@bp.doc(summary="The figures since this till's last cash close", responses=PROBLEMS, security=DEVICE)
@device_only()
def next_close() -> Response:
    """What the close page shows."""
    _refuse_revoked()
    with reading() as session:
        return jsonify(closing.preview(session, sender()))


@bp.post("/cash-closes")
@bp.doc(summary="Close a till's cash and shift, once per id", responses=PROBLEMS, security=DEVICE)
@device_only()
def cash_close() -> Response:
    """Close the till's cash."""
    _refuse_revoked()
    return jsonify(closing.close_till(sender(), closing.read_close(_object())))


def _refuse_revoked() -> None:
    with reading() as session:
        trusted(session, current_device().id)


def _object() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refusal("bad-request", "请求内容不是 JSON 对象。")
    return body
