"""The yearly notice of holidays as the State Council words it, read into days.

    一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。

Pure. Lines without a day say nothing and are passed over; one that names days and cannot be understood is told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from canteen.core.errors import Refusal

HOLIDAYS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
"""The statutory holidays: a year that lacks one of them is not complete."""

_BRACKETS = re.compile(r"\([^()]*\)")
_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]+|\d{1,2})[、.]")
_SPAN = re.compile(
    r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:(?:至|到|-|—|–)(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日)?"
)
_LONGEST_SPAN = 31


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not what its weekday says, or is a holiday by name."""

    day: date
    is_workday: bool
    note: str


def read_notice(text: str, year: int) -> tuple[SpecialDay, ...]:
    """The days of a year that a notice names, each once; where two clauses differ the later one holds.

    Raises Refusal `notice-line` (a clause that names days and says neither 放假 nor 上班) and `notice-date`.
    """
    days: dict[date, SpecialDay] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for special in _line(line, year, number):
            if special.day.year == year:
                days[special.day] = special
    return tuple(sorted(days.values(), key=lambda special: special.day))


def lacking(days: tuple[SpecialDay, ...]) -> tuple[str, ...]:
    """The statutory holidays on which nobody is said to be off."""
    named = "、".join(special.note for special in days if not special.is_workday)
    return tuple(holiday for holiday in HOLIDAYS if holiday not in named)


def usual(day: date) -> bool:
    """Whether people work on such a weekday when no notice says otherwise."""
    return day.isoweekday() <= 5


def _line(line: str, year: int, number: int) -> Iterator[SpecialDay]:
    plain = unicodedata.normalize("NFKC", line)
    plain = _BRACKETS.sub("", re.sub(r"\s+", "", plain))
    plain = _NUMBERING.sub("", plain)
    name, colon, rest = plain.partition(":")
    if not colon or _SPAN.search(name):
        name, rest = "", plain
    for clause in re.split(r"[。;]", rest):
        if not _SPAN.search(clause):
            continue
        if ("放假" in clause) == ("上班" in clause):
            raise Refusal("notice-line", f"第 {number} 行看不懂：要写明放假还是上班。", row=number)
        is_workday = "上班" in clause
        for day in _days(clause, year, number):
            yield SpecialDay(day, is_workday, name[:40])


def _days(clause: str, year: int, number: int) -> Iterator[date]:
    month: int | None = None
    for found in _SPAN.finditer(clause):
        first_year, first_month, first_day, last_year, last_month, last_day = found.groups()
        month = int(first_month) if first_month else month
        first = _day(first_year or year, month, first_day, number)
        last = first
        if last_day:
            last = _day(last_year or first.year, int(last_month or first.month), last_day, number)
            if last < first and not last_year:
                last = _day(last.year + 1, last.month, last_day, number)
            month = last.month
        if not timedelta(0) <= last - first <= timedelta(days=_LONGEST_SPAN):
            raise Refusal("notice-date", f"第 {number} 行的日期不对。", row=number)
        for ahead in range((last - first).days + 1):
            yield first + timedelta(days=ahead)


def _day(year: int | str, month: int | None, day: str, number: int) -> date:
    try:
        return date(int(year), int(month or 0), int(day))
    except ValueError:
        raise Refusal("notice-date", f"第 {number} 行的日期不对。", row=number) from None
