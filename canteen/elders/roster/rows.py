"""One row of a roster: its first fault, or an elder's particulars with the warnings about them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from canteen.core.identity import (
    IdentityFault,
    IdentityNumber,
    Sex,
    birth_date,
    check_character,
    first_fault,
    normalise,
    sex,
)
from canteen.core.names import is_formula, is_name, kept_name
from canteen.elders.divisions import is_division
from canteen.elders.roster import values
from canteen.elders.roster.categories import CategoryReading, read_categories, read_grade, read_living
from canteen.elders.roster.cells import Cell, SheetRow, as_text, folded
from canteen.elders.roster.columns import Field, Header
from canteen.elders.roster.findings import RosterFinding, RosterRefused, fault, warning

FOOTERS = ("合计", "总计", "小计", "制表", "填表", "审核", "负责人", "备注", "说明", "注")
CONSTANT_FORMULA = re.compile(r'="([^"]*)"')

SEX_WORDS = {"男": Sex.MALE, "女": Sex.FEMALE, "m": Sex.MALE, "f": Sex.FEMALE, "1": Sex.MALE, "2": Sex.FEMALE,
             "男性": Sex.MALE, "女性": Sex.FEMALE}  # fmt: skip

TEXTS = {
    Field.COMMUNITY: 80,
    Field.ADDRESS: 200,
    Field.DIET: 120,
    Field.EMERGENCY_CONTACT: 80,
    Field.OUTSIDE_CARD_NO: 40,
}
"""Columns kept as they are written, with the room there is for each."""
NAME_LIMIT = 60

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A good row. What its sheet has no column for, or leaves empty, is None or empty: it says nothing.

    `phone` is digits; `distance_m` metres; `monthly_income_fen` fen; divisions are administrative codes.
    """

    row: int
    name: str
    identity: IdentityNumber
    born_on: date
    sex: Sex
    phone: str | None = None
    categories: frozenset[str] = frozenset()
    community: str | None = None
    address: str | None = None
    household_division: str | None = None
    residence_division: str | None = None
    distance_m: int | None = None
    pension: bool | None = None
    disability_grade: int | None = None
    care_level: int | None = None
    monthly_income_fen: int | None = None
    living: str | None = None
    diet: str | None = None
    emergency_contact: str | None = None
    outside_card_no: str | None = None

    def __repr__(self) -> str:
        return f"<RosterRow {self.row}>"  # Neither a name nor a number may reach a log.


def is_footer(row: SheetRow) -> bool:
    """Whether the first filled cell begins like a sum, a signature line or a note."""
    first = next((folded(as_text(cell)) for cell in row.cells if folded(as_text(cell))), "")
    return first.startswith(FOOTERS)


def raw_identity(header: Header, row: SheetRow) -> Cell:
    """The identity cell as it is: a number stays a number, ="62…" is the text it shows."""
    place = header.columns[Field.IDENTITY]
    cell = row.cells[place] if place < len(row.cells) else None
    if isinstance(cell, str) and (constant := CONSTANT_FORMULA.fullmatch(cell.strip())):
        return constant.group(1)
    return cell


def refuse_formula(header: Header, row: SheetRow) -> None:
    """Refuse the file if a name calculates: its value may be anything, now or when somebody opens it next."""
    place = header.columns[Field.NAME]
    if place in row.formulas or is_formula(row.text(place)):
        raise RosterRefused("formula", row=str(row.number), column=header.headings[place])


def find_fault(header: Header, row: SheetRow, today: date, good: dict[str, int]) -> RosterFinding | None:
    """The row's first fault, in commands.md's order; `good` maps the numbers of good rows to their rows."""
    number = row.number
    if not is_name(kept_name(row.text(header.columns[Field.NAME]))):
        return fault(number, header.heading(Field.NAME), "name-missing")
    column = header.heading(Field.IDENTITY)
    cell = raw_identity(header, row)
    code = first_fault(cell, today, is_division)
    if code is IdentityFault.CHECKSUM:
        expected = check_character(normalise(as_text(cell))) or ""
        return fault(number, column, code.value, expected=expected)
    if code is not None:
        return fault(number, column, code.value)
    earlier = good.get(normalise(as_text(cell)))
    if earlier is not None:
        return fault(number, column, "duplicate", first=str(earlier))
    return None


