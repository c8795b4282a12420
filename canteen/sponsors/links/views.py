"""Pages of the links by which a sponsor reads its own page."""

from base64 import b64encode
from datetime import date
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.views import say_at
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.core.roles import OFFICE
from canteen.db import reading
from canteen.documents.qr import qr_svg
from canteen.sponsors.agreements.queries import sponsor as sponsor_of
from canteen.sponsors.blueprint import AUTHORS
from canteen.sponsors.links import queries, services, words
from canteen.sponsors.links.forms import LinkForm
from canteen.sponsors.links.queries import LinkRow
from canteen.staff.queries import names
from canteen.web.access import requires

bp = Blueprint("links", __name__)
words.register()

FIELD_OF = {"link-days": "days", "link-label": "label"}


@bp.get("/sponsors/<int:sponsor_id>/links")
@requires(*OFFICE)
def index(sponsor_id: int) -> BaseResponse:
    """A sponsor's links, what they were used for, and a form for another."""
    return _page(sponsor_id, LinkForm(formdata=None))


@bp.post("/sponsors/<int:sponsor_id>/links")
@requires(*AUTHORS)
def issue(sponsor_id: int) -> BaseResponse:
    """Make a link and show it, this once."""
    form, status = LinkForm(), 200
    if form.validate_on_submit():
        try:
            token = services.issue_link(
                sponsor_id, form.days.data, form.label.data, current_user.actor, _today()
            )
            return make_response(_told_once(sponsor_id, token))
        except Refusal as refusal:
            status = say_at(form, refusal, FIELD_OF.get(refusal.code, ""))
    return _page(sponsor_id, form, status)


@bp.route("/sponsors/<int:sponsor_id>/links/<int:link_id>/revoke", methods=["GET", "POST"])
@requires(*AUTHORS)
def revoke(sponsor_id: int, link_id: int) -> BaseResponse:
    """Ask once more, then let a link open nothing."""
    with reading() as session:
        sponsor = sponsor_of(session, sponsor_id)
        link = queries.link(session, sponsor_id, link_id, _today())
    if request.method == "POST":
        services.revoke_link(link.id, current_user.actor)
        flash(_("链接已停用，在哪台设备上都打不开了。"), "ok")
        return redirect(url_for("sponsors.links.index", sponsor_id=sponsor_id), 303)
    return make_response(render_template("sponsors/links/revoke.html", sponsor=sponsor, link=link))


@bp.app_template_global("open_links")
def open_links(sponsor_id: int) -> int:
    """How many links let somebody read this sponsor's page, for the line on the office's page of the sponsor."""
    with reading() as session:
        found = queries.links_of(session, sponsor_id, _today())
    return sum(link.state in ("fresh", "bound") for link in found)


def _page(sponsor_id: int, form: LinkForm, status: int = 200) -> BaseResponse:
    with reading() as session:
        told: dict[str, Any] = {
            "sponsor": sponsor_of(session, sponsor_id),
            "links": queries.links_of(session, sponsor_id, _today()),
            "uses": queries.uses_of(session, sponsor_id),
        }
        told["issuers"] = names(session, _staff_ids(told["links"]))
    html = render_template(
        "sponsors/links/index.html", form=form, words=words, may_write=current_user.role in AUTHORS, **told
    )
    return make_response(html, status if not form.errors else max(status, 400))


def _staff_ids(links: list[LinkRow]) -> set[int]:
    numbers = (link.created_by.partition(":")[2] for link in links if link.created_by.startswith("staff:"))
    return {int(number) for number in numbers if number.isdigit()}


def _told_once(sponsor_id: int, token: str) -> str:
    with reading() as session:
        sponsor = sponsor_of(session, sponsor_id)
    address = f"{_origin()}/s/{token}"
    picture = (
        "data:image/svg+xml;base64," + b64encode(qr_svg(address, "M", _("链接的二维码")).encode()).decode()
    )
    return render_template("sponsors/links/issued.html", sponsor=sponsor, address=address, picture=picture)


def _origin() -> str:
    """Where the sponsor opens the page: the public name, if the installation has one."""
    host = current_app.config["CANTEEN"].public_host
    return f"https://{host}" if host else request.host_url.rstrip("/")


def _today() -> date:
    return today(current_app.config["CANTEEN"].default_zone)
