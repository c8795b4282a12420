"""Signals about elders and their meals: after an account's end, in two places, without a gap, at another age."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from canteen.checkin.models import Meal, Scan
from canteen.checkin.outcome_words import REJECTED, SLOT
from canteen.core.calendar import age_on
from canteen.elders.models import Elder
from canteen.oversight.signals.looking import FoundSignal, Look, Seen
from canteen.oversight.signals.rules import AFTER_END, AGE, NO_GAP, TWO_PLACES

DUPLICATES = frozenset({"DUPLICATE_SAME", "DUPLICATE_OTHER"})
Slot = tuple[int, date, str]


def after_end(look: Look) -> Iterable[FoundSignal]:
    """停用或去世登记后仍用餐: meals and refused records after the registered end, however late it was registered."""
    found: dict[Slot, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    meals = (
        select(Meal.elder_id, Meal.service_on, Meal.meal_period, Meal.id)
        .join(Elder, Elder.id == Meal.elder_id)
        .where(
            Meal.canteen_id == look.canteen_id, Meal.cancelled_at.is_(None), Meal.service_on <= look.last_on,
            Meal.absorbed_fen < Meal.price_fen, _has_ended(Meal.service_on),
        )
    )  # fmt: skip
    for elder_id, on, period, meal_id in look.session.execute(meals):
        found[elder_id, on, period][0].append(meal_id)
    refused = (
        select(Scan.elder_id, Scan.service_on, Scan.meal_period, Scan.id)
        .join(Elder, Elder.id == Scan.elder_id)
        .where(
            Scan.canteen_id == look.canteen_id, Scan.service_on.between(look.first_on, look.last_on),
            Scan.state == REJECTED, Scan.code.in_(("DECEASED", "REVOKED")), _has_ended(Scan.service_on),
        )
    )  # fmt: skip
    for guest_id, on, period, scan_id in look.session.execute(refused):
        if guest_id is not None:
            found[guest_id, on, period][1].append(scan_id)
    for (elder_id, on, period), (meal_ids, scan_ids) in found.items():
        count = len(meal_ids) + len(scan_ids)
        if look.fires(AFTER_END, count):
            facts = look.facts(AFTER_END, count) | {"meals": meal_ids, "scans": _scans_of(look, meal_ids, scan_ids)}
            yield _of_slot(look, AFTER_END, (elder_id, on, period), facts)


def _has_ended(on: Any) -> ColumnElement[bool]:
    return or_(Elder.died_on < on, Elder.closed_on <= on)


def _scans_of(look: Look, meal_ids: Sequence[int], scan_ids: Sequence[int]) -> list[int]:
    rows = select(Scan.id).where(Scan.meal_id.in_(meal_ids)).order_by(Scan.id)
    return [*look.session.scalars(rows), *scan_ids]


def two_places(look: Look) -> Iterable[FoundSignal]:
    """同餐两处用餐: a slot recorded at two tills or canteens; the elder may just have changed windows."""
    again: dict[Slot, list[Seen]] = defaultdict(list)
    for scan in look.scans():
        if scan.code in DUPLICATES and scan.elder_id is not None:
            again[scan.elder_id, scan.service_on, scan.meal_period].append(scan)
    places = _places(look, again)
    for slot, scans in again.items():
        everywhere = places[slot] | {(look.canteen_id, scan.device_id) for scan in scans}
        if look.fires(TWO_PLACES, len(everywhere)):
            facts = look.facts(TWO_PLACES, len(everywhere), scans)
            yield _of_slot(look, TWO_PLACES, slot, facts)


def _places(look: Look, slots: Iterable[Slot]) -> dict[Slot, set[tuple[int, int | None]]]:
    """Where the meals of these slots stand; on paper, no device."""
    wanted = list(slots)
    found: dict[Slot, set[tuple[int, int | None]]] = defaultdict(set)
    rows = (
        select(Meal.elder_id, Meal.service_on, Meal.meal_period, Meal.canteen_id, Scan.device_id)
        .outerjoin(Scan, Scan.meal_id == Meal.id)
        .where(
            Meal.elder_id.in_({slot[0] for slot in wanted}), Meal.service_on.between(look.first_on, look.last_on),
            Meal.kind == SLOT, Meal.cancelled_at.is_(None),
        )
    )  # fmt: skip
    for elder_id, on, period, canteen_id, device_id in look.session.execute(rows):
        found[elder_id, on, period].add((canteen_id, device_id))
    return found


def without_gap(look: Look) -> Iterable[FoundSignal]:
    """连续 31 天一餐不缺: a meal on each of so many days on end; told once a month."""
    length = look.threshold(NO_GAP)
    first_on = look.first_on - timedelta(days=length - 1)
    days: dict[int, set[date]] = defaultdict(set)
    rows = (
        select(Meal.elder_id, Meal.service_on)
        .where(
            Meal.canteen_id == look.canteen_id, Meal.kind == SLOT, Meal.cancelled_at.is_(None),
            Meal.service_on.between(first_on, min(look.last_on, look.over_on)),
        )
        .distinct()
    )  # fmt: skip
    for elder_id, on in look.session.execute(rows):
        days[elder_id].add(on)
    for elder_id, eaten in days.items():
        for last_on in _run_ends(eaten, length, look.first_on):
            key = f"{NO_GAP}:{look.canteen_id}:{elder_id}:{last_on:%Y-%m}"
            facts = look.facts(NO_GAP, length, first_on=(last_on - timedelta(days=length - 1)).isoformat())
            yield FoundSignal(NO_GAP, key, last_on, facts, elder_id=elder_id)


def _run_ends(eaten: set[date], length: int, from_on: date) -> Iterable[date]:
    """The first day of each month by which the run is long enough."""
    told: set[tuple[int, int]] = set()
    run = 0
    for on in sorted(eaten):
        run = run + 1 if on - timedelta(days=1) in eaten else 1
        if run >= length and on >= from_on and (on.year, on.month) not in told:
            told.add((on.year, on.month))
            yield on


def other_age(look: Look) -> Iterable[FoundSignal]:
    """年龄档与证件不符: the age that a meal was divided by is not that of the birth date on the elder's papers."""
    rows = (
        select(Meal.id, Meal.elder_id, Meal.service_on, Meal.facts, Elder.born_on)
        .join(Elder, Elder.id == Meal.elder_id)
        .where(
            Meal.canteen_id == look.canteen_id, Meal.service_on.between(look.first_on, look.last_on),
            Meal.cancelled_at.is_(None), Meal.programme_code.is_not(None), Elder.born_on.is_not(None),
        )
        .order_by(Meal.id)
    )  # fmt: skip
    found: dict[tuple[int, str], list[tuple[int, date, int]]] = defaultdict(list)
    for meal_id, elder_id, on, facts, born_on in look.session.execute(rows):
        then = (facts or {}).get("born_on")
        years = 0 if then is None or born_on is None else abs(age_on(date.fromisoformat(then), on) - age_on(born_on, on))
        if years and look.fires(AGE, years):
            found[elder_id, f"{on:%Y-%m}"].append((meal_id, on, years))
    for (elder_id, month), meals in found.items():
        numbers = [meal_id for meal_id, _, _ in meals]
        years = max(years for _, _, years in meals)
        facts = look.facts(AGE, years) | {"meals": numbers, "scans": _scans_of(look, numbers, ())}
        key = f"{AGE}:{look.canteen_id}:{elder_id}:{month}"
        yield FoundSignal(AGE, key, meals[0][1], facts, elder_id=elder_id)


def _of_slot(look: Look, rule: str, slot: Slot, facts: dict[str, Any]) -> FoundSignal:
    elder_id, on, period = slot
    key = f"{rule}:{look.canteen_id}:{elder_id}:{on}:{period}"
    return FoundSignal(rule, key, on, facts, period, elder_id)


