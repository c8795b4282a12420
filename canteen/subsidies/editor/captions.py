"""What stands beside each field of a card: its name, its unit, what may be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l

from canteen.core.calendar import AGE_COUNTS, PERS
from canteen.core.conditions import AREAS, CHANNELS, LIVING
from canteen.core.rules import PAYEES, PAYERS, ROUNDINGS
from canteen.subsidies.wording import terms
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.said import _

Options = Sequence[tuple[str, str]]

LABELS = {
    "title": _l("名称"),
    "id": _l("编号"),
    "payer": _l("谁付"),
    "fund": _l("善款或服务券的代码"),
    "payee": _l("付给谁"),
    "fixed": _l("固定金额"),
    "down_to": _l("付到只剩"),
    "percent": _l("按比例"),
    "cap": _l("最多"),
    "of": _l("按什么算"),
    "round_to": _l("取整到"),
    "round": _l("怎样取整"),
    "per_meal": _l("每餐"),
    "per_month": _l("每月"),
    "per_year": _l("每年，按月分摊"),
    "per": _l("每多久"),
    "scope": _l("算谁的"),
    "meals": _l("餐数"),
    "amount": _l("金额"),
    "group": _l("组名"),
    "label": _l("哪一级"),
    "value": _l("份数"),
    "assessed": _l("按当月考核结果拨付"),
    "authority": _l("主管部门"),
    "source": _l("出处"),
    "age_counts": _l("生日从哪天算"),
    "effective": _l("施行日"),
    "until": _l("最后一天"),
    "reference": _l("文号"),
    "standard_price": _l("标准餐价"),
    "from": _l("从"),
    "to": _l("到"),
    "above": _l("高于（不含）"),
    "below": _l("低于（不含）"),
    "household": _l("户籍地与食堂"),
    "residence": _l("住处与食堂"),
}

UNITS = {
    "age": _l("周岁"),
    "disability_grade": _l("级"),
    "care_level": _l("级"),
    "monthly_income": _l("元"),
    "distance_km": _l("公里"),
    "price": _l("元"),
    "left": _l("元"),
}

DEFAULTS = {
    "payee": "operator",
    "of": "price",
    "round_to": "0.01",
    "round": "half-up",
    "scope": "rule",
    "group_choice": "first",
    "age_counts": "birthday",
}
"""What an absent key says; it is offered once, under its own words."""

_PAYER_WORDS = {
    "government": _l("政府"),
    "collective": _l("集体（村、社区）"),
    "family": _l("家人"),
    "operator": _l("企业让利"),
    "sponsor": _l("冠名善款"),
    "voucher": _l("服务券"),
}
_PER_WORDS = {
    "meal-period": _l("每个餐次"),
    "day": _l("每天"),
    "week": _l("每周（周一起）"),
    "month": _l("每月"),
    "year": _l("每年"),
}
_CHOICES: Mapping[str, Mapping[str, object]] = {
    "payer": _PAYER_WORDS,
    "payee": terms.PAYEES,
    "of": {"price": _l("整个餐价"), "left": _l("轮到时余下的部分")},
    "round_to": {
        "0.01": _l("分（0.01 元）"),
        "0.10": _l("角（0.10 元）"),
        "0.50": _l("五角（0.50 元）"),
        "1.00": _l("元（1.00 元）"),
    },
    "round": {"half-up": _l("四舍五入"), "down": _l("去尾"), "up": _l("进位")},
    "per": _PER_WORDS,
    "scope": {"rule": _l("只算这一条"), "group": _l("整组合计")},
    "group_choice": {"first": _l("写在前面的先付"), "most": _l("付得最多的付")},
    "age_counts": {
        "birthday": _l("生日当天"),
        "day-after": _l("生日次日"),
        "next-month": _l("生日次月 1 日"),
        "next-year": _l("次年 1 月 1 日"),
    },
    "area_level": {
        "province": _l("同一个省"),
        "city": _l("同一个市"),
        "district": _l("同一个区县"),
        "town": _l("同一个街道或乡镇"),
    },
}
_ORDER: Mapping[str, Sequence[str]] = {
    "payer": PAYERS,
    "payee": PAYEES,
    "round": ROUNDINGS,
    "per": PERS,
    "age_counts": AGE_COUNTS,
}
_FLAGS = {
    "pension": {"true": _l("有退休金"), "false": _l("没有退休金")},
    "workday": {"true": _l("是工作日"), "false": _l("不是工作日")},
    "birthday": {"true": _l("生日当天"), "false": _l("不是生日那天")},
}


def options(kind: str, key: str, text: str) -> Options:
    """The choices of a select, in order: an absent key under the words of its default, and what is written.

    A value that is none of the format's stays among them, so that saving does not change it.
    """
    words = _FLAGS.get(key, {}) if kind == "flag" else _CHOICES[kind]
    default = DEFAULTS.get(kind)
    found = [
        ("" if code == default and text == "" else code, str(words[code]))
        for code in _ORDER.get(kind, tuple(words))
    ]
    if default is None and (text == "" or kind == "area_level"):
        found.insert(0, ("", _("不限") if kind == "area_level" else _("请选择")))
    if text not in [code for code, _text in found]:
        found.append((text, _("%(code)s（不认识）", code=text)))
    return found


def is_choice(kind: str) -> bool:
    """Whether a line of this kind is chosen from a list."""
    return kind in _CHOICES or kind == "flag"


def ticks(kind: str, chosen: Sequence[str], names: Names) -> Options:
    """What may be ticked: all that is offered, and what is ticked already though retired, or known to nobody."""
    known = _known(kind, names)
    offered = names.offered(kind, known)
    return [
        *((code, title) for code, title in known.items() if code in offered or code in chosen),
        *((code, _("%(code)s（不认识）", code=code)) for code in chosen if code not in known),
    ]


def _known(kind: str, names: Names) -> Mapping[str, str]:
    if kind == "category":
        return names.categories
    if kind == "canteen":
        return names.canteens
    if kind == "weekday":
        return {str(number): str(word) for number, word in enumerate(terms.WEEKDAYS, 1)}
    codes = {"living": LIVING, "channel": CHANNELS, "area": AREAS, "meal": tuple(terms.MEALS)}[kind]
    words = {"living": terms.LIVING, "channel": terms.CHANNELS, "area": terms.AREAS, "meal": terms.MEALS}[
        kind
    ]
    return {code: str(words[code]) for code in codes}


def suggestions(kind: str, names: Names, groups: Sequence[str]) -> Options:
    """What a line suggests while one types: funds and voucher kinds, levels, groups."""
    if kind == "fund":
        return [*names.funds.items(), *names.offered("voucher", names.vouchers).items()]
    if kind == "level":
        usual = {code: str(word) for code, word in _LEVELS.items() if code not in names.levels}
        return [*names.offered("level", names.levels).items(), *usual.items()]
    return [(group, group) for group in groups] if kind == "group" else []


_LEVELS = {code: terms.LEVELS[code] for code in ("province", "city", "district", "town", "village")}
