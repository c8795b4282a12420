"""The fields of an example that depend on the version: limits used, funds left, vouchers held, payers expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from canteen.core.rules import account
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.rules import title_words
from canteen.subsidies.wording.said import _
from canteen.subsidies.wording.terms import payer_words
from canteen.subsidies.wording.written import table, tables


@dataclass(frozen=True, slots=True)
class Slot:
    """One field. `path` is where its value stands in the example: ("used", rule, per, "amount")."""

    field: str
    label: str
    path: tuple[str, ...]

    @property
    def is_count(self) -> bool:
        """Whether it counts meals, and is no amount."""
        return self.path[-1] == "meals"


@dataclass(frozen=True, slots=True)
class Slots:
    """Every such field of one version, in the order of the page."""

    used: tuple[Slot, ...]
    held: tuple[Slot, ...]
    expects: tuple[Slot, ...]

    @property
    def all(self) -> tuple[Slot, ...]:
        """Used, held, expected."""
        return (*self.used, *self.held, *self.expects)

    @property
    def expected(self) -> tuple[str, ...]:
        """The names of the fields that say who should pay what."""
        return tuple(slot.field for slot in self.expects)


PERIODS = {
    "meal-period": _l("这个餐次里"),
    "day": _l("当天里"),
    "week": _l("本周里"),
    "month": _l("本月里"),
    "year": _l("今年里"),
}


def slots_of(version: Mapping[str, Any], example: Mapping[str, Any], names: Names) -> Slots:
    """The fields that a version and an example have need of: what either of them names."""
    parts = [part for name in ("rule", "grant") for part in tables(version.get(name))]
    windows = _windows(parts, example)
    titles = {str(part.get("id")): title_words(part) for part in parts}
    used = [
        Slot(
            f"used_{at}_{key}",
            _used_label(titles.get(rule_id, rule_id), per, key),
            ("used", rule_id, per, key),
        )
        for at, (rule_id, per) in enumerate(windows)
        for key in ("meals", "amount")
    ]
    return Slots(tuple(used), tuple(_held(parts, example, names)), tuple(_expects(parts, example, names)))


def _windows(parts: list[Mapping[str, Any]], example: Mapping[str, Any]) -> list[tuple[str, str]]:
    limited = [
        (str(part.get("id")), str(limit.get("per")))
        for part in parts
        for limit in tables(part.get("limit"))
        if limit.get("per") in PERIODS
    ]
    named = [(rule_id, per) for rule_id, pers in table(example.get("used")).items() for per in table(pers)]
    return [pair for pair in dict.fromkeys([*limited, *named]) if pair[1] in PERIODS]


def _used_label(title: str, per: str, key: str) -> str:
    period = str(PERIODS[per])
    if key == "meals":
        return _("“%(title)s”%(period)s已补几餐", title=title, period=period)
    return _("“%(title)s”%(period)s已补多少元", title=title, period=period)


def _held(parts: list[Mapping[str, Any]], example: Mapping[str, Any], names: Names) -> list[Slot]:
    funds = _codes(parts, "sponsor", example.get("fund"))
    vouchers = _codes(parts, "voucher", example.get("voucher"))
    return [
        *(
            Slot(
                f"fund_{at}",
                _("冠名善款“%(fund)s”还有多少元（不写：够用）", fund=names.fund(code)),
                ("fund", code),
            )
            for at, code in enumerate(funds)
        ),
        *(
            Slot(
                f"voucher_{at}",
                _("手里的服务券“%(voucher)s”多少元", voucher=names.voucher(code)),
                ("voucher", code),
            )
            for at, code in enumerate(vouchers)
        ),
    ]


def _codes(parts: list[Mapping[str, Any]], payer: str, named: object) -> list[str]:
    codes = [str(part["fund"]) for part in parts if part.get("payer") == payer and part.get("fund")]
    return list(dict.fromkeys([*codes, *map(str, table(named))]))


def _expects(parts: list[Mapping[str, Any]], example: Mapping[str, Any], names: Names) -> list[Slot]:
    payers = [account(part["payer"], part.get("fund")) for part in parts if isinstance(part.get("payer"), str)]
    named = [payer for payer in table(example.get("expect")) if payer != "elder"]
    accounts = [*dict.fromkeys([*payers, *map(str, named)]), "elder"]
    return [
        Slot(f"expect_{at}", payer_words(payer, None, names), ("expect", payer))
        for at, payer in enumerate(accounts)
    ]
