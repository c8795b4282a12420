"""One meal with everything that explains it, in a fixed number of reads whatever it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.checkin.models import Meal, MealShare
from canteen.checkin.why.bookings import entries_of, fund_draws, voucher_draws
from canteen.checkin.why.dividing_again import divided_again
from canteen.checkin.why.evidence import facts_then
from canteen.checkin.why.explanation import (
    Again,
    CancelThen,
    Explanation,
    LimitUse,
    MealThen,
    Notice,
    PaidShare,
    RulingRow,
    SlipThen,
)
from canteen.checkin.why.recorded import actor_names, cancel_of, record_of, rulings_of, slip_of
from canteen.checkin.why.use import limit_uses, lines_before, parts_of, use_before
from canteen.core.calendar import parse_month
from canteen.core.errors import Refusal
from canteen.core.programme import read_programme
from canteen.elders.models import CanteenElder, Elder
from canteen.subsidies.models import WorkingDay
from canteen.subsidies.queries import read_mapping

LARGEST = 2**63 - 1  # what a database takes as a number
SHOWN = 20


@dataclass(frozen=True, slots=True)
class EatenRow:
    """A line of the box on an elder's page; money in fen."""

    meal_no: int
    canteen_name: str
    service_on: date
    meal_period: str
    price_fen: int
    elder_fen: int
    is_cancelled: bool


def explain(session: Session, meal_no: int, canteen_ids: Collection[int]) -> Explanation:
    """Everything about one meal of these canteens. Raises Refusal `meal-unknown`, for others' meals too."""
    meal = _meal(session, meal_no, canteen_ids)
    notice = None if meal.programme_code is None else _notice(session, meal)
    shares = _shares(session, meal_no, notice)
    is_workday = session.scalar(select(WorkingDay.is_workday).where(WorkingDay.day == meal.service_on))
    limits, again = _checked(session, meal, notice, shares, is_workday)
    entries = entries_of(session, meal_no)
    scan_row_id, record = record_of(session, meal_no)
    rulings = rulings_of(session, meal_no, scan_row_id)
    slip, cancelled = slip_of(session, meal_no), cancel_of(session, meal_no)
    written_at = entries[0].posted_at if entries else meal.served_at
    mentions = None if notice is None else notice.version.mentions
    return Explanation(
        meal=meal, shares=shares, notice=notice, is_workday=is_workday,
        facts=facts_then(session, meal, mentions, written_at), limits=limits,
        funds=fund_draws(session, shares, entries[0].entry_no if entries else None),
        vouchers=voucher_draws(session, meal), again=again, entries=entries, record=record, rulings=rulings,
        slip=slip, cancelled=cancelled,
        actors=actor_names(session, meal.canteen_id, _actors(rulings, slip, cancelled)),
    )  # fmt: skip


def _actors(
    rulings: tuple[RulingRow, ...], slip: SlipThen | None, cancelled: CancelThen | None
) -> list[str | None]:
    acted = [ruling.by for ruling in rulings]
    on_paper = [] if slip is None else [slip.entered_by, slip.decided_by]
    return [*acted, *on_paper, *([] if cancelled is None else [cancelled.by])]


def canteen_of_meal(session: Session, meal_no: int) -> int | None:
    """Where a meal was eaten."""
    return session.scalar(select(Meal.canteen_id).where(Meal.id == meal_no)) if meal_no <= LARGEST else None


def eaten(
    session: Session, elder_id: int, canteen_ids: Collection[int], month: str | None = None
) -> list[EatenRow]:
    """An elder's meals in these canteens, newest first, cancelled ones too: the last twenty, or all of a month."""
    rows = (
        select(
            Meal.id, Canteen.name, Meal.service_on, Meal.meal_period, Meal.price_fen, Meal.elder_fen,
            Meal.cancelled_at.is_not(None),
        )
        .join(Canteen, Canteen.id == Meal.canteen_id)
        .where(Meal.elder_id == elder_id, Meal.canteen_id.in_(canteen_ids))
        .order_by(Meal.service_on.desc(), Meal.id.desc())
    )  # fmt: skip
    if month is None:
        rows = rows.limit(SHOWN)
    else:
        period = parse_month(month)
        rows = rows.where(Meal.service_on.between(period.first_on, period.last_on))
    return [EatenRow(*row) for row in session.execute(rows)]


