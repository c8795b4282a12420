"""Adding up a trial: by payer, by elder, by age band, and the largest changes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from canteen.core.calendar import AgeCounts, age_on
from canteen.settlement.merging import BANDS
from canteen.settlement.totals import ELDER, Totals
from canteen.settlement.trial.meals import Borne, PastMeal
from canteen.settlement.trial.result import Band, Change, ElderCount

LARGEST = 20


@dataclass(slots=True)
class _ElderSum:
    """What one elder pays for the month's meals; the last one's day tells the age."""

    born_on: date | None
    last_on: date
    before_fen: int = 0
    after_fen: int = 0
    meals: int = 0
    meal_no: int = 0
    moved_fen: int = -1

    @property
    def change_fen(self) -> int:
        return self.after_fen - self.before_fen


@dataclass(slots=True)
class Tally:
    """The sums so far. `difference`: payer → fen that would come to it, or leave it."""

    meals: int = 0
    changed: int = 0
    without_version: int = 0
    without_calendar: int = 0
    difference: Totals = field(default_factory=dict)
    _elders: dict[int, _ElderSum] = field(default_factory=dict)

    def add(self, meal: PastMeal, after: Borne) -> None:
        """Count one meal that was divided again."""
        before = meal.borne
        self.meals += 1
        moved = {key: after.get(key, 0) - before.get(key, 0) for key in before.keys() | after.keys()}
        self.changed += any(moved.values())
        for (_, payer), fen in moved.items():
            if fen:
                self.difference[payer] = self.difference.get(payer, 0) + fen
        self._add_elder(meal, before.get((False, ELDER), 0), after.get((False, ELDER), 0))

    def _add_elder(self, meal: PastMeal, before_fen: int, after_fen: int) -> None:
        on = meal.place.on
        sums = self._elders.setdefault(meal.elder_id, _ElderSum(meal.born_on, on))
        sums.born_on, sums.last_on = meal.born_on, on
        sums.before_fen += before_fen
        sums.after_fen += after_fen
        sums.meals += 1
        if abs(after_fen - before_fen) > sums.moved_fen:
            sums.moved_fen, sums.meal_no = abs(after_fen - before_fen), meal.place.meal_no

    def elders(self) -> ElderCount:
        """How many elders pay more, less and the same."""
        return _counted(self._elders.values())

    def bands(self, age_counts: AgeCounts) -> tuple[Band, ...]:
        """The sums by age band, those with nobody left out."""
        sums: dict[tuple[int | None, int | None], list[_ElderSum]] = {}
        for elder in self._elders.values():
            sums.setdefault(_band_of(elder, age_counts), []).append(elder)
        in_order = [band for band in (*BANDS, (None, None)) if band in sums]
        return tuple(_band(low, high, sums[low, high]) for low, high in in_order)

    def largest(self) -> tuple[Change, ...]:
        """The elders whose month changes most, at most twenty, the largest change first."""
        changed = [(elder_id, sums) for elder_id, sums in self._elders.items() if sums.change_fen]
        changed.sort(key=lambda one: (-abs(one[1].change_fen), one[0]))
        return tuple(
            Change(elder_id, sums.before_fen, sums.after_fen, sums.meals, sums.meal_no)
            for elder_id, sums in changed[:LARGEST]
        )


def _counted(elders: Iterable[_ElderSum]) -> ElderCount:
    changes = [elder.change_fen for elder in elders]
    return ElderCount(
        more=sum(change > 0 for change in changes),
        less=sum(change < 0 for change in changes),
        same=sum(change == 0 for change in changes),
    )


def _band_of(elder: _ElderSum, age_counts: AgeCounts) -> tuple[int | None, int | None]:
    if elder.born_on is None:
        return None, None
    age = age_on(elder.born_on, elder.last_on, age_counts)
    return next((low, high) for low, high in BANDS if age >= low and (high is None or age <= high))


def _band(low: int | None, high: int | None, elders: list[_ElderSum]) -> Band:
    counted = _counted(elders)
    return Band(
        low, high, len(elders), counted.more, counted.less,
        sum(elder.before_fen for elder in elders), sum(elder.after_fen for elder in elders),
    )  # fmt: skip
