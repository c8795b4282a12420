"""The calendar of named days."""

from datetime import date

from flask import abort, render_template, request
from flask_babel import gettext as _

from canteen.canteens.views import my_canteens
from canteen.core.calendar import month_of, next_month, parse_month, previous_month
from canteen.core.roles import OFFICE
from canteen.db import reading
from canteen.sponsors.agreements import named_days, words
from canteen.sponsors.agreements.views import this_day
from canteen.sponsors.blueprint import bp
from canteen.web.access import requires


@bp.get("/sponsors/days")
@requires(*OFFICE)
def days() -> str:
    """A month of named days of one's canteens, with the days that nobody has taken yet."""
    mine, wanted = my_canteens(), request.args.get("canteen", "")
    shown = [canteen for canteen in mine if wanted in ("", canteen.code)]
    if wanted and not shown:
        abort(404)
    month = _month(request.args.get("month") or month_of(this_day()))
    span = parse_month(month)
    with reading() as session:
        ids = [canteen.id for canteen in shown]
        named = named_days.named_days(session, ids, span.first_on, span.last_on)
    return render_template(
        "sponsors/days.html", month=month, weeks=named_days.weeks(span.first_on, span.last_on, named),
        named=named, canteens=mine, wanted=wanted, before=previous_month(month), after=next_month(month),
        today=this_day(), this_month=month_of(this_day()), festivals=words.FESTIVAL_NAMES, weekdays=_weekdays(),
    )  # fmt: skip


def _month(text: str) -> str:
    try:
        found = parse_month(text)
    except ValueError:
        abort(404)
    # The months beside it must be months too.
    if not 2000 <= found.first_on.year <= date.max.year - 1000:
        abort(404)
    return found.text


def _weekdays() -> list[str]:
    return [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]
