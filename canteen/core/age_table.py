"""Who pays what at which age: one set meal divided for every age from 60 to 100, equal neighbours merged.

Every amount comes of the division itself. A fact that is not known of a resident is varied over the values at
which the conditions that ask for it change; what then differs is said to depend on it, and nobody guesses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from canteen.core.age_cases import (
    KEY_OF,
    Answer,
    Question,
    TooManyCases,
    decide,
    question_of,
    written_conditions,
)
from canteen.core.division import CanteenFacts
from canteen.core.money import NOTHING, Money
from canteen.core.programme import Programme, Version
from canteen.core.subsidy import ELDER

FIRST_AGE, LAST_AGE = 60, 100
"""The ages of the table; the last stands for everybody older too."""

Categories = tuple[str, ...]
ORDINARY: Categories = ()
"""The column of an ordinary resident: no category, not disabled."""


@dataclass(frozen=True, slots=True)
class Span:
    """An amount, or the least and the most that it can be."""

    least_fen: Money
    most_fen: Money

    @property
    def is_sure(self) -> bool:
        """Whether it is one amount, whatever the facts are."""
        return self.least_fen == self.most_fen


@dataclass(frozen=True, slots=True)
class Cell:
    """What is paid for one set meal of a resident of some age and categories.

    `shares`: payer as `expect` writes it → what it pays, for those who pay in any case, in file order. Within
    limits, and while funds last. `depends_on`: keys of conditions (`distance_km`, `pension`, `weekday`, …, and
    `voucher:<kind>`) that decide between the amounts; empty: the amounts are certain. `ends_by`: what can end
    it, `limit:month` or `fund:weida`; `at_end` is what the elder pays then, None where it stays the same.
    `is_counted` is False where there are too many cases to try: the amounts are then the widest possible.
    """

    elder: Span
    shares: tuple[tuple[str, Span], ...]
    depends_on: tuple[str, ...] = ()
    ends_by: tuple[str, ...] = ()
    at_end: Span | None = None
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class AgeRow:
    """Neighbouring ages at which every column says the same; one cell a column, in the order asked for."""

    from_age: int
    to_age: int
    cells: tuple[Cell, ...]


def age_table(
    programme: Programme,
    on: date,
    price_fen: int,
    canteen: CanteenFacts,
    categories: Sequence[Categories] = (ORDINARY,),
    meal: str = "lunch",
) -> tuple[AgeRow, ...]:
    """The table of a programme on a day; no rows where no version is in force. Raises ValueError for a price below 0.

    `categories`: one column for each tuple of category codes that a resident holds, `()` for none. A column
    with `severe-disability` has an unknown grade of disability, one with `incapacitated` or `dementia` an
    unknown level of care; all others none.
    """
    version = programme.version_on(on)
    if version is None:
        return ()
    question = question_of(version, on, price_fen, canteen, meal, programme.age_counts)
    return _merged(_rows(question, categories))


def named_categories(version: Version) -> tuple[Categories, ...]:
    """The columns that a version's rules speak of, in file order: a category each, or several asked for together.

    A rule that asks for a grade of disability or a level of care speaks of those who have one.
    """
    columns: dict[Categories, None] = {}
    for key, value in written_conditions(rule.when for rule in version.rules):
        if key == "category":
            columns.update(((code,), None) for code in value)
        elif key == "all_categories":
            columns[tuple(value)] = None
        elif key in _GRADED:
            columns[(_GRADED[key][0],)] = None
    return tuple(columns)


_GRADED = {"disability_grade": ("severe-disability",), "care_level": ("incapacitated", "dementia")}


def _rows(question: Question, columns: Sequence[Categories]) -> Iterator[AgeRow]:
    """One row for each age, counted once for ages that no rule tells apart."""
    counted: dict[tuple[bool, ...], tuple[Cell, ...]] = {}
    for age_years in range(FIRST_AGE, LAST_AGE + 1):
        alike = question.same_rules(age_years)
        if alike not in counted:
            counted[alike] = tuple(_cell(question, age_years, column) for column in columns)
        yield AgeRow(age_years, age_years, counted[alike])


def _merged(rows: Iterable[AgeRow]) -> tuple[AgeRow, ...]:
    merged: list[AgeRow] = []
    for row in rows:
        if merged and merged[-1].cells == row.cells:
            merged[-1] = replace(merged[-1], to_age=row.to_age)
        else:
            merged.append(row)
    return tuple(merged)


def _cell(question: Question, age_years: int, categories: Categories) -> Cell:
    graded = {key for key, codes in _GRADED.items() if not set(codes).isdisjoint(categories)}
    unknown = frozenset(question.elder_facts) - (_GRADED.keys() - graded)
    try:
        now = decide(question, age_years, categories, unknown)
        later = decide(question, age_years, categories, unknown, is_at_end=True)
    except TooManyCases:
        return _uncounted(question, unknown)
    at_end = _spans(later)[ELDER]
    shares = _spans(now)
    elder = shares.pop(ELDER)
    changes = at_end != elder
    return Cell(
        elder=elder,
        shares=tuple(shares.items()),
        depends_on=now.depends_on,
        ends_by=_ends(question.version, now.paid_by) if changes else (),
        at_end=at_end if changes else None,
    )


def _spans(answer: Answer) -> dict[str, Span]:
    """What each payer pays at least and at most, over all cases; the elder is always among them."""
    cases = [dict(amounts) for amounts in answer.amounts]
    payers = dict.fromkeys(payer for case in cases for payer in case)
    return {payer: _span([case.get(payer, NOTHING) for case in cases]) for payer in (*payers, ELDER)}


def _span(amounts: Sequence[Money]) -> Span:
    return Span(min(amounts), max(amounts))


def _ends(version: Version, paid_by: Iterable[str]) -> tuple[str, ...]:
    """What can end what these rules pay: their limits, and what their funds and vouchers hold."""
    ends: dict[str, None] = {}
    for rule in (version.rule(rule_id) for rule_id in paid_by):
        if rule is not None:
            ends.update((f"limit:{limit.per}", None) for limit in rule.limits)
            if rule.fund is not None:
                ends[f"{'fund' if rule.payer == 'sponsor' else 'voucher'}:{rule.fund}"] = None
    return tuple(ends)


def _uncounted(question: Question, unknown: frozenset[str]) -> Cell:
    widest = Span(NOTHING, Money(question.price_fen))
    keys = tuple(KEY_OF.get(fact, fact) for fact in (*question.meal_facts, *sorted(unknown)))
    return Cell(widest, (), keys, is_counted=False)
