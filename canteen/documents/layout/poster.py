"""Where everything stands on a poster. All lengths are millimetres of the A3 sheet; A4 is the same, smaller by √2."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from canteen.documents.fitting import MM_PER_PT, text_mm

SHEET_MM, MARGIN_MM = (297.0, 420.0), 18.0
WIDTH_MM = SHEET_MM[0] - 2 * MARGIN_MM
HEIGHT_MM = SHEET_MM[1] - 2 * MARGIN_MM
A4_SCALE = 210 / 297

NAME_PT, NOTE_PT, SMALL_PT = 28.0, 20.0, 22.0
NAME_MM, NOTE_MM, SMALL_MM = 13.0, 8.6, 10.4  # the height of a line
COLUMNS = 3
GUTTER_MM = 4.0
HEAD_MM, FOOT_LINE_MM, GAP_MM = 17.0, 9.4, 5.0
RUNNING_MM = 16.0  # the line above a further sheet
SHEET_NO_MM = 10.0
SMALLEST_MM, LINE = 3.0, 1.25


@dataclass(frozen=True, slots=True)
class Cell:
    """A name in a row: how many columns it spans and how many lines it takes."""

    name: str
    note: str
    span: int
    lines: int


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is one row high: a heading, names side by side, or words."""

    kind: str  # head, names, small, words, empty
    height_mm: float
    text: str = ""
    cells: tuple[Cell, ...] = ()


def name_lines(names: Iterable[tuple[str, str]], *, is_small: bool = False) -> list[Line]:
    """Names with their notes in as few rows as their order allows; no name is cut, and none set smaller."""
    rows: list[list[Cell]] = []
    for name, note in names:
        cell = _cell(name, note, SMALL_PT if is_small else NAME_PT)
        if not rows or sum(one.span for one in rows[-1]) + cell.span > COLUMNS:
            rows.append([])
        rows[-1].append(cell)
    return [_row(cells, is_small) for cells in rows]


def words_line(text: str, size_pt: float = NOTE_PT) -> Line:
    """A sentence over the whole width, in as many lines as it needs."""
    return Line("words", _lines_of(text, size_pt, WIDTH_MM) * FOOT_LINE_MM, text)


def head_line(text: str) -> Line:
    """The heading of a band."""
    return Line("head", HEAD_MM, text)


def sheets_of(lines: Sequence[Line], first_mm: float, further_mm: float) -> list[list[Line]]:
    """The lines on sheets: `first_mm` high is the room on the first, `further_mm` on each other.

    A heading never stands at the foot of a sheet by itself.
    """
    sheets: list[list[Line]] = [[]]
    room = first_mm
    for place, line in enumerate(lines):
        following = lines[place + 1].height_mm if line.kind == "head" and place + 1 < len(lines) else 0
        if line.height_mm + following > room and room < further_mm:
            sheets.append([])
            room = further_mm
        sheets[-1].append(line)
        room -= line.height_mm
    return sheets


def fitting_mm(text: str, largest_mm: float, wide_mm: float, high_mm: float, weight: int = 400) -> float:
    """The largest type size, in millimetres, at which a text stays in its box; every character of it is printed."""
    size = largest_mm
    while size > SMALLEST_MM:
        lines = _lines_of(text, size / MM_PER_PT, wide_mm, weight)
        if lines * size * LINE <= high_mm:
            break
        size -= 0.2
    return round(size, 2)


def room_mm(*taken: float) -> float:
    """What is left of a sheet's height beside its number and these."""
    return HEIGHT_MM - SHEET_NO_MM - sum(taken)


def _cell(name: str, note: str, size_pt: float) -> Cell:
    column = WIDTH_MM / COLUMNS
    wide = max(text_mm(name, size_pt, 700), text_mm(note, NOTE_PT))
    span = next((n for n in range(1, COLUMNS + 1) if wide <= n * column - GUTTER_MM), COLUMNS)
    return Cell(name, note, span, _lines_of(name, size_pt, WIDTH_MM - GUTTER_MM, 700))


def _row(cells: list[Cell], is_small: bool) -> Line:
    line_mm = SMALL_MM if is_small else NAME_MM
    height = max(cell.lines for cell in cells) * line_mm
    if any(cell.note for cell in cells):
        height += NOTE_MM
    return Line("small" if is_small else "names", height + 1, cells=tuple(cells))


def _lines_of(text: str, size_pt: float, room: float, weight: int = 400) -> int:
    # A line breaks before a character that has no room: at most one character of each line is lost.
    one = text_mm("一", size_pt, weight)
    wide = text_mm(text, size_pt, weight)
    return 1 if wide <= room else int(wide // (room - one)) + 1
