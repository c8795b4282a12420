"""Reads: who is a regular of a meal, who of them did not come, and which visits are open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from canteen.checkin.absences.models import DONE, OPEN, AbsenceTick, VisitTask
from canteen.checkin.models import Meal
from canteen.checkin.outcome_words import SLOT
from canteen.core.errors import Refusal
from canteen.elders.facts import STAYS
from canteen.elders.models import CanteenElder, Elder, ElderFact

LIKE_WEEKDAYS = 5
OF_THEM = 4
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit to make or made, with what a manager needs for it."""

    id: int
    elder_ref: str
    elder_name: str
    phone: str | None
    community: str | None
    service_on: date
    meal_period: str
    note: str | None
    done_at: datetime | None


def regulars_of_day(session: Session, canteen_id: int, on: date) -> dict[str, list[int]]:
    """By meal period: elders who ate it here on four of the last five like weekdays, by number; nobody who is away.

    A Friday is compared with the five Fridays before it.
    """
    days = [on - timedelta(weeks=back) for back in range(1, LIKE_WEEKDAYS + 1)]
    rows = (
        select(Meal.meal_period, Meal.elder_id)
        .join(Elder, Elder.id == Meal.elder_id)
        .join(CanteenElder, and_(CanteenElder.elder_id == Elder.id, CanteenElder.canteen_id == canteen_id))
        .where(
            Meal.canteen_id == canteen_id, Meal.service_on.in_(days), Meal.kind == SLOT, Meal.cancelled_at.is_(None),
            Elder.died_on.is_(None), Elder.closed_on.is_(None), ~_paused(on),
        )
        .group_by(Meal.meal_period, Meal.elder_id)
        .having(func.count(func.distinct(Meal.service_on)) >= OF_THEM)
        .order_by(Meal.elder_id)
    )  # fmt: skip
    found: dict[str, list[int]] = {}
    for meal_period, elder_id in session.execute(rows):
        found.setdefault(meal_period, []).append(elder_id)
    return found


def regulars(session: Session, canteen_id: int, on: date, meal_period: str) -> list[int]:
    """The regulars of one meal, by number."""
    return regulars_of_day(session, canteen_id, on).get(meal_period, [])


def absent(session: Session, canteen_id: int, on: date, meal_period: str) -> list[int]:
    """The regulars who neither ate this meal, here or elsewhere, nor were asked after."""
    found = regulars(session, canteen_id, on, meal_period)
    ate = select(Meal.elder_id).where(*_eaten(found, on, meal_period))
    ticked = select(AbsenceTick.elder_id).where(
        AbsenceTick.canteen_id == canteen_id, AbsenceTick.service_on == on, AbsenceTick.meal_period == meal_period
    )
    settled = set(session.scalars(ate)) | set(session.scalars(ticked))
    return [elder_id for elder_id in found if elder_id not in settled]


def open_visits(session: Session, canteen_id: int) -> list[VisitRow]:
    """The visits still to make, the oldest first; a meal or a tick that came in since settles one by itself."""
    wanted = VisitTask.canteen_id == canteen_id, VisitTask.state == OPEN, ~_came(), ~_ticked()
    rows = _visits().where(*wanted).order_by(VisitTask.service_on, VisitTask.id)
    return _rows(session, rows)


def done_visits(session: Session, canteen_id: int, since: date) -> list[VisitRow]:
    """The visits made for meals since a day, newest first."""
    wanted = VisitTask.canteen_id == canteen_id, VisitTask.state == DONE, VisitTask.service_on >= since
    return _rows(session, _visits().where(*wanted).order_by(VisitTask.done_at.desc(), VisitTask.id.desc()))


def canteen_of_visit(session: Session, visit_id: int) -> int:
    """Whose visit it is. Raises Refusal `visit-unknown`."""
    found = session.scalar(select(VisitTask.canteen_id).where(VisitTask.id == visit_id))
    if found is None:
        raise Refusal("visit-unknown", "没有这次探访。请刷新页面。")
    return found


def _visits() -> Select[VisitTask, Elder]:
    return select(VisitTask, Elder).join(Elder, Elder.id == VisitTask.elder_id).limit(MOST_SHOWN)


def _rows(session: Session, rows: Select[VisitTask, Elder]) -> list[VisitRow]:
    return [
        VisitRow(
            id=visit.id, elder_ref=elder.ref, elder_name=elder.name, phone=elder.phone, community=elder.community,
            service_on=visit.service_on, meal_period=visit.meal_period, note=visit.note, done_at=visit.done_at,
        )
        for visit, elder in session.execute(rows)
    ]  # fmt: skip


def _eaten(elder_ids: Iterable[int], on: date, meal_period: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Meal.elder_id.in_(list(elder_ids)), Meal.service_on == on, Meal.meal_period == meal_period,
        Meal.kind == SLOT, Meal.cancelled_at.is_(None),
    )  # fmt: skip


def _came() -> ColumnElement[bool]:
    return (
        select(Meal.id)
        .where(
            Meal.elder_id == VisitTask.elder_id, Meal.service_on == VisitTask.service_on,
            Meal.meal_period == VisitTask.meal_period, Meal.kind == SLOT, Meal.cancelled_at.is_(None),
        )
        .exists()
    )  # fmt: skip


def _ticked() -> ColumnElement[bool]:
    return (
        select(AbsenceTick.id)
        .where(
            AbsenceTick.elder_id == VisitTask.elder_id, AbsenceTick.service_on == VisitTask.service_on,
            AbsenceTick.meal_period == VisitTask.meal_period, AbsenceTick.canteen_id == VisitTask.canteen_id,
        )
        .exists()
    )  # fmt: skip


def _paused(on: date) -> ColumnElement[bool]:
    return (
        select(ElderFact.id)
        .where(
            ElderFact.elder_id == Elder.id, ElderFact.kind.in_(STAYS), ElderFact.withdrawn_at.is_(None),
            ElderFact.from_on <= on, or_(ElderFact.until_on.is_(None), ElderFact.until_on >= on),
        )
        .exists()
    )  # fmt: skip
