"""The office's pages of public notices: which months wait, preview and publish, withdraw, posters."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
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
from canteen.clock import today
from canteen.config import Settings
from canteen.core.calendar import parse_month
from canteen.core.errors import Refusal
from canteen.core.roles import KEEPERS, OFFICE
from canteen.db import reading
from canteen.documents.papers.notice import PosterSize
from canteen.noticeboard.wall import notices, posters, queries, services, words
from canteen.noticeboard.wall.forms import PublishForm, WithdrawForm
from canteen.noticeboard.wall.notices import MonthRow
from canteen.noticeboard.wall.services import Imprint, Preview
from canteen.web.access import requires
from canteen.web.filters import month as month_words
from canteen.web.home import Task, tasks

bp = Blueprint("notices", __name__)

SIZES: dict[str, PosterSize] = {"a3": "a3", "a4": "a4"}


@bp.get("/notices")
@requires(*OFFICE)
def index() -> str:
    """The closed months of one's canteens and how their notices stand; the walls to look at and to print."""
    mine = my_canteens()
    with reading() as session:
        rows = notices.months(session, [canteen.id for canteen in mine])
    return render_template(
        "noticeboard/wall/months.html", rows=rows, canteens=mine, places={canteen.id: canteen for canteen in mine},
        days={canteen.id: today(canteen.time_zone) for canteen in mine},
    )  # fmt: skip


@tasks(*KEEPERS, position=45)
def months_to_publish() -> list[Task]:
    """The last closed month of each canteen, where no notice of it holds."""
    mine = my_canteens()
    with reading() as session:
        rows = notices.months(session, [canteen.id for canteen in mine])
    last = {row.canteen_id: row for row in sorted(rows, key=lambda row: row.month)}
    return [
        Task(
            _(
                "%(canteen)s %(month)s 已月结，还没有公示",
                canteen=canteen.name,
                month=month_words(last[canteen.id].month),
            ),
            url_for("noticeboard.wall.notices.page", month=last[canteen.id].month, canteen=canteen.code),
        )
        for canteen in mine
        if canteen.id in last and last[canteen.id].live is None
    ]


@bp.get("/notices/<month>")
@requires(*OFFICE)
def page(month: str) -> BaseResponse:
    """A month's notice: as it would be published, or as it was."""
    return _page(my_canteen(request.args.get("canteen")), _checked(month), 200)


@bp.post("/notices/<month>")
@requires(*KEEPERS)
def publish(month: str) -> BaseResponse:
    """Publish what was seen."""
    canteen = my_canteen(request.args.get("canteen"))
    month, form, status = _checked(month), PublishForm(), 400
    if form.validate_on_submit():
        try:
            services.publish(
                canteen, month, Imprint(form.publisher.data or "", form.hotline.data or ""), form.seen.data or "",
                current_user.actor, is_demo=_is_demo(),
            )  # fmt: skip
            flash(_("已公示，从今天起 7 天。请把海报打印、盖章、贴出来。"), "ok")
            return redirect(url_for("noticeboard.wall.notices.page", month=month, canteen=canteen.code), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    return _page(canteen, month, status, publish_form=form)


@bp.post("/notices/<month>/withdraw")
@requires(*KEEPERS)
def withdraw(month: str) -> BaseResponse:
    """Take the notice back, with the reason."""
    canteen = my_canteen(request.args.get("canteen"))
    found = _row(canteen, _checked(month))
    number = request.args.get("number")
    one = (
        next((version for version in found.versions if version.notice.number == number), None)
        if found
        else None
    )
    if one is None:
        raise Refusal("notice-unknown", "没有这份公示。请回到列表再选。")
    form, status = WithdrawForm(), 400
    if form.validate_on_submit():
        try:
            services.withdraw(one.id, form.reason.data or "", current_user.actor)
            flash(_("已撤回。改好以后可以发布新的一版。"), "ok")
            return redirect(url_for("noticeboard.wall.notices.page", month=month, canteen=canteen.code), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    return _page(canteen, month, status, withdraw_form=form)


@bp.get("/notices/<month>/poster.pdf")
@requires(*OFFICE)
def notice_poster(month: str) -> BaseResponse:
    """The notice that holds, as a poster to hang up and stamp."""
    canteen = my_canteen(request.args.get("canteen"))
    found = _row(canteen, _checked(month))
    live = found.live if found else None
    if live is None:
        raise Refusal("notice-unknown", "没有这份公示。请回到列表再选。")
    host = _settings().public_host
    address = f"https://{host}{url_for('noticeboard.wall.thanks', code=canteen.code)}" if host else ""
    pdf = posters.of_notice(live.notice, _size(), address, _settings().home)
    return _pdf(pdf, f"{live.notice.number}-{_size()}.pdf")


@bp.get("/notices/wall.pdf")
@requires(*OFFICE)
def wall_poster() -> BaseResponse:
    """The wall as it stands today, as a poster."""
    canteen = my_canteen(request.args.get("canteen"))
    order = "strokes" if request.args.get("order") == "strokes" else "date"
    day = today(canteen.time_zone)
    with reading() as session:
        wall = queries.read_wall(session, canteen.id, day, order)
    pdf = posters.of_wall(canteen.name, wall, _size(), _settings().home, is_demo=_is_demo())
    return _pdf(pdf, f"{canteen.code.upper()}-wall-{_size()}.pdf")


def _page(
    canteen: CanteenRow,
    month: str,
    status: int,
    publish_form: PublishForm | None = None,
    withdraw_form: WithdrawForm | None = None,
) -> BaseResponse:
    row = _row(canteen, month)
    live = row.live if row else None
    draft = None if live else _preview(canteen, month)
    shown = live.notice if live else draft.notice if draft else None
    html = render_template(
        "noticeboard/wall/month.html", canteen=canteen, month=month, live=live, draft=draft.notice if draft else None,
        versions=row.versions if row else (), this_day=today(canteen.time_zone), words=words,
        form=_publish_form(publish_form, draft), withdraw_form=withdraw_form or WithdrawForm(),
        may_publish=current_user.role in KEEPERS, unagreed=draft.unagreed if draft else (),
        unprintable=posters.unprintable(shown) if shown else [],
    )  # fmt: skip
    return make_response(html, status)


def _publish_form(sent: PublishForm | None, draft: Preview | None) -> PublishForm:
    """The form with the hash of what stands above it now, whatever was sent."""
    form = sent or PublishForm()
    if draft is not None:
        form.seen.data = draft.seen
        if sent is None:
            form.publisher.data, form.hotline.data = draft.notice.publisher, draft.notice.hotline
    return form


def _preview(canteen: CanteenRow, month: str) -> Preview:
    return services.preview(canteen, month, is_demo=_is_demo())


def _row(canteen: CanteenRow, month: str) -> MonthRow | None:
    with reading() as session:
        return next((row for row in notices.months(session, [canteen.id]) if row.month == month), None)


def _checked(month: str) -> str:
    try:
        return parse_month(month).text
    except ValueError:
        abort(404)


def _size() -> PosterSize:
    return SIZES.get(request.args.get("size", ""), "a3")


def _settings() -> Settings:
    settings: Settings = current_app.config["CANTEEN"]
    return settings


def _is_demo() -> bool:
    return (_settings().home / "demo").exists()


def _pdf(content: bytes, name: str) -> BaseResponse:
    response = make_response(content)
    response.content_type = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
