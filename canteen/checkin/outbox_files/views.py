"""The page of one device: what it last told, what it left out, and the files that it saved instead of sending."""

from contextvars import Context
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteens, say_at
from canteen.checkin.outbox_files import queries, services, words
from canteen.checkin.outbox_files.forms import OutboxFileForm
from canteen.checkin.outbox_files.services import Received, Taken
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.core.roles import KEEPERS
from canteen.db import reading
from canteen.devices.api import lend_bearer
from canteen.devices.forms import NameForm
from canteen.devices.queries import DeviceIdentity, DeviceState, by_ref
from canteen.keys import key
from canteen.web.access import requires
from canteen.web.release import current_release

bp = Blueprint("outbox_files", __name__)
words.register()


@bp.get("/devices/<ref>")
@requires(*KEEPERS)
def device(ref: str) -> BaseResponse:
    """One device."""
    state, canteen = _mine(ref)
    return _page(state, canteen, OutboxFileForm(), 200)


@bp.post("/devices/<ref>/outbox")
@requires(*KEEPERS)
def upload(ref: str) -> BaseResponse:
    """Take in a file that a tablet saved."""
    state, canteen = _mine(ref)
    form, status = OutboxFileForm(), 200
    if form.validate_on_submit():
        try:
            _say(_take_in(form.content(), canteen))
            return redirect(url_for(".device", ref=ref), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, "file")
    return _page(state, canteen, form, status)


def _take_in(content: bytes, canteen: CanteenRow) -> Taken | Received:
    by = current_user.actor
    received = services.receive(content, canteen.id, key("devices"), key("outbox"), by)
    if received.device is None or received.opened is None:
        return received
    # Letters go first, as on the tablet: a slot must be free again before its next meal comes.
    refused = _refused(received.device, received.opened.letters)
    return services.take_in(received, refused, key("anchors"), by)


def _refused(device: DeviceIdentity, letters: list[dict[str, Any]]) -> int:
    """Post each letter to the address that the tablet would have posted it to; answers how many were refused."""
    with lend_bearer(device) as bearer:
        headers = {"Authorization": f"Bearer {bearer}"}
        client = current_app.test_client(use_cookies=False)
        answers = [
            # A request of its own: nothing of the person who uploads goes along.
            Context().run(client.post, f"/api/v1{letter['path']}", json=letter["body"], headers=headers).status_code
            for letter in letters
        ]
    return sum(status >= 400 for status in answers)


def _say(done: Taken | Received) -> None:
    if isinstance(done, Received):
        if done.file.state == "taken":
            flash(_("这个文件已经记过了，没有再记。"), "info")
        else:
            flash(_("文件没有读进来：%(why)s。已放进“异常核查”。", why=words.FAULTS[done.file.fault or "no-file"]), "warn")
        return
    waits = done.states.get("EXCEPTION", 0)
    flash(ngettext("文件里有 %(num)s 条新记录，都记入了。", "文件里有 %(num)s 条新记录，都记入了。", done.new), "ok")
    if waits:
        flash(_("其中 %(count)s 条要核查，在“异常核查”里。", count=waits), "warn")
    if done.refused_letters:
        flash(_("有 %(count)s 件别的事服务器没有接受，文件放进了“异常核查”。", count=done.refused_letters), "warn")


def _page(state: DeviceState, canteen: CanteenRow, form: OutboxFileForm, status: int) -> BaseResponse:
    with reading() as session:
        gaps = queries.gaps_of(session, state.device.id)
        files = queries.files_of(session, canteen.id, state.device.id)
    page = render_template(
        "devices/device.html", state=state, device=state.device, report=state.report, canteen=canteen, gaps=gaps,
        files=files, faults=words.FAULTS, form=form, name_form=NameForm(name=state.device.name), at=now(),
        newest=current_release().version,
    )  # fmt: skip
    return make_response(page, status)


def _mine(ref: str) -> tuple[DeviceState, CanteenRow]:
    with reading() as session:
        state = by_ref(session, ref)
    found = [canteen for canteen in my_canteens() if canteen.id == state.device.canteen_id]
    if not found:
        raise Refusal("canteen-not-yours", "这个食堂不归您管。")
    return state, found[0]
