"""A canteen's day as it was observed: every durable record, by period, outcome, till and cashier; paper apart.

The sum is always the same: observed = payable + not payable + under review. Cash meals and slips are no records of
tablets; they are counted beside it and never in it.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

from canteen.checkin.models import CashMeal, Scan, ScanRuling
from canteen.checkin.shifts.portions import portions_of
from canteen.checkin.shifts.queries import CloseRow, OpenTill, closes_of, open_tills, uses_shifts
from canteen.checkin.slips.queries import SlipCount, day_slips
from canteen.core.calendar import MEAL_PERIODS
from canteen.devices.models import Device
from canteen.elders.models import Elder
from canteen.oversight.cases import staff_names
from canteen.oversight.queries import Observed, standing_of_scan

PAYABLE, NOT_PAYABLE, REVIEW = "payable", "not-payable", "review"
VERDICTS = (PAYABLE, NOT_PAYABLE, REVIEW)
UNREADABLE = ""
"""The meal period of a record that could not be read."""
PAGE = 200


@dataclass(frozen=True, slots=True)
class DayRecord:
    """One record of the day. `meal_no`: the meal that stands or stood; `cashier`: a staff reference."""

    id: int
    at: datetime
    meal_period: str
    elder_ref: str | None
    elder_name: str | None
    device_id: int
    window: str
    cashier: str | None
    by_hand: bool
    decision: str
    state: str
    code: str | None
    verdict: str
    is_cancelled: bool
    meal_no: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """The records that have one thing in common: its key, how it is called where the data says so, the sum."""

    key: str
    name: str | None
    sum: Observed
    cancelled: int


@dataclass(frozen=True, slots=True)
class PeriodOfDay:
    """One meal period: records, cash portions, paper, and what the kitchen cooked (None: not noted)."""

    meal_period: str
    sum: Observed
    cancelled: int
    cash_portions: int
    slips: SlipCount
    cooked: int | None

    @property
    def eaten(self) -> int:
        """Everybody who ate and stands in the books."""
        return self.sum.payable + self.cash_portions + self.slips.meals


@dataclass(frozen=True, slots=True)
class DayOfCanteen:
    """The whole day. `is_complete`: every till has closed; None where no shifts are used."""

    on: date
    sum: Observed
    cancelled: int
    periods: Sequence[PeriodOfDay]
    codes: Sequence[Group]
    devices: Sequence[Group]
    cashiers: Sequence[Group]
    open_tills: Sequence[OpenTill]
    closes: Sequence[CloseRow]
    is_complete: bool | None

    @property
    def cash_portions(self) -> int:
        """Portions for people without a card."""
        return sum(period.cash_portions for period in self.periods)

    @property
    def slips(self) -> SlipCount:
        """All paper of the day."""
        counts = [period.slips for period in self.periods]
        return SlipCount(
            sum(count.meals for count in counts), sum(count.waiting for count in counts),
            sum(count.without_meal for count in counts),
        )  # fmt: skip


def day_of(session: Session, canteen_id: int, on: date) -> DayOfCanteen:
    """Everything of one canteen's service date."""
    records = day_records(session, canteen_id, on)
    names = staff_names(session, [record.cashier for record in records])
    tills = open_tills(session, canteen_id, on)
    return DayOfCanteen(
        on=on,
        sum=_sum(records),
        cancelled=_cancelled(records),
        periods=_periods(session, canteen_id, on, records),
        codes=_groups(records, lambda record: f"{record.state}:{record.code or ''}"),
        devices=_groups(records, lambda record: str(record.device_id), lambda record: record.window),
        cashiers=_groups(records, lambda record: record.cashier or "", lambda record: names.get(record.cashier or "")),
        open_tills=tills,
        closes=closes_of(session, canteen_id, on, on),
        is_complete=not tills if uses_shifts(session, canteen_id) else None,
    )


def day_records(session: Session, canteen_id: int, on: date) -> list[DayRecord]:
    """Every durable record of a canteen's service date, in the order it was seen."""
    made, settled, payable, review = standing_of_scan()
    verdict = case((payable, literal(PAYABLE)), (review, literal(REVIEW)), else_=literal(NOT_PAYABLE))
    rows = (
        select(
            Scan.id, Scan.seen_at, Scan.meal_period, Elder.ref, Elder.name, Scan.device_id, Device.name, Scan.claim,
            Scan.decision, Scan.state, Scan.code, verdict, made.cancelled_at, settled.cancelled_at,
            func.coalesce(settled.id, made.id),
        )
        .select_from(Scan)
        .join(Device, Device.id == Scan.device_id)
        .outerjoin(ScanRuling, (ScanRuling.scan_row_id == Scan.id) & ScanRuling.reversed_at.is_(None))
        .outerjoin(made, made.id == Scan.meal_id)
        .outerjoin(settled, settled.id == ScanRuling.meal_id)
        .outerjoin(Elder, Elder.id == func.coalesce(settled.elder_id, Scan.elder_id))
        .where(Scan.canteen_id == canteen_id, Scan.service_on == on)
        .order_by(Scan.seen_at, Scan.id)
    )  # fmt: skip
    return [
        DayRecord(
            number, at, period, ref, name, device_id, window, claim.get("cashier_ref"), "elder_ref" in claim,
            decision, state, code, stands, stands == NOT_PAYABLE and (first or then) is not None, meal_no,
        )
        for number, at, period, ref, name, device_id, window, claim, decision, state, code, stands, first, then,
        meal_no in session.execute(rows)
    ]  # fmt: skip


def _periods(
    session: Session, canteen_id: int, on: date, records: Sequence[DayRecord]
) -> list[PeriodOfDay]:
    cash, slips = _cash(session, canteen_id, on), day_slips(session, canteen_id, on)
    cooked = portions_of(session, canteen_id, on)
    seen = {record.meal_period for record in records} | cash.keys() | slips.keys() | cooked.keys()
    found = []
    for period in (*MEAL_PERIODS, UNREADABLE):
        if period in seen:
            own = [record for record in records if record.meal_period == period]
            found.append(
                PeriodOfDay(
                    period, _sum(own), _cancelled(own), cash.get(period, 0), slips.get(period, SlipCount()),
                    cooked.get(period),
                )
            )  # fmt: skip
    return found


def _cash(session: Session, canteen_id: int, on: date) -> dict[str, int]:
    rows = (
        select(CashMeal.meal_period, func.sum(CashMeal.portions))
        .where(CashMeal.canteen_id == canteen_id, CashMeal.service_on == on)
        .group_by(CashMeal.meal_period)
    )
    return {period: int(portions) for period, portions in session.execute(rows)}


def _groups(
    records: Iterable[DayRecord],
    key: Callable[[DayRecord], str],
    name: Callable[[DayRecord], str | None] = lambda record: None,
) -> list[Group]:
    """The largest first."""
    found: dict[Hashable, list[DayRecord]] = {}
    for record in records:
        found.setdefault(key(record), []).append(record)
    groups = [Group(str(one), name(own[0]), _sum(own), _cancelled(own)) for one, own in found.items()]
    return sorted(groups, key=lambda group: (-group.sum.observed, group.key))


def _sum(records: Sequence[DayRecord]) -> Observed:
    counts = dict.fromkeys(VERDICTS, 0)
    for record in records:
        counts[record.verdict] += 1
    return Observed(counts[PAYABLE], counts[NOT_PAYABLE], counts[REVIEW])


def _cancelled(records: Iterable[DayRecord]) -> int:
    return sum(record.is_cancelled for record in records)
