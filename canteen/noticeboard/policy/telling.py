"""What a table by age says, in the few words that an elder reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from canteen.core.age_table import FIRST_AGE, LAST_AGE, AgeRow, Cell, Span
from canteen.noticeboard.policy.queries import CategoryTable, MealTable, Notice
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.rules import limit_words, part_words, payer_words, title_words
from canteen.subsidies.wording.terms import inside

PERIODS = {"breakfast": _l("早餐"), "lunch": _l("午餐"), "dinner": _l("晚餐")}

DECIDES = {
    "distance_km": _l("家离食堂多远"),
    "monthly_income": _l("家里人均收入多少"),
    "pension": _l("有没有养老金"),
    "living": _l("和谁一起住"),
    "household_division": _l("户口在哪里"),
    "residence_division": _l("住在哪里"),
    "disability_grade": _l("残疾证是几级"),
    "care_level": _l("护理等级是几级"),
    "channel": _l("在食堂吃、带走还是送上门"),
    "weekday": _l("星期几"),
    "workday": _l("是不是工作日"),
    "birthday": _l("是不是过生日"),
}

ENDS = {
    "limit:meal-period": _l("这一餐次的补贴"),
    "limit:day": _l("当天的补贴"),
    "limit:week": _l("这一周的补贴"),
    "limit:month": _l("这个月的补贴"),
    "limit:year": _l("今年的补贴"),
}

PROOFS = {
    "three-no": _l("三无人员证明，或特困供养证"),
    "destitute": _l("特困供养证"),
    "low-income": _l("低保证"),
    "near-low-income": _l("低保边缘家庭证明"),
    "marginal": _l("社区（村）开的困难证明"),
    "severe-disability": _l("残疾证"),
    "special-care": _l("优抚证件"),
    "bereaved": _l("计划生育特殊家庭证明"),
    "incapacitated": _l("失能评估结果"),
    "dementia": _l("医院的诊断证明"),
    "left-behind": _l("社区（村）开的证明"),
    "model-worker": _l("劳模证书"),
    "member": _l("会员证"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One run of ages: `65–74 岁`, `6 元`, who else pays, and what it depends on (empty: nothing)."""

    ages: str
    pays: str
    others: str
    depends: str
    is_free: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Lines under a heading; `proof` is what to bring. `after`: what is paid once a limit or fund is used up."""

    heading: str
    lines: tuple[Line, ...]
    after: tuple[str, ...]
    proof: str = ""
    is_ordinary: bool = False


def meal_table(table: MealTable, names: Names) -> Table:
    """An ordinary resident's table: `午餐、晚餐`."""
    heading = _and(str(PERIODS[meal]) for meal in table.meals)
    return Table(heading, _lines(table.rows, names), _after(table.rows, names))


def category_table(table: CategoryTable, names: Names) -> Table:
    """The table of those who hold a category, with the proof that is asked for."""
    heading = _and(names.category(code) for code in table.codes)
    proof = _and(str(PROOFS.get(code, gettext("有关证件"))) for code in table.codes)
    return Table(heading, _lines(table.rows, names), _after(table.rows, names), proof, table.is_ordinary)


def limits(notice: Notice, names: Names) -> tuple[tuple[str, str], ...]:
    """The limits of each rule that has one: its title, and how much it pays at most."""
    told = [(title_words(rule), _limits_of(rule, names)) for rule in notice.rules if rule.get("limit")]
    return tuple(told)


def deciding_rules(notice: Notice, names: Names) -> tuple[str, ...]:
    """The rules that ask for what the tables cannot know of a reader, each as one sentence."""
    tables = [*(table.rows for table in notice.tables), *(table.rows for table in notice.categories)]
    cells = [row.cells[0] for rows in tables for row in rows if not row.cells[0].elder.is_sure]
    keys = {key for cell in cells for key in cell.depends_on}
    asking = [rule for rule in notice.rules if keys & _asked(rule.get("when", {}))]
    return tuple(part_words(rule, names).line for rule in asking)


def _asked(when: Mapping[str, Any]) -> set[str]:
    """The facts that conditions ask for, however deep; where a home lies is asked for by `canteen_within` too."""
    keys = set(when)
    for table in (*when.get("any", ()), *([when["not"]] if "not" in when else ())):
        keys |= _asked(table)
    return keys | {f"{home}_division" for home in when.get("canteen_within", {})}


