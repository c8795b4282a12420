"""The till's calls: scans and their cancellation, cash meals, the state of the day, and finding an elder."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_smorest import Blueprint

from canteen.checkin import cancelling, cash, services, till, words
from canteen.checkin.answers import dump
from canteen.checkin.api_schemas import (
    BATCH,
    BATCH_ANSWER,
    CANCEL,
    CASH_MEAL,
    FIND,
    PROBLEM,
    TILL,
)
from canteen.checkin.counter import Sender
from canteen.checkin.records import KEY, SCAN_ID, parse_instant
from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.devices.api import current_device
from canteen.devices.queries import trusted
from canteen.keys import key
from canteen.web.access import device_only
from canteen.web.errors import problem

bp = Blueprint("checkin_api", __name__, url_prefix="/api/v1", description="The till")
words.register()

MOST_BYTES = 4 * 1024 * 1024
"""Five hundred records of eight thousand bytes; the largest well-formed one has some four."""


@bp.post("/scans")
@bp.doc(
    summary="Check in one scan, or a tablet's queue of them",
    requestBody=BATCH,
    responses={200: BATCH_ANSWER, 400: PROBLEM, 401: PROBLEM, 413: PROBLEM},
    security=[{"device": []}],
)
@device_only()
def scans() -> Response:
    """Check in every record; each is judged by itself."""
    request.max_content_length = MOST_BYTES
    body = request.get_json(silent=True)
    records = body.get("records") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(records, list):
        return problem(400, "not-a-batch", _("请求内容要有 sent_at 和 records 两项。"))
    if not 1 <= len(records) <= services.MOST_RECORDS:
        return problem(400, "batch-size", _("一次要送 1 到 500 条记录。"))
    try:
        sent_at = parse_instant(body.get("sent_at"))
    except ValueError:
        return problem(400, "sent-at", _("sent_at 要写成 2026-11-20T04:00:00Z 这样。"))
    answer = services.check_in(sender(), sent_at, records)
    document = {
        "epoch": answer.epoch,
        "anchor": answer.anchor,
        "backed_up_through": answer.backed_up_through,
        "results": answer.results,
    }
    return Response(dump(document), content_type="application/json")


@bp.post("/scans/<scan_id>/cancel")
@bp.doc(
    summary="Take back a scan within ten minutes; held if the scan has not arrived",
    requestBody=CANCEL,
    responses={400: PROBLEM, 401: PROBLEM, 409: PROBLEM},
    security=[{"device": []}],
)
@device_only()
def cancel_scan(scan_id: str) -> Response:
    """Take back the meal of a scan of this device."""
    if not SCAN_ID.fullmatch(scan_id):
        return problem(400, "scan-id", _("scan_id 是 32 位小写十六进制数字。"))
    return _json(cancelling.cancel_scan(scan_id, _cancel_wanted()))


@bp.post("/meals/<int:meal_no>/cancel")
@bp.doc(
    summary="Take back a meal of this device within ten minutes",
    requestBody=CANCEL,
    responses={400: PROBLEM, 401: PROBLEM, 404: PROBLEM, 409: PROBLEM},
    security=[{"device": []}],
)
@device_only()
def cancel_meal(meal_no: int) -> Response:
    """Take back a meal by its number."""
    if meal_no >= 2**63:
        raise Refusal("meal-unknown", "没有这一餐。")
    return _json(cancelling.cancel_own_meal(meal_no, _cancel_wanted()))


@bp.post("/cash-meals")
@bp.doc(
    summary="Meals for people without a card, paid in cash",
    requestBody=CASH_MEAL,
    responses={400: PROBLEM, 401: PROBLEM, 403: PROBLEM, 409: PROBLEM},
    security=[{"device": []}],
)
@device_only()
def cash_meals() -> Response:
    """Count cash meals, once per id."""
    device = current_device()  # A revoked tablet too: it hands in what it sold before it heard of it.
    wanted = cash.read_cash_meal(_object(), device.id, device.canteen_id, device.actor)
    return _json(cash.serve_cash_meal(wanted))


@bp.get("/till")
@bp.doc(summary="The till's day so far", responses={200: TILL, 401: PROBLEM}, security=[{"device": []}])
@device_only()
def till_() -> Response:
    """What the till shows when nobody stands in front of it."""
    device = current_device()
    _refuse_revoked(device.id)
    with reading() as session:
        return _json(till.till_of(session, device.id, device.canteen_id))


@bp.get("/find")
@bp.doc(
    summary="Elders of this canteen by card tail, pinyin initials or name",
    parameters=[{"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}],
    responses={200: FIND, 401: PROBLEM, 403: PROBLEM},
    security=[{"device": []}],
)
@device_only()
def find() -> Response:
    """Find an elder by hand: at most eight, nothing of identity numbers or phones."""
    device = current_device()
    _refuse_revoked(device.id)
    with reading() as session:
        return _json({"elders": till.find(session, device.canteen_id, request.args.get("q", "")[:60])})


@bp.post("/find")
@bp.doc(
    summary="The elder of a card, with the balance: for a top-up, which checks nobody in",
    responses={200: FIND, 400: PROBLEM, 401: PROBLEM, 403: PROBLEM},
    security=[{"device": []}],
)
@device_only()
def find_by_card() -> Response:
    """Find the elder of a card; a token may not stand in an address."""
    device = current_device()
    _refuse_revoked(device.id)
    token = _object().get("token")
    if not isinstance(token, str) or len(token) > 400:
        return problem(400, "bad-request", _("请求要有 token 一项。"))
    with reading() as session:
        return _json({"elders": till.find_by_card(session, device.canteen_id, token)})


def sender() -> Sender:
    """The device that sends this request."""
    device = current_device()
    return Sender(device.id, device.ref, device.canteen_id, key("anchors"))


def _refuse_revoked(device_id: int) -> None:
    with reading() as session:
        trusted(session, device_id)


def _object() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refusal("bad-request", "请求内容不是 JSON 对象。")
    return body


def _cancel_wanted() -> cancelling.TillCancel:
    body, device = _object(), current_device()
    cancel_id, reason, seen = body.get("cancel_id"), body.get("reason"), body.get("seen_at")
    if not isinstance(cancel_id, str) or not KEY.fullmatch(cancel_id):
        raise Refusal("cancel-id", "cancel_id 要用 1 到 64 个字母、数字、点、横线、下划线或冒号。")
    if reason is not None and (not isinstance(reason, str) or "\0" in reason):
        raise Refusal("bad-request", "reason 是一段文字。")
    try:
        seen_at = parse_instant(seen) if seen is not None else None
    except ValueError:
        raise Refusal("seen-at", "seen_at 要写成 2026-11-20T04:00:00Z 这样。") from None
    return cancelling.TillCancel(cancel_id, device.id, device.actor, reason or "", seen_at)


def _json(document: Any) -> Response:
    return Response(dump(document), content_type="application/json")


# These add calls of their own to the blueprint above, so they come after it.
from canteen.checkin.absences import api as _absences_api  # noqa: E402, F401
from canteen.checkin.sheet import api as _sheet_api  # noqa: E402, F401
from canteen.checkin.shifts import api as _shifts_api  # noqa: E402, F401
from canteen.checkin.voice import api as _voice_api  # noqa: E402, F401
