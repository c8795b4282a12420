"""Whether the service is alive, and whether it can write."""

import shutil
import sqlite3

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import db, is_postgresql, is_wal_sound, transaction
from canteen.lan import keeping
from canteen.web.access import public

bp = Blueprint("health", __name__)
LEAST_FREE_BYTES = 64 * 1024 * 1024


@bp.get("/healthz")
@public()
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="alive")


@bp.get("/readyz")
@public()
def readyz() -> tuple[Response, int]:
    """Ready unless the database cannot be written or the disk is full."""
    body: dict[str, object] = {"engine": db.engine.dialect.name, "journal_mode": _journal_mode()}
    free = shutil.disk_usage(current_app.config["CANTEEN"].home).free
    body["disk_free_bytes"] = free
    body["backup_age_hours"] = None  # no backup target: a record is kept by its durable commit alone
    body["certificate"] = _certificate()
    writable = _is_writable()
    body["database"] = "writable" if writable else "not writable"
    ready = writable and free >= LEAST_FREE_BYTES
    body["status"] = "ready" if ready else "not ready"
    return jsonify(body), 200 if ready else 503


def _certificate() -> dict[str, object] | None:
    """The certificate for the canteen's own network; None where there is none."""
    try:
        shown = keeping.shown(current_app.config["CANTEEN"])
    except Refusal as refusal:
        return {"warnings": [refusal.code]}
    if shown is None:
        return None
    at = now()
    until = shown.valid_until.isoformat().replace("+00:00", "Z")
    return {"own": shown.is_own, "valid_until": until, "days_left": shown.days_left(at), "warnings": shown.warnings(at)}


def _journal_mode() -> str:
    if db.engine.dialect.name != "sqlite":
        return "server"
    return "wal" if is_wal_sound(sqlite3.sqlite_version_info) else "truncate"


def _is_writable() -> bool:
    try:
        with transaction() as session:
            if is_postgresql(session):
                return not session.scalar(text("SELECT pg_is_in_recovery()"))
            # The write lock alone proves little on a read-only file: touch a row and take it back.
            session.execute(text("UPDATE revision SET number = number"))
            return True
    except SQLAlchemyError:
        return False
