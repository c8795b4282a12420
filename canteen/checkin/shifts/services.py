"""Shifts as tablets tell them: opened, handed over, ended. Each event once, in whatever order they arrive."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record as record_act
from canteen.canteens.queries import by_id
from canteen.checkin.again import in_transaction
from canteen.checkin.counter import Sender
from canteen.checkin.shifts.events import CLOSE, HAND_OVER, OPEN, Event
from canteen.checkin.shifts.models import ShiftEvent, TillShift
from canteen.checkin.shifts.proofs import make_proof, proven
from canteen.checkin.shifts.queries import holder, last_close, open_shift, people, uses_shifts
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.staff import badges
from canteen.staff.queries import id_of, names, ref
from canteen.staff.throttle import Caller

Answer = dict[str, Any]

CLOCK_OFF = timedelta(minutes=5)
KEPT_OFFLINE = timedelta(days=4)


def till_shift(session: Session, sender: Sender) -> Answer:
    """What a till asks when it starts: whether badges are asked for here, who works here, which shift is open."""
    shift, close = open_shift(session, sender.device_id), last_close(session, sender.device_id)
    return {
        "uses_shifts": uses_shifts(session, sender.canteen_id),
        "on": _day(session, sender.canteen_id, now()).isoformat(),
        "people": [
            {"ref": one.ref, "name": one.name, "is_manager": one.is_manager, "has_pin": one.has_pin}
            for one in people(session, sender.canteen_id)
        ],
        "shift": None if shift is None else _shift_document(session, shift),
        "last_close": None
        if close is None
        else {"close_no": close.id, "service_on": close.service_on.isoformat(), "closed_at": _text(close.closed_at)},
    }  # fmt: skip


def who_is(session: Session, canteen_id: int, badge_sha256: str) -> Answer:
    """Whose badge this is. Raises Refusal `badge-unknown`."""
    staff_id = holder(session, canteen_id, badge_sha256)
    if staff_id is None:
        raise Refusal("badge-unknown", "系统里没有这张工作牌。可能是旧的，请负责人换一张。")
    return _person(session, canteen_id, staff_id)


def prove_by_pin(sender: Sender, staff_ref: str, pin: str, who: Caller, key: bytes) -> Answer:
    """A person at this tablet by name and PIN: `{ref, name, is_manager, proof}`.

    Raises Refusal `pin-wrong`, the same for a person who does not work here, and `sign-in-locked`.
    """
    staff_id = id_of(staff_ref) or 0
    badges.check_pin(staff_id, pin, who)

    def answer(session: Session) -> Answer:
        if staff_ref not in {person.ref for person in people(session, sender.canteen_id)}:
            raise Refusal("pin-wrong", "密码不对。请再试一次，或扫工作牌。")
        return _person(session, sender.canteen_id, staff_id)

    found = in_transaction(answer)
    return found | {"proof": make_proof(key, sender.ref, staff_id, now())}


def record_event(sender: Sender, event: Event, key: bytes) -> Answer:
    """Take in one event, once per id: `{id, known, cashier, shift}`; sent again it gets the same answer.

    A badge that nobody knows is taken in and said so: the tablet served people under it, which is a fact.
    Raises Refusal `event-id-reused`, `shift-elsewhere`.
    """
    return in_transaction(lambda session: _record(session, sender, event, key))


def _record(session: Session, sender: Sender, event: Event, key: bytes) -> Answer:
    known = session.scalars(select(ShiftEvent).where(ShiftEvent.event_id == event.event_id)).first()
    if known is not None:
        if (known.content_sha256, known.device_id) != (event.content_sha256, sender.device_id):
            raise Refusal("event-id-reused", "这个编号已经用在另一件事上，内容不一样。")
        return dict(known.answer)
    staff_id = _who(session, sender, event, key)
    shift = _shift(session, sender, event)
    if event.kind in (OPEN, HAND_OVER) and staff_id is not None and _is_newest(session, event):
        shift.staff_id = staff_id
    if event.kind == CLOSE:
        shift.is_closed = True
    session.flush()
    answer = {
        "id": event.event_id,
        "known": staff_id is not None,
        "cashier": None if staff_id is None else _person(session, sender.canteen_id, staff_id),
        "shift": _shift_document(session, shift),
    }
    session.add(
        ShiftEvent(
            event_id=event.event_id, device_id=sender.device_id, canteen_id=sender.canteen_id,
            shift_id=event.shift_id, kind=event.kind, content_sha256=event.content_sha256, staff_id=staff_id,
            badge_sha256=event.badge_sha256, happened_at=event.happened_at, received_at=now(), note=event.note,
            answer=answer,
        )
    )  # fmt: skip
    detail = {"kind": event.kind, "staff": staff_id, "late": event.is_late}
    record_act(session, f"shift.{event.kind}", sender.actor, f"shift:{event.shift_id}", sender.canteen_id, detail)
    session.flush()
    return answer


def _who(session: Session, sender: Sender, event: Event, key: bytes) -> int | None:
    if event.badge_sha256 is not None:
        return holder(session, sender.canteen_id, event.badge_sha256, event.happened_at)
    return None if event.proof is None else proven(key, sender.ref, event.proof, event.happened_at)


def _shift(session: Session, sender: Sender, event: Event) -> TillShift:
    """The event's shift; one that is not there yet begins with it, since events may arrive in any order."""
    shift = session.scalars(select(TillShift).where(TillShift.shift_id == event.shift_id)).first()
    if shift is None:
        shift = TillShift(
            shift_id=event.shift_id, device_id=sender.device_id, canteen_id=sender.canteen_id,
            service_on=_service_on(session, sender.canteen_id, event.happened_at), meal_period=event.meal_period,
            float_fen=event.float_fen, is_late=event.is_late, staff_id=None, opened_at=event.happened_at,
            received_at=now(), is_closed=False,
        )  # fmt: skip
        session.add(shift)
    elif shift.device_id != sender.device_id:
        raise Refusal("shift-elsewhere", "这一班是别的平板开的。")
    elif event.kind == OPEN and not shift.is_closed:
        shift.float_fen, shift.opened_at = event.float_fen, min(shift.opened_at, event.happened_at)
        shift.meal_period = shift.meal_period or event.meal_period
    return shift


