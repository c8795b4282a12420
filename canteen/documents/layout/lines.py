"""Long lists as lines of text: a cell costs the layout engine thirty times what a line does.

Columns are kept by spaces measured from the font, so figures stand right-aligned as in a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from canteen.documents.fitting import MM_PER_PT, PADDING_MM, padding, text_mm
from canteen.documents.fonts import width_of
from canteen.documents.layout.table import FootView, HeadView, Style, view
from canteen.documents.model import NUMBERS, Column, Row, Shape, Table, TablePage, printed

SCALES = ((1.0, ""), (0.9, "s90"), (0.8, "s80"), (0.7, "s70"), (0.6, "s60"))
Piece = tuple[str, str]  # text and its class


@dataclass(frozen=True, slots=True)
class LinesView:
    """The part of a long list that stands on one page."""

    key: str
    title: str
    places: tuple[int, ...]
    heads: tuple[tuple[HeadView, ...], ...]
    lines: tuple[tuple[Piece, ...], ...]
    feet: tuple[FootView, ...]
    note: str


def lines_view(table: Table, style: Style, page: TablePage) -> LinesView:
    """A page of a long list, with its sums."""
    head = view(Table(table.key, table.title, table.columns, ()), style)
    feet = view(table, style, page, always_subtotals=True).feet if table.total is not None else ()
    lines = tuple(line(row, table.columns, style.fit.widths_mm, style.fit.size_pt) for row in page.rows)
    note = table.note if page.is_last else ""
    return LinesView(table.key, table.title, head.places, head.heads, lines, feet, note)


def line(
    row: Row, columns: Sequence[Column], widths_mm: Sequence[float], size_pt: float, centred: int = 0
) -> tuple[Piece, ...]:
    """One row as pieces of text, each cell begun where its column begins (or ended where it ends).

    The cells from place 2 on of a table with `centred` columns are put in the middle: the marks of days.
    """
    unit_mm = size_pt * MM_PER_PT / 1000
    pieces: list[Piece] = []
    plain, at, left = "", 0.0, 0.0
    for place, (cell, column, width) in enumerate(zip(row, columns, widths_mm, strict=True)):
        text = printed(cell, column.shape)
        text, scale, css = _scaled(text, width, size_pt)
        wide = width_of(text) * scale
        slack = (width - PADDING_MM) / unit_mm - wide
        if column.shape in NUMBERS or column.shape is Shape.RATE:
            start = (left + PADDING_MM / 2) / unit_mm + slack
        elif centred and 2 <= place < 2 + centred:
            start = (left + PADDING_MM / 2) / unit_mm + slack / 2
        else:
            start = (left + PADDING_MM / 2) / unit_mm
        spaces = padding(start - at) if text else ""
        plain += spaces
        at += width_of(spaces) + wide
        if css:
            pieces += [(plain, ""), (text, css)]
            plain = ""
        else:
            plain += text
        left += width
    return (*pieces, (plain, "")) if plain else tuple(pieces)


def _scaled(text: str, width_mm: float, size_pt: float) -> tuple[str, float, str]:
    """The text with the size at which it fits on its line; what fits at no size is cut with …."""
    room = width_mm - PADDING_MM
    needed = text_mm(text, size_pt)
    for scale, css in SCALES:
        if needed * scale <= room:
            return text, scale, css
    while text and text_mm(text + "…", size_pt) * scale > room:
        text = text[:-1]
    return text + "…", scale, css
