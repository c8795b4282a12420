"""Endpoints of devices: enrolment, and the check of the bearer token on every endpoint of devices."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, request
from flask_babel import gettext as _
from flask_smorest import Blueprint

from canteen.canteens.queries import revision
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.devices import queries, services, words
from canteen.devices.api_schemas import EMPTIED, ENROL, ENROLLED, PROBLEM, REPORT, REPORTED
from canteen.devices.queries import DeviceIdentity
from canteen.devices.reports import ReportError, read_report
from canteen.devices.sealing import public_key_text
from canteen.keys import key
from canteen.web.access import check_devices_with, device_only
from canteen.web.errors import problem

bp = Blueprint("devices_api", __name__, url_prefix="/api/v1", description="Tablets")
words.register()

ENROLMENT = "devices_api.enrol"
KNOWN = "canteen_known_devices"
LONGEST_CODE = 40
"""Characters of a code as typed, with spaces and hyphens; more than this is no code."""


def current_device() -> DeviceIdentity:
    """The device that sends this request; only in a view marked `device_only`."""
    device: DeviceIdentity = g.device
    return device


@contextmanager
def lend_bearer(device: DeviceIdentity) -> Iterator[str]:
    """A bearer token for what a device wrote and somebody else posts for it; it ends with the block.

    It is known to this process alone and never stored: a saved outbox holds letters, and no token.
    """
    bearer = secrets.token_urlsafe(32)
    known: dict[str, DeviceIdentity] = current_app.extensions.setdefault(KNOWN, {})
    known[bearer] = device
    try:
        yield bearer
    finally:
        del known[bearer]


def check_device() -> None:
    """Know the device by its bearer token, revoked ones too. Raises Refusal `token-unknown` (401).

    What it finds never changes, so each process asks the database once a device: a check-in reads in its own
    statement whether the device is still trusted.
    """
    if request.endpoint == ENROLMENT:
        return  # A tablet that enrols has no token yet; what lets it in is the code that it sends.
    bearer = _bearer()
    known: dict[str, DeviceIdentity] = current_app.extensions.setdefault(KNOWN, {})
    found = known.get(bearer)
    if found is None and bearer:
        with reading() as session:
            found = queries.identify(session, bearer)
    if found is None:
        raise Refusal("token-unknown", "这台平板还没授权，请负责人扫码授权。")
    known[bearer] = found
    g.device = found


@bp.record_once
def _attach(state: Any) -> None:
    app: Flask = state.app
    check_devices_with(app, check_device)


@bp.post("/devices/enrol")
@bp.doc(
    summary="Turn a one-time code into a device",
    requestBody=ENROL,
    responses={200: ENROLLED, 400: PROBLEM, 403: PROBLEM},
)
@device_only()
def enrol() -> Response:
    """Turn a one-time code into a device: `{code, name}`."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        return problem(400, "bad-request", _("请求内容不是 JSON 对象。"))
    code, name = body.get("code"), body.get("name")
    if not isinstance(code, str) or not code.strip() or len(code) > LONGEST_CODE or not isinstance(name, str):
        return problem(400, "bad-request", _("请求要有 code 和 name 两项文字。"))
    made = services.enrol(code, name, request.remote_addr or "", key("devices"))
    return jsonify(
        device_id=made.ref,
        token=made.token,
        secret=made.secret,
        canteen=made.canteen_code,
        lease_until=_text(made.lease_until),
        outbox_key=public_key_text(key("outbox")),
    )


@bp.post("/devices/report")
@bp.doc(
    summary="What a tablet tells of itself, every minute; a revoked one too",
    requestBody=REPORT,
    responses={200: REPORTED, 400: PROBLEM, 401: PROBLEM},
    security=[{"device": []}],
)
@device_only()
def report() -> Response:
    """Keep a tablet's report; answers whether it is still trusted, until when, and what time it is here."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        return problem(400, "bad-request", _("请求内容不是 JSON 对象。"))
    try:
        told = read_report(body, now())
    except ReportError as fault:
        return problem(400, "bad-report", _("报告里的 %(key)s 不对。", key=str(fault)))
    device = services.take_report(current_device().id, told)
    with reading() as session:
        epoch = revision(session, "epoch") or 1
    return jsonify(
        lease_until=_text(device.lease_until), now=_text(now()), revoked=not device.is_trusted, epoch=epoch
    )


@bp.post("/devices/emptied")
@bp.doc(
    summary="A revoked tablet holds nothing any more",
    responses={200: EMPTIED, 401: PROBLEM, 409: PROBLEM},
    security=[{"device": []}],
)
@device_only()
def emptied() -> Response:
    """Note that a revoked tablet has handed in what it held and dropped the rest."""
    device = current_device()
    return jsonify(emptied_at=_text(services.note_emptied(device.id, device.actor)))


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _bearer() -> str:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
