"""The scene of a record that waited, set up again for a person's decision: the same facts, gathered the same way."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from canteen.canteens.queries import revision
from canteen.checkin import postgresql, sqlite
from canteen.checkin.counter import Desk
from canteen.checkin.deciding import Moment, Scene
from canteen.checkin.facts import Found, Question, drawn_on, read_found
from canteen.checkin.models import Scan
from canteen.checkin.records import Record
from canteen.checkin.serving_time import service_date
from canteen.checkin.standing import Place, Standing, read_standing, standing_cache
from canteen.clock import now
from canteen.core.calendar import month_of
from canteen.db import is_postgresql


def scene_of(session: Session, scan: Scan, elder_ref: str | None = None) -> Scene:
    """All there is to know of a waiting record now, under the locks of its elder.

    `elder_ref` names the elder it is matched to; without it the record's own card or reference does. The service
    date and meal period are those the record was taken in with.
    """
    standing = current_standing(session)
    place = standing.places[scan.canteen_id]
    record = claimed(scan, elder_ref)
    found = gathered(session, place, record, scan.service_on, scan.device_id)
    happened_at = _happened_at(scan)
    at = service_date(happened_at, place.zone)[1]
    moment = Moment(now(), happened_at, scan.service_on, at, True, None)
    return Scene(record, place, found, moment, standing.is_workday(scan.service_on))


def claimed(scan: Scan, elder_ref: str | None = None) -> Record:
    """The record as the tablet sent it, or the same said of another elder."""
    claim: Mapping[str, Any] = scan.claim
    record = Record(
        scan_id=scan.scan_id, boot_id=scan.boot_id, seq=scan.seq, token_sha256=claim.get("token_sha256"),
        elder_ref=claim.get("elder_ref"), meal_period=scan.meal_period, channel=claim["channel"],
        seen_at=scan.seen_at, anchor=claim.get("anchor"), decision=scan.decision,
        shown_elder_fen=claim.get("shown_elder_fen"), price_basis=claim.get("price_basis"),
        tender=claim.get("tender"), cash_taken_fen=claim.get("cash_taken_fen"),
        content_sha256=scan.content_sha256, claim=claim,
    )  # fmt: skip
    return record if elder_ref is None else replace(record, token_sha256=None, elder_ref=elder_ref)


def current_standing(session: Session) -> Standing:
    """The standing facts, read anew where they have changed."""
    standing = standing_cache().now()
    return standing if standing.number == revision(session) else read_standing(session)


def gathered(session: Session, place: Place, record: Record, on: date, device_id: int = 0) -> Found:
    """What is known of a record of this service date, under the locks of its elder; no device has number 0."""
    programme = place.programme_on(on)
    version = None if programme is None else programme.version_on(on)
    # No scan has an empty id: the record itself is known, and what was cancelled before has been dealt with.
    question = Question(
        "", device_id, place.id, record.token_sha256, record.elder_ref, on, record.meal_period,
        month_of(on), *drawn_on(programme, version, on),
    )  # fmt: skip
    return read_found(_desk(session).gather(question))


def _happened_at(scan: Scan) -> datetime:
    return scan.received_at if scan.decision == "ONLINE" else min(scan.seen_at, scan.received_at)


def _desk(session: Session) -> Desk:
    connection = session.connection()
    if is_postgresql(session):
        return postgresql.PostgresqlDesk(connection, False)
    return sqlite.SqliteDesk(connection)
