"""What a card may tell of the meals of a day. Pure.

Fewer than five elders are never told apart, neither in a figure nor by taking one figure from another: not from what
the same funds paid elsewhere that day, not from an earlier card of the same day, and not from a figure in which the
month's statement or the sponsor's page puts the day together with others (docs/decisions/0010).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from canteen.documents.papers import FEWEST_ELDERS

Counted = tuple[tuple[int, str], ...]
"""Elder and meal period of each meal, in order."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A meal to which one fund gave something, and at which canteen. A meal of two funds stands twice."""

    meal_id: int
    elder_id: int
    canteen_id: int
    fund_id: int
    meal_period: str
    price_fen: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Meals and elders of one canteen; None where no number may be told. `price_fen` None: there were several."""

    meals: int | None
    elders: int | None
    price_fen: int | None
    periods: tuple[str, ...]
    counted: Counted


@dataclass(frozen=True, slots=True)
class FundMonth:
    """Which elders a fund paid for on each day of a month. `is_over`: it pays for no later day of it any more."""

    elders: Mapping[date, frozenset[int]]
    is_over: bool

    def tells_apart(self, on: date) -> bool:
        """Whether a statement cuts its days right before and right after this one, so that it stands there by itself.

        A statement puts days together until five elders stand behind them; what is left over joins the last ones.
        """
        gathered: set[int] = set()
        for day in sorted(day for day in self.elders if day < on):
            gathered |= self.elders[day]
            gathered = set() if len(gathered) >= FEWEST_ELDERS else gathered
        after = {elder_id for day, elders in self.elders.items() if day > on for elder_id in elders}
        return not gathered and (len(after) >= FEWEST_ELDERS or (self.is_over and not after))


def figures(
    paid: Sequence[Paid],
    canteen_id: int,
    on: date,
    months: Mapping[int, FundMonth],
    earlier: Iterable[Counted] = (),
) -> Figures | None:
    """What a card of this canteen may tell of a day; None where nothing was paid there.

    `paid`: the day's meals at every canteen. `months`: the month of each fund around it. `earlier`: what the cards
    counted that already told a number.
    """
    here = {row.meal_id: row for row in paid if row.canteen_id == canteen_id}
    if not here:
        return None
    counted = tuple(sorted((row.elder_id, row.meal_period) for row in here.values()))
    is_apart = all(months[fund_id].tells_apart(on) for fund_id in {row.fund_id for row in paid})
    is_told = is_apart and _stands_alone(paid) and all(_is_far_enough(counted, before) for before in earlier)
    prices = {row.price_fen for row in here.values()}
    return Figures(
        meals=len(here) if is_told else None,
        elders=len({row.elder_id for row in here.values()}) if is_told else None,
        price_fen=prices.pop() if len(prices) == 1 else None,
        periods=_periods(here.values()),
        counted=counted,
    )


def _stands_alone(paid: Sequence[Paid]) -> bool:
    """Whether five elders stand behind every part of the day that could be taken off.

    Each fund has a statement of its own, and a meal of two funds is in both: so a part are the meals at one canteen
    that the same funds paid together, not all that one fund paid there.
    """
    behind: dict[int, set[int]] = defaultdict(set)
    for row in paid:
        behind[row.meal_id].add(row.fund_id)
    parts: dict[tuple[int, frozenset[int]], set[int]] = defaultdict(set)
    for row in paid:
        parts[row.canteen_id, frozenset(behind[row.meal_id])].add(row.elder_id)
    return all(len(elders) >= FEWEST_ELDERS for elders in parts.values())


def _is_far_enough(now: Counted, before: Counted) -> bool:
    """Whether two counts are the same, or differ in the meals of at least five elders."""
    then, since = Counter(before), Counter(now)
    changed = {elder_id for elder_id, _period in ((since - then) + (then - since))}
    return not changed or len(changed) >= FEWEST_ELDERS


def _periods(meals: Iterable[Paid]) -> tuple[str, ...]:
    """The meal periods concerned: those that five elders came to, or all where none has five."""
    elders: dict[str, set[int]] = defaultdict(set)
    for row in meals:
        elders[row.meal_period].add(row.elder_id)
    full = [period for period, came in elders.items() if len(came) >= FEWEST_ELDERS]
    return tuple(sorted(full or elders))
