"""The standard set: eight questions that every notice has to answer, made for one version and one canteen.

Each is written as an `[[example]]` would be, so that it is divided, shown and saved like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from canteen.canteens.queries import CanteenRow
from canteen.core.calendar import MEAL_PERIODS, WorkingDays
from canteen.core.division import Division
from canteen.core.money import plain_yuan
from canteen.core.programme import Programme, Rule, Version
from canteen.core.rules import Limit
from canteen.subsidies.trying.dividing import divide_example, read_written
from canteen.subsidies.trying.fitting import Example, Scene, born_before, fitted

USUAL_PRICE_FEN = 1_500
LAST_FEN = 300
ELSEWHERE = ("110101001001", "440305001001")

KEYS = (
    "nearly-60", "just-60", "nearly-80", "just-80", "low-income-85", "elsewhere", "last-of-limit", "fund-empty", "cheap"
)  # fmt: skip
"""The rows in their order; the birthday of 80 is two, the day before and the day."""


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the set. `example` is None where this version has nothing to ask; `why_not` says which thing it lacks.

    `why_not`: `no-limit`, `no-fund`, `no-fixed`, or `no-fit` where nobody could be made up whom rule `about` pays for.
    """

    key: str
    example: Example | None
    about: str | None = None
    why_not: str | None = None


def service_day(version: Version, working_days: WorkingDays) -> date:
    """The version's first working day; its first day where none of the next two weeks is known to be one."""
    days = [version.effective_on + timedelta(days=more) for more in range(15)]
    within = [day for day in days if version.until_on is None or day <= version.until_on]
    return next((day for day in within if _is_working(day, working_days)), version.effective_on)


def _is_working(day: date, working_days: WorkingDays) -> bool:
    known = working_days.is_workday(day)
    return day.isoweekday() < 6 if known is None else known


def scene_of(version: Version, canteen: CanteenRow | None, working_days: WorkingDays) -> Scene:
    """An ordinary resident of the canteen's own division, near by, with family, at a meal that the version governs."""
    order = ("lunch", *MEAL_PERIODS)
    meal = next((period for period in order if period in version.meals), "lunch")
    price = version.standard_price_fen or (canteen.price_fen if canteen else None) or USUAL_PRICE_FEN
    here = canteen.division if canteen else "620102001001"
    elder = {
        "born": born_before(service_day(version, working_days), 82, days=100),
        "pension": True,
        "household_division": here,
        "residence_division": here,
        "distance_km": "0.5",
        "living": "with-family",
    }
    place = (
        {} if canteen is None else {"code": canteen.code, "area": canteen.area, "division": canteen.division}
    )
    return Scene(service_day(version, working_days), meal, int(price), elder, place)


class StandardSet:
    """The cases of one version, each tried as it is made."""

    def __init__(
        self,
        programme: Programme,
        version: Version,
        rules: Sequence[Mapping[str, Any]],
        scene: Scene,
        days: WorkingDays,
    ) -> None:
        self._programme = programme
        self._version = version
        self._written = {str(rule.get("id")): rule for rule in rules}
        self._scene = scene
        self._days = days

    def cases(self) -> Iterator[Case]:
        """All rows, those that have nothing to say among them."""
        on, scene = self._scene.on, self._scene
        yield Case("nearly-60", scene.of(born=_months_before(on, 59 * 12 + 11)).example(""))
        yield Case("just-60", scene.of(born=born_before(on, 60)).example(""))
        yield Case("nearly-80", scene.of(born=born_before(on + timedelta(days=1), 80)).example(""))
        yield Case("just-80", scene.of(born=born_before(on, 80)).example(""))
        yield Case(
            "low-income-85",
            scene.of(born=born_before(on, 85, days=100), categories=["low-income"]).example(""),
        )
        yield Case("elsewhere", self._elsewhere().example(""))
        yield self._last_of_limit()
        yield self._fund_empty()
        yield self._cheap()

    def _elsewhere(self) -> Scene:
        here = str(self._scene.elder["household_division"])
        return self._scene.of(household_division=next(code for code in ELSEWHERE if code[:2] != here[:2]))

    def _last_of_limit(self) -> Case:
        limited = [
            (rule, limit)
            for rule in self._version.rules
            for limit in rule.limits
            if limit.amount_fen is not None
        ]
        for rule, limit in limited:
            found = self._fit(rule)
            if found is not None:
                return Case("last-of-limit", {**found, "used": _nearly_used(rule, limit)}, rule.id)
        return _nothing("last-of-limit", "no-limit", [rule for rule, _limit in limited])

    def _fund_empty(self) -> Case:
        funded = [rule for rule in self._version.rules if rule.payer == "sponsor"]
        for rule in funded:
            found = self._fit(rule)
            if found is not None:
                return Case("fund-empty", {**found, "fund": {rule.fund: "0.00"}}, rule.id)
        return _nothing("fund-empty", "no-fund", funded)

    def _cheap(self) -> Case:
        fixed = [rule for rule in self._version.rules if rule.pays.kind == "fixed" and rule.pays.fen > 1]
        for rule in fixed:
            found = self._fit(rule)
            if found is not None:
                fen = rule.pays.fen - 200 if rule.pays.fen > 400 else rule.pays.fen // 2
                return Case("cheap", {**found, "price": plain_yuan(fen)}, rule.id)
        return _nothing("cheap", "no-fixed", fixed)

    def _fit(self, rule: Rule) -> Example | None:
        """An example in which this rule pays, if one can be made up: with every fund full, else with all empty."""
        scene = fitted(self._written.get(rule.id, {}).get("when"), self._scene)
        empty = dict.fromkeys(sorted(self._version.codes("sponsor") - {rule.fund}), "0.00")
        held = {"voucher": {rule.fund: "200.00"}} if rule.payer == "voucher" else {}
        tries = [scene.example("-", **held), scene.example("-", **held, fund=empty)]
        return next((example for example in tries if self._pays(rule, example)), None)

    def _pays(self, rule: Rule, written: Example) -> bool:
        example, _faults = read_written(written)
        if example is None:
            return False
        division = divide_example(example, self._programme, self._days).division
        return isinstance(division, Division) and any(share.rule_id == rule.id for share in division.shares)


def _nothing(key: str, lacks: str, rules: Sequence[Rule]) -> Case:
    return Case(key, None, rules[0].id, "no-fit") if rules else Case(key, None, None, lacks)


def _nearly_used(rule: Rule, limit: Limit) -> dict[str, Any]:
    """All of a limit used but three yuan, or but half of a smaller one."""
    amount = int(limit.amount_fen or 0)
    left = min(LAST_FEN, amount // 2)
    return {rule.id: {limit.per: {"amount": plain_yuan(amount - left)}}}


def _months_before(on: date, months: int) -> date:
    count = on.year * 12 + on.month - 1 - months
    return date(count // 12, count % 12 + 1, min(on.day, 28))
