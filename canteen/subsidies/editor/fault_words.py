"""Faults as one meets them in a form: no quotes, no keys, but what to type or to choose."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from canteen.core.programme_faults import Fault
from canteen.subsidies.wording.faults import fault_words

_IN_A_FORM = {
    "missing": _l("请填写这一项。"),
    "want-text": _l("请填写这一项。"),
    "want-whole": _l("请写不小于 %(least)s 的整数。"),
    "want-flag": _l("请选择一项。"),
    "want-date": _l("没有这一天。请写成年、月、日，比如 2026 年 12 月 1 日。"),
    "want-money": _l("请把金额写成数字，最多两位小数，比如 8 或 8.50。"),
    "want-percent": _l("请写 0 到 100 的数，最多两位小数。"),
    "want-distance": _l("请写公里数，最多三位小数，比如 2 或 1.950。"),
    "want-division": _l("行政区划代码是 1 到 12 位数字，比如 620102。"),
    "want-id": _l("只能用小写字母、数字和连字符，比如 age-65-74。"),
    "no-bounds": _l("请至少写一个界限。"),
    "within-empty": _l("请至少选一项。"),
    "no-rules": _l("这个版本还没有规则，至少要有一条。"),
    "fund-missing": _l("请写明是哪一笔善款或哪种服务券。"),
    "fund-unwanted": _l("只有冠名善款和服务券才写这一项，请清空。"),
    "percent-only": _l("只有按比例付时才写这一项，请删去。"),
    "scope-no-group": _l("没有分组的规则，限额只算这一条。"),
    "split-empty": _l("请至少写一级和它的份数。"),
    "unknown-key": _l("这里没有这个键，请删去。"),
}
_NONE_CHOSEN = {
    "pays-one": _l("请选一种付法，再写数目。"),
    "limit-one": _l("请选金额或餐数，再写数目。"),
}


def words_in_a_form(fault: Fault) -> str:
    """What is wrong, in the page's language, for somebody who looks at a field and not at a file."""
    said = _IN_A_FORM.get(fault.code)
    if fault.params.get("count") == 0:
        said = _NONE_CHOSEN.get(fault.code, said)
    return fault_words(fault) if said is None else str(said) % fault.params
