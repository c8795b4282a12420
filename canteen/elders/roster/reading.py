"""A whole roster read: good rows, faulty rows, warnings, columns that were passed over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from canteen.elders.roster.cells import SheetRow, as_text, folded
from canteen.elders.roster.columns import Header, find_header, headings_of
from canteen.elders.roster.files import read_sheets
from canteen.elders.roster.findings import RosterFinding, RosterRefused
from canteen.elders.roster.rows import RosterRow, RowReader, find_fault, is_footer, refuse_formula

ROWS_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row that is left out, with its cells as they stood, so that it can be given back to be mended."""

    finding: RosterFinding
    cells: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<FaultyRow {self.finding.row} {self.finding.code}>"


@dataclass(frozen=True, slots=True)
class Roster:
    """What a roster holds, in the sheet's own order; `headings_of` maps fields to the sheet's headings."""

    headings: tuple[str, ...]
    rows: tuple[RosterRow, ...]
    faulty: tuple[FaultyRow, ...]
    warnings: tuple[RosterFinding, ...]
    ignored_columns: tuple[str, ...]
    headings_of: Mapping[str, str]

    @property
    def read(self) -> int:
        """Rows that were read: all but empty ones, footers, titles and the header."""
        return len(self.rows) + len(self.faulty)

    @property
    def column_of_name(self) -> int:
        """Which column, from 0, holds the names."""
        return self.headings.index(self.headings_of["name"])

    @property
    def faults(self) -> tuple[RosterFinding, ...]:
        """One fault for each row that is left out."""
        return tuple(row.finding for row in self.faulty)


def read_roster(
    data: bytes,
    today: date,
    progress: Callable[[int], None] = lambda _row: None,
    categories: Mapping[str, str] = MappingProxyType({}),
) -> Roster:
    """Read a roster from a file's bytes, `.xlsx` or `.csv`, whatever the file is called.

    `today` is the canteen's own day: a birth date after it is a fault. `progress` hears the sheet's row
    number every few hundred rows. `categories`: those of the office, by title to code, beside the usual words.
    Raises `RosterRefused` for a file that is none, has no header, or holds a formula for a name. Source of the
    headings, footers and faults: commands.md, Rosters.
    """
    sheet, header = find_header(read_sheets(data))
    reader = RowReader(header, {folded(title): code for title, code in categories.items()})
    rows: list[RosterRow] = []
    faulty: list[FaultyRow] = []
    good: dict[str, int] = {}
    for row in sheet.rows():
        if row.number % 500 == 0:
            progress(row.number)
        if row.number <= header.row or row.is_empty or is_footer(row):
            continue
        if len(rows) + len(faulty) >= ROWS_LIMIT:
            raise RosterRefused("too-many-rows", limit=str(ROWS_LIMIT))
        refuse_formula(header, row)
        finding = find_fault(header, row, today, good)
        if finding:
            faulty.append(FaultyRow(finding, _cells(row, len(header.headings))))
            continue
        particulars = reader.read(row)
        good[particulars.identity] = row.number
        rows.append(particulars)
    warnings = sorted(reader.warnings, key=lambda warning: (warning.row, _place(header, warning.column)))
    return Roster(
        header.headings, tuple(rows), tuple(faulty), tuple(warnings), header.ignored, headings_of(header)
    )


def _place(header: Header, column: str) -> int:
    return header.headings.index(column) if column in header.headings else len(header.headings)


def _cells(row: SheetRow, width: int) -> tuple[str, ...]:
    return tuple(as_text(cell) for cell in row.cells[:width])
