"""What a till has done since its last cash close: which records, which entries, what must lie in its drawer.

Told by rows, not by the clock: whatever no close has counted is this close's. A record that is committed while a
close is under way is either seen by it or left for the next, and a primary key lets no two closes count one row.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from canteen.checkin.models import CashMeal, Meal, MealCancel, Scan, ScanRuling
from canteen.checkin.outcome_words import EXCEPTION, MEAL, REJECTED
from canteen.checkin.records import ONLINE
from canteen.checkin.shifts.models import ClosedEntry, ClosedScan
from canteen.core.entry import CASH
from canteen.ledger.models import Entry, Posting
from canteen.wallets.models import TopUp

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Uncounted:
    """The scans and entries of a till that no close has counted, and what they come to.

    `figures`: for the slip and the till, JSON; `booked_fen`: what the entries put into the drawer; `held_fen`: cash
    taken for records that wait for a person, which is in the drawer and not yet in the journal.
    """

    scan_ids: tuple[int, ...]
    entry_ids: tuple[int, ...]
    booked_fen: int
    held_fen: int
    figures: dict[str, Any]
    days: tuple[date, ...]

    @property
    def state(self) -> str:
        """Equal as long as nothing has come in since: what a cashier saw is what is closed."""
        return f"{len(self.scan_ids)}.{max(self.scan_ids, default=0)}.{len(self.entry_ids)}.{max(self.entry_ids, default=0)}"


def uncounted(session: Session, device_id: int, actor: str) -> Uncounted:
    """Everything of a till that is not in a close. `actor` is how the audit names the till."""
    scans = session.scalars(
        select(Scan)
        .where(Scan.device_id == device_id, ~select(ClosedScan.scan_row_id).where(ClosedScan.scan_row_id == Scan.id).exists())
        .order_by(Scan.id)
    ).all()
    # The scans first, then what belongs to them: a record committed in between is left whole for the next close.
    last_id = max((scan.id for scan in scans), default=0)
    counted = {scan.id for scan in scans}
    meal_entries = _meal_entries(session, device_id, actor, counted)
    sold, topped_up = _sold(session, device_id), _topped_up(session, actor)
    entry_ids = [*(row.entry_id for row in meal_entries), *(row.entry_id for row in sold), *(row.entry_id for row in topped_up)]
    cash = _cash_by_entry(session, entry_ids)
    waiting = _waiting(session, [scan for scan in scans if scan.state == EXCEPTION])
    held_fen = sum(scan.claim.get("cash_taken_fen") or 0 for scan in waiting)
    booked_fen = sum(cash.values())
    figures = {
        **_counts(scans, waiting, sold),
        **_money(meal_entries, sold, topped_up, cash),
        "cancelled": sum(1 for row in meal_entries if row.is_reversal and row.kind == MEAL_ENTRY),
        "booked_fen": booked_fen,
        "held_fen": held_fen,
        "last_scan_no": last_id,
    }
    days = sorted({*(scan.service_on for scan in scans), *(row.service_on for row in sold)})
    return Uncounted(tuple(counted), tuple(entry_ids), booked_fen, held_fen, figures, tuple(days))


MEAL_ENTRY = "meal"


@dataclass(frozen=True, slots=True)
class _MealEntry:
    entry_id: int
    kind: str  # of the entry itself, or of the one it reverses
    is_reversal: bool


def _meal_entries(session: Session, device_id: int, actor: str, fresh: set[int]) -> list[_MealEntry]:
    """Entries of this till's meals: made, kept to their promise, taken back here. An office's cancellation is none."""
    original = aliased(Entry)
    rows = (
        select(Entry.id, Entry.kind, original.kind, Scan.id, ClosedScan.scan_row_id)
        .join(Scan, Scan.meal_id == Entry.meal_id)
        .outerjoin(original, original.id == Entry.reverses_id)
        .outerjoin(MealCancel, MealCancel.meal_id == Entry.meal_id)
        .outerjoin(ClosedScan, ClosedScan.scan_row_id == Scan.id)
        .where(
            Scan.device_id == device_id,
            Scan.state == MEAL,
            ~select(ClosedEntry.entry_id).where(ClosedEntry.entry_id == Entry.id).exists(),
            # What a person decided later moved no cash at the till.
            ~select(ScanRuling.id).where(ScanRuling.meal_id == Entry.meal_id).exists(),
            or_(Entry.reverses_id.is_(None), MealCancel.cancelled_by == actor),
        )
        .order_by(Entry.id)
    )
    return [
        _MealEntry(entry_id, before or kind, before is not None)
        for entry_id, kind, before, scan_id, was_counted in session.execute(rows)
        if scan_id in fresh or was_counted is not None
    ]


def _sold(session: Session, device_id: int) -> Sequence[CashMeal]:
    free = ~select(ClosedEntry.entry_id).where(ClosedEntry.entry_id == CashMeal.entry_id).exists()
    return session.scalars(select(CashMeal).where(CashMeal.device_id == device_id, free).order_by(CashMeal.id)).all()


def _topped_up(session: Session, actor: str) -> Sequence[TopUp]:
    free = ~select(ClosedEntry.entry_id).where(ClosedEntry.entry_id == TopUp.entry_id).exists()
    return session.scalars(select(TopUp).where(TopUp.received_by == actor, free).order_by(TopUp.id)).all()


def _cash_by_entry(session: Session, entry_ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for start in range(0, len(entry_ids), CHUNK):
        rows = (
            select(Posting.entry_id, func.sum(Posting.amount_fen))
            .where(Posting.entry_id.in_(entry_ids[start : start + CHUNK]), Posting.account_code == CASH)
            .group_by(Posting.entry_id)
        )
        found |= {entry_id: int(fen) for entry_id, fen in session.execute(rows)}
    return found


def _waiting(session: Session, scans: Sequence[Scan]) -> list[Scan]:
    ids = [scan.id for scan in scans]
    rows = select(ScanRuling.scan_row_id).where(ScanRuling.scan_row_id.in_(ids), ScanRuling.reversed_at.is_(None))
    ruled = set(session.scalars(rows)) if ids else set()
    return [scan for scan in scans if scan.id not in ruled]


def _counts(scans: Sequence[Scan], waiting: Sequence[Scan], sold: Sequence[CashMeal]) -> dict[str, Any]:
    periods: dict[str, Counter[str]] = defaultdict(Counter)
    for scan in scans:
        if scan.state == MEAL:
            periods[scan.meal_period]["meals"] += 1
    for row in sold:
        periods[row.meal_period]["cash_portions"] += row.portions
    return {
        "records": len(scans),
        "meals": sum(1 for scan in scans if scan.state == MEAL),
        "cash_portions": sum(row.portions for row in sold),
        "periods": {period: dict(counts) for period, counts in sorted(periods.items())},
        "by_hand": sum(1 for scan in scans if scan.state == MEAL and scan.claim.get("elder_ref") is not None),
        "offline": sum(1 for scan in scans if scan.state != REJECTED and scan.decision != ONLINE),
        "waiting": len(waiting),
        "rejected": sum(1 for scan in scans if scan.state == REJECTED),
    }


def _money(
    meals: Iterable[_MealEntry], sold: Iterable[CashMeal], topped_up: Iterable[TopUp], cash: dict[int, int]
) -> dict[str, Any]:
    top_ups: dict[str, Counter[str]] = defaultdict(Counter)
    for row in topped_up:
        if row.amount_fen > 0:
            top_ups[row.method].update(count=1, fen=row.amount_fen)
    rows = list(meals)
    return {
        "meals_cash_fen": sum(cash.get(row.entry_id, 0) for row in rows if not row.is_reversal),
        "cancelled_cash_fen": sum(cash.get(row.entry_id, 0) for row in rows if row.is_reversal),
        "cash_meals_fen": sum(cash.get(row.entry_id, 0) for row in sold),
        "top_ups": {method: dict(sums) for method, sums in sorted(top_ups.items())},
        "top_ups_cash_fen": sum(cash.get(row.entry_id, 0) for row in topped_up if row.amount_fen > 0),
        "refunds_cash_fen": sum(cash.get(row.entry_id, 0) for row in topped_up if row.amount_fen < 0),
    }


def meals_standing(session: Session, canteen_id: int, on: date) -> int:
    """用餐人次 of a canteen's day, whoever recorded them: elders' meals that stand, and portions sold for cash."""
    meals = select(func.count()).where(
        Meal.canteen_id == canteen_id, Meal.service_on == on, Meal.cancelled_at.is_(None)
    )
    portions = select(func.coalesce(func.sum(CashMeal.portions), 0)).where(
        CashMeal.canteen_id == canteen_id, CashMeal.service_on == on
    )
    return (session.scalar(meals) or 0) + int(session.scalar(portions) or 0)
