"""The periods for which a fund has a statement over months: a quarter, a year, a range of days."""

import re
from datetime import date

from canteen.core.calendar import Period, month_end, months_of, parse_period
from canteen.core.errors import Refusal

RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})\s*\.\.\s*(\d{4}-\d{2}-\d{2})")
MONTH = re.compile(r"\d{4}-\d{2}")
MOST_MONTHS = 36
EARLIEST_YEAR = 2000


def report_period(text: str) -> Period:
    """Read a period as people ask for it; a range that is a quarter or a year is that quarter or year.

    Raises Refusal `report-period`, `report-reversed`, `report-month` for a month, which has its own statement,
    `report-too-long`.
    """
    text = text.strip()
    days = RANGE.fullmatch(text)
    if days and _day(days[1]) > _day(days[2]):
        raise Refusal("report-reversed", f"结束日期 {days[2]} 早于开始日期 {days[1]}。请对调。", first=days[1], last=days[2])
    try:
        period = named(parse_period(re.sub(r"\s", "", text)))
    except ValueError as fault:
        raise not_a_period() from fault
    if period.first_on.year < EARLIEST_YEAR or period.last_on.year > 9000:
        raise not_a_period()
    if MONTH.fullmatch(period.text):
        raise Refusal(
            "report-month", f"{period.text} 是一个月，月结时自动封存月报，不用另做。请选季度、年度或一段日期。", month=period.text
        )
    if len(months_of(period)) > MOST_MONTHS:
        raise Refusal("report-too-long", f"一份报告最多 {MOST_MONTHS} 个月，请分成几份。", months=MOST_MONTHS)
    return period


def not_a_period() -> Refusal:
    """Refusal `report-period`."""
    return Refusal("report-period", "看不懂这个期间。请写成 2026-Q4、2026 或 2026-11-01..2026-12-15。")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise not_a_period() from fault


def named(period: Period) -> Period:
    """The same days under the shortest name: a month, a quarter, a year, else the range."""
    first, last = period.first_on, period.last_on
    if first.day != 1 or last != month_end(last):
        return period
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    names = {1: f"{first:%Y-%m}"}
    if first.month % 3 == 1:
        names[3] = f"{first:%Y}-Q{first.month // 3 + 1}"
    if first.month == 1:
        names[12] = f"{first:%Y}"
    return parse_period(names[months]) if months in names else period


def before(period: Period) -> Period | None:
    """The quarter or year before; None for a range, which follows on nothing."""
    if period.text.isdigit():
        return parse_period(f"{int(period.text) - 1:04d}")
    if "Q" not in period.text:
        return None
    year, quarter = int(period.text[:4]), int(period.text[-1])
    return parse_period(f"{year}-Q{quarter - 1}" if quarter > 1 else f"{year - 1}-Q4")
