"""The page of a day: what was observed, and the records behind each figure."""

from datetime import date, timedelta

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.forms import PERIOD_NAMES
from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteen, my_canteens
from canteen.clock import today as day_today
from canteen.core.roles import OFFICE
from canteen.db import reading
from canteen.oversight import words
from canteen.oversight.blueprint import bp
from canteen.oversight.days import PAGE, DayRecord, day_of, day_records
from canteen.web.access import requires


@bp.get("/days")
@requires(*OFFICE)
def today() -> BaseResponse:
    """Today's page."""
    canteen = my_canteen(request.args.get("canteen"))
    on = request.args.get("day") or day_today(canteen.time_zone).isoformat()
    return redirect(url_for("oversight.day", on=on, canteen=canteen.code), 303)


@bp.get("/days/<on>")
@requires(*OFFICE)
def day(on: str) -> str:
    """One day of one canteen."""
    canteen, day_on = my_canteen(request.args.get("canteen")), _read(on)
    with reading() as session:
        found = day_of(session, canteen.id, day_on)
    return render_template(
        "oversight/day.html", canteen=canteen, canteens=my_canteens(), day=found, periods=PERIOD_NAMES, words=words,
        before=day_on - timedelta(days=1), after=_after(canteen, day_on),
    )  # fmt: skip


@bp.get("/days/<on>/records")
@requires(*OFFICE)
def day_list(on: str) -> str:
    """The records behind a figure, filtered as the figure was."""
    canteen, day_on = my_canteen(request.args.get("canteen")), _read(on)
    wanted = {name: request.args[name] for name in ("verdict", "period", "outcome", "device", "cashier") if name in request.args}
    with reading() as session:
        found = [record for record in day_records(session, canteen.id, day_on) if _fits(record, wanted)]
    page = min(max(request.args.get("page", 1, int), 1), max(-(-len(found) // PAGE), 1))
    return render_template(
        "oversight/day_records.html", canteen=canteen, on=day_on, records=found[(page - 1) * PAGE : page * PAGE],
        total=len(found), page=page, pages=-(-len(found) // PAGE), wanted=wanted, periods=PERIOD_NAMES, words=words,
    )  # fmt: skip


def _read(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        abort(404)
    if not 2000 <= found.year < 2200:
        abort(404)
    return found


def _after(canteen: CanteenRow, on: date) -> date | None:
    return on + timedelta(days=1) if on < day_today(canteen.time_zone) else None


def _fits(record: DayRecord, wanted: dict[str, str]) -> bool:
    has = {
        "verdict": "cancelled" if wanted.get("verdict") == "cancelled" and record.is_cancelled else record.verdict,
        "period": record.meal_period,
        "outcome": f"{record.state}:{record.code or ''}",
        "device": str(record.device_id),
        "cashier": record.cashier or "",
    }
    return all(has[name] == value for name, value in wanted.items())


