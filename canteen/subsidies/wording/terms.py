"""The fixed words of rules: payers, channels, meals, weekdays, living situations, levels; and how words join."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l

from canteen.core.money import parse_yuan, yuan
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.said import _
from canteen.subsidies.wording.written import quoted

PAYERS = {
    "government": _l("政府"),
    "collective": _l("集体"),
    "family": _l("家人"),
    "operator": _l("企业让利"),
    "operator:absorbed": _l("食堂承担"),
    "elder": _l("老人本人"),
}

CHANNELS = {"dine-in": _l("堂食"), "takeaway": _l("自取"), "delivery": _l("送餐")}

MEALS = {"breakfast": _l("早餐"), "lunch": _l("午餐"), "dinner": _l("晚餐")}

LIVING = {
    "alone": _l("独居"),
    "empty-nest": _l("空巢"),
    "with-family": _l("与家人同住"),
    "care-home": _l("住养老机构"),
}

AREAS = {"urban": _l("城镇"), "rural": _l("农村")}

WEEKDAYS = (_l("周一"), _l("周二"), _l("周三"), _l("周四"), _l("周五"), _l("周六"), _l("周日"))

LEVELS = {
    "central": _l("中央"),
    "nation": _l("中央"),
    "province": _l("省级"),
    "provincial": _l("省级"),
    "city": _l("市级"),
    "municipal": _l("市级"),
    "district": _l("区级"),
    "county": _l("县级"),
    "street": _l("街道级"),
    "subdistrict": _l("街道级"),
    "town": _l("乡镇级"),
    "township": _l("乡镇级"),
    "village": _l("村级"),
    "community": _l("社区级"),
}

PAYEES = {"operator": _l("食堂运营方"), "courier": _l("送餐员")}


def term(words: Mapping[str, object], code: object) -> str:
    """A fixed word as it stands inside a sentence; a code that is none is shown in quotation marks."""
    found = words.get(code) if isinstance(code, str) else None
    return quoted(code) if found is None else inside(str(found))


def inside(word: str) -> str:
    """A word without the capital that it has as a label."""
    return word[:1].lower() + word[1:]


def money_words(value: object) -> str:
    """An amount as files hold it, `"300.00"`, or in fen, in words: 300.00 元."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _("%(amount)s 元", amount=yuan(value))
    try:
        return _("%(amount)s 元", amount=yuan(parse_yuan(value))) if isinstance(value, str) else quoted(value)
    except ValueError:
        return quoted(value)


def weekday_words(days: Iterable[object]) -> str:
    """周一至周五 for a run of three and more, else 周一、周三."""
    listed = list(days)
    numbers = sorted({day for day in listed if type(day) is int and 1 <= day <= 7})
    odd = [quoted(day) for day in listed if type(day) is not int or not 1 <= day <= 7]
    names = [str(WEEKDAYS[number - 1]) for number in numbers]
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        names = [_("%(first)s至%(last)s", first=names[0], last=names[-1])]
    return all_of([*names, *odd])


def level_words(level: str, names: Names) -> str:
    """市级, 区级; the office's own name for a level comes first."""
    return names.levels.get(level) or str(LEVELS.get(level, level))


def payer_words(payer: object, fund: object, names: Names) -> str:
    """Who pays: 政府, 冠名“维达”, 服务券“居家养老”. The payer may be an account too, `sponsor:weida`."""
    kind = payer if isinstance(payer, str) else ""
    if kind.startswith(("sponsor:", "voucher:")):
        kind, _colon, fund = kind.partition(":")
    if kind == "sponsor":
        return _("冠名善款“%(fund)s”", fund=names.fund(fund)) if fund else _("冠名善款（没有写哪一笔）")
    if kind == "voucher":
        return _("服务券“%(fund)s”", fund=names.voucher(fund)) if fund else _("服务券（没有写哪一种）")
    if kind in PAYERS:
        return str(PAYERS[kind])
    return quoted(payer) if payer else _("（没有写谁付）")


def all_of(words: Iterable[str]) -> str:
    """A、B、C."""
    return _("、").join(words)


def either(words: Iterable[str]) -> str:
    """A、B 或 C."""
    listed = list(words)
    if len(listed) < 2:
        return "".join(listed)
    return _("%(first)s或%(last)s", first=all_of(listed[:-1]), last=listed[-1])


def phrases(words: Iterable[str]) -> str:
    """Parts of one sentence: A，B."""
    return _("，").join(word for word in words if word)


def clauses(words: Iterable[str]) -> str:
    """Clauses of one sentence: A；B."""
    return _("；").join(word for word in words if word)