def _meal(session: Session, meal_no: int, canteen_ids: Collection[int]) -> MealThen:
    listed = exists().where(CanteenElder.elder_id == Meal.elder_id, CanteenElder.canteen_id.in_(canteen_ids))
    rows = (
        select(Meal, Elder, Canteen, listed)
        .join(Elder, Elder.id == Meal.elder_id)
        .join(Canteen, Canteen.id == Meal.canteen_id)
        .where(Meal.id == meal_no, Meal.canteen_id.in_(canteen_ids))
    )
    row = session.execute(rows).first() if meal_no <= LARGEST else None
    if row is None:
        raise Refusal("meal-unknown", "没有这一餐。")
    meal, elder, canteen, is_listed = row
    return MealThen(
        meal_no=meal.id, kind=meal.kind, elder_id=elder.id, elder_ref=elder.ref, elder_name=elder.name,
        elder_born_on=elder.born_on, canteen_id=canteen.id, canteen_code=canteen.code, canteen_name=canteen.name,
        canteen_area=canteen.area, canteen_division=canteen.division, zone=canteen.time_zone,
        service_on=meal.service_on, meal_period=meal.meal_period, month=meal.month, channel=meal.channel,
        price_fen=meal.price_fen, elder_fen=meal.elder_fen, wallet_fen=meal.wallet_fen, cash_fen=meal.cash_fen,
        absorbed_fen=meal.absorbed_fen, credit_fen=meal.credit_fen, programme_code=meal.programme_code,
        version_on=meal.version_on, authority=meal.authority, age_years=meal.age_years, facts=meal.facts or {},
        trace=tuple(meal.trace or ()), served_at=meal.served_at, cancelled_at=meal.cancelled_at,
        is_on_my_list=bool(is_listed),
    )  # fmt: skip


def _notice(session: Session, meal: MealThen) -> Notice | None:
    """The version that divided, as it is stored; None where it is gone or reads as no programme any more."""
    try:
        values = read_mapping(session, meal.programme_code or "")
    except Refusal:
        return None
    written = next((one for one in values["version"] if one["effective"] == meal.version_on), None)
    if written is None:
        return None
    rules, _faults = read_programme({"programme": values["programme"], "version": [written]})
    if rules is None:
        return None
    return Notice(
        rules.id, rules.title, rules.authority, rules.source, rules.age_counts, written, rules.versions[0]
    )


def _shares(session: Session, meal_no: int, notice: Notice | None) -> tuple[PaidShare, ...]:
    """The lines of the meal itself, without those that mirror them."""
    rows = session.scalars(
        select(MealShare).where(MealShare.meal_id == meal_no, MealShare.meals > 0).order_by(MealShare.id)
    )
    parts = () if notice is None else parts_of(notice)
    # The database keeps no order of a split's levels; the rule has it.
    order = {part.id: [level for level, _ in part.split] for part in parts}
    return tuple(
        PaidShare(
            row.id, row.payer, row.rule_id, row.amount_fen,
            _in_order(row.levels or {}, order.get(row.rule_id or "", [])), row.is_grant, row.payee,
        )
        for row in rows
    )  # fmt: skip


def _in_order(levels: dict[str, int], order: list[str]) -> tuple[tuple[str, int], ...]:
    names = [*(level for level in order if level in levels), *(level for level in levels if level not in order)]
    return tuple((level, levels[level]) for level in names)


def _checked(
    session: Session, meal: MealThen, notice: Notice | None, shares: tuple[PaidShare, ...], is_workday: bool | None
) -> tuple[tuple[LimitUse, ...], Again | None]:
    """The limits with their use, and the meal divided again; nothing without the version that divided it."""
    if notice is None or not shares:
        return (), None
    lines = lines_before(session, meal, notice, shares[0].share_id)
    use = use_before(meal, notice, lines)
    return limit_uses(meal, notice, shares, use), divided_again(meal, shares, notice, use, is_workday)
