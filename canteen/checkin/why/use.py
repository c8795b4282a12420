"""What the limits counted before a meal: added up again from the lines that were written before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.checkin.models import MealShare
from canteen.checkin.why.explanation import LimitUse, MealThen, Notice, PaidShare
from canteen.core.calendar import window_of
from canteen.core.division import Used
from canteen.core.rules import Grant, Limit, Rule


@dataclass(frozen=True, slots=True)
class UseLine:
    """One line that a limit counts; a cancellation's has its signs turned."""

    rule_id: str
    service_on: date
    meal_period: str
    meals: int
    fen: int


def lines_before(session: Session, meal: MealThen, notice: Notice, first_share_id: int) -> list[UseLine]:
    """The lines of this elder that the version's limits look at, of those written before the meal's own.

    They are counted in the order of writing, as the till did: a meal that came in late had not been counted yet.
    """
    windows = notice.version.limit_windows()
    if not windows:
        return []
    spans = [window_of(per, meal.service_on) for _, per in windows]
    rows = select(
        MealShare.rule_id, MealShare.service_on, MealShare.meal_period, MealShare.meals, MealShare.amount_fen
    ).where(
        MealShare.elder_id == meal.elder_id,
        MealShare.service_on.between(min(first for first, _ in spans), max(last for _, last in spans)),
        MealShare.programme_code == notice.code,
        MealShare.rule_id.in_({rule_id for rule_id, _ in windows}),
        MealShare.id < first_share_id,
    )
    return [
        UseLine(rule_id or "", on, period, meals, fen)
        for rule_id, on, period, meals, fen in session.execute(rows)
    ]


def use_before(meal: MealThen, notice: Notice, lines: Sequence[UseLine]) -> dict[str, dict[str, Used]]:
    """Rule or grant id → `per` → what it had paid in the one around this meal, as the division wants it."""
    use: dict[str, dict[str, Used]] = {}
    for rule_id, per in notice.version.limit_windows():
        counted = [line for line in lines if line.rule_id == rule_id and _lies_in(line, per, meal)]
        if counted:
            sums = Used(sum(line.meals for line in counted), sum(line.fen for line in counted))
            use.setdefault(rule_id, {})[per] = sums
    return use


def _lies_in(line: UseLine, per: str, meal: MealThen) -> bool:
    first_on, last_on = window_of(per, meal.service_on)
    is_period = per != "meal-period" or line.meal_period == meal.meal_period
    return first_on <= line.service_on <= last_on and is_period


def limit_uses(
    meal: MealThen, notice: Notice, shares: Sequence[PaidShare], use: Mapping[str, Mapping[str, Used]]
) -> tuple[LimitUse, ...]:
    """The limits of the rules that applied to this meal, and of the grants that were due for it, in file order."""
    applied = {row["rule"] for row in meal.trace if row.get("matched")}
    applied |= {share.rule_id for share in shares if share.is_grant}
    written = {part.get("id"): part.get("limit") or () for part in _written(notice.mapping)}
    return tuple(
        _use(part, limit, limit_as_written, meal, shares, use)
        for part in parts_of(notice)
        if part.id in applied
        for limit, limit_as_written in zip(part.limits, written.get(part.id, ()), strict=False)
    )


def parts_of(notice: Notice) -> tuple[Rule | Grant, ...]:
    """The rules of a version, then its grants, in file order."""
    return (*notice.version.rules, *notice.version.grants)


def _written(version: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return (*version.get("rule", ()), *version.get("grant", ()))


def _use(
    part: Rule | Grant,
    limit: Limit,
    as_written: Mapping[str, Any],
    meal: MealThen,
    shares: Sequence[PaidShare],
    use: Mapping[str, Mapping[str, Used]],
) -> LimitUse:
    counts_meals = limit.meals is not None
    used = [use.get(rule_id, {}).get(limit.per, Used()) for rule_id in limit.counts]
    paid = [share.fen for share in shares if share.rule_id in limit.counts and share.fen]
    return LimitUse(
        part.id, as_written, limit.per, *window_of(limit.per, meal.service_on), counts_meals,
        most=(limit.meals if counts_meals else limit.amount_fen) or 0,
        before=sum(one.meals if counts_meals else one.amount_fen for one in used),
        by_this=len(paid) if counts_meals else sum(paid),
    )  # fmt: skip
