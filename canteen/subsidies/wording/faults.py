"""Faults of a draft in words, and the card at which each stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, NamedTuple

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from canteen.core.programme_faults import WORDS, Fault
from canteen.subsidies.wording.conditions import KEYS
from canteen.subsidies.wording.rules import title_words
from canteen.subsidies.wording.said import _
from canteen.subsidies.wording.written import tables
from canteen.web.filters import day

Card = Literal["rule", "grant", "head", "example"]


class Place(NamedTuple):
    """Where a fault stands: the version, the card, its place, and a label that a person finds it by.

    `version` is None for the programme's own head and for examples; `at`, its place in its list, is None for a head.
    """

    version: int | None
    card: Card | None
    at: int | None
    label: str


PARTS = {
    "id": _l("编号"),
    "title": _l("名称"),
    "payer": _l("谁付"),
    "payee": _l("付给谁"),
    "fund": _l("哪一笔善款或哪种服务券"),
    "when": _l("条件"),
    "pays": _l("付多少"),
    "round_to": _l("取整到"),
    "round": _l("怎样取整"),
    "limit": _l("限额"),
    "group": _l("组"),
    "groups": _l("各组怎样付"),
    "split": _l("各级分担"),
    "assessed": _l("按考核拨付"),
    "effective": _l("施行日"),
    "until": _l("最后一天"),
    "reference": _l("文号"),
    "meals": _l("管哪几餐"),
    "standard_price": _l("标准餐价"),
    "authority": _l("主管部门"),
    "source": _l("出处"),
    "age_counts": _l("生日从哪天算"),
    "on": _l("哪一天"),
    "elder": _l("老人的情况"),
    "used": _l("已经用了多少"),
    "voucher": _l("服务券余额"),
    "expect": _l("应有的结果"),
    "expect_split": _l("应有的分担"),
    "expect_grant": _l("应有的补助"),
    "rule": _l("规则"),
    "grant": _l("补助"),
    "version": _l("版本"),
    "example": _l("例子"),
    "programme": _l("补贴项目"),
}
"""What each key of the format is called beside its field."""

_PATH = re.compile(
    r"version\[(\d+)\](?:\.(rule|grant)\[(\d+)\])?(?:\.(.*))?|example\[(\d+)\](?:\.(.*))?|(.*)", re.S
)


def fault_words(fault: Fault) -> str:
    """What is wrong and what would be right, in the page's language."""
    if fault.code not in WORDS:
        return fault.message
    if str(get_locale() or "zh") != "en":
        return fault.message
    params = {name: _plain(value) for name, value in fault.params.items()}
    return _(WORDS[fault.code]).format_map(params)


def _plain(value: object) -> object:
    """A parameter without the few Chinese words and marks that core puts into it."""
    if not isinstance(value, str):
        return value
    if value == "不是 UTF-8 文本":
        return _("不是 UTF-8 文本")
    return value.replace("、", ", ").replace("等", "…")


def fault_place(fault: Fault, values: Mapping[str, Any]) -> Place:
    """The version, card and number that a fault's path names, with a label: `第 3 条规则“80 周岁每餐 8 元” · 付多少`."""
    found = _PATH.fullmatch(fault.path)
    assert found is not None
    version, card, number, key, example, example_key, head_key = found.groups()
    if version is not None and card is not None:
        at, index = int(version), int(number)
        written = tables(_version(values, at).get(card))
        part = written[index] if index < len(written) else {}
        label = part_label(card, index, title_words(part))
        return Place(at, "rule" if card == "rule" else "grant", index, _labelled(label, fault, key))
    if version is not None:
        return Place(int(version), "head", None, _labelled(_version_label(values, int(version)), fault, key))
    if example is not None:
        written = tables(values.get("example"))
        part = written[int(example)] if int(example) < len(written) else {}
        label = _("第 %(number)s 个例子“%(title)s”", number=int(example) + 1, title=title_words(part))
        return Place(None, "example", int(example), _labelled(label, fault, example_key))
    if head_key == "version":
        return Place(None, None, None, _("版本"))
    return Place(None, "head", None, _labelled(_("补贴项目"), fault, (head_key or "").partition("programme.")[2]))


def part_label(card: str, index: int, title: str) -> str:
    """A rule's or grant's card by its number and title."""
    if card == "rule":
        return _("第 %(number)s 条规则“%(title)s”", number=index + 1, title=title)
    return _("第 %(number)s 项补助“%(title)s”", number=index + 1, title=title)


def _version(values: Mapping[str, Any], at: int) -> Mapping[str, Any]:
    versions = tables(values.get("version"))
    return versions[at] if at < len(versions) else {}


def _version_label(values: Mapping[str, Any], at: int) -> str:
    effective = _version(values, at).get("effective")
    if effective is None:
        return _("第 %(number)s 个版本", number=at + 1)
    return _("%(day)s 起的版本", day=day(effective) if type(effective) is date else effective)


def _labelled(label: str, fault: Fault, key: str | None) -> str:
    said = key_label(key or "")
    if fault.code == "unknown-key":
        # A key that the format has not can only be called what it is.
        own = (key or "").rpartition(".")[2]
        said = _("%(key)s：%(inner)s", key=said, inner=own) if said else own
    return _("%(place)s · %(key)s", place=label, key=said) if said else label


def key_label(path: str) -> str:
    """The key of a card that a path names, in words: `when.any[1].age.from` is 条件：年龄."""
    names = [name for name in re.split(r"[.\[]", path) if name and not name.endswith("]")]
    known = [str(PARTS.get(name) or KEYS.get(name) or "") for name in names]
    said = [name for name in known if name][:2]
    return said[0] if len(said) == 1 else _("%(key)s：%(inner)s", key=said[0], inner=said[-1]) if said else ""
