"""The facts that a price is divided on, and the division that comes of them: values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from canteen.core.money import NOTHING, Money


@dataclass(frozen=True, slots=True)
class ElderFacts:
    """What is known of an elder on the service date; None, or a category not held, is "not known".

    `categories` are those valid on the service date. `distance_m` is whole metres from home to the canteen,
    `monthly_income_fen` household income a head, divisions are administrative codes of up to 12 digits.
    """

    born_on: date | None = None
    categories: frozenset[str] = frozenset()
    disability_grade: int | None = None
    care_level: int | None = None
    pension: bool | None = None
    monthly_income_fen: int | None = None
    household_division: str | None = None
    residence_division: str | None = None
    distance_m: int | None = None
    living: str | None = None


@dataclass(frozen=True, slots=True)
class CanteenFacts:
    """Where the meal is taken: code, `urban` or `rural`, administrative code."""

    code: str | None = None
    area: str | None = None
    division: str | None = None


@dataclass(frozen=True, slots=True)
class Used:
    """What one rule has paid one elder in one period: meals for which it paid, and how much."""

    meals: int = 0
    amount_fen: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a division may depend on, apart from the price and the programme.

    `used`: rule or grant id → `meal-period`/`day`/`week`/`month`/`year` → what it paid this elder in the one
    around this meal, over all versions. `funds`: fund code → fen that it can pay for this meal; `vouchers`:
    voucher kind → fen the elder holds. What is not named holds nothing. `is_workday` is None where the
    calendar of that year is missing.
    """

    on: date
    meal: str
    channel: str = "dine-in"
    elder: ElderFacts = field(default_factory=ElderFacts)
    canteen: CanteenFacts = field(default_factory=CanteenFacts)
    is_workday: bool | None = None
    used: Mapping[str, Mapping[str, Used]] = field(default_factory=dict)
    funds: Mapping[str, int] = field(default_factory=dict)
    vouchers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """What one payer pays of one price by one rule.

    `payer` is written as in a programme's `expect`: `government`, `sponsor:weida`, `voucher:home-care`,
    `elder`. `rule_id` is None for the elder's own share. `levels` are the parts of a `split` in the order
    written, empty without one. `fund` is the fund's or voucher kind's code.
    """

    payer: str
    rule_id: str | None
    fen: Money
    levels: tuple[tuple[str, Money], ...] = ()
    fund: str | None = None


@dataclass(frozen=True, slots=True)
class GrantShare:
    """Money beside the price for one meal: `payee` is `operator` or `courier`."""

    grant_id: str
    payer: str
    payee: str
    fen: Money
    levels: tuple[tuple[str, Money], ...] = ()
    fund: str | None = None
    assessed: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one rule: the trace's line.

    `failed` is the key of the first condition that did not hold (`meals`: the version does not govern this
    meal period). `cut_by` names what left less than the rule says: `left`, `limit:month`, `fund:weida` or
    `voucher:home-care`. `passed_over`: it matched, and another rule of its group pays.
    """

    rule_id: str
    matched: bool
    failed: str | None = None
    cut_by: str | None = None
    paid_fen: Money = NOTHING
    passed_over: bool = False


@dataclass(frozen=True, slots=True)
class Division:
    """A price divided: the shares sum to it, none is negative.

    `shares`: one for each rule that pays, in file order; the elder's own stands last, at 0 too. `trace`: one
    step for each rule of the version, in file order. `grants`: the per-meal grants due, in file order.
    """

    price_fen: Money
    shares: tuple[Share, ...]
    trace: tuple[Step, ...]
    version_effective: date
    grants: tuple[GrantShare, ...] = ()

    @property
    def elder_fen(self) -> Money:
        """What is left for the elder to pay."""
        return self.shares[-1].fen

    def by_payer(self) -> dict[str, Money]:
        """What each payer pays, several rules of one payer added up; payers of nothing left out."""
        totals: dict[str, Money] = {}
        for share in self.shares:
            if share.fen:
                totals[share.payer] = Money(totals.get(share.payer, 0) + share.fen)
        return totals


@dataclass(frozen=True, slots=True)
class NoVersion:
    """No version of the programme is in force on the service date, and nobody guesses."""

    on: date
