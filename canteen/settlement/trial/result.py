"""What a trial answers: who would pay more, who less, and what it comes to for each payer. No names in it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from canteen.settlement.totals import payable_fen


@dataclass(frozen=True, slots=True)
class ElderCount:
    """How many elders would pay more, less and the same in the month."""

    more: int
    less: int
    same: int


@dataclass(frozen=True, slots=True)
class Band:
    """Elders of one age band at their last meal of the month, and what they pay together. `low` None: age unknown."""

    low: int | None
    high: int | None
    elders: int
    more: int
    less: int
    before_fen: int
    after_fen: int


@dataclass(frozen=True, slots=True)
class Change:
    """What one elder pays for the month's `meals` before and after; `meal_no` is the one that changed most."""

    elder_id: int
    before_fen: int
    after_fen: int
    meals: int
    meal_no: int


@dataclass(frozen=True, slots=True)
class Trial:
    """One month of one canteen divided again. Amounts in fen.

    `before` and `after` hold shares, grants by the meal and grants by the month by payer, keyed as in a
    programme's `expect`, the elder included; what the trial does not divide stands alike in both. `bands` lie in the
    order of age, `largest` are at most twenty, the largest change first. `without_version` counts the meals
    on days that no version governs: their elders pay all. `without_calendar` counts those whose rules ask for
    working days in a year that the calendar lacks: what such a rule would pay stays with the elder.
    """

    canteen: str
    month: str
    meals: int
    changed: int
    elders: ElderCount
    before: Mapping[str, int]
    after: Mapping[str, int]
    bands: tuple[Band, ...]
    largest: tuple[Change, ...]
    without_version: int
    without_calendar: int

    @property
    def affected(self) -> int:
        """How many elders would pay another amount."""
        return self.elders.more + self.elders.less

    @property
    def extra_fen(self) -> int:
        """How much more others than elder and operator would pay in the month."""
        return payable_fen(self.after) - payable_fen(self.before)

    def document(self) -> dict[str, Any]:
        """The trial as JSON keeps it."""
        return asdict(self)


def read_trial(document: Mapping[str, Any]) -> Trial:
    """A trial from what JSON kept of it."""
    values = dict(document)
    values["elders"] = ElderCount(**values["elders"])
    values["bands"] = tuple(Band(**band) for band in values["bands"])
    values["largest"] = tuple(Change(**change) for change in values["largest"])
    return Trial(**values)
