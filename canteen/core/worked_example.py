"""The worked examples of a programme file, as read: facts, and what is expected of the division."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from canteen.core.calendar import MEAL_PERIODS, PERS
from canteen.core.conditions import AREAS, CHANNELS, LIVING
from canteen.core.division import CanteenFacts, ElderFacts, Used
from canteen.core.money import Money, plain_yuan
from canteen.core.programme_faults import Faults, shown
from canteen.core.programme_values import (
    Table,
    day,
    distance,
    division_code,
    flag,
    list_of,
    mapping,
    money,
    named,
    one_of,
    open_table,
    text,
    whole,
)

PLAIN_PAYERS = ("government", "collective", "family", "operator", "elder")
CODED_PAYERS = ("sponsor:", "voucher:")
NO_VERSION = "no-version"

Levels = Mapping[str, Mapping[str, Money]]


@dataclass(frozen=True, slots=True)
class Example:
    """One `[[example]]`. `expect` is None for `no-version`; payers of nothing are left out of it.

    `index` is its place in the file. `funds` and `vouchers` hold what the example names, nothing else.
    """

    index: int
    title: str
    on: date
    meal: str
    price_fen: Money
    channel: str
    elder: ElderFacts
    canteen: CanteenFacts
    used: Mapping[str, Mapping[str, Used]]
    funds: Mapping[str, Money]
    vouchers: Mapping[str, Money]
    expect: Mapping[str, Money] | None
    expect_split: Levels
    expect_grant: Mapping[str, Money]


@dataclass(frozen=True, slots=True)
class KnownIds:
    """The ids that a file's examples may name: of rules and grants of any version, and per-meal grants."""

    rules: frozenset[str]
    grants: frozenset[str]
    per_meal: frozenset[str]


_KEYS = (
    "title",
    "on",
    "meal",
    "price",
    "channel",
    "elder",
    "canteen",
    "used",
    "fund",
    "voucher",
    "expect",
    "expect_split",
    "expect_grant",
)
_ELDER_KEYS = (
    "born",
    "categories",
    "disability_grade",
    "care_level",
    "pension",
    "monthly_income",
    "household_division",
    "residence_division",
    "distance_km",
    "living",
)


def read_example(value: object, index: int, faults: Faults, ids: KnownIds | None) -> Example | None:
    """Read one example. Without `ids` (the rules themselves are faulty) the ids it names are not judged."""
    before = len(faults)
    path = f"example[{index}]"
    table = open_table(value, path, faults, _KEYS)
    if table is None:
        return None
    title = table.take("title", text) or path
    on, meal = table.need("on", day), table.need("meal", one_of(*MEAL_PERIODS))
    price = table.need("price", money)
    channel = table.take("channel", one_of(*CHANNELS)) or "dine-in"
    elder, canteen = table.need("elder", _elder), table.take("canteen", _canteen) or CanteenFacts()
    used = table.take("used", _used) or {}
    funds, vouchers = table.take("fund", named(money)) or {}, table.take("voucher", named(money)) or {}
    expect = table.need("expect", _expect)
    parts = table.take("expect_split", named(named(money))) or {}
    grants = table.take("expect_grant", named(money)) or {}
    _fault_sum(table, price, expect)
    if ids is not None:
        _fault_ids(table, ids)
    if len(faults) > before or on is None or meal is None or price is None or elder is None or expect is None:
        return None
    named_payers = expect.by_payer
    wanted = None if named_payers is None else {payer: fen for payer, fen in named_payers.items() if fen}
    return Example(
        index,
        title,
        on,
        meal,
        price,
        channel,
        elder,
        canteen,
        used,
        funds,
        vouchers,
        wanted,
        parts,
        grants,
    )


def _elder(value: object, path: str, faults: Faults) -> ElderFacts | None:
    table = open_table(value, path, faults, _ELDER_KEYS)
    if table is None:
        return None
    return ElderFacts(
        born_on=table.take("born", day),
        categories=frozenset(table.take("categories", list_of(text)) or ()),
        disability_grade=table.take("disability_grade", whole(0)),
        care_level=table.take("care_level", whole(0)),
        pension=table.take("pension", flag),
        monthly_income_fen=table.take("monthly_income", money),
        household_division=table.take("household_division", division_code),
        residence_division=table.take("residence_division", division_code),
        distance_m=table.take("distance_km", distance),
        living=table.take("living", one_of(*LIVING)),
    )


def _canteen(value: object, path: str, faults: Faults) -> CanteenFacts | None:
    table = open_table(value, path, faults, ("code", "area", "division"))
    if table is None:
        return None
    return CanteenFacts(
        code=table.take("code", text),
        area=table.take("area", one_of(*AREAS)),
        division=table.take("division", division_code),
    )


def _used(value: object, path: str, faults: Faults) -> dict[str, dict[str, Used]]:
    used: dict[str, dict[str, Used]] = {}
    for rule_id, windows in (mapping(value, path, faults) or {}).items():
        table = open_table(windows, f"{path}.{rule_id}", faults, PERS)
        if table is not None:
            found = {per: table.take(per, _use) for per in table.values if per in PERS}
            used[rule_id] = {per: use for per, use in found.items() if use is not None}
    return used


def _use(value: object, path: str, faults: Faults) -> Used | None:
    table = open_table(value, path, faults, ("meals", "amount"))
    if table is None:
        return None
    return Used(table.take("meals", whole(0)) or 0, table.take("amount", money) or 0)


@dataclass(frozen=True, slots=True)
class _Expected:
    by_payer: Mapping[str, Money] | None


def _expect(value: object, path: str, faults: Faults) -> _Expected | None:
    if value == NO_VERSION:
        return _Expected(None)
    if isinstance(value, str):
        faults.add(path, "unknown-value", found=shown(value), known=f'"{NO_VERSION}"、{{ government = … }}')
        return None
    before = len(faults)
    for payer in mapping(value, path, faults) or {}:
        if not _is_payer(payer):
            known = "、".join((*PLAIN_PAYERS, *(f'"{coded}…"' for coded in CODED_PAYERS)))
            faults.add(f"{path}.{payer}", "unknown-key", known=known)
    amounts = named(money)(value, path, faults) if isinstance(value, Mapping) else None
    return None if amounts is None or len(faults) > before else _Expected(amounts)


def _is_payer(payer: str) -> bool:
    return payer in PLAIN_PAYERS or any(
        payer.startswith(coded) and len(payer) > len(coded) for coded in CODED_PAYERS
    )


def _fault_sum(table: Table, price: Money | None, expect: _Expected | None) -> None:
    if price is None or expect is None or expect.by_payer is None:
        return
    total = sum(expect.by_payer.values())
    if total != price:
        table.faults.add(table.at("expect"), "expect-sum", total=plain_yuan(total), price=plain_yuan(price))


def _fault_ids(table: Table, ids: KnownIds) -> None:
    allowed = {
        "used": ids.rules | ids.grants,
        "expect_split": ids.rules | ids.grants,
        "expect_grant": ids.per_meal,
    }
    for key, known in allowed.items():
        written = table.values.get(key)
        for name in written if isinstance(written, Mapping) else ():
            if name not in known:
                table.faults.add(f"{table.at(key)}.{name}", "unknown-key", known="、".join(sorted(known)))