def rules(notice: Notice, names: Names) -> tuple[str, ...]:
    """Every rule as one sentence, for a canteen whose price nobody has said."""
    return tuple(part_words(rule, names).line for rule in notice.rules)


def amount(fen: int) -> str:
    """An amount as people say it: 6 元, 6.50 元."""
    return str(gettext("%(figure)s 元", figure=_figure(fen)))


def _figure(fen: int) -> str:
    return f"{fen // 100:,}" if fen % 100 == 0 else f"{fen // 100:,}.{fen % 100:02d}"


def _limits_of(rule: Mapping[str, Any], names: Names) -> str:
    return _and(limit_words(limit, names) for limit in rule["limit"])


def _lines(rows: Sequence[AgeRow], names: Names) -> tuple[Line, ...]:
    """Ages at which an elder pays the same stand in one line, whoever pays the rest of it."""
    runs: list[list[AgeRow]] = []
    for row in rows:
        if runs and _said_to_elder(runs[-1][0]) == _said_to_elder(row):
            runs[-1].append(row)
        else:
            runs.append([row])
    return tuple(_line(run, names) for run in runs)


def _said_to_elder(row: AgeRow) -> tuple[Span, tuple[str, ...]]:
    cell = row.cells[0]
    return cell.elder, () if cell.elder.is_sure else cell.depends_on


def _line(run: Sequence[AgeRow], names: Names) -> Line:
    elder, deciding = _said_to_elder(run[0])
    others = {_others(row.cells[0], names) for row in run}
    depends = _and(_decides(key, names) for key in deciding)
    return Line(
        _ages(run[0].from_age, run[-1].to_age),
        _amounts(elder),
        others.pop() if len(others) == 1 else "",
        gettext("要看%(facts)s", facts=depends) if depends else "",
        elder.most_fen == 0,
    )


def _others(cell: Cell, names: Names) -> str:
    """Who pays the rest, where that is certain; where it is not, the elder's own amount says enough."""
    if cell.depends_on:
        return ""
    return _and(
        gettext("%(payer)s付 %(amount)s", payer=payer_words(payer, None, names), amount=_amounts(span))
        for payer, span in cell.shares
    )


def _ages(from_age: int, to_age: int) -> str:
    if to_age == LAST_AGE:
        return str(gettext("%(age)s 岁以上", age=from_age))
    if from_age == to_age:
        return str(gettext("%(age)s 岁", age=from_age))
    return str(gettext("%(first)s–%(last)s 岁", first=max(from_age, FIRST_AGE), last=to_age))


def _amounts(span: Span) -> str:
    if span.is_sure:
        return amount(span.least_fen)
    figures = f"{_figure(span.least_fen)}–{_figure(span.most_fen)}"
    return str(gettext("%(figure)s 元", figure=figures))


def _decides(key: str, names: Names) -> str:
    if key.startswith("voucher:"):
        return str(gettext("有没有%(voucher)s", voucher=payer_words(key, None, names)))
    return str(DECIDES[key])


def _after(rows: Sequence[AgeRow], names: Names) -> tuple[str, ...]:
    """What is paid once a limit is reached or a fund is empty: one sentence for each amount."""
    ends: dict[Span, dict[str, None]] = {}
    for cell in (row.cells[0] for row in rows):
        if cell.at_end is not None:
            ends.setdefault(cell.at_end, {}).update(dict.fromkeys(cell.ends_by))
    return tuple(
        str(
            gettext(
                "%(ends)s用完以后，每餐付 %(amount)s。", ends=_either(ends_by, names), amount=_amounts(span)
            )
        )
        for span, ends_by in ends.items()
        if ends_by
    )


def _either(ends: Iterable[str], names: Names) -> str:
    said = [_end(end, names) for end in ends]
    if len(said) < 2:
        return "".join(said)
    return str(gettext("%(first)s或%(last)s", first=_and(said[:-1]), last=said[-1]))


def _end(end: str, names: Names) -> str:
    kind, _colon, fund = end.partition(":")
    if kind == "limit":
        return str(ENDS[end])
    return inside(payer_words("sponsor" if kind == "fund" else "voucher", fund, names))


def _and(words: Iterable[str]) -> str:
    return str(gettext("、")).join(words)
