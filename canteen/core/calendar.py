"""Days, periods and ages as notices reckon them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol, get_args

MealPeriod = Literal["breakfast", "lunch", "dinner"]
MEAL_PERIODS: tuple[MealPeriod, ...] = ("breakfast", "lunch", "dinner")

AgeCounts = Literal["birthday", "day-after", "next-month", "next-year"]
AGE_COUNTS: tuple[AgeCounts, ...] = get_args(AgeCounts)

Per = Literal["meal-period", "day", "week", "month", "year"]
PERS: tuple[Per, ...] = get_args(Per)

_DAY = timedelta(days=1)


class WorkingDays(Protocol):
    """The official Chinese calendar, statutory holidays and the weekends worked for them included."""

    def is_workday(self, on: date) -> bool | None:
        """Whether people work that day; None where the calendar of that year is missing."""


def is_leap(year: int) -> bool:
    """Whether February of that year has 29 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def birthday_in(born_on: date, year: int) -> date:
    """The birthday in a year. Born on 29 February: 1 March in common years."""
    if born_on.month == 2 and born_on.day == 29 and not is_leap(year):
        return date(year, 3, 1)
    return date(year, born_on.month, born_on.day)


def is_birthday(born_on: date, on: date) -> bool:
    """Whether the day is the birthday itself, whatever a programme's `age_counts` says."""
    return birthday_in(born_on, on.year) == on


def age_on(born_on: date, on: date, age_counts: AgeCounts = "birthday") -> int:
    """Age in completed years, a birthday taking effect as `age_counts` says.

    `birthday`: the day itself; `day-after`: the day that follows; `next-month`: the first of the following
    month; `next-year`: the following 1 January. All are reckoned from the birthday of that year, which for
    29 February is 1 March in common years.
    """
    years = on.year - born_on.year
    if not _birthday_counts(born_on, on, age_counts):
        years -= 1
    return max(years, 0)


def _birthday_counts(born_on: date, on: date, age_counts: AgeCounts) -> bool:
    # Compared within the year of `on`: what takes effect after its end counts in the next year's difference.
    if age_counts == "next-year":
        return False
    birthday = birthday_in(born_on, on.year)
    if age_counts == "birthday":
        return on >= birthday
    if age_counts == "day-after":
        return on > birthday
    return on.month > birthday.month


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of service dates, both ends included, under the text by which people ask for it."""

    text: str
    first_on: date
    last_on: date

    def __contains__(self, on: object) -> bool:
        return isinstance(on, date) and self.first_on <= on <= self.last_on


_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
_YEAR = re.compile(r"[0-9]{4}")
_RANGE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")


def parse_month(text: str) -> Period:
    """Read a month, `2026-11`. Raises ValueError."""
    month = _MONTH.fullmatch(text)
    if month is None:
        raise ValueError(f"not a month like 2026-11: {text!r}")
    return _months(text, int(month[1]), int(month[2]), 1)


def parse_period(text: str) -> Period:
    """Read a period for which papers are made: `2026-11`, `2026-Q4`, `2026` or `2026-11-01..2026-12-15`.

    Raises ValueError.
    """
    if quarter := _QUARTER.fullmatch(text):
        return _months(text, int(quarter[1]), 3 * int(quarter[2]) - 2, 3)
    if _YEAR.fullmatch(text):
        return _months(text, int(text), 1, 12)
    if days := _RANGE.fullmatch(text):
        return _range(text, date.fromisoformat(days[1]), date.fromisoformat(days[2]))
    return parse_month(text)


def _months(text: str, year: int, month: int, count: int) -> Period:
    first_on = date(year, month, 1)
    last = month + count - 1
    return Period(text, first_on, month_end(date(year, last, 1)))


def _range(text: str, first_on: date, last_on: date) -> Period:
    if last_on < first_on:
        raise ValueError(f"the period ends before it begins: {text!r}")
    return Period(text, first_on, last_on)


def month_of(on: date) -> str:
    """The month in which a day lies, `2026-11`."""
    return f"{on.year:04d}-{on.month:02d}"


def month_end(on: date) -> date:
    """The last day of the month in which a day lies."""
    if on.month == 12:
        return date(on.year, 12, 31)
    return date(on.year, on.month + 1, 1) - _DAY


def next_month(month: str) -> str:
    """The month after, `2026-12` to `2027-01`. Raises ValueError."""
    return month_of(parse_month(month).last_on + _DAY)


def previous_month(month: str) -> str:
    """The month before. Raises ValueError."""
    return month_of(parse_month(month).first_on - _DAY)


def months_of(period: Period) -> list[str]:
    """Every month that a period touches, earliest first."""
    months = [month_of(period.first_on)]
    while months[-1] != month_of(period.last_on):
        months.append(next_month(months[-1]))
    return months


def window_of(per: str, on: date) -> tuple[date, date]:
    """First and last service date of the day, week (Monday first), month or year around a day.

    A meal period lies within one day, so its dates are the day's. Raises ValueError for another `per`.
    """
    if per in ("meal-period", "day"):
        return on, on
    if per == "week":
        monday = on - _DAY * on.weekday()
        return monday, monday + 6 * _DAY
    if per == "month":
        return on.replace(day=1), month_end(on)
    if per == "year":
        return date(on.year, 1, 1), date(on.year, 12, 31)
    raise ValueError(f"no window called {per!r}")


def as_meal_period(text: str) -> MealPeriod:
    """The text as a meal period. Raises ValueError."""
    if text not in MEAL_PERIODS:
        raise ValueError(f"no meal period called {text!r}")
    return text
