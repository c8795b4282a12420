"""A trace in words: which rule paid, which did not and why, what cut it, and who stood before it in its group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from flask_babel import lazy_gettext as _l

from canteen.core.calendar import AgeCounts
from canteen.core.division import Division, Facts, Step
from canteen.core.money import Money
from canteen.subsidies.wording.conditions import condition_words, key_words
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.rules import limit_words, pays_words, title_words
from canteen.subsidies.wording.said import _
from canteen.subsidies.wording.terms import MEALS, all_of, money_words, phrases, term
from canteen.subsidies.wording.told import Told, own_words, told
from canteen.subsidies.wording.written import entries, table, tables

Outcome = Literal["pays", "no", "passed-over", "nothing"]
Steps = Division | Iterable[Step] | Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class StepInWords:
    """What became of one rule. `text` says why; `cut` says what left it less than it would pay, or is None.

    `no`: a condition failed. `passed-over`: another rule of its group pays. `nothing`: it matched, and there
    was nothing left for it to pay, or nothing left to pay it from.
    """

    rule_id: str
    title: str
    outcome: Outcome
    text: str
    paid_fen: int
    cut: str | None = None


def steps_in_words(
    steps: Steps,
    version: Mapping[str, Any],
    facts: Facts | Told | Mapping[str, Any],
    names: Names,
    age_counts: AgeCounts = "birthday",
) -> tuple[StepInWords, ...]:
    """The trace of a division, or the frozen one of a meal, told with the elder's own facts.

    `version` is the mapping of the version that divided. `facts`: see `told`.
    """
    return VersionTold(version, names).steps(steps, told(facts, age_counts))


class VersionTold:
    """One version ready to tell many traces: what its rules ask is put into words once."""

    def __init__(self, version: Mapping[str, Any], names: Names) -> None:
        self._names = names
        self._version = version
        self._rules = {str(rule.get("id")): rule for rule in tables(version.get("rule"))}
        self._order = {rule_id: place for place, rule_id in enumerate(self._rules)}
        self._titles = {rule_id: title_words(rule) for rule_id, rule in self._rules.items()}
        self._wanted: dict[tuple[str, str], str] = {}
        self._pays: dict[str, str] = {}

    def steps(self, steps: Steps, told: Told) -> tuple[StepInWords, ...]:
        """Each step in words, in the trace's order."""
        if isinstance(steps, Division):
            told = replace(told, price_fen=steps.price_fen)
        trace = list(_trace(steps))
        return tuple(self._step(step, trace, told) for step in trace)

    def title(self, rule_id: str) -> str:
        """A rule's title; the id of one that this version has not."""
        return self._titles.get(rule_id, rule_id)

    def _step(self, step: Step, trace: Sequence[Step], told: Told) -> StepInWords:
        outcome = _outcome(step)
        cut = self._cut(step) if _is_told(step, outcome) else None
        text = {
            "no": self._no,
            "passed-over": self._passed_over,
            "nothing": self._nothing,
            "pays": self._pay,
        }[outcome]
        said = text(step, trace, told)
        return StepInWords(step.rule_id, self.title(step.rule_id), outcome, said, step.paid_fen, cut)

    def _pay(self, step: Step, trace: Sequence[Step], told: Told) -> str:
        if step.rule_id not in self._pays:
            self._pays[step.rule_id] = pays_words(self._rules.get(step.rule_id, {}), self._names)
        return self._pays[step.rule_id]

    def _no(self, step: Step, trace: Sequence[Step], told: Told) -> str:
        key = step.failed or ""
        if key == "meals":
            return self._wrong_meal(told)
        wanted, own = self._want(step.rule_id, key), self._own(step, key, trace, told)
        # An exception is told as it stands; a choice of several ends its own sentence.
        asked = wanted if key == "not" else _("要%(wanted)s", wanted=_spaced(wanted))
        if not own:
            return asked
        if key in ("any", "not"):
            return _("%(asked)s。%(own)s", asked=asked, own=own)
        return _("%(asked)s，%(own)s", asked=asked, own=own)

    def _wrong_meal(self, told: Told) -> str:
        governed = all_of(term(MEALS, meal) for meal in entries(self._version.get("meals")))
        if told.meal is None:
            return _("这一版只管%(meals)s", meals=governed)
        return _("这一版只管%(meals)s，这一餐是%(meal)s", meals=governed, meal=term(MEALS, told.meal))

    def _want(self, rule_id: str, key: str) -> str:
        found = self._wanted.get((rule_id, key))
        if found is None:
            when = table(self._rules.get(rule_id, {}).get("when"))
            found = condition_words(key, when[key], self._names) if key in when else key_words(key)
            self._wanted[rule_id, key] = found
        return found

    def _own(self, step: Step, key: str, trace: Sequence[Step], told: Told) -> str:
        when = table(self._rules.get(step.rule_id, {}).get("when"))
        if key == "left":
            return own_words(key, replace(told, left_fen=self._left(step, trace, told)), self._names)
        if key == "not":
            return phrases(self._owned(when.get("not"), told)) or _("正好在除外之列")
        if key == "any":
            return phrases(self._owned(when.get("any"), told))
        return own_words(key, told, self._names)

    def _owned(self, asked: object, told: Told) -> list[str]:
        """The own facts for every condition within `any` or `not`, each once."""
        own = [own_words(key, told, self._names) for key in dict.fromkeys(_keys(asked))]
        return [words for words in dict.fromkeys(own) if words]

    def _left(self, step: Step, trace: Sequence[Step], told: Told) -> int | None:
        """What was left of the price when a rule was reached; a group of which the most pays, at its first rule."""
        if told.price_fen is None:
            return None
        place = self._place(step.rule_id)
        paying = (other for other in trace if other.paid_fen)
        return told.price_fen - sum(other.paid_fen for other in paying if self._place(other.rule_id) < place)

    def _place(self, rule_id: str) -> int:
        group = self._group(rule_id)
        if group is not None and table(self._version.get("groups")).get(group) == "most":
            return min(place for other, place in self._order.items() if self._group(other) == group)
        return self._order.get(rule_id, len(self._order))

    def _group(self, rule_id: str) -> str | None:
        group = self._rules.get(rule_id, {}).get("group")
        return group if isinstance(group, str) else None

    def _passed_over(self, step: Step, trace: Sequence[Step], told: Told) -> str:
        group = self._group(step.rule_id)
        others = [other for other in trace if other.paid_fen and self._group(other.rule_id) == group]
        if group is None or not others:
            return _("本组已由别的规则付过")
        title = self.title(others[0].rule_id)
        if table(self._version.get("groups")).get(group) == "most":
            return _("本组由付得最多的“%(title)s”付", title=title)
        return _("本组已由前面的“%(title)s”付过", title=title)

    def _nothing(self, step: Step, trace: Sequence[Step], told: Told) -> str:
        if step.cut_by and step.cut_by != "left":
            return _("符合条件，但付不了")
        if step.cut_by == "left" or self._left(step, trace, told) == 0:
            return _("符合条件，但已经没有要付的了")
        return _("符合条件，但算下来是 0")

    def _cut(self, step: Step) -> str:
        kind, _colon, what = (step.cut_by or "").partition(":")
        left = money_words(int(step.paid_fen))
        if kind == "limit":
            return self._limit_cut(step, what, left)
        if kind == "fund":
            fund = self._names.fund(what)
            if step.paid_fen:
                return _("冠名善款“%(fund)s”只能再付 %(left)s", fund=fund, left=left)
            return _("冠名善款“%(fund)s”已经用完", fund=fund)
        if kind == "voucher":
            voucher = self._names.voucher(what)
            if step.paid_fen:
                return _("服务券“%(voucher)s”只剩 %(left)s", voucher=voucher, left=left)
            return _("服务券“%(voucher)s”没有余额", voucher=voucher)
        return _("餐价只剩 %(left)s 要付", left=left) if step.paid_fen else _("餐价已经付完")

    def _limit_cut(self, step: Step, per: str, left: str) -> str:
        written = entries(self._rules.get(step.rule_id, {}).get("limit"))
        said = [limit_words(limit, self._names) for limit in written if table(limit).get("per") == per]
        limit = phrases(said) or str(_PERS.get(per, _PERS["day"]))
        if step.paid_fen:
            return _("%(limit)s，只剩 %(left)s", limit=limit, left=left)
        return _("%(limit)s，已经用完", limit=limit)


