"""Dated facts: which kinds there are, which values each may take, and how they follow one another.

A kind that holds one value at a time (a grade, a living situation) ends where the next begins; categories
and stays stand side by side.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from canteen.core.errors import Refusal

CATEGORIES = (
    "three-no", "destitute", "low-income", "near-low-income", "marginal", "severe-disability", "special-care",
    "bereaved", "incapacitated", "dementia", "left-behind", "model-worker", "member",
)  # fmt: skip
"""The shipped vocabulary (programme-format.md); an office may hold others that its programme names."""

LIVING = ("alone", "empty-nest", "with-family", "care-home")
YES_NO = ("yes", "no")
STAYS = ("hospital", "away", "care_home")
SINGLE = (
    "disability_grade", "care_level", "pension", "monthly_income_fen", "household_division",
    "residence_division", "living",
)  # fmt: skip
KINDS = ("category", *SINGLE, *STAYS)

CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
DIVISION = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}")
LONGEST_VALUE = 80
MOST_INCOME_FEN = 10_000_000_00


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact to be recorded: `until_on` is its last day, included, or None while it holds."""

    kind: str
    value: str
    from_on: date
    until_on: date | None = None
    evidence: str | None = None


class Dated(Protocol):
    """Anything with a first and a last day."""

    @property
    def from_on(self) -> date: ...

    @property
    def until_on(self) -> date | None: ...


def checked(fact: NewFact) -> NewFact:
    """The fact as it is kept. Raises Refusal `fact-kind`, `fact-value`, `fact-days`, `text-too-long`."""
    if fact.kind not in KINDS:
        raise Refusal("fact-kind", "没有这一种情况。请重新选择。")
    if not _is_value(fact.kind, fact.value):
        raise Refusal("fact-value", "这一项的内容不对。请重新填写。")
    if fact.until_on is not None and fact.until_on < fact.from_on:
        raise Refusal("fact-days", "最后一天早于第一天。请核对日期。")
    if len(fact.evidence or "") > 200:
        raise Refusal("text-too-long", "证明最多 200 个字，请缩短。", longest=200)
    return fact


def _is_value(kind: str, value: str) -> bool:
    if kind == "category":
        return bool(CODE.fullmatch(value))
    if kind == "living":
        return value in LIVING
    if kind == "pension":
        return value in YES_NO
    if kind == "disability_grade":
        return value in ("1", "2", "3", "4")
    if kind == "care_level":
        return value.isascii() and value.isdigit() and int(value) <= 9
    if kind == "monthly_income_fen":
        return value.isascii() and value.isdigit() and int(value) <= MOST_INCOME_FEN
    if kind in ("household_division", "residence_division"):
        return bool(DIVISION.fullmatch(value))
    return len(value) <= LONGEST_VALUE


def holds_on(fact: Dated, on: date) -> bool:
    """Whether a day lies within the fact; its last day is included."""
    return fact.from_on <= on and (fact.until_on is None or on <= fact.until_on)


def overlap(one: Dated, other: Dated) -> bool:
    """Whether two facts share a day."""
    one_ends_first = one.until_on is not None and one.until_on < other.from_on
    other_ends_first = other.until_on is not None and other.until_on < one.from_on
    return not (one_ends_first or other_ends_first)


def day_before(on: date) -> date:
    """The last day of a fact that ends where another begins."""
    return on - timedelta(days=1)
