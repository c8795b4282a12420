"""What can be wrong in a programme file: one fault, one path, one sentence that says what would be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "not-toml": "这不是 TOML 文件：{reason}",
        "empty": "文件是空的；至少要有 [programme] 和一个 [[version]]",
        "missing": "缺少这个键；请补上",
        "unknown-key": "没有这个键；这里可以写：{known}",
        "want-table": "应为一个表，而不是 {found}",
        "want-list": "应为方括号括起的列表，而不是 {found}",
        "want-text": "应为引号里的文本，不能为空，而不是 {found}",
        "want-whole": "应为不小于 {least} 的整数，而不是 {found}",
        "want-flag": "应为 true 或 false，而不是 {found}",
        "want-date": "应为不带引号的日期，如 2016-11-20，而不是 {found}",
        "want-money": '金额应为引号里的元，如 "9.00"，不带负号，最多两位小数，而不是 {found}',
        "want-percent": '应为 0 到 100 的整数，或引号里最多两位小数的文本，如 "12.5"，而不是 {found}',
        "want-distance": '应为公里数，不带负号，最多三位小数，如 2 或 "1.950"，而不是 {found}',
        "want-division": "应为引号里的行政区划代码，1 到 12 位数字，而不是 {found}",
        "want-id": '只能用小写字母、数字和连字符，如 "age-65-74"，而不是 {found}',
        "unknown-value": "不认识 {found}；可以写：{known}",
        "no-bounds": "范围里什么也没有；from、to、above、below 至少写一个",
        "bounds-crossed": "下限 {lower} 高于上限 {upper}；请对调或改正",
        "within-empty": "要写明与谁同区；household、residence 至少写一个",
        "too-deep": "any 和 not 套了 {deepest} 层以上；请拆成几条规则",
        "id-taken": "本版本里已有编号 {found}；每条要有自己的编号",
        "day-taken": "另一版本也从 {found} 起施行；一天只能开始一个版本",
        "until-before": "最后一天 {until} 早于施行日 {effective}；应不早于施行日",
        "no-rules": "这个版本没有规则；至少写一条 [[version.rule]]",
        "fund-missing": "付款方是 {payer} 时必须写明 fund（基金或服务券的代码）",
        "fund-unwanted": 'fund 只能与 payer = "sponsor" 或 "voucher" 一起写，而不是 {payer}',
        "pays-one": "{known} 恰好写一个；这里写了 {count} 个",
        "percent-only": "只能与 percent 一起写；请删去，或改用 percent",
        "limit-one": "meals 和 amount 恰好写一个；这里写了 {count} 个",
        "scope-no-group": 'scope = "group" 只能写在有 group 的规则里',
        "split-empty": "至少写一级及其权重，如 {{ city = 40, district = 60 }}",
        "expect-sum": "各方合计 {total}，应等于餐价 {price}",
        "example-failed": "例子“{title}”不成立：应为 {expected}；实际为 {actual}；经过 {trace}",
        "calendar-missing": "工作日历没有 {year} 年，workday 条件无从判断；请补上该年的日历",
    }
)
"""The Chinese sentence of each code; a page words it in another language from code and parameters."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the key's path (`version[0].rule[2].pays.fixed`) and what would be right.

    `code` and `params` say the same for whoever words it in another language.
    """

    path: str
    message: str
    code: str = ""
    params: Mapping[str, object] = field(default_factory=dict, compare=False)


def fault(path: str, code: str, **params: object) -> Fault:
    """A fault in the shipped Chinese wording of its code."""
    return Fault(path, WORDS[code].format_map(params), code, params)


class Faults:
    """The faults of one file as they are found, in file order."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, path: str, code: str, **params: object) -> None:
        """Note one fault and go on reading."""
        self.found.append(fault(path, code, **params))

    def __len__(self) -> int:
        return len(self.found)


def shown(value: object) -> str:
    """A faulty value as its file has it, on one line and cut short: the reader knows it by sight."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = " ".join(value.split())
        return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'
    if isinstance(value, Mapping):
        return "{…}"
    if isinstance(value, list | tuple):
        return "[…]"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)[:40]
