"""Who pays what in a canteen on a day, by meal, age and category; and when that changes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from canteen.canteens.queries import CanteenRow, rule_facts
from canteen.core.age_table import ORDINARY, AgeRow, age_table, named_categories
from canteen.core.calendar import MEAL_PERIODS
from canteen.core.programme import Programme, Version
from canteen.subsidies import queries as subsidies
from canteen.subsidies.queries import BindingRow


@dataclass(frozen=True, slots=True)
class MealTable:
    """The table of the meals that are divided alike: an ordinary resident by age."""

    meals: tuple[str, ...]
    rows: tuple[AgeRow, ...]


@dataclass(frozen=True, slots=True)
class CategoryTable:
    """What holders of a category pay, for those meals of which the notice speaks of them.

    `is_ordinary`: they pay what everybody of their age pays.
    """

    codes: tuple[str, ...]
    rows: tuple[AgeRow, ...]
    is_ordinary: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice in force: whose it is, from when until when, its rules as they are written.

    `meals` are the meal periods of the canteen for which it pays. `price_fen` is the set meal's price, None
    where nobody says one; there are no tables then.
    """

    code: str
    title: str
    authority: str
    reference: str | None
    effective_on: date
    until_on: date | None
    price_fen: int | None
    meals: tuple[str, ...]
    tables: tuple[MealTable, ...]
    categories: tuple[CategoryTable, ...]
    rules: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """What is in force on a day, None for nothing; and the next day on which it changes, with what then holds."""

    on: date
    notice: Notice | None
    changes_on: date | None = None
    coming: Notice | None = None


def read_policy(session: Session, canteen: CanteenRow, on: date) -> PolicyPage:
    """The page of a canteen on a day."""
    bound = subsidies.bindings(session, canteen.id)
    changes_on = _next_change(session, bound, on)
    return PolicyPage(
        on,
        _notice(session, canteen, bound, on),
        changes_on,
        None if changes_on is None else _notice(session, canteen, bound, changes_on),
    )


def has_notice(session: Session, canteen: CanteenRow, on: date) -> bool:
    """Whether any rules hold in the canteen on a day."""
    return _in_force(session, subsidies.bindings(session, canteen.id), on) is not None


def standard_price_fen(session: Session, canteen: CanteenRow, on: date) -> int | None:
    """The set meal's price by the notice in force; None where none is, or it names none."""
    found = _in_force(session, subsidies.bindings(session, canteen.id), on)
    return None if found is None else found[1].standard_price_fen


def meal_rows(session: Session, canteen: CanteenRow, on: date, meal: str, price_fen: int) -> tuple[AgeRow, ...]:
    """What an ordinary resident pays for one meal by age; nothing where anything but the age decides it."""
    found = _in_force(session, subsidies.bindings(session, canteen.id), on)
    if found is None:
        return ()
    rows = age_table(found[0], on, price_fen, rule_facts(canteen), (ORDINARY,), meal)
    return rows if all(row.cells[0].elder.is_sure for row in rows) else ()


def _in_force(session: Session, bound: Sequence[BindingRow], on: date) -> tuple[Programme, Version] | None:
    binding = subsidies.binding_on(bound, on)
    if binding is None:
        return None
    programme = subsidies.read_stored(session, binding.programme_id)
    version = programme.version_on(on)
    return None if version is None else (programme, version)


def _next_change(session: Session, bound: Sequence[BindingRow], on: date) -> date | None:
    """The first day after `on` from which another notice holds, or none does."""
    days = {row.from_on for row in bound}
    for programme_id in {row.programme_id for row in bound}:
        for version in subsidies.read_stored(session, programme_id).versions:
            days.add(version.effective_on)
            if version.until_on is not None:
                days.add(version.until_on + timedelta(days=1))
    now = _said(_in_force(session, bound, on))
    later = sorted(day for day in days if day > on)
    return next((day for day in later if _said(_in_force(session, bound, day)) != now), None)


def _said(found: tuple[Programme, Version] | None) -> tuple[str, date] | None:
    return None if found is None else (found[0].id, found[1].effective_on)


def _notice(session: Session, canteen: CanteenRow, bound: Sequence[BindingRow], on: date) -> Notice | None:
    found = _in_force(session, bound, on)
    if found is None:
        return None
    programme, version = found
    values = subsidies.read_mapping(session, programme.id)["version"][version.index]
    price_fen = canteen.price_fen if canteen.price_fen is not None else version.standard_price_fen
    meals = tuple(meal for meal in MEAL_PERIODS if meal in canteen.hours)
    tables = () if price_fen is None else _meal_tables(programme, canteen, on, price_fen, meals)
    return Notice(
        code=programme.id,
        title=programme.title,
        authority=programme.authority,
        reference=version.reference,
        effective_on=version.effective_on,
        until_on=version.until_on,
        price_fen=price_fen,
        meals=tuple(meal for meal in meals if meal in version.meals),
        tables=tables,
        categories=_category_tables(programme, version, canteen, on, price_fen, tables),
        rules=tuple(values["rule"]),
    )


def _meal_tables(
    programme: Programme, canteen: CanteenRow, on: date, price_fen: int, meals: Sequence[str]
) -> tuple[MealTable, ...]:
    tables: dict[tuple[AgeRow, ...], tuple[str, ...]] = {}
    for meal in meals:
        rows = age_table(programme, on, price_fen, rule_facts(canteen), (ORDINARY,), meal)
        tables[rows] = (*tables.get(rows, ()), meal)
    return tuple(MealTable(served, rows) for rows, served in tables.items())


def _category_tables(
    programme: Programme,
    version: Version,
    canteen: CanteenRow,
    on: date,
    price_fen: int | None,
    tables: Sequence[MealTable],
) -> tuple[CategoryTable, ...]:
    """Each category that the rules name, for the first meal for which they pay."""
    meal = next((meal for table in tables for meal in table.meals if meal in version.meals), None)
    if meal is None or price_fen is None:
        return ()
    ordinary = next(table.rows for table in tables if meal in table.meals)
    found = []
    for codes in named_categories(version):
        rows = age_table(programme, on, price_fen, rule_facts(canteen), (codes,), meal)
        found.append(CategoryTable(codes, rows, rows == ordinary))
    return tuple(found)
