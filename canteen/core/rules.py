"""Rules and grants of one version: what each pays, under which limits, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from canteen.core.calendar import PERS
from canteen.core.conditions import When, read_when
from canteen.core.money import Money, split_by_weights
from canteen.core.programme_faults import Faults, shown
from canteen.core.programme_values import (
    Read,
    Table,
    entries,
    flag,
    identifier,
    mapping,
    money,
    one_of,
    open_table,
    percent,
    text,
    whole,
)

PAYERS = ("government", "collective", "family", "operator", "sponsor", "voucher")
FUNDED = ("sponsor", "voucher")
PAYEES = ("operator", "courier")
STEPS = (1, 10, 50, 100)
ROUNDINGS = ("half-up", "down", "up")

Split = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Pays:
    """What a rule says it pays, before what is left, its limits and its fund are looked at.

    `percent_hundredths`: 2500 is 25 %. `step_fen` is what a percentage is rounded to.
    """

    kind: Literal["all", "fixed", "down_to", "percent"]
    fen: Money = Money(0)  # noqa: RUF009 - a number, and numbers do not change
    percent_hundredths: int = 0
    of: str = "price"
    cap_fen: Money | None = None
    step_fen: int = 1
    rounding: str = "half-up"

    def amount(self, price_fen: int, left_fen: int) -> int:
        """The amount for this price, with so much of it left."""
        if self.kind == "fixed":
            return self.fen
        if self.kind == "all":
            return left_fen
        if self.kind == "down_to":
            return max(left_fen - self.fen, 0)
        amount = self._rounded(price_fen if self.of == "price" else left_fen)
        return amount if self.cap_fen is None else min(amount, self.cap_fen)

    def _rounded(self, of_fen: int) -> int:
        exact = of_fen * self.percent_hundredths
        unit = self.step_fen * 10_000
        if self.rounding == "down":
            steps = exact // unit
        elif self.rounding == "up":
            steps = -(-exact // unit)
        else:
            steps = (2 * exact + unit) // (2 * unit)
        return steps * self.step_fen


@dataclass(frozen=True, slots=True)
class Limit:
    """How much a rule may pay one elder in a period: so many meals, or so much money.

    `counts` are the ids whose use is added up: the rule's own, or those of all rules of its group.
    """

    per: str
    meals: int | None
    amount_fen: Money | None
    scope: str = "rule"
    counts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in file order. `account` is the payer as `expect` writes it."""

    id: str
    title: str
    payer: str
    account: str
    fund: str | None
    when: When
    pays: Pays
    limits: tuple[Limit, ...]
    group: str | None
    split: Split


@dataclass(frozen=True, slots=True)
class Grant:
    """Money beside the price: so much a `meal`, a `month` or a `year`."""

    id: str
    title: str
    payer: str
    account: str
    payee: str
    fund: str | None
    when: When
    per: str
    fen: Money
    limits: tuple[Limit, ...]
    split: Split
    assessed: bool

    def month_fen(self, month: int) -> Money:
        """What is due for a month, 1 to 12: nothing for a grant by the meal.

        A yearly amount is divided among its months with equal weights, what is left over January first.
        """
        if self.per == "month":
            return self.fen
        if self.per != "year":
            return Money(0)
        return split_by_weights(self.fen, [(str(number), 1) for number in range(1, 13)])[month - 1][1]


def account(payer: str, fund: str | None) -> str:
    """A payer as `expect` and the ledger write it: `government`, `sponsor:weida`, `voucher:home-care`."""
    return f"{payer}:{fund}" if payer in FUNDED else payer


_RULE_KEYS = (
    "id",
    "title",
    "payer",
    "fund",
    "when",
    "pays",
    "round_to",
    "round",
    "limit",
    "group",
    "split",
)
_GRANT_KEYS = ("id", "title", "payer", "payee", "fund", "when", "pays", "limit", "split", "assessed")


def read_rule(value: object, path: str, faults: Faults) -> Rule | None:
    """Read one `[[version.rule]]`; what its group's limits count is filled in by the version."""
    before = len(faults)
    table = open_table(value, path, faults, _RULE_KEYS)
    if table is None:
        return None
    rule_id, title = table.need("id", identifier), table.need("title", text)
    payer, fund = _payer(table)
    when = table.take("when", read_when) or ()
    pays = table.need("pays", _read_pays(table))
    group = table.take("group", text)
    limits = table.take("limit", _read_limits("group" in table)) or ()
    split = table.take("split", _read_split) or ()
    if len(faults) > before or rule_id is None or title is None or payer is None or pays is None:
        return None
    return Rule(rule_id, title, payer, account(payer, fund), fund, when, pays, limits, group, split)


