"""Long lists as lines of text: a cell costs the layout engine thirty times what a line does.

Columns are kept by spaces measured from the font, so figures stand right-aligned as in a table. What is too long
for its column is taken out of the line and stands over it, small and in two lines, one block a page and column:
a change of size within a line costs as much as a cell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from canteen.documents.fitting import MM_PER_PT, PADDING_MM, TWO_LINES, padding, text_mm
from canteen.documents.fonts import width_of
from canteen.documents.layout.table import Style
from canteen.documents.model import NUMBERS, Column, Row, Shape, Table, TablePage, printed


@dataclass(frozen=True, slots=True)
class Over:
    """The long cells of one column of a page: two small lines for every row, empty ones left out at the end."""

    place: int
    text: str


@dataclass(frozen=True, slots=True)
class LinesView:
    """The part of a long list that stands on one page: its head, its rows and its sums are a text each."""

    key: str
    title: str
    head: str
    lines: str
    overs: tuple[Over, ...]
    feet: str
    note: str


def lines_view(table: Table, style: Style, page: TablePage, centred: int = 0) -> LinesView:
    """A page of a long list, with its sums."""
    widths, size = style.fit.widths_mm, style.fit.size_pt
    head = line([column.title for column in table.columns], table.columns, widths, size, centred, weight=700)
    lines, overs = set_lines(page.rows, table.columns, widths, size, centred)
    feet = [line(cells, table.columns, widths, size, centred, weight=700) for cells in _sums(table, page)]
    note = table.note if page.is_last else ""
    return LinesView(table.key, table.title, head, "\n".join(lines), overs, "\n".join(feet), note)


def _sums(table: Table, page: TablePage) -> Iterator[list[str]]:
    """本页小计, 累计 and at the end 合计, each as the cells of a line."""
    sums: list[tuple[str, Row]] = [("本页小计", page.subtotal), ("累计", page.running)]
    if page.is_last and table.total is not None:
        sums.append(("合计", table.total))
    for label, row in sums if table.total is not None else []:
        cells = [printed(cell, column.shape) for cell, column in zip(row, table.columns, strict=True)]
        yield [*cells[:1], label, *cells[2:]]


def set_lines(
    rows: Sequence[Row],
    columns: Sequence[Column],
    widths_mm: Sequence[float],
    size_pt: float,
    centred: int = 0,
) -> tuple[tuple[str, ...], tuple[Over, ...]]:
    """The rows as lines, and what is too long for its column as blocks over them.

    `centred` columns from place 2 on are put in the middle: the marks of days.
    """
    over: dict[int, list[str]] = {}
    lines = []
    for number, row in enumerate(rows):
        cells = []
        for place, (cell, column, width) in enumerate(zip(row, columns, widths_mm, strict=True)):
            text = printed(cell, column.shape)
            room = width if 2 <= place < 2 + centred else width - PADDING_MM
            if column.shape not in NUMBERS and text_mm(text, size_pt) > room:
                stack = over.setdefault(place, [])
                stack += [""] * (2 * number - len(stack)) + _two_lines(text, width, size_pt)
                text = ""
            cells.append(text)
        lines.append(line(cells, columns, widths_mm, size_pt, centred))
    return tuple(lines), tuple(Over(place, "\n".join(stack)) for place, stack in over.items())


def line(
    cells: Sequence[str],
    columns: Sequence[Column],
    widths_mm: Sequence[float],
    size_pt: float,
    centred: int = 0,
    *,
    weight: int = 400,
) -> str:
    """Printed cells on one line: each begins where its column begins, figures end where it ends."""
    unit_mm = size_pt * MM_PER_PT / 1000
    text, at, left = "", 0.0, PADDING_MM / 2
    for place, (cell, column, width) in enumerate(zip(cells, columns, widths_mm, strict=True)):
        if cell:
            wide = width_of(cell, weight)
            slack = (width - PADDING_MM) / unit_mm - wide
            share = _share(column, centred=2 <= place < 2 + centred)
            spaces = padding(round(left / unit_mm + slack * share - at), weight)
            text += spaces + cell
            at += width_of(spaces, weight) + wide
        left += width
    return text


def _share(column: Column, *, centred: bool) -> float:
    """How much of a column's empty width stands before its text."""
    if column.shape in NUMBERS or column.shape is Shape.RATE:
        return 1.0
    return 0.5 if centred else 0.0


def _two_lines(text: str, width_mm: float, size_pt: float) -> list[str]:
    """A long text broken into two small lines; what is still too long ends with …."""
    room, size = width_mm - PADDING_MM, size_pt * TWO_LINES
    first = text
    while text_mm(first, size) > room:
        first = first[:-1]
    rest = text[len(first) :].lstrip()
    if text_mm(rest, size) > room:
        while text_mm(rest + "…", size) > room:
            rest = rest[:-1]
        rest += "…"
    return [first, rest]
