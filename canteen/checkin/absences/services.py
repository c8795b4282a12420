"""What can happen around an absence: a tick at the till, tasks at the end of service, a visit that was made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from canteen.audit.services import record as record_act
from canteen.checkin.absences.models import DONE, OPEN, AbsenceTick, VisitRound, VisitTask
from canteen.checkin.absences.queries import absent
from canteen.checkin.again import in_transaction
from canteen.checkin.models import Meal
from canteen.checkin.records import KEY, parse_instant
from canteen.checkin.serving_time import TOLERANCE_MINUTES, service_date
from canteen.checkin.standing import Place, standing_cache
from canteen.clock import now
from canteen.core.calendar import MEAL_PERIODS
from canteen.core.errors import Refusal
from canteen.db import is_postgresql, reading, transaction
from canteen.elders.models import Elder

STATES = ("asked", "phoned")
LONGEST_NOTE = 200
OLDEST_TICK_DAYS = 10
LOOK_BACK_DAYS = 2
"""A tablet may hold a meal for three days; tasks of a meal are made once its own day or the next two are looked at."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One tick as a tablet sends it. `key` is made once and sent again on a retry."""

    key: str
    device_id: int
    canteen_id: int
    elder_ref: str
    service_on: date
    meal_period: str
    state: str
    ticked_at: datetime
    cashier_ref: str | None


def read_tick(body: Mapping[str, Any], device_id: int, canteen_id: int) -> Tick:
    """Read the body of a call. Raises Refusal `absence`, naming the key that is wrong."""
    key, ref, period = body.get("id"), body.get("elder_ref"), body.get("meal_period")
    state, cashier = body.get("state"), body.get("cashier_ref")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise _bad("id")
    if not isinstance(ref, str) or not 1 <= len(ref) <= 40 or "\0" in ref:
        raise _bad("elder_ref")
    if period not in MEAL_PERIODS:
        raise _bad("meal_period")
    if state not in STATES:
        raise _bad("state")
    if cashier is not None and (not isinstance(cashier, str) or len(cashier) > 80 or "\0" in cashier):
        raise _bad("cashier_ref")
    on, at = _day(body.get("service_on")), _instant(body.get("ticked_at"))
    return Tick(key, device_id, canteen_id, ref, on, str(period), str(state), at, cashier)


def tick(wanted: Tick) -> dict[str, Any]:
    """Note that an elder was asked after, once per key. Raises Refusal `absence`, `key-reused`."""
    return in_transaction(lambda session: _tick(session, wanted))


def make_visit_tasks() -> int:
    """Make the visit tasks of every meal whose service is over, once a meal; answers how many were made.

    A meal that nobody ate makes none: the canteen was closed, or its tablets have not been heard from yet.
    """
    return sum(
        _round(place, on, period) for place in standing_cache().again().places.values() for on, period in _over(place)
    )


def make_visit(visit_id: int, note: str, actor: str) -> None:
    """A visit was made; the note says how the elder is. Raises Refusal `visit-note`, `visit-unknown`, `visit-done`."""
    stated = note.strip()
    if not 1 <= len(stated) <= LONGEST_NOTE:
        raise Refusal("visit-note", f"请写一句情况，最多 {LONGEST_NOTE} 个字。", longest=LONGEST_NOTE)
    with transaction() as session:
        row = session.get(VisitTask, visit_id, with_for_update=True)
        if row is None:
            raise Refusal("visit-unknown", "没有这次探访。请刷新页面。")
        if row.state == DONE:
            raise Refusal("visit-done", "这次探访已经有人记过了，请刷新页面。")
        row.state, row.note, row.done_by, row.done_at = DONE, stated, actor, now()
        record_act(session, "visit-made", actor, f"visit:{row.id}", row.canteen_id)


