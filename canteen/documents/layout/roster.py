"""The roster on its sheets: twenty lines a page, the proof sheet, the meals, the sign-off list."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from canteen.documents.fitting import Fit
from canteen.documents.layout.lines import LinesView, line, lines_view, set_lines
from canteen.documents.layout.sheet import LANDSCAPE_MM, PORTRAIT_MM, Block, Sheet, numbered
from canteen.documents.layout.table import SIZES_PT, Style, TableView, style_of, view
from canteen.documents.model import Column, Paper, Row, Shape, Table, TablePage
from canteen.documents.pages.roster import sign_off_lists
from canteen.documents.papers import RosterPaper

ROWS, LAST_ROWS, ROW_MM = 20, 17, 6.6
LARGE = 400  # lines: beyond this a real table takes too long and too much memory
MEAL_ROWS, MEAL_COLUMNS, MEAL_GAP_MM, MEAL_ROW_MM = 36, 2, 9, 3.7
SIGN_ROWS = 25
SIGN_TITLE = "就餐签收表"


def roster_sheets(source: RosterPaper, paper: Paper) -> tuple[tuple[Sheet, ...], list[Style]]:
    """The sheets and the styles of their tables."""
    roster, styles = _roster(source, paper)
    sheets = list(roster)
    keys = {table.key for table in paper.tables}
    for key, annex in (("dots", _dots), ("meals", _meals)):
        if key in keys and source.lines:
            more, style = annex(paper.table(key))
            sheets += more
            styles.append(style)
    if source.with_sign_off and source.lines:
        more, style = _sign_off(source)
        sheets += more
        styles.append(style)
    return numbered(sheets), styles


def _roster(source: RosterPaper, paper: Paper) -> tuple[list[Sheet], list[Style]]:
    table = paper.table("roster")
    large = len(table.rows) > LARGE
    head_mm = 6 if large else 8  # a list's head is one line, a table's may be two
    style = style_of(table, LANDSCAPE_MM[0], row_mm=ROW_MM, head_mm=head_mm, foot_mm=5.2, sizes_pt=SIZES_PT)
    sheets = []
    for page in table.pages(ROWS, last=LAST_ROWS):
        data = {
            "part": _part(table, style, page, large=large),
            "total": paper.total_in_words if page.is_last else "",
            "signers": source.heading.signers,
            "is_last": page.is_last,
        }
        sheets.append(Sheet("landscape", (Block("roster", 0, data),), title=paper.title))
    return sheets, [style]


def _part(table: Table, style: Style, page: TablePage, *, large: bool) -> TableView | LinesView:
    if large:
        return lines_view(table, style, page)
    return view(table, style, page, always_subtotals=True)


def _dots(table: Table) -> tuple[list[Sheet], Style]:
    style = style_of(table, LANDSCAPE_MM[0], row_mm=ROW_MM, head_mm=6, foot_mm=5.2, sizes_pt=(8.5,))
    days = len(table.columns) - 3
    sheets = []
    for page in table.pages(ROWS):
        data = {"part": lines_view(table, style, page, days), "note": table.note}
        sheets.append(Sheet("landscape", (Block("annex", 0, data),), title=table.title))
    return sheets, style


def _meals(table: Table) -> tuple[list[Sheet], Style]:
    """Two columns of lines a page: each printed line holds one meal of either."""
    width = (LANDSCAPE_MM[0] - (MEAL_COLUMNS - 1) * MEAL_GAP_MM) / MEAL_COLUMNS
    style = style_of(table, width, row_mm=MEAL_ROW_MM, head_mm=6, foot_mm=5, sizes_pt=(8,))
    columns = (*table.columns, Column(""), *table.columns)
    widths = (*style.fit.widths_mm, MEAL_GAP_MM, *style.fit.widths_mm)
    titles = [column.title for column in columns]
    head = line(titles, columns, widths, style.fit.size_pt, weight=700)
    blank: Row = (None,) * len(table.columns)
    sheets = []
    for page in table.pages(MEAL_ROWS * MEAL_COLUMNS):
        left, right = page.rows[:MEAL_ROWS], page.rows[MEAL_ROWS:]
        rows = [(*one, None, *other) for one, other in zip_longest(left, right, fillvalue=blank)]
        lines, overs = set_lines(rows, columns, widths, style.fit.size_pt)
        feet = view(table, style, page, always_subtotals=True).feet
        data = {"head": head, "lines": "\n".join(lines), "overs": overs, "feet": feet}
        sheets.append(Sheet("landscape", (Block("meals", 0, data),), title=table.title))
    # A rule under every sixth line: the picture behind the lines is as high as six.
    return sheets, replace(style, fit=Fit(style.fit.size_pt, widths), row_mm=6 * MEAL_ROW_MM)


def _sign_off(source: RosterPaper) -> tuple[list[Sheet], Style]:
    columns = (
        Column("序号", Shape.COUNT, 16),
        Column("姓名", width_mm=52),
        Column("次数", Shape.COUNT, 22, summed=True),
        Column("签字", width_mm=83),
    )
    style = style_of(
        Table("sign", "", columns, ()), PORTRAIT_MM[0], row_mm=8, head_mm=8, foot_mm=8, sizes_pt=(12,)
    )
    sheets = []
    for community, people in sign_off_lists(source):
        rows = tuple((no, name, meals, None) for no, name, meals in people)
        table = Table("sign", community or "未登记社区", columns, rows).with_total()
        sheets += list(_sign_sheets(table, style, large=len(source.lines) > LARGE))
    return sheets, style


def _sign_sheets(table: Table, style: Style, *, large: bool) -> Iterator[Sheet]:
    for page in table.pages(SIGN_ROWS):
        part = lines_view(table, style, page) if large else view(table, style, page)
        yield Sheet("portrait", (Block("sign_off", 0, {"part": part}),), title=SIGN_TITLE, measure="单位：次")