@dataclass(slots=True)
class RowReader:
    """Reads the columns of good rows; what a cell says and nobody understands becomes a warning.

    `own_categories`: categories that the office keeps, by title as a cell may have it (folded) to code.
    """

    header: Header
    own_categories: Mapping[str, str] = field(default_factory=dict)
    warnings: list[RosterFinding] = field(default_factory=list)

    def read(self, row: SheetRow) -> RosterRow:
        """The particulars of a row that has no fault; its warnings are added to `warnings`."""
        identity = IdentityNumber(normalise(as_text(raw_identity(self.header, row))))
        self._compare_sex(row, sex(identity))
        stated = self._categories(row)
        grade = self._grade(row, stated)
        categories = set(stated.categories)
        if "残疾" in stated.unknown and grade is not None and grade <= 2:
            categories.add("severe-disability")
        self._tell_unknown(row, stated, grade)
        return RosterRow(
            row=row.number,
            name=self._name(row),
            identity=identity,
            born_on=birth_date(identity),
            sex=sex(identity),
            phone=self._value(row, Field.PHONE, values.read_phone, "phone"),
            categories=frozenset(categories),
            household_division=self._division(row, Field.HOUSEHOLD_DIVISION),
            residence_division=self._division(row, Field.RESIDENCE_DIVISION),
            distance_m=self._value(row, Field.DISTANCE, values.read_distance, "distance-unknown"),
            pension=self._value(row, Field.PENSION, values.read_yes_no, "pension-unknown"),
            disability_grade=grade,
            care_level=self._value(row, Field.CARE_LEVEL, values.read_care_level, "care-level-unknown"),
            monthly_income_fen=self._value(row, Field.MONTHLY_INCOME, values.read_yuan, "income-unknown"),
            living=self._living(row) or stated.living,
            community=self._text(row, Field.COMMUNITY),
            address=self._text(row, Field.ADDRESS),
            diet=self._text(row, Field.DIET),
            emergency_contact=self._emergency(row),
            outside_card_no=self._text(row, Field.OUTSIDE_CARD_NO),
        )

    def _name(self, row: SheetRow) -> str:
        name = kept_name(row.text(self.header.columns[Field.NAME]))
        return self._limited(row, Field.NAME, name, NAME_LIMIT) or ""

    def _cell(self, row: SheetRow, column: Field) -> Cell:
        place = self.header.columns.get(column)
        return None if place is None or place >= len(row.cells) else row.cells[place]

    def _warn(self, row: SheetRow, column: Field, code: str, **gaps: str) -> None:
        self.warnings.append(warning(row.number, self.header.heading(column), code, **gaps))

    def _value(
        self, row: SheetRow, column: Field, read: Callable[[object], Value | None], code: str
    ) -> Value | None:
        cell = self._cell(row, column)
        try:
            return read(cell)
        except values.NotUnderstood:
            gaps = {} if code == "phone" else {"word": _short(as_text(cell))}
            self._warn(row, column, code, **gaps)
            return None

    def _division(self, row: SheetRow, column: Field) -> str | None:
        return self._value(row, column, values.read_division, "division-unknown")

    def _text(self, row: SheetRow, column: Field) -> str | None:
        text = as_text(self._cell(row, column)).strip()
        return self._limited(row, column, " ".join(text.split()), TEXTS[column])

    def _limited(self, row: SheetRow, column: Field, text: str, limit: int) -> str | None:
        if len(text) > limit:
            self._warn(row, column, "text-too-long", limit=str(limit))
        return text[:limit] or None

    def _emergency(self, row: SheetRow) -> str | None:
        """Name and phone of the emergency contact in one line; either may stand alone."""
        columns = (Field.EMERGENCY_CONTACT, Field.EMERGENCY_PHONE)
        together = " ".join(" ".join(as_text(self._cell(row, column)) for column in columns).split())
        return self._limited(row, Field.EMERGENCY_CONTACT, together, TEXTS[Field.EMERGENCY_CONTACT])

    def _compare_sex(self, row: SheetRow, true_sex: Sex) -> None:
        stated = SEX_WORDS.get(folded(as_text(self._cell(row, Field.SEX))).lower())
        if stated is not None and stated is not true_sex:
            self._warn(row, Field.SEX, "sex-mismatch", sex="男" if true_sex is Sex.MALE else "女")

    def _categories(self, row: SheetRow) -> CategoryReading:
        """What all category columns say together; of grades and living situations the first."""
        readings = [read_categories(row.cells[p]) for p in self.header.categories if p < len(row.cells)]
        words = [word for reading in readings for word in reading.unknown]
        own = {self.own_categories[word] for word in words if word in self.own_categories}
        return CategoryReading(
            categories=frozenset(own).union(*(reading.categories for reading in readings)),
            disability_grade=next((r.disability_grade for r in readings if r.disability_grade), None),
            living=next((r.living for r in readings if r.living), None),
            unknown=tuple(word for word in words if word not in self.own_categories),
        )

    def _tell_unknown(self, row: SheetRow, stated: CategoryReading, grade: int | None) -> None:
        for word in stated.unknown:
            if word == "残疾" and grade is not None:
                continue  # The column of its own says which grade.
            places = [place for place in self.header.categories if word in folded(row.text(place))]
            heading = self.header.headings[(places or self.header.categories)[0]]
            self.warnings.append(warning(row.number, heading, "category-unknown", word=_short(word)))

    def _grade(self, row: SheetRow, stated: CategoryReading) -> int | None:
        cell = self._cell(row, Field.DISABILITY_GRADE)
        grade, is_understood = read_grade(cell)
        if not is_understood:
            self._warn(row, Field.DISABILITY_GRADE, "grade-unknown", word=_short(as_text(cell)))
        if grade and stated.disability_grade and grade != stated.disability_grade:
            self._warn(row, Field.DISABILITY_GRADE, "grade-differs")
        return grade or stated.disability_grade

    def _living(self, row: SheetRow) -> str | None:
        cell = self._cell(row, Field.LIVING)
        living, is_understood = read_living(cell)
        if not is_understood:
            self._warn(row, Field.LIVING, "living-unknown", word=_short(as_text(cell)))
        return living


def _short(text: str) -> str:
    """A word to quote: digits that might be somebody's number are never repeated."""
    plain = re.sub(r"\d{6,}", "…", " ".join(text.split()))
    return plain if len(plain) <= 20 else plain[:20] + "…"
