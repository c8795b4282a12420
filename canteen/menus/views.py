"""The manager's menu pages: the week as a grid, one day to write."""

from datetime import date, timedelta

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteen, my_canteens, say_at
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import reading
from canteen.menus import queries, services, words
from canteen.menus.forms import PERIOD_NAMES, MenuForm, shown
from canteen.web.access import requires

bp = Blueprint("menus", __name__)
words.register()

FIELD_OF = {"menu-dishes": "dishes", "menu-dish-long": "dishes", "menu-price": "price"}
YESTERDAY = timedelta(days=1)
WEEK = timedelta(days=7)


@bp.get("/menu")
@requires(Role.ADMINISTRATOR, Role.MANAGER)
def index() -> str:
    """The week in which `?week=` lies; this week without it."""
    canteen = my_canteen(request.args.get("canteen"))
    here = today(canteen.time_zone)
    day = _day(request.args.get("week", "")) if request.args.get("week") else here
    with reading() as session:
        days = queries.week(session, canteen, day)
    return render_template(
        "menus/week.html", canteen=canteen, canteens=my_canteens(), days=days, this_day=here,
        period_names=PERIOD_NAMES, before=days[0].service_on - WEEK, after=days[0].service_on + WEEK,
    )  # fmt: skip


@bp.route("/menu/<day>", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR, Role.MANAGER)
def page(day: str) -> BaseResponse:
    """One day's menu. `?from=` fills the form with another day's; nothing is written before it is saved."""
    canteen, on = my_canteen(request.args.get("canteen")), _day(day)
    source = _day(request.args["from"]) if request.args.get("from") else on
    with reading() as session:
        written, filling = (
            queries.day_menus(session, canteen, on),
            queries.day_menus(session, canteen, source),
        )
    form, status = MenuForm(data=shown(filling)), 200
    if form.validate_on_submit():
        try:
            publish = request.form.get("act") == "publish"
            services.write_day(
                canteen.id, on, form.drafts(canteen.hours), current_user.actor, publish=publish
            )
            flash(_("菜单已发布，收银台和家属页面都看得到了。") if publish else _("菜单已保存。"), "ok")
            return redirect(_week_of(canteen, on), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, _field_of(refusal))
    html = render_template(
        "menus/day.html", canteen=canteen, day=written, form=form, period_names=PERIOD_NAMES,
        is_over=on < today(canteen.time_zone), yesterday=on - YESTERDAY, last_week=on - WEEK,
        is_copy=source != on, week_url=_week_of(canteen, on),
    )  # fmt: skip
    return make_response(html, status)


@bp.post("/menu/copy-week")
@requires(Role.ADMINISTRATOR, Role.MANAGER)
def copy_week() -> BaseResponse:
    """Fill the empty meals of a week with those of the week before, as drafts."""
    canteen, day = my_canteen(request.form.get("canteen")), _day(request.form.get("week", ""))
    copied = services.copy_week(canteen.id, day - WEEK, day, current_user.actor)
    if copied:
        flash(_("复制了 %(count)s 餐，都是草稿，看过再发布。", count=copied), "ok")
    else:
        flash(_("没有可复制的：上一周没有菜单，或这一周已经写好了。"), "info")
    return redirect(_week_of(canteen, day), 303)


@bp.post("/menu/publish-week")
@requires(Role.ADMINISTRATOR, Role.MANAGER)
def publish_week() -> BaseResponse:
    """Publish all drafts of a week."""
    canteen, day = my_canteen(request.form.get("canteen")), _day(request.form.get("week", ""))
    published = services.publish_week(canteen.id, day, current_user.actor)
    if published:
        flash(_("发布了 %(count)s 餐。", count=published), "ok")
    else:
        flash(_("这一周没有要发布的草稿。"), "info")
    return redirect(_week_of(canteen, day), 303)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    # The weeks beside it must be days too.
    if not date(2000, 1, 10) <= day <= date(2099, 12, 20):
        abort(404)
    return day


def _week_of(canteen: CanteenRow, day: date) -> str:
    return url_for("menus.index", canteen=canteen.code, week=day.isoformat())


def _field_of(refusal: Refusal) -> str:
    kind = FIELD_OF.get(refusal.code)
    return f"{refusal.params.get('period')}_{kind}" if kind else ""
