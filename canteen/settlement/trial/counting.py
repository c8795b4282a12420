"""The limits counted anew: what each rule has paid each elder, in the order of dividing.

What the month's other meals did not pay stays as it was: use of days before the month counts from the beginning, use
at other canteens within the month where it stands in the order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.checkin.models import MealShare
from canteen.core.calendar import window_of
from canteen.core.division import Used
from canteen.core.programme import Version
from canteen.settlement.trial.meals import MonthMeals, Place, at_once, look, rank_of

ELDERS_AT_ONCE = (20, 200)

Key = tuple[str, str, date, str]
"""Rule id, `per`, the window's first day, and for `meal-period` the meal period."""


class Use(NamedTuple):
    """What one rule paid for one meal."""

    place: Place
    meal_period: str
    rule_id: str
    meals: int
    fen: int


@dataclass(slots=True)
class _ElderUse:
    """One elder's use: sums by window, those of a day or less apart, and what still lies ahead elsewhere."""

    ahead: list[Use] = field(default_factory=list)
    long: dict[Key, list[int]] = field(default_factory=dict)
    short: dict[Key, list[int]] = field(default_factory=dict)


class UseBook:
    """What the rules of a programme have paid so far, as far as its limits look at it."""

    def __init__(self, versions: Iterable[Version]) -> None:
        pers: dict[str, set[str]] = {}
        for version in versions:
            for rule_id, per in version.limit_windows():
                pers.setdefault(rule_id, set()).add(per)
        self._pers: Mapping[str, frozenset[str]] = {rule: frozenset(found) for rule, found in pers.items()}
        self._elders: dict[int, _ElderUse] = {}

    @property
    def rules(self) -> list[str]:
        """The rules and grants whose use some limit looks at."""
        return sorted(self._pers)

    def reaches_back(self, on: date) -> date:
        """The first day whose use a limit looks at on this day."""
        pers = set().union(*self._pers.values())
        return min((window_of(per, on)[0] for per in pers), default=on)

    def open(self, elder_id: int, fixed: Iterable[Use], from_on: date) -> None:
        """Begin an elder's page with the use that the trial does not change.

        What lies before `from_on`, the month's first day, counts at once; the rest when its place is reached.
        """
        book = self._elders[elder_id] = _ElderUse()
        for use in sorted(fixed):
            if use.place.on < from_on:
                self._add(book, use)
            else:
                book.ahead.append(use)
        book.ahead.reverse()

    def knows(self, elder_id: int) -> bool:
        """Whether an elder's page was begun."""
        return elder_id in self._elders

    def used(
        self, elder_id: int, place: Place, meal_period: str, windows: Sequence[tuple[str, str]]
    ) -> dict[str, dict[str, Used]]:
        """What these limits find used when the meal of this place is divided."""
        book = self._elders[elder_id]
        while book.ahead and book.ahead[-1].place < place:
            self._add(book, book.ahead.pop())
        # Days are divided in their order: what a day before counted by the day is looked at no more.
        if any(key[2] < place.on for key in book.short):
            book.short = {key: sums for key, sums in book.short.items() if key[2] >= place.on}
        found: dict[str, dict[str, Used]] = {}
        for rule_id, per in windows:
            sums = _shelf(book, per).get(_key(rule_id, per, place.on, meal_period))
            if sums is not None:
                found.setdefault(rule_id, {})[per] = Used(sums[0], sums[1])
        return found

    def add(self, elder_id: int, use: Use) -> None:
        """Count what a rule paid just now."""
        self._add(self._elders[elder_id], use)

    def _add(self, book: _ElderUse, use: Use) -> None:
        for per in self._pers.get(use.rule_id, ()):
            key = _key(use.rule_id, per, use.place.on, use.meal_period)
            sums = _shelf(book, per).setdefault(key, [0, 0])
            sums[0] += use.meals
            sums[1] += use.fen


def _shelf(book: _ElderUse, per: str) -> dict[Key, list[int]]:
    return book.short if per in ("day", "meal-period") else book.long


def _key(rule_id: str, per: str, on: date, meal_period: str) -> Key:
    return rule_id, per, _begins(per, on), meal_period if per == "meal-period" else ""


@lru_cache(maxsize=4096)
def _begins(per: str, on: date) -> date:
    return window_of(per, on)[0]


def open_pages(
    session: Session, book: UseBook, elders: Iterable[int], meals: MonthMeals, programme_code: str, month: tuple[date, date]
) -> None:
    """Begin the pages of elders who have none yet, with what they used elsewhere and before.

    As at the till, use counts by programme and rule id, whatever the version.
    """
    new = sorted(elder_id for elder_id in set(elders) if not book.knows(elder_id))
    most = at_once(session, ELDERS_AT_ONCE)
    for first in range(0, len(new), most):
        some = new[first : first + most]
        fixed: dict[int, list[Use]] = {elder_id: [] for elder_id in some}
        if book.rules:
            begins = min(book.reaches_back(meals.first_on[elder_id]) for elder_id in some)
            with look(session):
                elsewhere = _fixed(session, some, book.rules, programme_code, (begins, month[1]))
            for elder_id, use in elsewhere:
                if use.place.meal_no not in meals.numbers:
                    fixed[elder_id].append(use)
        for elder_id, uses in fixed.items():
            book.open(elder_id, uses, month[0])


def _fixed(
    session: Session, elders: Sequence[int], rules: Sequence[str], programme_code: str, days: tuple[date, date]
) -> list[tuple[int, Use]]:
    """What the rules paid for each meal of these elders, less what was taken back."""
    keys = (
        MealShare.elder_id, MealShare.service_on, MealShare.meal_period, MealShare.meal_id, MealShare.rule_id,
    )  # fmt: skip
    rows = (
        select(*keys, func.sum(MealShare.meals), func.sum(MealShare.amount_fen))
        .where(
            MealShare.elder_id.in_(elders),
            MealShare.service_on.between(*days),
            MealShare.rule_id.in_(rules),
            MealShare.programme_code == programme_code,
        )
        .group_by(*keys)
    )
    return [
        (elder_id, Use(Place(on, rank_of(meal_period), meal_no), meal_period, rule_id or "", int(count), int(fen)))
        for elder_id, on, meal_period, meal_no, rule_id, count, fen in session.execute(rows)
        if count or fen
    ]
