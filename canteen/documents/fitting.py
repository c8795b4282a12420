"""Column widths and type sizes, reckoned from the fonts before anything is laid out.

Pages have a fixed number of rows of a fixed height, so nothing may grow: figures get the width they need,
words share the rest, and a cell that is still too long is set smaller, then in two lines.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from canteen.documents.fonts import width_of
from canteen.documents.model import Column, NotPrintable, Row, Shape, Table, printed

MM_PER_PT = 25.4 / 72
PADDING_MM = 1.6  # both sides together
LINE_SIZES = (1.0, 0.9, 0.8)  # of the table's own size, on one line
TWO_LINES = 0.72  # the size at which two lines stand in a row
TWO_SMALL_LINES = 0.58


@dataclass(frozen=True, slots=True)
class Fit:
    """How a table is set: its type size in points and the width of each column in millimetres."""

    size_pt: float
    widths_mm: tuple[float, ...]


def text_mm(text: str, size_pt: float, weight: int = 400) -> float:
    """The width of a line of text in millimetres."""
    return width_of(text, weight) / 1000 * size_pt * MM_PER_PT


def fit(table: Table, available_mm: float, sizes_pt: Sequence[float], *, heads_wrap: bool = True) -> Fit:
    """The largest type size at which every figure stands on one line in the width there is.

    Words give way first: at half their set width they are still read, in two small lines. Raises NotPrintable
    rather than cut a figure.
    """
    for share in (1.0, 0.75, 0.5, 0.35):
        for size in sizes_pt:
            places = range(len(table.columns))
            needed = [_needed_mm(table, place, size, share, heads_wrap) for place in places]
            if sum(needed) <= available_mm:
                return Fit(size, _spread(table.columns, needed, available_mm))
    raise NotPrintable(f"{table.title}: the figures are too wide for the page")


def _needed_mm(table: Table, place: int, size: float, share: float, heads_wrap: bool) -> float:
    """A column of figures needs its widest cell, a column of words a share of its set width."""
    column = table.columns[place]
    wraps = heads_wrap or share < 1
    words = [column.title[i : i + 2] for i in range(0, len(column.title), 2)] if wraps else [column.title]
    heading = max((text_mm(word, size, 700) for word in words), default=0)
    if column.shape is Shape.TEXT:
        return max(column.width_mm * share * min(1.0, size / 9), heading + PADDING_MM)
    lines: list[Row] = [*table.rows, *([table.total] if table.total else [])]
    widest = max((text_mm(printed(row[place], column.shape), size, 700) for row in lines), default=0)
    return max(widest, heading) + PADDING_MM


def _spread(columns: tuple[Column, ...], needed: list[float], available_mm: float) -> tuple[float, ...]:
    """Give what is left to the columns by their set widths, words three times as much as figures."""
    weights = [c.width_mm * (3 if c.shape is Shape.TEXT else 1) for c in columns]
    left = available_mm - sum(needed)
    return tuple(width + left * weight / sum(weights) for width, weight in zip(needed, weights, strict=True))


def cell_class(text: str, width_mm: float, size_pt: float) -> str:
    """How a cell of words is set so that it stays in its row: empty for as it is, else a class name."""
    needed, room = text_mm(text, size_pt), width_mm - PADDING_MM
    for scale, name in zip(LINE_SIZES, ("", "fit-90", "fit-80"), strict=True):
        if needed * scale <= room:
            return name
    # A line of Chinese breaks anywhere, so two lines hold nearly twice the width; one character is kept back.
    if needed * TWO_LINES <= room * 2 - text_mm("一", size_pt * TWO_LINES):
        return "two"
    return "two-small"


def shortened(text: str, width_mm: float, size_pt: float) -> str:
    """The text cut to what two small lines hold, with …; the spreadsheet beside has the whole of it."""
    room = (width_mm - PADDING_MM) * 2 - text_mm("一…", size_pt * TWO_SMALL_LINES)
    if text_mm(text, size_pt * TWO_SMALL_LINES) <= room:
        return text
    while text and text_mm(text, size_pt * TWO_SMALL_LINES) > room:
        text = text[:-1]
    return text + "…"


WIDE_SPACE, EN_SPACE, SPACE = "\u3000", "\u2002", "\u00a0"
KEPT_FOR_FITTING = 2000  # of a gap: enough for the narrower spaces to come near any width


@functools.cache
def padding(units: int, weight: int = 400) -> str:
    """Spaces as wide as that many thousandths of the type size, as nearly as the font's spaces allow.

    Most of a wide gap is filled by the widest, since every space is a glyph to be drawn.
    """
    ems = max(0, units - KEPT_FOR_FITTING) // 1000
    units -= ems * 1000
    wide, narrow = width_of(EN_SPACE, weight), width_of(SPACE, weight)
    choices = [
        (count, max(0, round((units - count * wide) / narrow))) for count in range(int(units // wide) + 1)
    ]
    best = min(choices, key=lambda choice: abs(units - choice[0] * wide - choice[1] * narrow), default=(0, 0))
    return WIDE_SPACE * ems + EN_SPACE * best[0] + SPACE * best[1]
