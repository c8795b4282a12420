"""How a meal's explanation reads: its title, its facts, its accounts, and how it came into the books."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from canteen.canteens.forms import PERIOD_NAMES
from canteen.checkin.why.explanation import Explanation, FactThen, LimitUse, MealThen
from canteen.core.money import yuan
from canteen.elders.words import KIND_NAMES, value_in_words
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.ranges import kilometres
from canteen.subsidies.wording.rules import payer_words
from canteen.subsidies.wording.said import _
from canteen.subsidies.wording.terms import level_words
from canteen.web.filters import day

RULINGS = {
    "match": _l("对上老人"),
    "subsidised": _l("资助有效"),
    "full-price": _l("原价本人付"),
    "absorbed": _l("食堂承担"),
    "not-a-meal": _l("不是一餐"),
    "restored": _l("恢复计入"),
}
RECORD_CODES = {
    "LIMIT": _l("平板显示的少，因为次数或额度用完了；差额由食堂承担"),
    "RULE": _l("平板显示的少，按现行政策重算；差额由食堂承担"),
    "LATE": _l("补记到未结的月份"),
    "GUEST": _l("外食堂的老人"),
    "FULL_PRICE": _l("原价加餐"),
    "DUPLICATE_OTHER": _l("在别的食堂用过，这一餐没有补贴"),
}
ENTRY_KINDS = {"meal": _l("用餐"), "reversal": _l("冲正"), "promise": _l("按平板显示的收")}
UNSPLIT = "-"

_ACCOUNTS = {
    "wallet": _l("老人的钱包"),
    "cash": _l("收银台现金"),
    "elder:receivable": _l("老人欠款"),
    "operator:discount": _l("企业让利"),
    "operator:absorbed": _l("食堂承担"),
    "meals": _l("餐费收入"),
    "grants": _l("补助收入"),
    "courier": _l("应付送餐员"),
    "family": _l("家人应付"),
}


def title_words(found: Explanation, names: Names) -> str:
    """The whole answer in one sentence: 2026年11月20日 午餐，餐价 15.00 元：政府 9.00，本人 6.00."""
    meal = found.meal
    paid: dict[str, int] = {}
    for share in found.payers:
        paid[share.payer] = paid.get(share.payer, 0) + share.fen
    told = [
        _("%(payer)s %(yuan)s", payer=payer_words(payer, None, names), yuan=yuan(fen)) for payer, fen in paid.items()
    ]
    told.append(_("本人 %(yuan)s", yuan=yuan(meal.elder_fen)))
    return _(
        "%(day)s %(meal)s，餐价 %(price)s 元：%(shares)s",
        day=day(meal.service_on), meal=PERIOD_NAMES.get(meal.meal_period, meal.meal_period),
        price=yuan(meal.price_fen), shares=_("，").join(told),
    )  # fmt: skip


def fact_name(kind: str) -> str:
    """What a fact is called."""
    own = {"born_on": _("出生日期"), "distance_m": _("家到食堂的距离")}
    return own.get(kind) or str(KIND_NAMES.get(kind, kind))


def fact_value(kind: str, value: str | None, names: Names) -> str:
    """What a fact says; a dash for one that is not known."""
    if value is None:
        return _("没有登记") if kind == "category" else _("不知道")
    if kind == "category":
        return names.category(value)
    if kind == "born_on":
        return day(date.fromisoformat(value))
    if kind == "distance_m":
        return _("%(km)s 公里", km=kilometres(int(value)))
    return value_in_words(kind, value)


def fact_then(fact: FactThen, meal: MealThen, names: Names) -> str:
    """The fact as it was; with the birth date the age on that day."""
    said = fact_value(fact.kind, fact.then, names)
    if fact.kind == "born_on" and meal.age_years is not None:
        return _("%(born)s，当天 %(age)s 岁", born=said, age=meal.age_years)
    return said


def corrected_words(fact: FactThen, names: Names) -> str:
    """What was put right afterwards; empty where nothing was."""
    evidence = fact.evidence
    if not fact.is_changed:
        return ""
    if fact.now is not None:
        return _("后来更正为：%(value)s", value=fact_value(fact.kind, fact.now, names))
    if evidence is not None and evidence.withdrawn_at is not None:
        return _("后来撤回了：当天不算")
    if evidence is not None and evidence.until_on is not None:
        return _("后来写明只到 %(day)s：当天不算", day=day(evidence.until_on))
    return _("后来更正为：%(value)s", value=fact_value(fact.kind, None, names))


def evidence_words(fact: FactThen) -> str:
    """Since when, and by which evidence; says so where no record is found."""
    evidence = fact.evidence
    if fact.kind in ("born_on", "distance_m"):
        return _("老人资料")
    if evidence is None:
        return "—" if fact.then is None else _("没有找到这一条的登记")
    parts = [_("%(day)s 起", day=day(evidence.from_on))]
    if evidence.until_on is not None:
        parts.append(_("到 %(day)s 为止", day=day(evidence.until_on)))
    parts.append(evidence.text or _("没有写证明"))
    if evidence.is_later:
        parts.append(_("用餐以后才登记"))
    return _("，").join(parts)


def used_words(use: LimitUse, figure: int) -> str:
    """A figure of a limit, in meals or in yuan."""
    if use.counts_meals:
        return str(ngettext("%(num)s 餐", "%(num)s 餐", figure))
    return _("%(amount)s 元", amount=yuan(figure))


def window_words(use: LimitUse) -> str:
    """The days that a limit looked at."""
    if use.first_on == use.last_on:
        return day(use.first_on)
    return _("%(first)s 至 %(last)s", first=day(use.first_on), last=day(use.last_on))


def account_words(code: str, names: Names) -> str:
    """An account of the journal in words, as its code says it."""
    if code in _ACCOUNTS:
        return str(_ACCOUNTS[code])
    kind, _colon, rest = code.partition(":")
    if kind in ("government", "collective"):
        whom, _colon, level = rest.rpartition(":")
        debtor = whom if kind == "government" else names.canteen(whom)
        owed = _("%(debtor)s应付", debtor=debtor) if kind == "government" else _("集体应付（%(debtor)s）", debtor=debtor)
        return owed if level == UNSPLIT else _("%(owed)s · %(level)s", owed=owed, level=level_words(level, names))
    if kind in ("fund", "voucher"):
        return payer_words(f"{'sponsor' if kind == 'fund' else 'voucher'}:{rest}", None, names)
    return code


def told_facts(found: Explanation) -> Mapping[str, Any]:
    """What the trace is told with: the frozen facts, and what the meal's row says beside them."""
    meal = found.meal
    place = {"code": meal.canteen_code, "area": meal.canteen_area, "division": meal.canteen_division}
    return {
        **meal.facts, "on": meal.service_on, "meal": meal.meal_period, "channel": meal.channel,
        "is_workday": found.is_workday, "age_years": meal.age_years, "price_fen": meal.price_fen, "canteen": place,
    }  # fmt: skip
