"""Pages of devices: the list, a fresh code with its QR, renaming, revoking, declaring lost."""

from base64 import b64encode

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteen, my_canteens, say_at
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.core.roles import KEEPERS
from canteen.db import reading
from canteen.devices import queries, services, words
from canteen.devices.forms import LostForm, NameForm
from canteen.devices.queries import DeviceRow
from canteen.documents.qr import qr_svg
from canteen.keys import key
from canteen.lan.steps import PORTS, ports_of, tablet_host
from canteen.web.access import requires
from canteen.web.release import current_release

bp = Blueprint("devices", __name__)
words.register()


@bp.get("/devices")
@requires(*KEEPERS)
def index() -> str:
    """A canteen's devices and when each was last heard from."""
    canteen = my_canteen(request.args.get("canteen"))
    with reading() as session:
        states = queries.states_of_canteen(session, canteen.id)
    return render_template(
        "devices/index.html", canteen=canteen, canteens=my_canteens(), states=states, at=now(),
        newest=current_release().version,
    )  # fmt: skip


@bp.post("/devices/codes")
@requires(*KEEPERS)
def code() -> str:
    """Make a code for one tablet and show it, this once."""
    canteen = my_canteen(request.form.get("canteen"))
    fresh = services.make_code(canteen.id, key("devices"), current_user.actor)
    # After the hash sign an address is never sent to a server nor written into its log.
    address = f"{_origin()}/till#code={fresh.code}"
    picture = "data:image/svg+xml;base64," + b64encode(qr_svg(address, "M").encode()).decode()
    return render_template("devices/code.html", canteen=canteen, fresh=fresh, picture=picture)


@bp.get("/devices/codes/<int:code_id>")
@requires(*KEEPERS)
def code_state(code_id: int) -> Response:
    """How a code stands: the page that shows it asks every few seconds, and says when a tablet has used it."""
    canteen = my_canteen(request.args.get("canteen"))
    with reading() as session:
        state, name = queries.code_state(session, code_id, canteen.id, now())
    return jsonify(state=state, name=name)


@bp.post("/devices/<int:device_id>/name")
@requires(*KEEPERS)
def rename(device_id: int) -> BaseResponse:
    """Call a device by another name."""
    device, canteen = _mine(device_id)
    form = NameForm()
    if form.validate_on_submit():
        device = services.rename(device.id, form.name.data or "", current_user.actor)
        flash(_("这台平板现在叫 %(name)s。", name=device.name), "ok")
        return redirect(url_for("devices.index", canteen=canteen.code), 303)
    return make_response(
        render_template("devices/name.html", device=device, canteen=canteen, form=form), 400
    )


@bp.post("/devices/<int:device_id>/revoke")
@requires(*KEEPERS)
def revoke(device_id: int) -> BaseResponse:
    """Take the trust from a device."""
    device, canteen = _mine(device_id)
    services.revoke(device.id, current_user.actor)
    flash(_("已停用 %(name)s。它下次联网时先上传存着的记录，再清空名单。", name=device.name), "ok")
    return redirect(url_for("devices.index", canteen=canteen.code), 303)


@bp.route("/devices/<int:device_id>/lost", methods=["GET", "POST"])
@requires(*KEEPERS)
def lost(device_id: int) -> BaseResponse:
    """Declare a device lost, with the reason."""
    device, canteen = _mine(device_id)
    form, status = LostForm(), 200
    if form.validate_on_submit():
        try:
            services.declare_lost(device.id, form.reason.data, current_user.actor)
            flash(_("已把 %(name)s 记为丢失。", name=device.name), "ok")
            return redirect(url_for("devices.index", canteen=canteen.code), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, "reason")
    return make_response(
        render_template("devices/lost.html", device=device, canteen=canteen, form=form), status
    )


def _mine(device_id: int) -> tuple[DeviceRow, CanteenRow]:
    with reading() as session:
        device = queries.by_id(session, device_id)
    found = [canteen for canteen in my_canteens() if canteen.id == device.canteen_id]
    if not found:
        raise Refusal("canteen-not-yours", "这个食堂不归您管。")
    return device, found[0]


def _origin() -> str:
    """Where a tablet opens the till: where this page was asked for, unless that means this computer only."""
    settings = current_app.config["CANTEEN"]
    host = request.host.rpartition(":")[0] or request.host
    reached = tablet_host(host)
    if reached != host and (settings.home / PORTS).exists():
        return f"https://{reached}:{ports_of(settings).till}"
    return f"https://{settings.public_host}" if settings.public_host else request.host_url.rstrip("/")
