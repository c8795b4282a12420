"""The roster beside a settlement: each elder at each rate, and the month's corrections by elder."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from canteen.core.calendar import month_of
from canteen.documents.papers import Heading, MealLine, RosterLine, RosterPaper
from canteen.elders.divisions import division_name
from canteen.settlement.addressee import (
    Addressee,
    OwedMeal,
    channel_counts,
    correction_reason,
    owed_meals,
)
from canteen.settlement.headings import CHANNEL_NAMES, MEAL_NAMES
from canteen.settlement.month import ElderFact, MonthRows
from canteen.settlement.rule_words import ORDINARY

Key = tuple[int, tuple[str, str, str]]


def roster_paper(rows: MonthRows, addressee: Addressee, heading: Heading) -> RosterPaper:
    """The roster for one addressee; its total is what the addressee owes for meals, corrections included."""
    groups: dict[Key, list[OwedMeal]] = defaultdict(list)
    for meal in owed_meals(rows, addressee):
        groups[meal.sum.meal.elder_id, meal.tier].append(meal)
    lines = [(_place(rows, key, meals), key, _line(rows, key, meals)) for key, meals in groups.items()]
    lines.sort(key=lambda line: line[0])
    places = {key: number for number, (_, key, _) in enumerate(lines, start=1)}
    every = [line for _, _, line in lines] + _corrections(rows, addressee)
    return RosterPaper(
        heading=heading,
        addressee=addressee.name,
        lines=tuple(every),
        total_fen=sum(line.amount_fen for line in every),
        meals=_meal_lines(rows, groups, places),
    )


def _place(rows: MonthRows, key: Key, meals: Sequence[OwedMeal]) -> tuple[str, str, int, tuple[str, int]]:
    elder = rows.elders[key[0]]
    return elder.community, elder.name_sort or elder.name, elder.id, meals[0].words.place


def _line(rows: MonthRows, key: Key, meals: Sequence[OwedMeal]) -> RosterLine:
    last = max(meals, key=lambda meal: (meal.sum.meal.service_on, meal.sum.meal.id)).sum.meal
    days: dict[str, Any] = {
        f"{period}_days": tuple(
            sorted({m.sum.meal.service_on.day for m in meals if m.sum.meal.meal_period == period})
        )
        for period in MEAL_NAMES
    }
    line = _about(rows.elders[key[0]], last.facts, rows.category_titles)
    return replace(
        line,
        age_years=last.age_years,
        standard=key[1][2],
        amount_fen=sum(meal.payable_fen for meal in meals),
        **channel_counts([meal.sum for meal in meals]),
        **days,
    )


def _about(elder: ElderFact, facts: Mapping[str, object], titles: Mapping[str, str]) -> RosterLine:
    held = facts.get("categories") or ()
    categories = [titles.get(str(code), str(code)) for code in sorted(held)]  # type: ignore[call-overload]
    return RosterLine(
        name=elder.name,
        sex=elder.sex,
        age_years=None,
        born_on=elder.born_on,
        household=division_name(str(facts.get("household_division") or "")),
        id_shown=elder.id_shown,
        category="、".join(categories) or ORDINARY,
        community=elder.community,
        address=elder.address,
        dine_in=0,
        takeaway=0,
        delivery=0,
        standard="",
        amount_fen=0,
        elder_no=elder.id,
    )


def _corrections(rows: MonthRows, addressee: Addressee) -> list[RosterLine]:
    """One line for each elder, month and reason that this month corrects; signed."""
    found: dict[tuple[str, str, str, int], RosterLine] = {}
    for meal in rows.corrections():
        fen = sum(line.amount_fen for line in meal.lines if addressee.owes(line) and not line.is_grant)
        if not fen:
            continue
        elder, fact = rows.elders[meal.meal.elder_id], meal.meal
        key = (elder.name_sort, month_of(fact.service_on), correction_reason(rows, meal), elder.id)
        line = found.get(key) or _about(elder, fact.facts, rows.category_titles)
        counts = channel_counts([meal])
        found[key] = replace(
            line,
            age_years=fact.age_years,
            standard="调整",
            amount_fen=line.amount_fen + fen,
            remark=f"{key[1]} {key[2]}",
            dine_in=line.dine_in + counts["dine_in"],
            takeaway=line.takeaway + counts["takeaway"],
            delivery=line.delivery + counts["delivery"],
        )
    return [line for _, line in sorted(found.items(), key=lambda entry: entry[0])]


def _meal_lines(
    rows: MonthRows, groups: Mapping[Key, Sequence[OwedMeal]], places: Mapping[Key, int]
) -> tuple[MealLine, ...]:
    found = [
        (meal.sum.meal.service_on, list(MEAL_NAMES).index(meal.sum.meal.meal_period), places[key], meal, key)
        for key, meals in groups.items()
        for meal in meals
    ]
    found.sort(key=lambda entry: (*entry[:3], entry[3].sum.meal.id))
    return tuple(
        MealLine(
            on=on,
            meal_period=MEAL_NAMES[meal.sum.meal.meal_period],
            row=row,
            name=rows.elders[key[0]].name,
            channel=CHANNEL_NAMES[meal.sum.meal.channel],
            price_fen=meal.sum.meal.price_fen,
            amount_fen=meal.payable_fen,
        )
        for on, _, row, meal, key in found
    )
