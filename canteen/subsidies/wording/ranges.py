"""Ranges in words: 65–74 周岁, 不超过 2 公里, 低于 1,800.00 元; each edge by its own word."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import lazy_gettext as _l

from canteen.core.programme_faults import Faults
from canteen.core.programme_values import distance
from canteen.subsidies.wording.terms import money_words, phrases
from canteen.subsidies.wording.written import quoted, table, written

Figure = Callable[[object], str]

AGE = {
    "from": _l("%(x)s 周岁及以上"),
    "to": _l("%(x)s 周岁及以下"),
    "above": _l("超过 %(x)s 周岁"),
    "below": _l("不满 %(x)s 周岁"),
    "span": _l("%(low)s–%(high)s 周岁"),
    "one": _l("%(x)s 周岁"),
}
DISABILITY = {
    "from": _l("残疾 %(x)s 级或更轻"),
    "to": _l("残疾 %(x)s 级或更重"),
    "above": _l("残疾轻于 %(x)s 级"),
    "below": _l("残疾重于 %(x)s 级"),
    "span": _l("残疾 %(low)s–%(high)s 级"),
    "one": _l("残疾 %(x)s 级"),
}
CARE = {
    "from": _l("护理 %(x)s 级及以上"),
    "to": _l("护理 %(x)s 级及以下"),
    "above": _l("护理高于 %(x)s 级"),
    "below": _l("护理低于 %(x)s 级"),
    "span": _l("护理 %(low)s–%(high)s 级"),
    "one": _l("护理 %(x)s 级"),
}
INCOME = {
    "from": _l("家庭人均月收入不低于 %(x)s"),
    "to": _l("家庭人均月收入不超过 %(x)s"),
    "above": _l("家庭人均月收入高于 %(x)s"),
    "below": _l("家庭人均月收入低于 %(x)s"),
    "span": _l("家庭人均月收入 %(low)s 到 %(high)s"),
    "one": _l("家庭人均月收入正好 %(x)s"),
}
DISTANCE = {
    "from": _l("家到食堂不少于 %(x)s 公里"),
    "to": _l("家到食堂不超过 %(x)s 公里"),
    "above": _l("家到食堂超过 %(x)s 公里"),
    "below": _l("家到食堂不到 %(x)s 公里"),
    "span": _l("家到食堂 %(low)s 到 %(high)s 公里"),
    "one": _l("家到食堂正好 %(x)s 公里"),
}
PRICE = {
    "from": _l("餐价不低于 %(x)s"),
    "to": _l("餐价不超过 %(x)s"),
    "above": _l("餐价高于 %(x)s"),
    "below": _l("餐价低于 %(x)s"),
    "span": _l("餐价 %(low)s 到 %(high)s"),
    "one": _l("餐价正好 %(x)s"),
}
LEFT = {
    "from": _l("轮到这条时还剩不少于 %(x)s"),
    "to": _l("轮到这条时还剩不超过 %(x)s"),
    "above": _l("轮到这条时还剩多于 %(x)s"),
    "below": _l("轮到这条时还剩少于 %(x)s"),
    "span": _l("轮到这条时还剩 %(low)s 到 %(high)s"),
    "one": _l("轮到这条时正好还剩 %(x)s"),
}
EDGES = ("from", "to", "above", "below")


def whole_figure(value: object) -> str:
    """A whole number as it is; anything else in quotation marks."""
    return str(value) if type(value) is int else quoted(value)


def distance_figure(value: object) -> str:
    """Kilometres without zeros that say nothing: `"2.100"` is 2.1."""
    metres = distance(value, "", Faults())
    if metres is None:
        return quoted(value)
    return kilometres(metres)


def kilometres(metres: int) -> str:
    """Metres as kilometres: 1900 is 1.9."""
    return f"{metres // 1000}.{metres % 1000:03d}".rstrip("0").rstrip(".")


def range_words(bounds: object, words: Mapping[str, object], figure: Figure) -> str | None:
    """A range by the words of its unit; None where nothing of a range is written."""
    edges = {key: value for key, value in table(bounds).items() if key in EDGES}
    if not edges:
        return None
    odd = [f"{key} = {written(value)}" for key, value in table(bounds).items() if key not in EDGES]
    if edges.keys() == {"from", "to"}:
        low, high = figure(edges["from"]), figure(edges["to"])
        said = (
            str(words["one"]) % {"x": low} if low == high else str(words["span"]) % {"low": low, "high": high}
        )
        return phrases([said, *odd])
    return phrases([*(str(words[key]) % {"x": figure(value)} for key, value in edges.items()), *odd])


UNITS: Mapping[str, tuple[Mapping[str, object], Figure]] = {
    "age": (AGE, whole_figure),
    "disability_grade": (DISABILITY, whole_figure),
    "care_level": (CARE, whole_figure),
    "monthly_income": (INCOME, money_words),
    "distance_km": (DISTANCE, distance_figure),
    "price": (PRICE, money_words),
    "left": (LEFT, money_words),
}
"""The conditions that are ranges."""
