"""The page of steps by which a tablet comes to trust this server, and what it takes in for it."""

from base64 import b64encode

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from canteen.clock import now
from canteen.config import Settings
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.documents.qr import qr_svg
from canteen.lan import keeping, steps, words
from canteen.lan.keeping import Shown
from canteen.web.access import public
from canteen.web.home import Task, tasks
from canteen.web.languages import LANGUAGES

bp = Blueprint("lan", __name__)
words.register()

CERTIFICATE_KIND = "application/x-x509-ca-cert"
PROFILE_KIND = "application/x-apple-aspen-config"


@bp.get("/certificate")
@public()
def index() -> str:
    """The steps for each kind of tablet; open to everybody, for nothing on it is secret.

    By plain http no cookie is looked at, so there the language stands in the address.
    """
    asked = request.args.get("language")
    if asked in LANGUAGES:
        with force_locale(asked):
            return _steps()
    return _steps()


def _steps() -> str:
    settings: Settings = current_app.config["CANTEEN"]
    shown, fault = _shown(settings)
    host = steps.tablet_host(request.host.rpartition(":")[0] or request.host)
    ports = steps.ports_of(settings)
    here, till = f"http://{host}:{ports.steps}/", f"https://{host}:{ports.till}/till"
    return render_template(
        "lan/steps.html", shown=shown, fault=fault, warnings=shown.warnings(now()) if shown else [],
        days=shown.days_left(now()) if shown else 0, steps_address=here, till_address=till, here_code=_picture(here), till_code=_picture(till),
    )  # fmt: skip


@bp.get("/certificate/canteen-ca.crt")
@public()
def authority() -> Response:
    """Our authority's certificate, as Android and Windows take it in."""
    return Response(_authority_of(), content_type=CERTIFICATE_KIND, headers=_as_file("canteen-ca.crt"))


@bp.get("/certificate/canteen-ca.mobileconfig")
@public()
def profile() -> Response:
    """The same as a profile for iPad and iPhone."""
    content = _authority_of()
    shown, _fault = _shown(current_app.config["CANTEEN"])
    fingerprint = (shown.authority_fingerprint if shown else None) or ""
    return Response(
        steps.profile(content, fingerprint, _("长者食堂的证书")),
        content_type=PROFILE_KIND, headers=_as_file("canteen-ca.mobileconfig"),
    )  # fmt: skip


@tasks(Role.ADMINISTRATOR, Role.MANAGER, position=30)
def certificate_tasks() -> list[Task]:
    """What is wrong with the certificate, while there is still time to see to it."""
    shown, fault = _shown(current_app.config["CANTEEN"])
    if fault:
        return [Task(_("服务器证书用不了，平板会连不上"), url_for("lan.index"), "stop")]
    if shown is None:
        return []
    found, days = shown.warnings(now()), shown.days_left(now())
    if "expired" in found:
        return [Task(_("服务器证书已经到期，平板会连不上"), url_for("lan.index"), "stop")]
    if "expires-soon" in found:
        return [Task(_("服务器证书还有 %(days)s 天到期", days=days), url_for("lan.index"))]
    if "authority-expires-soon" in found:
        return [Task(_("食堂自己的根证书快到期了，要给平板重新装一次"), url_for("lan.index"))]
    if "addresses" in found:
        return [Task(_("服务器换了网络地址，证书还没有更新"), url_for("lan.index"))]
    return []


def _shown(settings: Settings) -> tuple[Shown | None, str]:
    """The certificate, or what is wrong with the one that the office gave."""
    try:
        return keeping.shown(settings), ""
    except Refusal as refusal:
        return None, refusal.message


def _authority_of() -> bytes:
    shown, _fault = _shown(current_app.config["CANTEEN"])
    if shown is None or shown.authority is None:
        abort(404)
    return shown.authority


def _picture(address: str) -> str:
    return "data:image/svg+xml;base64," + b64encode(qr_svg(address, "M").encode()).decode()


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