def read_grant(value: object, path: str, faults: Faults) -> Grant | None:
    """Read one `[[version.grant]]`."""
    before = len(faults)
    table = open_table(value, path, faults, _GRANT_KEYS)
    if table is None:
        return None
    grant_id, title = table.need("id", identifier), table.need("title", text)
    payer, fund = _payer(table)
    payee = table.take("payee", one_of(*PAYEES)) or "operator"
    when = table.take("when", read_when) or ()
    rate = table.need("pays", _read_rate)
    limits = table.take("limit", _read_limits(False)) or ()
    split = table.take("split", _read_split) or ()
    assessed = table.take("assessed", flag) or False
    if len(faults) > before or grant_id is None or title is None or payer is None or rate is None:
        return None
    billed = account(payer, fund)
    return Grant(grant_id, title, payer, billed, payee, fund, when, rate[0], rate[1], limits, split, assessed)


def _payer(table: Table) -> tuple[str | None, str | None]:
    payer = table.need("payer", one_of(*PAYERS))
    fund = table.take("fund", text)
    if payer in FUNDED and "fund" not in table:
        table.faults.add(table.at("fund"), "fund-missing", payer=payer)
    elif payer is not None and payer not in FUNDED and "fund" in table:
        table.faults.add(table.at("fund"), "fund-unwanted", payer=payer)
    return payer, fund


_FORMS = ("fixed", "down_to", "percent")


def _read_pays(rule: Table) -> Callable[[object, str, Faults], Pays | None]:
    """`pays` of a rule, together with the rounding that stands beside it."""

    def read(value: object, path: str, faults: Faults) -> Pays | None:
        step = rule.take("round_to", _step)
        rounding = rule.take("round", one_of(*ROUNDINGS))
        is_percent = isinstance(value, Mapping) and "percent" in value
        for key in ("round_to", "round"):
            if key in rule and not is_percent:
                faults.add(rule.at(key), "percent-only")
        if value == "all":
            return Pays("all")
        if isinstance(value, str):
            faults.add(path, "unknown-value", found=shown(value), known='"all"、{ fixed = … } 等')
            return None
        return _pays_table(value, path, faults, step or 1, rounding or "half-up")

    return read


def _pays_table(value: object, path: str, faults: Faults, step: int, rounding: str) -> Pays | None:
    before = len(faults)
    table = open_table(value, path, faults, (*_FORMS, "cap", "of"))
    if table is None:
        return None
    fixed, down_to = table.take("fixed", money), table.take("down_to", money)
    hundredths = table.take("percent", percent)
    cap, of = table.take("cap", money), table.take("of", one_of("price", "left"))
    _need_one(table, _FORMS, "pays-one")
    for key in ("cap", "of"):
        if key in table and "percent" not in table:
            faults.add(table.at(key), "percent-only")
    if len(faults) > before:
        return None
    if fixed is not None:
        return Pays("fixed", fixed)
    if down_to is not None:
        return Pays("down_to", down_to)
    return Pays("percent", Money(0), hundredths or 0, of or "price", cap, step, rounding)


def _step(value: object, path: str, faults: Faults) -> int | None:
    before = len(faults)
    step = money(value, path, faults)
    if len(faults) == before and step not in STEPS:
        faults.add(path, "unknown-value", found=shown(value), known='"0.01"、"0.10"、"0.50"、"1.00"')
        return None
    return step


def _need_one(table: Table, keys: tuple[str, ...], code: str) -> None:
    count = sum(key in table for key in keys)
    if count != 1:
        table.faults.add(table.path, code, known="、".join(keys), count=count)


_RATES = {"per_meal": "meal", "per_month": "month", "per_year": "year"}


def _read_rate(value: object, path: str, faults: Faults) -> tuple[str, Money] | None:
    before = len(faults)
    table = open_table(value, path, faults, _RATES)
    if table is None:
        return None
    rates = {key: table.take(key, money) for key in _RATES}
    _need_one(table, tuple(_RATES), "pays-one")
    if len(faults) > before:
        return None
    return next(((_RATES[key], fen) for key, fen in rates.items() if fen is not None), None)


def _read_limits(has_group: bool) -> Read[tuple[Limit, ...]]:
    def read(value: object, path: str, faults: Faults) -> tuple[Limit, ...]:
        limits = [_read_limit(limit, at, faults, has_group) for at, limit in entries(value, path, faults)]
        return tuple(limit for limit in limits if limit is not None)

    return read


def _read_limit(value: object, path: str, faults: Faults, has_group: bool) -> Limit | None:
    table = open_table(value, path, faults, ("per", "meals", "amount", "scope"))
    if table is None:
        return None
    per = table.need("per", one_of(*PERS))
    meals, amount = table.take("meals", whole(0)), table.take("amount", money)
    _need_one(table, ("meals", "amount"), "limit-one")
    scope = table.take("scope", one_of("rule", "group"))
    if scope == "group" and not has_group:
        faults.add(table.at("scope"), "scope-no-group")
    return None if per is None else Limit(per, meals, amount, scope or "rule")


def _read_split(value: object, path: str, faults: Faults) -> Split | None:
    levels = mapping(value, path, faults)
    if levels is None:
        return None
    if not levels:
        faults.add(path, "split-empty")
    weights = []
    for level, weight in levels.items():
        identifier(level, f"{path}.{level}", faults)
        weights.append((level, whole(1)(weight, f"{path}.{level}", faults)))
    return tuple((level, weight) for level, weight in weights if weight is not None)
