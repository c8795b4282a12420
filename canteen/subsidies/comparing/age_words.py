"""Findings about ages in the reader's language."""

from __future__ import annotations

from canteen.subsidies.comparing.ages import AgeFinding
from canteen.subsidies.wording.said import _


def age_finding_words(finding: AgeFinding) -> str:
    """What an officer reads and ticks: `75–79 岁重叠了：…`, `没有规定 80–84 岁：…`."""
    ages = ages_words(finding.from_age, finding.to_age)
    if finding.kind == "gap":
        return _("没有规定 %(ages)s：没有写就是不补。", ages=ages)
    first, second = (*finding.titles, "", "")[:2]
    if finding.reason == "both-pay":
        return _("%(ages)s 重叠了：“%(first)s”和“%(second)s”都会付。", ages=ages, first=first, second=second)
    if finding.reason == "never-pays":
        return _(
            "%(ages)s 重叠了：“%(first)s”和“%(second)s”都管这些岁数，其中一条永远轮不到。",
            ages=ages, first=first, second=second,
        )  # fmt: skip
    return _(
        "%(ages)s 重叠了：“%(first)s”和“%(second)s”都管这些岁数，由写在前面的一条付。",
        ages=ages, first=first, second=second,
    )  # fmt: skip


def ages_words(from_age: int, to_age: int | None) -> str:
    """`80–84 岁`, `80 周岁`, `80 岁及以上`."""
    if to_age is None:
        return _("%(age)s 岁及以上", age=from_age)
    if to_age == from_age:
        return _("%(age)s 周岁", age=from_age)
    return _("%(first)s–%(last)s 岁", first=from_age, last=to_age)
