"""The till's calls for its voice: what is recorded and chosen, and the recordings one by one."""

from flask import Response, request

from canteen.canteens.queries import by_id
from canteen.checkin.answers import dump
from canteen.checkin.api import bp
from canteen.checkin.api_schemas import PROBLEM
from canteen.checkin.voice import queries, words
from canteen.clock import today
from canteen.db import reading
from canteen.devices.api import current_device
from canteen.devices.queries import trusted
from canteen.web.access import device_only

words.register()


@bp.get("/voice")
@bp.doc(
    summary="What a till speaks and shows: recorded phrases, the manager's choice, this month's patrons",
    responses={401: PROBLEM},
    security=[{"device": []}],
)
@device_only()
def voice() -> Response:
    """The document with its version as ETag: an unchanged one is answered with 304."""
    device = current_device()
    with reading() as session:
        trusted(session, device.id)
        zone = by_id(session, device.canteen_id).time_zone
        document = queries.voice_document(session, device.canteen_id, today(zone))
    return _tagged(Response(dump(document), content_type="application/json"), document["version"])


@bp.get("/voice/<sha256>")
@bp.doc(
    summary="One recording by the digest that the document named",
    responses={401: PROBLEM, 404: PROBLEM},
    security=[{"device": []}],
)
@device_only()
def voice_clip(sha256: str) -> Response:
    """The bytes of a recording in use."""
    device = current_device()
    with reading() as session:
        trusted(session, device.id)
        found = queries.clip_of_digest(session, device.canteen_id, sha256)
    return _tagged(Response(found.sound, content_type=found.media_type), found.sha256)


def _tagged(answer: Response, tag: str) -> Response:
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "no-cache"
    answer.make_conditional(request)
    return answer