def _is_newest(session: Session, event: Event) -> bool:
    """Whether no later badge of the shift has arrived already."""
    later = select(ShiftEvent.id).where(
        ShiftEvent.shift_id == event.shift_id,
        ShiftEvent.kind.in_((OPEN, HAND_OVER)),
        ShiftEvent.happened_at > event.happened_at,
        ShiftEvent.staff_id.is_not(None),
    )
    return session.scalars(later.limit(1)).first() is None


def _service_on(session: Session, canteen_id: int, happened_at: datetime) -> date:
    """The day of an event by the tablet's clock, or of its receipt where that clock cannot be right."""
    received_at = now()
    is_believable = received_at - KEPT_OFFLINE <= happened_at <= received_at + CLOCK_OFF
    return _day(session, canteen_id, happened_at if is_believable else received_at)


def _day(session: Session, canteen_id: int, at: datetime) -> date:
    return at.astimezone(ZoneInfo(by_id(session, canteen_id).time_zone)).date()


def _person(session: Session, canteen_id: int, staff_id: int) -> Answer:
    for person in people(session, canteen_id):
        if person.ref == ref(staff_id):
            return {"ref": person.ref, "name": person.name, "is_manager": person.is_manager}
    return {"ref": ref(staff_id), "name": names(session, {staff_id}).get(staff_id, ""), "is_manager": False}


def _shift_document(session: Session, shift: TillShift) -> Answer:
    name = None if shift.staff_id is None else names(session, {shift.staff_id}).get(shift.staff_id)
    return {
        "shift_id": shift.shift_id, "cashier_ref": None if shift.staff_id is None else ref(shift.staff_id),
        "name": name, "opened_at": _text(shift.opened_at), "float_fen": shift.float_fen,
        "meal_period": shift.meal_period, "is_late": shift.is_late, "is_closed": shift.is_closed,
        "service_on": shift.service_on.isoformat(),
    }  # fmt: skip


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
