"""The lists and their history in words."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l

from canteen.subsidies.vocabulary.queries import ChangeRow
from canteen.subsidies.wording.said import _
from canteen.web.filters import day

NAMES = {"category": _l("人员类别"), "level": _l("级次"), "voucher": _l("服务券种类")}
PURPOSES = {
    "category": _l("老人登记时选的类别，规则里用“类别”条件提到它。"),
    "level": _l("一笔补贴由哪几级分担，规则的“分担”里用到它。"),
    "voucher": _l("发给老人的服务券有哪几种，规则里作付款方用到它。"),
}


HOLIDAYS = {
    "New Year's Day": _l("元旦"),
    "Spring Festival": _l("春节"),
    "Tomb-sweeping Day": _l("清明节"),
    "Labour Day": _l("劳动节"),
    "Dragon Boat Festival": _l("端午节"),
    "National Day": _l("国庆节"),
    "Mid-autumn Festival": _l("中秋节"),
}
"""The shipped calendar names its holidays in English; an office writes them as its notice does."""


def day_name(note: str | None) -> str:
    """What a day is called, in the page's language where it is a usual holiday."""
    return "" if note is None else str(HOLIDAYS.get(note) or _(note))


def change_words(change: ChangeRow) -> str:
    """One change as a sentence without its author: 把“低保”改名为“最低生活保障”."""
    before, after = change.before or {}, change.after or {}
    if change.vocabulary == "working-day":
        return _day_words(change)
    if change.act == "added":
        return _("新增“%(title)s”（%(code)s）", title=_titles(after), code=change.code)
    if change.act == "renamed":
        return _("“%(before)s”改名为“%(after)s”（%(code)s）", before=_titles(before), after=_titles(after),
                 code=change.code)  # fmt: skip
    if change.act == "moved":
        return _("%(code)s 从第 %(before)s 位移到第 %(after)s 位", code=change.code,
                 before=before.get("place"), after=after.get("place"))  # fmt: skip
    if change.act == "removed":
        return _("删除“%(title)s”（%(code)s）", title=_titles(before), code=change.code)
    return str(_PLAIN[change.act]) % {"code": change.code}


_PLAIN = {"retired": _l("停用 %(code)s"), "restored": _l("重新启用 %(code)s")}


def _titles(values: dict[str, str] | object) -> str:
    found = values if isinstance(values, dict) else {}
    chinese, english = found.get("title", ""), found.get("title_en", "")
    return f"{chinese} / {english}" if english else chinese


def _day_words(change: ChangeRow) -> str:
    after = change.after or {}
    if change.act == "entered":
        return _("录入 %(year)s 年的放假安排", year=change.code)
    on = date.fromisoformat(change.code)
    said = _kind(after)
    if change.before is None:
        return _("%(day)s：%(after)s", day=day(on), after=said)
    return _("%(day)s：%(before)s改为%(after)s", day=day(on), before=_kind(change.before), after=said)


def _kind(values: object) -> str:
    found = values if isinstance(values, dict) else {}
    kind = _("上班") if found.get("is_workday") else _("休息")
    note = found.get("note")
    return _("%(kind)s（%(note)s）", kind=kind, note=day_name(note)) if note else kind