_PERS = {
    "meal-period": _l("本餐次的限额"),
    "day": _l("当天的限额"),
    "week": _l("本周的限额"),
    "month": _l("本月的限额"),
    "year": _l("本年的限额"),
}


def _spaced(words: str) -> str:
    """Words with the space that Chinese puts before a figure; English has its own."""
    return f" {words}" if words[:1].isdigit() and _("，") == "，" else words


def _outcome(step: Step) -> Outcome:
    if not step.matched:
        return "no"
    if step.passed_over:
        return "passed-over"
    return "pays" if step.paid_fen else "nothing"


def _is_told(step: Step, outcome: Outcome) -> bool:
    """Whether what cut a rule says more than its outcome does."""
    return step.cut_by is not None and (outcome == "pays" or (outcome == "nothing" and step.cut_by != "left"))


def _trace(steps: Steps) -> Iterator[Step]:
    for step in steps.trace if isinstance(steps, Division) else steps:
        yield step if isinstance(step, Step) else _frozen(step)


def _frozen(row: Mapping[str, Any]) -> Step:
    """A step as the row of a meal keeps it."""
    return Step(
        str(row["rule"]),
        bool(row["matched"]),
        row.get("failed"),
        row.get("cut_by"),
        Money(row.get("paid_fen") or 0),
        bool(row.get("passed_over")),
    )


def _keys(asked: object) -> Iterator[str]:
    for when in tables(asked) if isinstance(asked, list | tuple) else [table(asked)]:
        for key, value in when.items():
            if key in ("any", "not"):
                yield from _keys(value)
            else:
                yield str(key)