def _tick(session: Session, wanted: Tick) -> dict[str, Any]:
    elder_id = session.scalar(select(Elder.id).where(Elder.ref == wanted.elder_ref))
    if elder_id is None:
        raise _bad("elder_ref")
    row = session.scalars(select(AbsenceTick).where(AbsenceTick.key == wanted.key)).first()
    if row is None:
        row = AbsenceTick(
            key=wanted.key, device_id=wanted.device_id, canteen_id=wanted.canteen_id, elder_id=elder_id,
            service_on=wanted.service_on, meal_period=wanted.meal_period, state=wanted.state,
            cashier_ref=wanted.cashier_ref, ticked_at=wanted.ticked_at, received_at=now(),
        )  # fmt: skip
        session.add(row)
    same = (row.canteen_id, row.elder_id, row.service_on, row.meal_period, row.state)
    if same != (wanted.canteen_id, elder_id, wanted.service_on, wanted.meal_period, wanted.state):
        raise Refusal("key-reused", "这个编号已经用在另一笔上，内容不一样。")
    return {
        "id": row.key, "elder_ref": wanted.elder_ref, "service_on": row.service_on.isoformat(),
        "meal_period": row.meal_period, "state": row.state,
    }  # fmt: skip


def _over(place: Place) -> Iterator[tuple[date, str]]:
    """The meals of today and the days before whose service has ended, tolerance and all."""
    today, at = service_date(now(), place.zone)
    for back in range(LOOK_BACK_DAYS, -1, -1):
        for period, (_first, last) in place.hours.items():
            if back or _later(last) < at:
                yield today - timedelta(days=back), period


def _later(moment: time) -> time:
    minutes = moment.hour * 60 + moment.minute + TOLERANCE_MINUTES
    return time(minutes // 60, minutes % 60) if minutes < 24 * 60 else time.max


def _round(place: Place, on: date, meal_period: str) -> int:
    with reading() as session:
        is_made = session.get(VisitRound, (place.id, on, meal_period)) is not None
        was_served = not is_made and _was_served(session, place.id, on, meal_period)
    if is_made or not was_served:
        return 0
    with transaction() as session:
        return _make(session, place.id, on, meal_period)


def _was_served(session: Session, canteen_id: int, on: date, meal_period: str) -> bool:
    meals = select(Meal.id).where(
        Meal.canteen_id == canteen_id, Meal.service_on == on, Meal.meal_period == meal_period,
        Meal.cancelled_at.is_(None),
    ).limit(1)  # fmt: skip
    return session.scalar(meals) is not None


def _make(session: Session, canteen_id: int, on: date, meal_period: str) -> int:
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    one = insert(VisitRound).values(
        canteen_id=canteen_id, service_on=on, meal_period=meal_period, made_at=now()
    )
    # Of two who come at once one writes the row; the other waits for it here and finds it.
    if session.scalar(one.on_conflict_do_nothing().returning(VisitRound.canteen_id)) is None:
        return 0
    missing = absent(session, canteen_id, on, meal_period)
    session.add_all(
        VisitTask(
            canteen_id=canteen_id, elder_id=elder_id, service_on=on, meal_period=meal_period, state=OPEN,
            made_at=now(),
        )
        for elder_id in missing
    )  # fmt: skip
    if missing:
        detail = {"service_on": on.isoformat(), "meal_period": meal_period, "tasks": len(missing)}
        record_act(session, "visits-wanted", "system:absences", canteen_id=canteen_id, detail=detail)
    return len(missing)


def _day(text: object) -> date:
    try:
        day = date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        day = None
    if day is None or not timedelta(days=-OLDEST_TICK_DAYS) <= day - now().date() <= timedelta(days=1):
        raise _bad("service_on")
    return day


def _instant(text: object) -> datetime:
    try:
        return parse_instant(text)
    except ValueError:
        raise _bad("ticked_at") from None


def _bad(field: str) -> Refusal:
    return Refusal("absence", f"“已问过”的 {field} 一项不对。", field=field)
