"""How templates write money, days and times. They format and never compute."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _l

from canteen.core.roles import Role
from canteen.web.fields import choices, faults
from canteen.web.languages import page_language
from canteen.web.redirects import here

ROLE_NAMES = {
    Role.ADMINISTRATOR: _l("系统管理员"),
    Role.MANAGER: _l("食堂负责人"),
    Role.CASHIER: _l("收银员"),
    Role.OFFICER: _l("民政工作人员"),
}


def init(app: Flask) -> None:
    """Make the filters, and what forms and the foot of the page need, known to templates."""
    app.jinja_env.globals.update(form_faults=faults, choices_of=choices, here=here)
    for name, function in {
        "yuan": yuan,
        "wan_yuan": wan_yuan,
        "count": count,
        "day": day,
        "weekday": weekday,
        "short_day": short_day,
        "month": month,
        "period": period,
        "instant": instant,
        "clock_time": clock_time,
        "role_name": role_name,
    }.items():
        app.jinja_env.filters[name] = function


def yuan(fen: int | None) -> str:
    """Fen as `¥1,234.50`; a missing amount is a dash."""
    if fen is None:
        return "—"
    whole, rest = divmod(abs(fen), 100)
    return f"{'−' if fen < 0 else ''}¥{whole:,}.{rest:02d}"


def wan_yuan(fen: int) -> str:
    """Fen in ten thousands of yuan with two decimals, for the leader's page only: `3.26 万元`."""
    hundredths = (abs(fen) + 5_000) // 10_000
    text = f"{hundredths // 100:,}.{hundredths % 100:02d}"
    return str(gettext("%(amount)s 万元", amount=("−" if fen < 0 else "") + text))


def count(number: int | None) -> str:
    """A whole number with thousands separators."""
    return "—" if number is None else f"{number:,}"


def day(value: date | None) -> str:
    """A calendar day in words: `2026年11月21日`, `21 November 2026`."""
    if value is None:
        return "—"
    return str(format_date(value, "d MMMM y" if page_language() == "en" else "y年M月d日", rebase=False))


def weekday(value: date) -> str:
    """The day of the week: `星期五`, `Friday`."""
    return str(format_date(value, "EEEE", rebase=False))


def short_day(value: date | None) -> str:
    """A day within a year: `11月21日`, `21 Nov`."""
    if value is None:
        return "—"
    return str(format_date(value, "d MMM" if page_language() == "en" else "M月d日", rebase=False))


def month(period: str) -> str:
    """A period `2026-11` in words: `2026年11月`, `November 2026`."""
    first = date.fromisoformat(f"{period}-01")
    return str(format_date(first, "MMMM y" if page_language() == "en" else "y年M月", rebase=False))


def period(text: str) -> str:
    """A period `2026-11`, `2026-Q4`, `2026` or `2026-11-01..2026-12-15` in words: `2026年第4季度`, `Q4 2026`."""
    if ".." in text:
        first, last = (date.fromisoformat(on) for on in text.split(".."))
        return f"{day(first)} – {day(last)}"
    year, _dash, quarter = text.partition("-Q")
    if quarter:
        return str(gettext("%(year)s年第%(quarter)s季度", year=year, quarter=quarter))
    return month(text) if "-" in text else str(gettext("%(year)s年", year=year))


def instant(value: datetime | None, zone: str | None = None) -> str:
    """An instant as day and time in a canteen's time zone: `2026年11月21日 11:42`."""
    return "—" if value is None else f"{day(_local(value, zone).date())} {clock_time(value, zone)}"


def clock_time(value: datetime | None, zone: str | None = None) -> str:
    """The time of day of an instant in a canteen's time zone: `11:42`."""
    return "—" if value is None else f"{_local(value, zone):%H:%M}"


def role_name(role: str) -> str:
    """A role in words."""
    return str(ROLE_NAMES[Role(role)])


def _local(value: datetime, zone: str | None) -> datetime:
    return value.astimezone(ZoneInfo(zone or current_app.config["CANTEEN"].default_zone))
