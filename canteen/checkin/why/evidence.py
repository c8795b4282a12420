"""The facts a meal was divided on, each with what was put on record for it, and what has been put right since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.checkin.why.explanation import Evidence, FactThen, MealThen
from canteen.core.division import ElderFacts
from canteen.core.frozen_facts import ASKED_BY, elder_of
from canteen.elders.facts import holds_on
from canteen.elders.models import CanteenElder, ElderFact
from canteen.elders.queries import as_facts

SINGLE = (
    "disability_grade", "care_level", "pension", "monthly_income_fen", "household_division", "residence_division",
    "living",
)  # fmt: skip

def facts_then(
    session: Session, meal: MealThen, mentions: Collection[str] | None, recorded_at: datetime
) -> tuple[FactThen, ...]:
    """The facts that the version's conditions ask for (`mentions`; None: all that were known).

    `recorded_at`: when the meal was written; what was put on record later was not known then.
    """
    rows = session.scalars(
        select(ElderFact)
        .where(ElderFact.elder_id == meal.elder_id, ElderFact.from_on <= meal.service_on)
        .order_by(ElderFact.from_on, ElderFact.id)
    ).all()
    then, now = elder_of(meal.facts), _now(session, meal, rows)
    found = [_born(then, now), *_categories(meal, then, now, rows, recorded_at)]
    found += [_single(kind, meal, then, now, rows, recorded_at) for kind in SINGLE]
    found.append(FactThen("distance_m", _text(then.distance_m), _text(now.distance_m)))
    return tuple(fact for fact in found if _is_wanted(fact, mentions))


def _is_wanted(fact: FactThen, mentions: Collection[str] | None) -> bool:
    if mentions is None:
        return fact.then is not None
    return not ASKED_BY[fact.kind].isdisjoint(mentions)


def _now(session: Session, meal: MealThen, rows: Sequence[ElderFact]) -> ElderFacts:
    """What today's records say of the service date, read as the till reads it."""
    distance = select(CanteenElder.distance_m).where(
        CanteenElder.elder_id == meal.elder_id, CanteenElder.canteen_id == meal.canteen_id
    )
    held = [(row.kind, row.value) for row in rows if row.withdrawn_at is None and holds_on(row, meal.service_on)]
    return as_facts(meal.elder_born_on, session.scalar(distance), held)


def _born(then: ElderFacts, now: ElderFacts) -> FactThen:
    return FactThen(
        "born_on",
        None if then.born_on is None else then.born_on.isoformat(),
        None if now.born_on is None else now.born_on.isoformat(),
    )


def _categories(
    meal: MealThen, then: ElderFacts, now: ElderFacts, rows: Sequence[ElderFact], recorded_at: datetime
) -> Iterable[FactThen]:
    """Each category held then or, by today's records, on that day; one line that says "none" where there is none."""
    either = sorted(then.categories | now.categories)
    if not either:
        yield FactThen("category", None, None)
    for code in either:
        held, holds = (code if code in facts.categories else None for facts in (then, now))
        yield FactThen("category", held, holds, _evidence("category", code, meal, rows, recorded_at))


def _single(
    kind: str, meal: MealThen, then: ElderFacts, now: ElderFacts, rows: Sequence[ElderFact], recorded_at: datetime
) -> FactThen:
    was, is_now = _value(kind, then), _value(kind, now)
    value = was if was is not None else is_now
    evidence = None if value is None else _evidence(kind, value, meal, rows, recorded_at)
    return FactThen(kind, was, is_now, evidence)


def _value(kind: str, facts: ElderFacts) -> str | None:
    value = getattr(facts, kind)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _text(value)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _evidence(
    kind: str, value: str, meal: MealThen, rows: Sequence[ElderFact], recorded_at: datetime
) -> Evidence | None:
    """The record that says so: one that was there when the meal was written, before one that came later."""
    said = [row for row in rows if row.kind == kind and row.value == value]
    best = max(
        said,
        key=lambda row: (row.recorded_at <= recorded_at, holds_on(row, meal.service_on), row.from_on, row.id),
        default=None,
    )
    if best is None:
        return None
    return Evidence(
        best.from_on, best.until_on, best.evidence, best.source, best.recorded_at, best.recorded_by,
        best.withdrawn_at, best.recorded_at > recorded_at,
    )  # fmt: skip
