"""The cases behind one cell of the table by age: which facts the rules ask for, and what each answer leads to.

A fact is asked for only where the division itself looks at it, so a tree of answers grows no wider than the
rules make it. Each fact takes the values at which the conditions on it change, and "not known".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, cast

from canteen.core.calendar import PERS, AgeCounts, age_on, is_birthday
from canteen.core.conditions import CHANNELS, LEVEL_DIGITS, LIVING, When, conditions_in
from canteen.core.division import CanteenFacts, ElderFacts, Facts, Used
from canteen.core.money import Money
from canteen.core.programme import Version
from canteen.core.programme_faults import Faults
from canteen.core.programme_values import Bounds, Read, bounds, distance, money, whole
from canteen.core.rules import PAYERS
from canteen.core.subsidy import ELDER, divide_under

MOST_CASES = 3_000
"""So many cases of one cell are tried; no notice comes near, and a made-up one must not stop a page."""

_ENOUGH = 10**15
_ALL_USED: Mapping[str, Used] = {per: Used(_ENOUGH, _ENOUGH) for per in PERS}
_RANGES: Mapping[str, tuple[str, Read[int]]] = {
    "disability_grade": ("disability_grade", whole(0)),
    "care_level": ("care_level", whole(0)),
    "monthly_income": ("monthly_income_fen", money),
    "distance_km": ("distance_m", distance),
}
KEY_OF = {fact: key for key, (fact, _) in _RANGES.items()}

Amounts = tuple[tuple[str, Money], ...]
"""What each payer pays, the elder last."""


@dataclass(frozen=True, slots=True)
class Fork:
    """A fact, and what each of its values leads to."""

    fact: str
    below: tuple[Tree, ...]


Tree = Amounts | Fork


class TooManyCases(Exception):  # noqa: N818 - an answer, not a fault
    """More cases than anybody would want to read."""


@dataclass(frozen=True, slots=True)
class Question:
    """Who pays for this meal under this version, and the values that each fact not known may take.

    `meal_facts` are asked for always: how the meal is taken, its day, the vouchers held. `elder_facts` are
    asked for where a rule looks at them.
    """

    version: Version
    on: date
    price_fen: int
    canteen: CanteenFacts
    meal: str
    age_counts: AgeCounts
    meal_facts: Mapping[str, tuple[Any, ...]]
    elder_facts: Mapping[str, tuple[Any, ...]]
    ages: tuple[Bounds, ...]

    def same_rules(self, age_years: int) -> tuple[bool, ...]:
        """Equal for ages that no condition tells apart."""
        return tuple(range_.least <= age_years <= range_.most for range_ in self.ages)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of every case: the amounts by payer, the keys that decide between them, the rules that paid."""

    amounts: tuple[Amounts, ...]
    depends_on: tuple[str, ...]
    paid_by: tuple[str, ...]


def question_of(
    version: Version, on: date, price_fen: int, canteen: CanteenFacts, meal: str, age_counts: AgeCounts
) -> Question:
    """What a version asks of a meal there, and every value that makes a difference to it."""
    written = list(written_conditions(rule.when for rule in version.rules))
    values = _values_by_key(written)
    return Question(
        version,
        on,
        price_fen,
        canteen,
        meal,
        age_counts,
        _meal_facts(version, values, on),
        _elder_facts(values, canteen),
        tuple(_bounds(value, whole(0)) for value in values.get("age", ())),
    )


def written_conditions(whens: Iterable[When]) -> Iterator[tuple[str, Any]]:
    """Every condition of these tables, however deep, as a key and its value as it was written."""
    for when in whens:
        yield from conditions_in((condition.key, condition.written) for condition in when)


