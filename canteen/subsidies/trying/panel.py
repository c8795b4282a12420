"""The panel of worked examples: the standard set and the file's own, divided now and told in words.

It is made at each pause in typing, so it reads a draft as far as it can be read and never refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from canteen.canteens.queries import CanteenRow
from canteen.core.calendar import WorkingDays
from canteen.core.division import Division
from canteen.core.worked_example import Example
from canteen.subsidies.trying.dividing import (
    Tried,
    amounts,
    divide_example,
    expected_of,
    read_written,
    try_example,
)
from canteen.subsidies.trying.facts_words import facts_words
from canteen.subsidies.trying.queries import canteen_of, fortnight, working_days_on
from canteen.subsidies.trying.readable import Readable, read_what_can_be
from canteen.subsidies.trying.standard import Case, StandardSet, scene_of
from canteen.subsidies.wording.faults import fault_words, key_label, part_label
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.rules import title_words
from canteen.subsidies.wording.said import _, one_language
from canteen.subsidies.wording.terms import MEALS, all_of, level_words, money_words, payer_words, term
from canteen.subsidies.wording.told import told
from canteen.subsidies.wording.traces import StepInWords, VersionTold
from canteen.subsidies.wording.written import table, tables

State = Literal["shown", "holds", "fails", "silent", "faulty"]


@dataclass(frozen=True, slots=True)
class Part:
    """One payer's part of a price."""

    payer: str
    fen: int


@dataclass(frozen=True, slots=True)
class Row:
    """One example. `shown`: the standard set, which expects nothing. `silent`: this version has nothing to say to it.

    `parts` are those who pay more than nothing, without the elder; `fired` the titles of the rules that paid.
    `expected` is what the file expects where that is not what it gets. `notes`: why it is silent or faulty, or
    what else differs. `at`: its place in the file; None for the standard set.
    """

    key: str
    title: str
    about: str
    state: State
    price_fen: int = 0
    parts: tuple[Part, ...] = ()
    elder_fen: int | None = None
    fired: tuple[str, ...] = ()
    steps: tuple[StepInWords, ...] = ()
    expected: str = ""
    notes: tuple[str, ...] = ()
    at: int | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything beside the editor. `problem`: why nothing can be computed; `left_out`: the cards that are faulty.

    `others`: the file's examples in days that other versions govern.
    """

    version_index: int
    canteen_code: str | None
    on: date | None
    meal: str
    where: str
    standard: tuple[Row, ...]
    own: tuple[Row, ...]
    others: tuple[Row, ...]
    left_out: tuple[str, ...] = ()
    problem: str = ""

    @property
    def failing(self) -> int:
        """How many of the file's examples do not hold, or cannot be read."""
        return sum(row.state in ("fails", "faulty") for row in (*self.own, *self.others))

    @property
    def holding(self) -> int:
        """How many of the file's examples hold."""
        return sum(row.state == "holds" for row in (*self.own, *self.others))


TITLES = {
    "nearly-60": _l("59 岁 11 个月"),
    "just-60": _l("今天满 60 岁"),
    "nearly-80": _l("79 岁，明天满 80 岁"),
    "just-80": _l("今天满 80 岁"),
    "low-income-85": _l("85 岁，低保"),
    "elsewhere": _l("82 岁，户籍不在本地"),
    "last-of-limit": _l("限额只剩最后一点"),
    "fund-empty": _l("冠名善款已经用完"),
    "cheap": _l("餐价比补贴少"),
}
SILENCE = {
    "no-limit": _l("这一版没有按金额的限额，不用试。"),
    "no-fund": _l("这一版没有冠名善款来付，不用试。"),
    "no-fixed": _l("这一版没有付固定数额的规则，不用试。"),
}


def panel_of(
    session: Session, values: Mapping[str, Any], version_index: int, canteen_code: str | None, names: Names
) -> Panel:
    """The panel for one version of a draft at one canteen; `version_index` is its place in the draft."""
    readable = read_what_can_be(values, version_index)
    canteen = canteen_of(session, canteen_code)
    days = working_days_on(session, _days(readable, version_index))
    with one_language():
        return _Maker(values, readable, names, days).panel(version_index, canteen)


