"""The rules, their thresholds as shipped, and what a district or a canteen set instead."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.oversight.models import SignalRule

AFTER_END, TWO_PLACES, FAST = "after-end", "two-places", "fast"
BY_HAND, CANCELS, LATE_UPLOAD, CLOCK = "by-hand", "cancels", "late-upload", "clock"
COOKED, REFUND, NO_GAP, AGE = "cooked", "refund", "no-gap", "age"

DISTRICT = ""
"""The scope of settings that hold for every canteen which has none of its own."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as shipped. `threshold`: see `is_above`; between `least` and `most`. `is_soft`: only worth a look."""

    code: str
    threshold: int
    least: int
    most: int
    is_above: bool = True
    is_soft: bool = False

    def fires(self, value: int | float, threshold: int) -> bool:
        """Whether a figure is a signal: above its threshold, or from it on."""
        return value > threshold if self.is_above else value >= threshold


RULES: Mapping[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule(AFTER_END, 1, 1, 31, is_above=False),  # meals
        Rule(TWO_PLACES, 2, 2, 5, is_above=False),  # places of one meal
        Rule(FAST, 12, 3, 120),  # records a minute
        Rule(BY_HAND, 15, 1, 99),  # per cent of a till's records of a meal period
        Rule(CANCELS, 5, 1, 100),  # a day and person
        Rule(LATE_UPLOAD, 24, 1, 72),  # hours
        Rule(CLOCK, 5, 1, 120),  # minutes
        Rule(COOKED, 0, 0, 100),  # subsidised meals more than cooked
        Rule(REFUND, 1, 1, 20, is_above=False),  # refunds on the day of a top-up
        Rule(NO_GAP, 31, 14, 92, is_above=False, is_soft=True),  # days
        Rule(AGE, 1, 1, 10, is_above=False),  # years
    )
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A rule as it holds at one place. `scope`: whose setting it is; None: as shipped."""

    rule: Rule
    is_on: bool
    threshold: int
    scope: str | None = None


def settings(session: Session, scope: str = DISTRICT) -> dict[str, Setting]:
    """Every rule as it holds for a canteen (by code) or for the district."""
    found = {code: Setting(rule, True, rule.threshold) for code, rule in RULES.items()}
    rows = select(SignalRule).where(SignalRule.scope.in_({DISTRICT, scope})).order_by(SignalRule.scope)
    for row in session.scalars(rows):  # the district's come first, so that a canteen's replace them
        if row.rule in found:
            found[row.rule] = Setting(RULES[row.rule], row.is_on, row.threshold, row.scope)
    return found