def _values_by_key(written: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    values: dict[str, list[Any]] = {}
    for key, value in written:
        values.setdefault(key, []).append(value)
    return values


def _meal_facts(version: Version, values: Mapping[str, list[Any]], on: date) -> dict[str, tuple[Any, ...]]:
    facts: dict[str, tuple[Any, ...]] = {}
    if "channel" in values:
        facts["channel"] = CHANNELS
    facts["weekday"] = _weekdays(values.get("weekday", ()), on)
    if "workday" in values:
        facts["workday"] = (True, False)
    if "birthday" in values:
        facts["birthday"] = (False, True)
    drawing = {rule.fund for rule in version.rules if rule.payer == "voucher" and rule.fund is not None}
    return {**facts, **{f"voucher:{kind}": (0, _ENOUGH) for kind in sorted(drawing)}}


def _weekdays(lists: Iterable[list[int]], on: date) -> tuple[date, ...]:
    """A day for each kind of weekday that the rules tell apart; the day itself first."""
    wanted = [frozenset(listed) for listed in lists]
    days: dict[tuple[bool, ...], date] = {}
    for ahead in range(7):
        day = on + timedelta(days=ahead)
        # On 29 February few are born; the same weekday a week later tells of everybody's birthday.
        usual = day + timedelta(days=7) if (day.month, day.day) == (2, 29) else day
        days.setdefault(tuple(day.isoweekday() in listed for listed in wanted), usual)
    return tuple(days.values())


def _elder_facts(values: Mapping[str, list[Any]], canteen: CanteenFacts) -> dict[str, tuple[Any, ...]]:
    facts: dict[str, tuple[Any, ...]] = {}
    for key, (fact, unit) in _RANGES.items():
        if key in values:
            facts[fact] = (None, *_turns(_bounds(value, unit) for value in values[key]))
    if "pension" in values:
        facts["pension"] = (None, True, False)
    if "living" in values:
        named = {code for listed in values["living"] for code in listed}
        facts["living"] = (None, *(code for code in LIVING if code in named))
    for home in ("household", "residence"):
        codes = _homes(home, values, canteen)
        if codes:
            facts[f"{home}_division"] = (None, *codes)
    return facts


def _bounds(value: object, unit: Read[int]) -> Bounds:
    read = bounds(unit)(value, "", Faults())
    if read is None:
        raise ValueError(f"a programme that was read holds no such range: {value!r}")
    return read


def _turns(ranges: Iterable[Bounds]) -> list[int]:
    """The least value of every stretch on which all ranges answer alike, from 0 up."""
    turns = {0}
    for one in ranges:
        turns |= {turn for turn in (one.least, one.most + 1) if 0 < turn < _ENOUGH}
    return sorted(turns)


def _homes(home: str, values: Mapping[str, list[Any]], canteen: CanteenFacts) -> list[str]:
    """Where a home may lie: at each beginning that a rule names, and as near the canteen as one asks."""
    codes = {code for listed in values.get(f"{home}_division", ()) for code in listed}
    for table in values.get("canteen_within", ()):
        digits = LEVEL_DIGITS[table[home]] if home in table else 0
        if digits and canteen.division is not None and len(canteen.division) >= digits:
            codes.add(canteen.division[:digits])
    return sorted(codes)


@dataclass(slots=True)
class _Resident:
    """Stands for an elder: answers what the rules ask, and notes which open questions they put first."""

    known: Mapping[str, Any]
    is_open: frozenset[str]
    asked: list[str] = field(default_factory=list)

    def __getattr__(self, fact: str) -> Any:
        if fact in self.is_open and fact not in self.asked:
            self.asked.append(fact)
        return self.known[fact]


def decide(
    question: Question,
    age_years: int,
    categories: Iterable[str],
    unknown: frozenset[str],
    *,
    is_at_end: bool = False,
) -> Answer:
    """Divide the meal for every case of a resident of that age. Raises TooManyCases.

    `unknown` are the elder's facts that are varied; the others are known to be none. `is_at_end`: every limit
    is used up and no fund or voucher holds anything.
    """
    cases = _Cases(question, age_years, frozenset(categories), unknown, is_at_end)
    tree = cases.grow({})
    return Answer(
        tuple(dict.fromkeys(_leaves(tree))), tuple(dict.fromkeys(_keys(tree))), tuple(cases.paid_by)
    )


class _Cases:
    """One cell's cases while they are tried."""

    def __init__(
        self,
        question: Question,
        age_years: int,
        categories: frozenset[str],
        unknown: frozenset[str],
        is_at_end: bool,
    ) -> None:
        self.question = question
        self.age_years = age_years
        self.is_at_end = is_at_end
        varied = {fact: values for fact, values in question.elder_facts.items() if fact in unknown}
        self.values = {**question.meal_facts, **varied}
        self.first = {**dict.fromkeys(_KNOWN_OF_NOBODY), "categories": categories}
        self.paid_by: dict[str, None] = {}
        self.tried = 0

    def grow(self, chosen: dict[str, Any]) -> Tree:
        """The tree below what is chosen: amounts, or a fact with what each of its values leads to."""
        waiting = [fact for fact in self.question.meal_facts if fact not in chosen]
        if not waiting:
            amounts, waiting = self._divide(chosen)
            if not waiting:
                return amounts
        fact = waiting[0]
        below = tuple(self.grow({**chosen, fact: value}) for value in self.values[fact])
        # Where every answer leads to the same, the question was idle.
        return below[0] if all(tree == below[0] for tree in below) else Fork(fact, below)

    def _divide(self, chosen: Mapping[str, Any]) -> tuple[Amounts, list[str]]:
        self.tried += 1
        if self.tried > MOST_CASES:
            raise TooManyCases
        question, version = self.question, self.question.version
        on: date = chosen["weekday"]
        first = {fact: self.values[fact][0] for fact in self.values if fact in question.elder_facts}
        born_on = born(self.age_years, on, question.age_counts, chosen.get("birthday", False))
        resident = _Resident(
            {**self.first, **first, **chosen, "born_on": born_on},
            frozenset(first) - chosen.keys(),
        )
        facts = Facts(
            on=on,
            meal=question.meal,
            channel=chosen.get("channel", "dine-in"),
            elder=cast(ElderFacts, resident),
            canteen=question.canteen,
            is_workday=chosen.get("workday"),
            used={part: _ALL_USED for part, _ in version.windows} if self.is_at_end else {},
            funds={} if self.is_at_end else dict.fromkeys(version.codes("sponsor"), _ENOUGH),
            vouchers={} if self.is_at_end else _held(chosen),
        )
        division = divide_under(version, question.price_fen, facts, question.age_counts)
        if not resident.asked:
            self.paid_by.update((share.rule_id, None) for share in division.shares if share.rule_id)
        return _in_order(division.by_payer()), resident.asked


_KNOWN_OF_NOBODY = (
    "disability_grade",
    "care_level",
    "pension",
    "monthly_income_fen",
    "household_division",
    "residence_division",
    "distance_m",
    "living",
)


def _held(chosen: Mapping[str, Any]) -> dict[str, int]:
    return {key.removeprefix("voucher:"): fen for key, fen in chosen.items() if key.startswith("voucher:")}


def born(age_years: int, on: date, age_counts: AgeCounts, is_on_birthday: bool) -> date:
    """A day on which somebody of that age was born whose birthday this is, or is not.

    Not for 29 February, on which most ages have no birthday. Raises ValueError for an age before the calendar.
    """
    far = on.month + 6 if on.month <= 6 else on.month - 6
    for year in (on.year - age_years, on.year - age_years - 1):
        day = date(year, on.month, on.day) if is_on_birthday else date(year, far, 15)
        if age_on(day, on, age_counts) == age_years and is_birthday(day, on) is is_on_birthday:
            return day
    raise ValueError(f"nobody is {age_years} on {on}")


def _in_order(by_payer: Mapping[str, Money]) -> Amounts:
    """Amounts of equal payers are equal, whichever rule paid first."""
    places = {payer: place for place, payer in enumerate((*PAYERS, ELDER))}
    return tuple(sorted(by_payer.items(), key=lambda item: (places[item[0].partition(":")[0]], item[0])))


def _leaves(tree: Tree) -> Iterator[Amounts]:
    if isinstance(tree, Fork):
        for below in tree.below:
            yield from _leaves(below)
    else:
        yield tree


def _keys(tree: Tree) -> Iterator[str]:
    """The keys of conditions that decide, the nearest to the root first."""
    if isinstance(tree, Fork):
        yield KEY_OF.get(tree.fact, tree.fact)
        for below in tree.below:
            yield from _keys(below)
