"""The facts of an example in one line: 82 周岁，属于低保，送餐; and what limits, funds and vouchers have left."""

from __future__ import annotations

from canteen.core.calendar import AgeCounts, age_on
from canteen.core.division import ElderFacts
from canteen.core.worked_example import Example
from canteen.subsidies.trying.slots import PERIODS
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.ranges import kilometres
from canteen.subsidies.wording.said import _
from canteen.subsidies.wording.terms import (
    CHANNELS,
    LIVING,
    MEALS,
    all_of,
    clauses,
    money_words,
    phrases,
    term,
)


def facts_words(example: Example, age_counts: AgeCounts, names: Names) -> str:
    """Who eats what, in one line; facts that are not given are left out."""
    meal = _("%(meal)s %(price)s", meal=term(MEALS, example.meal), price=money_words(int(example.price_fen)))
    if example.channel != "dine-in":
        meal = phrases([meal, term(CHANNELS, example.channel)])
    place = _("在%(canteen)s", canteen=names.canteen(example.canteen.code)) if example.canteen.code else ""
    return clauses([phrases([meal, place]), elder_words(example, age_counts, names), _held(example, names)])


def elder_words(example: Example, age_counts: AgeCounts, names: Names) -> str:
    """The elder's facts: 82 周岁（1944-03-08 出生），低保，残疾 2 级."""
    elder = example.elder
    said = [_age(example, age_counts), *(names.category(code) for code in sorted(elder.categories))]
    if elder.disability_grade is not None:
        said.append(_("残疾 %(x)s 级", x=elder.disability_grade))
    if elder.care_level is not None:
        said.append(_("护理 %(x)s 级", x=elder.care_level))
    if elder.pension is not None:
        said.append(_("有退休金") if elder.pension else _("没有退休金"))
    if elder.monthly_income_fen is not None:
        said.append(_("家庭人均月收入 %(amount)s", amount=money_words(elder.monthly_income_fen)))
    return phrases([*said, *_home(elder, names)])


def _age(example: Example, age_counts: AgeCounts) -> str:
    born_on = example.elder.born_on
    if born_on is None:
        return _("不知道出生日期")
    age = age_on(born_on, example.on, age_counts)
    return _("%(age)s 周岁（%(born)s 出生）", age=age, born=born_on.isoformat())


def _home(elder: ElderFacts, names: Names) -> list[str]:
    said = []
    if elder.household_division is not None and elder.household_division == elder.residence_division:
        said.append(_("户籍和住处在 %(place)s", place=names.division(elder.household_division)))
    else:
        if elder.household_division is not None:
            said.append(_("户籍在 %(places)s", places=names.division(elder.household_division)))
        if elder.residence_division is not None:
            said.append(_("住在 %(places)s", places=names.division(elder.residence_division)))
    if elder.distance_m is not None:
        said.append(_("家到食堂 %(km)s 公里", km=kilometres(elder.distance_m)))
    if elder.living is not None:
        said.append(term(LIVING, elder.living))
    return said


def _held(example: Example, names: Names) -> str:
    funds = [
        _("冠名善款“%(fund)s”只有 %(left)s", fund=names.fund(code), left=money_words(int(fen)))
        for code, fen in example.funds.items()
    ]
    vouchers = [
        _("服务券“%(voucher)s”有 %(left)s", voucher=names.voucher(code), left=money_words(int(fen)))
        for code, fen in example.vouchers.items()
    ]
    return all_of([*_used(example), *funds, *vouchers])


def _used(example: Example) -> list[str]:
    said = []
    for per, words in PERIODS.items():
        uses = [windows[per] for windows in example.used.values() if per in windows]
        meals, fen = sum(use.meals for use in uses), sum(use.amount_fen for use in uses)
        if meals and fen:
            said.append(
                _("%(per)s已补 %(count)s 餐 %(amount)s", per=str(words), count=meals, amount=money_words(fen))
            )
        elif fen:
            said.append(_("%(per)s已补 %(amount)s", per=str(words), amount=money_words(fen)))
        elif meals:
            said.append(_("%(per)s已补 %(count)s 餐", per=str(words), count=meals))
    return said
