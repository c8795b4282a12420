"""Rules and grants in plain words: who pays, for whom, how much, up to what, and who shares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from canteen.subsidies.wording.conditions import condition_words, key_words, when_words
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.said import _
from canteen.subsidies.wording.terms import (
    PAYEES,
    all_of,
    clauses,
    level_words,
    money_words,
    payer_words,
    phrases,
    term,
)
from canteen.subsidies.wording.written import entries, quoted, table, written

__all__ = [
    "PartInWords",
    "condition_words",
    "key_words",
    "limit_words",
    "part_words",
    "payer_words",
    "pays_words",
    "split_words",
    "title_words",
    "when_words",
]


@dataclass(frozen=True, slots=True)
class PartInWords:
    """A rule or grant, told. `when` is empty for one that is for everyone; `line` says all in one sentence.

    `split`, `group` are empty where none is written.
    """

    id: str
    title: str
    payer: str
    pays: str
    when: tuple[str, ...]
    limits: tuple[str, ...]
    split: str
    group: str
    line: str


def part_words(part: object, names: Names) -> PartInWords:
    """A rule or grant as its mapping has it; what is faulty is shown as it is written."""
    values = table(part)
    title, payer = title_words(values), payer_words(values.get("payer"), values.get("fund"), names)
    pays, when = pays_words(values, names), when_words(values.get("when"), names)
    limits = tuple(limit_words(limit, names) for limit in entries(values.get("limit")))
    split = split_words(values["split"], names) if values.get("split") is not None else ""
    group = (
        _("与“%(group)s”组的其他规则只付一条", group=_plain(values["group"])) if values.get("group") else ""
    )
    payee = _payee(values)
    line = _line(payer, pays, when, (*limits, _shared(split), group, payee))
    return PartInWords(_plain(values.get("id") or ""), title, payer, pays, when, limits, split, group, line)


def title_words(part: Mapping[str, Any]) -> str:
    """A rule's title; its id where it has none, and where it has neither, that it has none."""
    for key in ("title", "id"):
        if part.get(key):
            return _plain(part[key])
    return _("（没有名称）")


def pays_words(part: Mapping[str, Any], names: Names) -> str:
    """What a rule or grant pays: 付 9.00 元, 付到还剩 5.00 元为止, 付餐价的 25%，最多 3.00 元."""
    pays = part.get("pays")
    if pays == "all":
        return _("付余下的全部")
    if not isinstance(pays, Mapping) or not pays:
        return _("（没有写付多少）") if pays in (None, "", {}) else _("付 %(what)s", what=quoted(pays))
    said = [str(_PAYS[key]) % {"x": money_words(value)} for key, value in pays.items() if key in _PAYS]
    if "percent" in pays:
        said.append(_percent(pays, part))
    odd = [f"{key} = {written(value)}" for key, value in pays.items() if key not in (*_PAYS, *_WITH_PERCENT)]
    if "percent" not in pays:
        odd += [f"{key} = {written(pays[key])}" for key in ("cap", "of") if key in pays]
    return phrases([*said, *odd])


_PAYS = {
    "fixed": _l("付 %(x)s"),
    "down_to": _l("付到还剩 %(x)s为止"),
    "per_meal": _l("每餐 %(x)s"),
    "per_month": _l("每月 %(x)s"),
    "per_year": _l("每年 %(x)s，按月分摊"),
}
_WITH_PERCENT = ("percent", "cap", "of")
_ROUNDINGS = {
    "half-up": _l("四舍五入到 %(x)s"),
    "down": _l("去尾到 %(x)s"),
    "up": _l("进位到 %(x)s"),
}


