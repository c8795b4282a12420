"""One changed key in words: what stood there, an arrow, what stands there now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from canteen.core.money import parse_yuan, plain_yuan
from canteen.subsidies.comparing.changes import is_same
from canteen.subsidies.wording.faults import PARTS
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.rules import condition_words, limit_words, payer_words, pays_words, split_words
from canteen.subsidies.wording.said import _
from canteen.subsidies.wording.terms import MEALS, all_of
from canteen.subsidies.wording.written import entries
from canteen.web.filters import day

Values = Mapping[str, Any]


def part_lines(keys: Sequence[str], before: Values, after: Values, names: Names) -> tuple[str, ...]:
    """What changed of one rule or grant, a line for each thing; its keys in the order written."""
    lines: list[str] = []
    told: set[str] = set()
    for key in keys:
        topic = _TOPIC.get(key, key)
        if topic not in told:
            told.add(topic)
            lines += _LINES.get(topic, _any_key(key))(before, after, names)
    return tuple(lines)


def head_line(key: str, before: Values, after: Values) -> str:
    """What changed of a version's head."""
    old, new = before.get(key), after.get(key)
    words = _HEAD_WORDS.get(key, shown)
    return arrow(
        _label(key), None if old is None else words(old), None if new is None else words(new), old, new
    )


def arrow(label: str, old: str | None, new: str | None, old_value: Any = None, new_value: Any = None) -> str:
    """`餐价：15.00 元 → 16.00 元`; None: it did not stand there, or no longer does.

    Where both read alike, as `9` and `9.00` yuan do, it is the way of writing that changed.
    """
    if old is None:
        return _("新增%(label)s：%(new)s", label=label, new=new)
    if new is None:
        return _("取消%(label)s：%(old)s", label=label, old=old)
    if old == new:
        return _(
            "%(label)s只改了写法：%(old)s → %(new)s", label=label, old=shown(old_value), new=shown(new_value)
        )
    return _("%(label)s：%(old)s → %(new)s", label=label, old=old, new=new)


def shown(value: Any) -> str:
    """Any value as it stands, for what has no words of its own or makes no sense."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Mapping):
        return _("、").join(f"{key} = {shown(part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return _("、").join(shown(part) for part in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _any_key(key: str) -> Callable[[Values, Values, Names], list[str]]:
    def lines(before: Values, after: Values, names: Names) -> list[str]:
        old, new = before.get(key), after.get(key)
        label = _label(key)
        return [arrow(label, _or_none(old), _or_none(new), old, new)]

    return lines


def _or_none(value: Any) -> str | None:
    return None if value is None else shown(value)


def _payer(before: Values, after: Values, names: Names) -> list[str]:
    old = payer_words(before.get("payer"), before.get("fund"), names)
    new = payer_words(after.get("payer"), after.get("fund"), names)
    return [arrow(_label("payer"), old, new, before.get("payer"), after.get("payer"))]


def _pays(before: Values, after: Values, names: Names) -> list[str]:
    old, new = _each_meal(before), _each_meal(after)
    if old is not None and new is not None and old != new:
        return [_("每餐 %(old)s 元 → %(new)s 元", old=old, new=new)]
    return [
        arrow(
            _label("pays"),
            pays_words(before, names),
            pays_words(after, names),
            before.get("pays"),
            after.get("pays"),
        )
    ]


def _each_meal(part: Values) -> str | None:
    """The yuan of a rule or grant that pays so much a meal."""
    pays = part.get("pays")
    if not isinstance(pays, Mapping) or len(pays) != 1:
        return None
    written = pays.get("fixed", pays.get("per_meal"))
    try:
        return plain_yuan(parse_yuan(written)) if isinstance(written, str) else None
    except ValueError:
        return None


def _when(before: Values, after: Values, names: Names) -> list[str]:
    old, new = _table(before.get("when")), _table(after.get("when"))
    lines = [
        arrow(
            _label("when"),
            _condition(old, key, names),
            _condition(new, key, names),
            old.get(key),
            new.get(key),
        )
        for key in dict.fromkeys((*new, *old))
        if key not in old or key not in new or not is_same(old[key], new[key])
    ]
    return lines or [_("条件没有变，只换了先后（先问哪一条）。")]


def _condition(when: Values, key: str, names: Names) -> str | None:
    return condition_words(key, when[key], names) if key in when else None


def _table(value: Any) -> Values:
    return value if isinstance(value, Mapping) else {} if value is None else {"": value}


def _limit(before: Values, after: Values, names: Names) -> list[str]:
    """Limits of one kind (per month in money, per day in meals …) are told as one that changed."""
    old, new = entries(before.get("limit")), entries(after.get("limit"))
    kept = [limit for limit in old if any(is_same(limit, other) for other in new)]
    gone = [limit for limit in old if limit not in kept]
    come = [limit for limit in new if not any(is_same(limit, other) for other in kept)]
    lines = []
    for limit in gone:
        match = next((other for other in come if _kind(other) == _kind(limit)), None)
        if match is not None:
            come.remove(match)
        now = None if match is None else limit_words(match, names)
        lines.append(arrow(_label("limit"), limit_words(limit, names), now, limit, match))
    lines += [arrow(_label("limit"), None, limit_words(limit, names)) for limit in come]
    return lines or [_("限额没有变，只换了先后或写法。")]


def _kind(limit: Any) -> Any:
    return (limit.get("per"), "meals" in limit, limit.get("scope")) if isinstance(limit, Mapping) else limit


def _split(before: Values, after: Values, names: Names) -> list[str]:
    old, new = before.get("split"), after.get("split")
    if old is not None and new is not None and is_same(old, new):
        return [_("各级分担没有变，只换了先后（零头先归谁）。")]
    said = [None if split is None else split_words(split, names) for split in (old, new)]
    return [arrow(_label("split"), said[0], said[1], old, new)]


# Rounding is part of what a rule pays, and the fund part of who pays: each pair is told in one line.
_TOPIC = {"round": "pays", "round_to": "pays", "fund": "payer"}
_LINES: dict[str, Callable[[Values, Values, Names], list[str]]] = {
    "payer": _payer,
    "pays": _pays,
    "when": _when,
    "limit": _limit,
    "split": _split,
}


def _label(key: str) -> str:
    """What a key is called beside its field; of an id also what hangs on it."""
    if key == "id":
        return _("编号（已用的额度按编号累计）")
    return str(PARTS.get(key) or key or _("内容"))


def _day(value: Any) -> str:
    return day(value) if isinstance(value, date) and not isinstance(value, datetime) else shown(value)


def _meals(value: Any) -> str:
    return all_of(
        str(MEALS[meal]) if isinstance(meal, str) and meal in MEALS else shown(meal) for meal in entries(value)
    )


def _yuan(value: Any) -> str:
    try:
        return _("%(yuan)s 元", yuan=plain_yuan(parse_yuan(value)))
    except (TypeError, ValueError):
        return shown(value)


def _choices(value: Any) -> str:
    words = {"most": _("付得最多的一条付"), "first": _("写在前面的先付")}
    if not isinstance(value, Mapping):
        return shown(value)
    told = [
        _("%(label)s：%(words)s", label=group, words=words.get(str(choice), shown(choice)))
        for group, choice in value.items()
    ]
    return _("；").join(told)


_HEAD_WORDS: dict[str, Callable[[Any], str]] = {
    "effective": _day,
    "until": _day,
    "meals": _meals,
    "standard_price": _yuan,
    "groups": _choices,
}