def standard_examples(
    session: Session, values: Mapping[str, Any], version_index: int, canteen_code: str | None
) -> dict[str, dict[str, Any]]:
    """The standard set by its keys as `[[example]]`s, each expecting what it gets now; silent ones are left out."""
    readable = read_what_can_be(values, version_index)
    version = readable.version(version_index)
    if version is None or readable.programme is None:
        return {}
    days = working_days_on(session, _days(readable, version_index))
    maker = _Maker(values, readable, Names(), days)
    found = {}
    for case, title in maker.cases(version_index, canteen_of(session, canteen_code)):
        example, _faults = read_written({**case.example, "title": title}) if case.example else (None, [])
        if example is not None and case.example is not None:
            division = divide_example(example, readable.programme, days).division
            found[case.key] = {**case.example, "title": title, "expect": expected_of(division)}
    return found


def _days(readable: Readable, version_index: int) -> set[date]:
    """The days of which the calendar is asked."""
    version = readable.version(version_index)
    own = set() if readable.programme is None else {example.on for example in readable.programme.examples}
    return own | set(fortnight(version.effective_on) if version else ())


class _Maker:
    """Rows of one draft, with each version's words made once."""

    def __init__(
        self, values: Mapping[str, Any], readable: Readable, names: Names, days: WorkingDays
    ) -> None:
        self._values = values
        self._readable = readable
        self._names = names
        self._days = days
        self._versions = tables(values.get("version"))
        self._told: dict[int, VersionTold] = {}
        self._places = {id(version): place for place, version in readable.versions.items()}

    def panel(self, index: int, canteen: CanteenRow | None) -> Panel:
        """The whole panel."""
        version = self._readable.version(index)
        own, others = self._file_rows(index)
        where = canteen.name if canteen else ""
        code = canteen.code if canteen else None
        if version is None:
            problem = _("这一版还读不出来：先写好施行日，并至少有一条没有错的规则。")
            return Panel(index, code, None, "", where, (), own, others, self._left_out(index), problem)
        scene = scene_of(version, canteen, self._days)
        standard = tuple(self._standard_row(case, title) for case, title in self.cases(index, canteen))
        meal = term(MEALS, scene.meal)
        return Panel(index, code, scene.on, meal, where, standard, own, others, self._left_out(index))

    def cases(self, index: int, canteen: CanteenRow | None) -> Iterable[tuple[Case, str]]:
        """The standard set of a version, each with its title."""
        version, programme = self._readable.version(index), self._readable.programme
        if version is None or programme is None:
            return
        scene = scene_of(version, canteen, self._days)
        rules = tables(self._versions[index].get("rule"))
        for case in StandardSet(programme, version, rules, scene, self._days).cases():
            yield case, str(TITLES[case.key])

    def _left_out(self, index: int) -> tuple[str, ...]:
        left_out = [(card, at) for place, card, at in self._readable.left_out if place == index]
        cards = sorted(left_out, key=lambda part: (part[0] != "rule", part[1]))
        version = self._versions[index] if index < len(self._versions) else {}
        return tuple(_card_words(card, at, tables(version.get(card))) for card, at in cards)

    def _standard_row(self, case: Case, title: str) -> Row:
        if case.example is None:
            return Row(case.key, title, "", "silent", notes=(self._silence(case),))
        example, faults = read_written({**case.example, "title": title})
        if example is None or self._readable.programme is None:
            return Row(case.key, title, "", "faulty", notes=tuple(map(fault_words, faults)))
        tried = divide_example(example, self._readable.programme, self._days)
        return self._row(case.key, tried, "shown", at=None)

    def _silence(self, case: Case) -> str:
        if case.why_not in SILENCE:
            return str(SILENCE[case.why_not])
        rules = (rule for version in self._versions for rule in tables(version.get("rule")))
        title = next((title_words(rule) for rule in rules if rule.get("id") == case.about), case.about)
        return _("没有凑出一位用得上“%(title)s”的老人，请自己写一个例子。", title=title)

    def _file_rows(self, index: int) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """The file's examples: those of this version, and the others."""
        written = self._values.get("example")
        programme = self._readable.programme
        read = {example.index: example for example in programme.examples} if programme else {}
        own: list[Row] = []
        others: list[Row] = []
        for at in range(len(written) if isinstance(written, list | tuple) else 0):
            row, place = self._file_row(at, read.get(at))
            (own if place in (index, None) else others).append(row)
        return tuple(own), tuple(others)

    def _file_row(self, at: int, example: Example | None) -> tuple[Row, int | None]:
        key = f"example-{at}"
        if example is None or self._readable.programme is None:
            return self._faulty_row(key, at), None
        tried = try_example(example, self._readable.programme, self._days)
        row = self._row(key, tried, "fails" if tried.faults else "holds", at)
        return row, -1 if tried.version is None else self._places[id(tried.version)]

    def _faulty_row(self, key: str, at: int) -> Row:
        written = table(self._values["example"][at])
        faults = [fault for fault in self._readable.faults if fault.path.startswith(f"example[{at}]")]
        notes = [
            _(
                "%(key)s：%(written)s",
                key=key_label(fault.path.partition("].")[2]),
                written=fault_words(fault),
            )
            for fault in faults
        ]
        return Row(
            key, title_words(written), "", "faulty", notes=(_("这个例子先改好才能算。"), *notes), at=at
        )

    def _row(self, key: str, tried: Tried, state: State, at: int | None) -> Row:
        example, division = tried.example, tried.division
        counts = self._readable.programme.age_counts if self._readable.programme else "birthday"
        about = facts_words(example, counts, self._names)
        row = Row(
            key, example.title, about, state, int(example.price_fen), at=at, on=example.on,
            expected=self._expected(tried), notes=self._notes(tried),
        )  # fmt: skip
        if not isinstance(division, Division) or tried.version is None:
            note = _("这一天没有哪一版在施行。")
            return replace(row, notes=(note, *row.notes))
        place = self._places[id(tried.version)]
        teller = self._teller(place)
        paid = dict.fromkeys(share.rule_id for share in division.shares if share.fen and share.rule_id)
        return replace(
            row,
            parts=tuple(Part(self._payer(payer), fen) for payer, fen in _without_elder(division)),
            elder_fen=int(division.elder_fen),
            fired=tuple(teller.title(rule_id) for rule_id in paid),
            steps=teller.steps(division, told(tried.facts, counts)),
        )

    def _teller(self, place: int) -> VersionTold:
        if place not in self._told:
            self._told[place] = VersionTold(self._versions[place], self._names)
        return self._told[place]

    def _expected(self, tried: Tried) -> str:
        """What the file expects of the payers, where that is not what they pay."""
        if not any(fault.path.endswith("].expect") for fault in tried.faults):
            return ""
        expected = amounts(tried.example.expect)
        if expected is None:
            return _("没有哪一版在施行")
        return all_of(f"{self._payer(payer)} {money_words(fen)}" for payer, fen in expected)

    def _notes(self, tried: Tried) -> tuple[str, ...]:
        """What differs beside the payers: the levels of a split, a grant, a calendar that lacks the year."""
        return tuple(self._difference(fault) for fault in tried.faults if not fault.path.endswith("].expect"))

    def _difference(self, fault: Any) -> str:
        if fault.code != "example-failed":
            return fault_words(fault)
        _example, _dot, key = fault.path.partition("].")
        what, _dot, part_id = key.partition(".")
        title = next(
            (title_words(part) for version in self._versions for name in ("rule", "grant")
             for part in tables(version.get(name)) if part.get("id") == part_id),
            part_id,
        )  # fmt: skip
        expected, actual = (self._levels(str(fault.params[name])) for name in ("expected", "actual"))
        message = _l("“%(title)s”各级应为 %(expected)s，现在是 %(actual)s")
        if what == "expect_grant":
            message = _l("补助“%(title)s”应为 %(expected)s，现在是 %(actual)s")
        return str(message) % {"title": title, "expected": expected, "actual": actual}

    def _levels(self, written: str) -> str:
        pairs = [part.rpartition(" ") for part in written.split(", ")]
        return all_of(
            f"{level_words(level, self._names)} {amount}".strip() for level, _space, amount in pairs
        )

    def _payer(self, payer: str) -> str:
        return payer_words(payer, None, self._names)


def _without_elder(division: Division) -> list[tuple[str, int]]:
    return [(payer, int(fen)) for payer, fen in division.by_payer().items() if payer != "elder"]


def _card_words(card: str, at: int, parts: list[Mapping[str, Any]]) -> str:
    return part_label(card, at, title_words(parts[at]) if at < len(parts) else "")
