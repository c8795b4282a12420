"""What the version comes to for an elder of each age and category: a table that is computed, never typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from canteen.canteens.queries import by_code, rule_facts
from canteen.core.age_table import LAST_AGE, ORDINARY, AgeRow, Cell, age_table, named_categories
from canteen.core.calendar import MEAL_PERIODS
from canteen.core.division import CanteenFacts
from canteen.core.errors import Refusal
from canteen.core.money import parse_yuan, yuan
from canteen.core.programme import Programme, read_leniently
from canteen.subsidies.comparing.age_words import ages_words
from canteen.subsidies.drafts.queries import DraftRow
from canteen.subsidies.wording.conditions import KEYS, key_words
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.said import _
from canteen.subsidies.wording.terms import MEALS, all_of, term

MOST_COLUMNS = 6
_USUAL_PRICE = "15.00"


@dataclass(frozen=True, slots=True)
class AgeCell:
    """What the elder pays, and on what it depends."""

    pays: str
    depends_on: str


@dataclass(frozen=True, slots=True)
class AgeLine:
    """Ages at which all columns say the same."""

    ages: str
    cells: tuple[AgeCell, ...]


@dataclass(frozen=True, slots=True)
class AgeView:
    """The table of a version. `more` counts the categories that found no column."""

    price: str
    meal: str
    columns: tuple[str, ...]
    lines: tuple[AgeLine, ...]
    more: int


def age_view(
    session: Session, draft: DraftRow, values: Mapping[str, Any], version: int, names: Names
) -> AgeView | None:
    """The table on the version's first day; None while the version has faults."""
    programme, _faults = read_leniently({key: values[key] for key in ("programme", "version")})
    written = values["version"][version]
    on = written.get("effective")
    if programme is None or type(on) is not date:
        return None
    governing = programme.version_on(on)
    if governing is None or governing.index != version:
        return None
    price = written.get("standard_price", _USUAL_PRICE)
    meal = next((meal for meal in ("lunch", *MEAL_PERIODS) if meal in governing.meals), "lunch")
    wanted = named_categories(governing)
    shown = wanted[: MOST_COLUMNS - 1]
    rows = _rows(programme, on, price, _canteen(session, draft), (ORDINARY, *shown), meal)
    columns = (_("一般居民"), *(all_of(names.category(code) for code in column) for column in shown))
    return AgeView(
        price=yuan(parse_yuan(price)),
        meal=term(MEALS, meal),
        columns=columns,
        lines=tuple(_line(row) for row in rows),
        more=len(wanted) - len(shown),
    )


def _rows(
    programme: Programme, on: date, price: str, canteen: CanteenFacts, columns: Any, meal: str
) -> tuple[AgeRow, ...]:
    return age_table(programme, on, parse_yuan(price), canteen, columns, meal)


def _canteen(session: Session, draft: DraftRow) -> CanteenFacts:
    """The facts of the first canteen that the programme binds; of none, where it binds none yet."""
    for code in draft.canteens[:1]:
        try:
            canteen = by_code(session, code)
        except Refusal:
            continue
        return rule_facts(canteen)
    return CanteenFacts()


def _line(row: AgeRow) -> AgeLine:
    to_age = None if row.to_age >= LAST_AGE else row.to_age
    return AgeLine(ages_words(row.from_age, to_age), tuple(_cell(cell) for cell in row.cells))


def _cell(cell: Cell) -> AgeCell:
    least, most = yuan(cell.elder.least_fen), yuan(cell.elder.most_fen)
    pays = least if cell.elder.is_sure else f"{least}–{most}"
    depends = [key_words(key) for key in cell.depends_on if key in KEYS]
    return AgeCell(pays, _("看%(facts)s", facts=all_of(depends)) if depends else "")
