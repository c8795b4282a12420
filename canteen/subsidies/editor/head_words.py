"""The head of a version in plain words: from when it holds, for which meals, and whose programme it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from canteen.subsidies.editor.captions import DEFAULTS, options
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.said import _
from canteen.subsidies.wording.terms import MEALS, all_of, money_words, term
from canteen.subsidies.wording.written import written
from canteen.web.filters import day


@dataclass(frozen=True, slots=True)
class HeadLine:
    """One thing said in the head; `is_said` is False for what is not written, and for where rules come from."""

    label: str
    text: str
    is_said: bool = True


def head_lines(
    programme: Mapping[str, Any], version: Mapping[str, Any], names: Names
) -> tuple[HeadLine, ...]:
    """What the head card says while it is closed."""
    price = version.get("standard_price")
    return (
        HeadLine(_("施行日"), _day(version.get("effective")) or _("（没有写）")),
        HeadLine(_("最后一天"), _day(version.get("until")) or _("到下一个版本开始"), "until" in version),
        HeadLine(_("管哪几餐"), _meals(version.get("meals"))),
        HeadLine(_("标准餐价"), "—" if price is None else money_words(price), price is not None),
        HeadLine(_("文号"), _text(version.get("reference")), "reference" in version),
        *_groups(version.get("groups")),
        HeadLine(_("补贴项目"), _text(programme.get("title"))),
        HeadLine(_("主管部门"), _text(programme.get("authority"))),
        HeadLine(_("出处"), _text(programme.get("source")), is_said=False),
        HeadLine(
            _("生日从哪天算"), _choice("age_counts", programme.get("age_counts")), "age_counts" in programme
        ),
    )


def _day(value: object) -> str:
    if type(value) is date:
        return day(value)
    return "" if value is None else written(value)


def _text(value: object) -> str:
    if value in (None, ""):
        return "—"
    return value if isinstance(value, str) else written(value)


def _meals(value: object) -> str:
    if value is None:
        return _("一日三餐")
    if not isinstance(value, list | tuple):
        return written(value)
    return all_of(term(MEALS, meal) for meal in value) or _("一餐也不管")


def _groups(value: object) -> tuple[HeadLine, ...]:
    if not isinstance(value, Mapping):
        return ()
    return tuple(
        HeadLine(_("组“%(group)s”", group=group), _choice("group_choice", choice))
        for group, choice in value.items()
    )


def _choice(kind: str, value: object) -> str:
    code = DEFAULTS[kind] if value is None else value
    return dict(options(kind, kind, str(code))).get(str(code), written(value))
