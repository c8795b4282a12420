"""The page model: tables of plain cells, cut into pages by us. PDF and XLSX are both drawn from it.

A layout engine that breaks tables by itself cannot print 本页小计 and 累计, so pages have a fixed number of
rows and every sum is made here, from the same cells that are printed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise

from canteen.core.money import yuan
from canteen.core.words import capitals
from canteen.documents.papers import Heading

Cell = str | int | date | None
Row = tuple[Cell, ...]


class NotPrintable(Exception):  # noqa: N818
    """A paper that must not be printed as it is; the message says why, without naming anybody."""


class DoesNotBalance(NotPrintable):
    """The rows of a paper do not sum to what was sealed."""


class Shape(StrEnum):
    """How a column's cells are written."""

    TEXT = "text"
    COUNT = "count"
    SIGNED = "signed"  # a count of a correction, with its sign
    MONEY = "money"  # whole fen, printed 1,234.50, a number of yuan in a spreadsheet
    RATE = "rate"  # money or words, as text: 9.00, 全额
    IDENTITY = "identity"  # digits that are no number
    DAY = "day"


NUMBERS = frozenset({Shape.COUNT, Shape.SIGNED, Shape.MONEY})


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, how its cells are written, its share of the width, whether it is summed."""

    title: str
    shape: Shape = Shape.TEXT
    width_mm: float = 20
    summed: bool = False
    group: str = ""  # a heading over several neighbours


@dataclass(frozen=True, slots=True)
class TablePage:
    """The rows of one page, with the sums of this page and of all pages up to it."""

    rows: tuple[Row, ...]
    first_no: int
    subtotal: Row
    running: Row
    is_last: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a paper. `total` is the last line, as printed; without summed columns it is None."""

    key: str  # ASCII, names the sheet's counterpart in templates and the CSV
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    note: str = ""
    empty: str = ""  # what is printed instead of no rows

    def sums(self, rows: Sequence[Row]) -> Row:
        """The sums of the summed columns over these rows; None elsewhere."""
        return tuple(
            sum(cell for row in rows if isinstance(cell := row[place], int)) if column.summed else None
            for place, column in enumerate(self.columns)
        )

    def with_total(self, **replaced: int) -> "Table":
        """The table with its total line; `replaced` gives columns whose total is no sum, by title."""
        sums = self.sums(self.rows)
        total = tuple(replaced.get(c.title, cell) for c, cell in zip(self.columns, sums, strict=True))
        return Table(self.key, self.title, self.columns, self.rows, total, self.note, self.empty)

    def pages(self, first: int, following: int | None = None, last: int | None = None) -> list[TablePage]:
        """The table cut into pages of `first` rows, then `following` each; an empty table is one page.

        A last page of more than `last` rows gives its final three to a page of their own, for the total and
        the signatures need room, and rows to stand with.
        """
        following = following or first
        cuts = [0, *range(first, len(self.rows), following), len(self.rows)]
        if last is not None and cuts[-1] - cuts[-2] > last:
            cuts.insert(-1, cuts[-1] - 3)
        spans = list(pairwise(cuts))
        pages: list[TablePage] = []
        running: Row = self.sums(())
        for start, end in spans:
            rows = self.rows[start:end]
            subtotal = self.sums(rows)
            running = _added(running, subtotal)
            pages.append(TablePage(rows, start + 1, subtotal, running, is_last=end == len(self.rows)))
        return pages


def _added(one: Row, other: Row) -> Row:
    return tuple(
        left + right if isinstance(left, int) and isinstance(right, int) else None
        for left, right in zip(one, other, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Paper:
    """A sealed paper, ready to be drawn: who and when, its figures, its tables."""

    kind: str  # settlement, collective, roster, donor, canteen
    form: str  # 政府结算表: what the file is called
    title: str  # 社区老年助餐服务补贴结算表
    heading: Heading
    period: str
    facts: tuple[tuple[str, str], ...]
    total_label: str
    total_fen: int
    tables: tuple[Table, ...]
    remarks: tuple[str, ...] = field(default=())

    def table(self, key: str) -> Table:
        """The table of that key; raises KeyError."""
        for table in self.tables:
            if table.key == key:
                return table
        raise KeyError(key)

    @property
    def total_in_words(self) -> str:
        """The total as 人民币大写."""
        return capitals(self.total_fen)


def printed(cell: Cell, shape: Shape) -> str:
    """A cell as the page shows it; nothing for None."""
    if cell is None:
        return ""
    if shape is Shape.MONEY:
        return yuan(int(str(cell)))
    if shape is Shape.SIGNED:
        return f"{int(str(cell)):+,d}" if cell else "0"
    if shape is Shape.COUNT and isinstance(cell, int):
        return f"{cell:,}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def require_equal(what: str, found_fen: int, sealed_fen: int) -> None:
    """Raise DoesNotBalance unless the rows give the sealed amount."""
    if found_fen != sealed_fen:
        raise DoesNotBalance(f"{what}: the rows give {yuan(found_fen)}, sealed is {yuan(sealed_fen)}")


DRAFT, DEMO = "草稿", "演示数据"


def mark_of(heading: Heading) -> str:
    """What is written across every page, if anything."""
    return DRAFT if heading.draft else DEMO if heading.demo else ""
