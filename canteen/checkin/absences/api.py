"""The till's call for a tick of 今天谁还没来."""

from flask import Response, request
from flask_babel import gettext as _

from canteen.checkin.absences import services, words
from canteen.checkin.answers import dump
from canteen.checkin.api import bp
from canteen.checkin.api_schemas import PROBLEM
from canteen.devices.api import current_device
from canteen.web.access import device_only
from canteen.web.errors import problem

words.register()

TEXT = {"type": "string"}
TICK = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["id", "elder_ref", "service_on", "meal_period", "state", "ticked_at"],
                "properties": {
                    "id": TEXT,
                    "elder_ref": TEXT,
                    "service_on": {"type": "string", "format": "date"},
                    "meal_period": {"type": "string", "enum": ["breakfast", "lunch", "dinner"]},
                    "state": {"type": "string", "enum": list(services.STATES)},
                    "ticked_at": {"type": "string", "format": "date-time"},
                    "cashier_ref": {"type": "string", "nullable": True},
                },
            }
        }
    },
}


@bp.post("/absences")
@bp.doc(
    summary="Note that somebody asked after an elder who had not come, once per id",
    requestBody=TICK,
    responses={400: PROBLEM, 401: PROBLEM, 409: PROBLEM},
    security=[{"device": []}],
)
@device_only()
def absences() -> Response:
    """Note a tick; a revoked tablet may still send the ones it holds."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        return problem(400, "bad-request", _("请求内容不是 JSON 对象。"))
    device = current_device()
    done = services.tick(services.read_tick(body, device.id, device.canteen_id))
    return Response(dump(done), content_type="application/json")
