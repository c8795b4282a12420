"""What worked examples need to know: working days, the canteen, one elder's facts, use and vouchers on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import column, func, or_, select, table
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.canteens.queries import CanteenRow, as_row
from canteen.core.calendar import window_of
from canteen.core.division import ElderFacts, Used
from canteen.elders.queries import elder_page, facts_on
from canteen.subsidies.models import WorkingDay
from canteen.subsidies.queries import StoredWorkingDays

# What later slices keep is named here as tables: they know this slice, and this one imports none of them.
_SHARE = table(
    "meal_share",
    *(column(name) for name in ("elder_id", "rule_id", "programme_code", "service_on", "meal_period")),
    column("meals"),
    column("amount_fen"),
)
_VOUCHER = table(
    "voucher",
    *(column(name) for name in ("elder_id", "kind_code", "left_fen", "expires_on", "expired_at")),
)


@dataclass(frozen=True, slots=True)
class ElderOnDay:
    """One elder as a meal on that day would find them: facts, what limits have seen, vouchers held in fen."""

    facts: ElderFacts
    used: Mapping[str, Mapping[str, Used]]
    vouchers: Mapping[str, int]


def working_days_on(session: Session, days: Iterable[date]) -> StoredWorkingDays:
    """What the office's calendar says of these days."""
    rows = select(WorkingDay.day, WorkingDay.is_workday).where(WorkingDay.day.in_(set(days)))
    return StoredWorkingDays(dict(session.execute(rows).all()))


def fortnight(first_on: date) -> list[date]:
    """A day and the two weeks after it: no holiday lasts longer."""
    return [first_on + timedelta(days=more) for more in range(15)]


def canteen_of(session: Session, code: str | None) -> CanteenRow | None:
    """The canteen of a code, or None."""
    row = session.scalars(select(Canteen).where(Canteen.code == code)).first() if code else None
    return None if row is None else as_row(row)


def elder_on(
    session: Session,
    ref: str,
    canteen_ids: Collection[int],
    on: date,
    meal: str,
    canteen_id: int | None,
    programme: str,
    windows: Iterable[tuple[str, str]],
) -> ElderOnDay:
    """An elder of these canteens on a service date. `windows`: the use that a version's limits look at.

    Raises Refusal `elder-unknown`.
    """
    elder_id = elder_page(session, ref, canteen_ids, on).id
    used: dict[str, dict[str, Used]] = {}
    for rule_id, per in windows:
        use = _use(session, elder_id, programme, rule_id, per, on, meal)
        if use.meals or use.amount_fen:
            used.setdefault(rule_id, {})[per] = use
    facts = facts_on(session, [elder_id], on, canteen_id)[elder_id]
    return ElderOnDay(facts, used, _vouchers(session, elder_id, on))


def _use(
    session: Session, elder_id: int, programme: str, rule_id: str, per: str, on: date, meal: str
) -> Used:
    first_on, last_on = window_of(per, on)
    shares = select(func.sum(_SHARE.c.meals), func.sum(_SHARE.c.amount_fen)).where(
        _SHARE.c.elder_id == elder_id,
        _SHARE.c.rule_id == rule_id,
        _SHARE.c.programme_code == programme,
        _SHARE.c.service_on.between(first_on, last_on),
    )
    if per == "meal-period":
        shares = shares.where(_SHARE.c.meal_period == meal)
    meals, fen = session.execute(shares).one()
    return Used(int(meals or 0), int(fen or 0))


def _vouchers(session: Session, elder_id: int, on: date) -> dict[str, int]:
    held = (
        select(_VOUCHER.c.kind_code, func.sum(_VOUCHER.c.left_fen))
        .where(
            _VOUCHER.c.elder_id == elder_id,
            _VOUCHER.c.left_fen > 0,
            or_(_VOUCHER.c.expires_on.is_(None), _VOUCHER.c.expires_on >= on),
            _VOUCHER.c.expired_at.is_(None),
        )
        .group_by(_VOUCHER.c.kind_code)
    )
    return {kind: int(fen) for kind, fen in session.execute(held)}
