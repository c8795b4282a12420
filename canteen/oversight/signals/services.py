"""Looking for signals, writing each once, and the switches and thresholds of the rules."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from canteen.audit.services import record as record_act
from canteen.canteens.models import Canteen
from canteen.canteens.queries import by_code
from canteen.checkin.models import MealCancel, Scan
from canteen.checkin.shifts.models import PortionsCooked
from canteen.clock import now, today
from canteen.core.calendar import parse_month
from canteen.core.errors import Refusal
from canteen.db import is_postgresql, reading, transaction
from canteen.elders.models import Elder
from canteen.oversight.models import Signal, SignalLook, SignalRule
from canteen.oversight.signals.finders import find
from canteen.oversight.signals.looking import FoundSignal, Look
from canteen.oversight.signals.rules import DISTRICT, RULES, settings
from canteen.wallets.models import TopUp

OPEN = "open"
BACK = timedelta(days=31)
"""A look that was never made before begins so many days ago."""
REST = timedelta(minutes=5)


def look_for_signals(*, is_patient: bool = False) -> int:
    """Look at every canteen where something was written since the last look; answers how many signals are new.

    `is_patient`: a canteen that was looked at within five minutes is left for later.
    """
    with reading() as session:
        canteens = list(session.scalars(select(Canteen.id).order_by(Canteen.id)))
    return sum(_look_at(canteen_id, is_patient) for canteen_id in canteens)


def look_at_month(canteen_code: str, month: str) -> int:
    """Look at all days of a canteen's month, `2026-11`, before it is closed; answers how many signals are new.

    Raises Refusal `canteen-unknown`; ValueError for no month.
    """
    period = parse_month(month)
    with reading() as session:
        canteen = session.get_one(Canteen, by_code(session, canteen_code).id)
        found = list(find(look_of(session, canteen, period.first_on, period.last_on)))
        canteen_id = canteen.id
    with transaction() as session:
        return write(session, canteen_id, found)


def look_of(session: Session, canteen: Canteen, first_on: date, last_on: date) -> Look:
    """A look at some days of a canteen, by the settings that hold there."""
    zone = ZoneInfo(canteen.time_zone)
    over_on = today(canteen.time_zone) - timedelta(days=1)
    return Look(session, canteen.id, zone, first_on, last_on, over_on, settings(session, canteen.code))


def write(session: Session, canteen_id: int, found: Iterable[FoundSignal]) -> int:
    """Write what is new, once a key, within the caller's transaction; answers how many.

    The figures of a signal that nobody has decided on follow what is found now.
    """
    by_key = {signal.key: signal for signal in found}
    known = _known(session, list(by_key))
    fresh = [_row(canteen_id, signal) for key, signal in by_key.items() if key not in known]
    for key, row in known.items():
        if row.state == OPEN and row.facts != by_key[key].facts:
            row.facts = dict(by_key[key].facts)
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    written = 0
    for values in fresh:
        # Two that look at once: the first writes it.
        added = session.execute(insert(Signal).values(**values).on_conflict_do_nothing().returning(Signal.id))
        written += len(added.all())
    return written


def set_rule(scope: str, code: str, *, is_on: bool, threshold: int, by: str) -> None:
    """Switch a rule or set its threshold, for a canteen (by code) or, with an empty scope, for the district.

    Raises Refusal `rule-unknown`, `rule-threshold`, `canteen-unknown`.
    """
    rule = RULES.get(code)
    if rule is None:
        raise Refusal("rule-unknown", "没有这条规则。")
    if not rule.least <= threshold <= rule.most:
        message = f"界限是 {rule.least} 到 {rule.most} 之间的整数。"
        raise Refusal("rule-threshold", message, least=rule.least, most=rule.most)
    with transaction() as session:
        canteen_id = by_code(session, scope).id if scope != DISTRICT else None
        before = settings(session, scope)[code]
        if (before.is_on, before.threshold) == (is_on, threshold):
            return
        row = session.get(SignalRule, (scope, code))
        if row is None:
            row = SignalRule(scope=scope, rule=code)
            session.add(row)
        row.is_on, row.threshold, row.changed_by, row.changed_at = is_on, threshold, by, now()
        detail = {
            "rule": code, "scope": scope or "district", "before": [before.is_on, before.threshold],
            "after": [is_on, threshold],
        }  # fmt: skip
        record_act(session, "signal-rule", by, f"signal-rule:{code}", canteen_id, detail)


def _look_at(canteen_id: int, is_patient: bool) -> int:
    with reading() as session:
        canteen = session.get_one(Canteen, canteen_id)
        look, seen = session.get(SignalLook, canteen_id), _newest(session, canteen)
        if look is not None and (look.seen == seen or (is_patient and now() - look.looked_at < REST)):
            return 0
        last_on = today(canteen.time_zone)
        first_on = _first_on(session, canteen, look, last_on)
        found = list(find(look_of(session, canteen, first_on, last_on)))
    with transaction() as session:
        written = write(session, canteen_id, found)
        row = session.get(SignalLook, canteen_id) or SignalLook(canteen_id=canteen_id)
        row.seen, row.looked_at = seen, now()
        session.add(row)
    return written


def _newest(session: Session, canteen: Canteen) -> list[Any]:
    """What a look depends on, in short: where it is the same, nothing new can be found."""
    ended = func.count(Elder.died_on) + func.count(Elder.closed_on)
    rules = [[row.rule, row.is_on, row.threshold] for row in session.scalars(select(SignalRule).order_by(SignalRule.scope, SignalRule.rule))]
    return [
        today(canteen.time_zone).isoformat(),
        session.scalar(select(func.max(Scan.id)).where(Scan.canteen_id == canteen.id)),
        session.scalar(select(func.max(MealCancel.id))),
        session.scalar(select(func.max(TopUp.id))),
        session.scalar(select(ended)),
        session.scalar(select(func.max(PortionsCooked.id))),
        rules,
    ]


def _first_on(session: Session, canteen: Canteen, look: SignalLook | None, last_on: date) -> date:
    """The first day that something new can be about."""
    if look is None:
        return last_on - BACK
    newest = look.seen[1] or 0
    rows = select(func.min(Scan.service_on)).where(Scan.canteen_id == canteen.id, Scan.id > newest)
    # A rule that was switched on since, a note of the kitchen, an end that was registered: a week is looked at anew.
    return min(session.scalar(rows) or last_on, last_on - timedelta(days=7))


def _known(session: Session, keys: list[str]) -> dict[str, Signal]:
    found: dict[str, Signal] = {}
    for first in range(0, len(keys), 500):
        rows = select(Signal).where(Signal.key.in_(keys[first : first + 500]))
        found |= {row.key: row for row in session.scalars(rows)}
    return found


def _row(canteen_id: int, signal: FoundSignal) -> dict[str, Any]:
    values = asdict(signal)
    return values | {"facts": dict(signal.facts), "canteen_id": canteen_id, "state": OPEN, "found_at": now()}
