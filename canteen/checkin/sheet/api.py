"""The till's calls for what it holds by itself: the day sheet, and the hashes of the district's cards."""

from flask import Response, request

from canteen.checkin.answers import dump
from canteen.checkin.api import bp
from canteen.checkin.api_schemas import PROBLEM
from canteen.checkin.sheet import hashes, services
from canteen.checkin.sheet.api_schemas import CARD_HASHES, DAY_SHEET, SINCE
from canteen.devices.api import current_device
from canteen.web.access import device_only


@bp.get("/day-sheet")
@bp.doc(
    summary="The day sheet of the canteen: the whole, or what changed since a version",
    description="Renews the device's lease. An unknown or old version gets the whole sheet.",
    parameters=[SINCE],
    responses={200: DAY_SHEET, 401: PROBLEM, 403: PROBLEM},
    security=[{"device": []}],
)
@device_only()
def day_sheet() -> Response:
    """What this tablet holds of its canteen's elders for three days."""
    document = services.day_sheet(current_device(), request.args.get("since"))
    return Response(dump(document), content_type="application/json", headers={"Cache-Control": "no-store"})


@bp.get("/card-hashes")
@bp.doc(
    summary="Eight bytes of every card of the district: valid, lost, replaced, or to ask the manager about",
    description=hashes.__doc__,
    parameters=[SINCE],
    responses={200: CARD_HASHES, 401: PROBLEM, 403: PROBLEM},
    security=[{"device": []}],
)
@device_only()
def card_hashes() -> Response:
    """Which cards of the district are valid, and which are not any more."""
    file = hashes.card_hashes(current_device().id, request.args.get("since"))
    return Response(file, content_type="application/octet-stream", headers={"Cache-Control": "no-store"})
