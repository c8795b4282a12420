"""The official working days: one day changed, a year entered. Meals that are divided stay as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.canteens.services import raise_revision
from canteen.core.calendar import month_of
from canteen.core.errors import Refusal
from canteen.db import transaction
from canteen.ledger.models import ClosedMonth
from canteen.subsidies.models import Programme, WorkingDay
from canteen.subsidies.queries import MEAL, read_stored
from canteen.subsidies.vocabulary.history import write
from canteen.subsidies.vocabulary.notice import SpecialDay, lacking, usual
from canteen.subsidies.vocabulary.queries import full_years

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Divided:
    """Meals of a day divided by rules that ask whether people work; `is_closed`: a closed month holds some."""

    meals: int
    is_closed: bool


def divided_on(session: Session, day: date) -> Divided:
    """What was divided on a day under such rules."""
    rows = (
        select(MEAL.c.programme_code, MEAL.c.version_on, MEAL.c.canteen_id, func.count())
        .where(MEAL.c.service_on == day, MEAL.c.cancelled_at.is_(None))
        .group_by(MEAL.c.programme_code, MEAL.c.version_on, MEAL.c.canteen_id)
    )
    asking = _asking(session)
    found = [
        (canteen_id, count)
        for code, version_on, canteen_id, count in session.execute(rows)
        if (code, version_on) in asking
    ]
    closed = set(session.scalars(select(ClosedMonth.canteen_id).where(ClosedMonth.month == month_of(day))))
    return Divided(sum(count for _, count in found), any(canteen_id in closed for canteen_id, _ in found))


def _asking(session: Session) -> set[tuple[str, date]]:
    """The versions whose rules ask whether people work that day."""
    return {
        (code, version.effective_on)
        for programme_id, code in session.execute(select(Programme.id, Programme.code))
        for version in read_stored(session, programme_id).versions
        if "workday" in version.mentions
    }


def set_working_day(
    day: date, is_workday: bool, note: str | None, by: str, *, is_confirmed: bool = False
) -> None:
    """Say of one day whether people work: a holiday published late, or a day of a year that the table lacks.

    Meals already divided stay as they are. Raises Refusal `day-closed` where a closed month holds meals that
    this day's answer divided, and `day-divided` where an open one does and nobody has said yes to that;
    `year-odd`, `note-long`.
    """
    _check_year(day.year)
    text = " ".join((note or "").split()) or None
    if text is not None and len(text) > 40:
        raise Refusal("note-long", "名称最多 40 个字。", longest=40)
    with transaction() as session:
        row = session.get(WorkingDay, day)
        before = None if row is None else {"is_workday": row.is_workday, "note": row.note}
        after = {"is_workday": is_workday, "note": text}
        if before == after:
            return
        if before is None or before["is_workday"] is not is_workday:
            _refuse_divided(session, day, is_confirmed)
        session.merge(WorkingDay(day=day, is_workday=is_workday, note=text))
        raise_revision(session)
        write(session, "working-day", day.isoformat(), "set", before, after, by)


def _refuse_divided(session: Session, day: date, is_confirmed: bool) -> None:
    divided = divided_on(session, day)
    if divided.is_closed:
        message = f"{day} 有按工作日算过的用餐，那个月已经结账，不能再改。"
        raise Refusal("day-closed", message, day=day.isoformat())
    if divided.meals and not is_confirmed:
        message = f"{day} 已有 {divided.meals} 餐按原来的日历算过，改了也不会重算。"
        raise Refusal("day-divided", message, day=day.isoformat(), meals=divided.meals)


def year_with(year: int, special: Iterable[SpecialDay]) -> list[tuple[date, bool, str | None]]:
    """Every day of a year: weekdays are worked, weekends are not, but for the days that are named."""
    named = {one.day: one for one in special}
    first = date(year, 1, 1)
    days = (first + timedelta(days=ahead) for ahead in range((date(year + 1, 1, 1) - first).days))
    return [
        (day, named[day].is_workday, named[day].note or None) if day in named else (day, usual(day), None)
        for day in days
    ]


def enter_year(year: int, special: tuple[SpecialDay, ...], by: str) -> None:
    """Enter a year that the table lacks, by the days that its notice names.

    Raises Refusal `year-odd`, `year-known`, `year-incomplete` (a statutory holiday is missing).
    """
    check_new_year(year, special)
    with transaction() as session:
        if year in full_years(session):
            raise Refusal("year-known", f"{year} 年的日历已经有了。要改，请一天一天改。", year=year)
        # Single days of the year may have been entered before; the notice has the last word.
        for day, is_workday, note in year_with(year, special):
            session.merge(WorkingDay(day=day, is_workday=is_workday, note=note))
        raise_revision(session)
        off = [one.day.isoformat() for one in special if not one.is_workday]
        worked = [one.day.isoformat() for one in special if one.is_workday]
        write(session, "working-day", str(year), "entered", None, {"off": off, "worked": worked}, by)


def check_new_year(year: int, special: tuple[SpecialDay, ...]) -> None:
    """Refuse a year that cannot be, or whose notice leaves a holiday out: `year-odd`, `year-incomplete`."""
    _check_year(year)
    missing = lacking(special)
    if missing:
        named = "、".join(missing)
        raise Refusal("year-incomplete", f"{year} 年的放假安排不全，缺：{named}。", year=year, missing=named)


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = f"年份要在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。"
        raise Refusal("year-odd", message, first=FIRST_YEAR, last=LAST_YEAR)
