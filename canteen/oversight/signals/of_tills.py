"""Signals about tills and who holds them: too fast, too often by hand, cancelled, sent late, a clock that is off."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from canteen.checkin.models import MealCancel, Scan
from canteen.checkin.records import ONLINE
from canteen.oversight.signals.looking import FoundSignal, Look, Seen
from canteen.oversight.signals.rules import BY_HAND, CANCELS, CLOCK, FAST, LATE_UPLOAD

MINUTE = timedelta(minutes=1)
FEWEST = 20
"""Of fewer records a share by hand says nothing."""
Till = tuple[int, date, str]


def too_fast(look: Look) -> Iterable[FoundSignal]:
    """同设备 1 分钟 > 12 笔: the fullest minute of a till in a meal period."""
    for till, scans in _by_till(look.scans()).items():
        fullest = _fullest_minute(scans)
        if look.fires(FAST, len(fullest)):
            at = fullest[0].seen_at.astimezone(look.zone).isoformat(timespec="seconds")
            yield _of_till(look, FAST, till, look.facts(FAST, len(fullest), fullest, at=at))


def _fullest_minute(scans: Sequence[Seen]) -> Sequence[Seen]:
    best, first = (0, 0), 0
    for last, scan in enumerate(scans):
        while scan.seen_at - scans[first].seen_at >= MINUTE:
            first += 1
        best = max(best, (last + 1 - first, -first))
    return scans[-best[1] : -best[1] + best[0]]


def by_hand(look: Look) -> Iterable[FoundSignal]:
    """手工查找占比 > 15 %: elders found by hand among all records of a till in a meal period that is over."""
    for till, scans in _by_till(look.over()).items():
        found = [scan for scan in scans if scan.by_hand]
        if len(scans) < FEWEST or not look.fires(BY_HAND, 100 * len(found) / len(scans)):
            continue
        percent = -(-100 * len(found) // len(scans))  # never shown lower than it is
        facts = look.facts(BY_HAND, percent, found, found=len(found), of=len(scans))
        yield _of_till(look, BY_HAND, till, facts)


def many_cancels(look: Look) -> Iterable[FoundSignal]:
    """同一操作员撤销 > 5/日: what one person, or a till whose cashier is not known, took back on a day."""
    counted: dict[tuple[str, date], list[tuple[int | None, int | None]]] = defaultdict(list)
    days = Scan.service_on.between(look.first_on, look.last_on)
    rows = (
        select(MealCancel.cancelled_by, MealCancel.cancelled_at, Scan.id, Scan.claim, MealCancel.meal_id)
        .join(Scan, (Scan.scan_id == MealCancel.scan_id) | (Scan.meal_id == MealCancel.meal_id))
        .where(Scan.canteen_id == look.canteen_id, days, MealCancel.cancel_id.not_like("signal-%"))
        .where(MealCancel.cancel_id.not_like("ruling-%"))
        .order_by(MealCancel.id)
    )
    for by, at, scan_id, claim, meal_id in look.session.execute(rows):
        person = by if by.startswith("staff:") else claim.get("cashier_ref") or by
        counted[person, at.astimezone(look.zone).date()].append((scan_id, meal_id))
    for (person, on), cancels in counted.items():
        if look.fires(CANCELS, len(cancels)):
            facts = look.facts(CANCELS, len(cancels), by=person) | {
                "scans": [scan_id for scan_id, _ in cancels],
                "cashiers": [person],
            }
            key = f"{CANCELS}:{look.canteen_id}:{person[:60]}:{on}"
            yield FoundSignal(CANCELS, key, on, facts)


def late_upload(look: Look) -> Iterable[FoundSignal]:
    """离线超 24 h 补传: records that a tablet held longer than that before it sent them."""
    held: dict[tuple[int, date, str], list[Seen]] = defaultdict(list)
    for scan in look.scans():
        if scan.decision != ONLINE and look.fires(LATE_UPLOAD, _hours(scan)):
            held[scan.device_id, scan.service_on, scan.meal_period].append(scan)
    for till, scans in held.items():
        hours = int(max(_hours(scan) for scan in scans))
        yield _of_till(look, LATE_UPLOAD, till, look.facts(LATE_UPLOAD, len(scans), scans, hours=hours))


def _hours(scan: Seen) -> float:
    return (scan.received_at - scan.seen_at) / timedelta(hours=1)


def clock_off(look: Look) -> Iterable[FoundSignal]:
    """设备时间偏差 > 5 min: what a till that asked online called the time, against when it was received."""
    off: dict[Till, list[Seen]] = defaultdict(list)
    for scan in look.scans():
        if scan.decision == ONLINE and look.fires(CLOCK, _minutes_off(scan)):
            off[scan.device_id, scan.service_on, scan.meal_period].append(scan)
    for till, scans in off.items():
        minutes = int(max(_minutes_off(scan) for scan in scans))
        yield _of_till(look, CLOCK, till, look.facts(CLOCK, len(scans), scans, minutes=minutes))


def _minutes_off(scan: Seen) -> float:
    return abs(scan.seen_at - scan.received_at) / MINUTE


def _by_till(scans: Iterable[Seen]) -> dict[Till, list[Seen]]:
    found: dict[Till, list[Seen]] = defaultdict(list)
    for scan in scans:
        found[scan.device_id, scan.service_on, scan.meal_period].append(scan)
    return found


def _of_till(look: Look, rule: str, till: Till, facts: dict[str, object]) -> FoundSignal:
    device_id, on, period = till
    key = f"{rule}:{device_id}:{on}:{period}"
    return FoundSignal(rule, key, on, facts, period, device_id=device_id)