def _percent(pays: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    percent = pays["percent"]
    figure = f"{percent}%" if isinstance(percent, int | str) and percent != "" else quoted(percent)
    of = pays.get("of", "price")
    if of == "left":
        said = _("付轮到时余下部分的 %(figure)s", figure=figure)
    elif of == "price":
        said = _("付餐价的 %(figure)s", figure=figure)
    else:
        said = _("付 %(of)s 的 %(figure)s", of=quoted(of), figure=figure)
    cap = _("最多 %(amount)s", amount=money_words(pays["cap"])) if "cap" in pays else ""
    return phrases([said, _rounding(part), cap])


def _rounding(part: Mapping[str, Any]) -> str:
    if "round_to" not in part and "round" not in part:
        return ""
    way, step = part.get("round", "half-up"), money_words(part.get("round_to", "0.01"))
    if not isinstance(way, str) or way not in _ROUNDINGS:
        return f"round = {written(way)}"
    return str(_ROUNDINGS[way]) % {"x": step}


def limit_words(limit: object, names: Names) -> str:
    """One limit: 每天最多补 1 餐, 每月最多补 300.00 元（本组合计）."""
    values = table(limit)
    per = values.get("per")
    if not isinstance(per, str) or per not in _AMOUNTS or not ({"meals", "amount"} & values.keys()):
        return _("限额：%(written)s", written=written(limit) or "—")
    said = [_limited(str(per), key, values[key]) for key in ("meals", "amount") if key in values]
    if values.get("scope") == "group":
        return _("%(limit)s（本组各条合计）", limit=phrases(said))
    if values.get("scope") not in (None, "rule"):
        said.append(f"scope = {written(values['scope'])}")
    return phrases(said)


def _limited(per: str, key: str, value: object) -> str:
    if key == "amount":
        return str(_AMOUNTS[per]) % {"x": money_words(value)}
    if type(value) is int:
        return _meals(per, value)
    return str(_AMOUNTS[per]) % {"x": quoted(value)}


_AMOUNTS = {
    "meal-period": _l("每个餐次最多补 %(x)s"),
    "day": _l("每天最多补 %(x)s"),
    "week": _l("每周最多补 %(x)s"),
    "month": _l("每月最多补 %(x)s"),
    "year": _l("每年最多补 %(x)s"),
}


def _meals(per: str, count: int) -> str:
    if per == "meal-period":
        return str(ngettext("每个餐次最多补 %(num)s 餐", "每个餐次最多补 %(num)s 餐", count))
    if per == "day":
        return str(ngettext("每天最多补 %(num)s 餐", "每天最多补 %(num)s 餐", count))
    if per == "week":
        return str(ngettext("每周最多补 %(num)s 餐", "每周最多补 %(num)s 餐", count))
    if per == "month":
        return str(ngettext("每月最多补 %(num)s 餐", "每月最多补 %(num)s 餐", count))
    return str(ngettext("每年最多补 %(num)s 餐", "每年最多补 %(num)s 餐", count))


def split_words(split: object, names: Names) -> str:
    """Who shares an amount: 市级 40%、区级 60%; weights that do not sum to a hundred are parts: 市级 2 份."""
    if not isinstance(split, Mapping) or not split:
        return _("（没有写各级）") if split == {} else written(split)
    weights = [weight for weight in split.values() if type(weight) is int]
    is_percent = len(weights) == len(split) and sum(weights) == 100
    return all_of(_part(level, weight, is_percent, names) for level, weight in split.items())


def _part(level: object, weight: object, is_percent: bool, names: Names) -> str:
    name = level_words(str(level), names)
    if is_percent:
        return f"{name} {weight}%"
    if type(weight) is not int:
        return f"{name} {quoted(weight)}"
    return _("%(level)s %(weight)s 份", level=name, weight=weight)


def _line(payer: str, pays: str, when: tuple[str, ...], more: tuple[str, ...]) -> str:
    whom = phrases(when) or _("不论是谁")
    return _("%(payer)s：%(whom)s，%(pays)s", payer=payer, whom=whom, pays=pays) + _tail(more)


def _tail(more: tuple[str, ...]) -> str:
    said = clauses(more)
    return _("；") + said if said else ""


def _shared(split: str) -> str:
    return _("由%(split)s分担", split=split) if split else ""


def _payee(part: Mapping[str, Any]) -> str:
    """What only grants have: to whom the money goes, and whether the assessment pays it."""
    said = [_("付给%(payee)s", payee=term(PAYEES, part["payee"]))] if "payee" in part else []
    if part.get("assessed") is True:
        said.append(_("按当月考核结果拨付"))
    return phrases(said)


def _plain(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else written(value)
