"""A paper as a spreadsheet: the PDF's columns, numbers as numbers, sums as formulas with values."""

import io
import re
from collections.abc import Sequence
from datetime import UTC, date
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from canteen.core.money import yuan
from canteen.documents.model import Cell, Paper, Shape, Table, mark_of
from canteen.documents.pages import paper_of
from canteen.documents.papers import SealedPaper

FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "bg_color": "#F2F2F2", "border": 1, "text_wrap": True, "align": "center"},
    "text": {"border": 1},
    "identity": {"border": 1, "num_format": "@"},
    "money": {"border": 1, "num_format": "#,##0.00;[Red]-#,##0.00"},
    "count": {"border": 1, "num_format": "#,##0"},
    "signed": {"border": 1, "num_format": "+#,##0;[Red]-#,##0;0"},
    "day": {"border": 1, "num_format": "yyyy-mm-dd"},
    "total": {"border": 1, "bold": True, "bg_color": "#F2F2F2"},
}
NUMBER_OF = {Shape.MONEY: "money", Shape.COUNT: "count", Shape.SIGNED: "signed"}
HEADER_ROWS = 3  # title, number and period, empty
NOTES = "说明"
RATE = re.compile(r"[0-9]{1,6}\.[0-9]{2}")


def render_xlsx(source: SealedPaper) -> bytes:
    """The workbook. Equal papers give equal bytes; text never runs as a formula or becomes a link."""
    paper = paper_of(source)
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        _properties(book, paper)
        formats = {
            name: book.add_format({"font_name": "SimSun", "font_size": 10, **f})
            for name, f in FORMATS.items()
        }
        for shape in ("money", "count", "signed"):
            formats[f"total_{shape}"] = book.add_format(
                {**FORMATS["total"], "num_format": FORMATS[shape]["num_format"]}
            )
        for table in paper.tables:
            _sheet(book, formats, paper, table)
        _notes(book, formats, paper)
    return out.getvalue()


def _properties(book: xlsxwriter.Workbook, paper: Paper) -> None:
    book.set_properties(
        {
            "title": f"{paper.title} {paper.period}",
            "subject": paper.heading.number,
            "author": paper.heading.unit_name,
            "comments": paper.heading.seal_sha256,
            "created": paper.heading.sealed_at.astimezone(UTC).replace(tzinfo=None),
        }
    )


def _sheet(book: xlsxwriter.Workbook, formats: dict[str, Any], paper: Paper, table: Table) -> None:
    sheet = book.add_worksheet(table.title[:31])
    last_column = len(table.columns) - 1
    sheet.write_string(0, 0, f"{paper.title}　{table.title}", formats["title"])
    sheet.write_string(1, 0, f"{paper.heading.number}　{paper.period}　{paper.heading.unit_name}　单位：元")
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, max(7, column.width_mm / 1.9))
        title = (
            f"{column.group} {column.title}"
            if column.group and column.group not in column.title
            else column.title
        )
        sheet.write_string(HEADER_ROWS, place, title, formats["head"])
    first = HEADER_ROWS + 1
    for offset, row in enumerate(table.rows):
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            _write(sheet, (first + offset, place), cell, column.shape, formats)
    last = first + len(table.rows) - 1
    if table.total is not None and table.rows:
        _total(sheet, first, last, table, formats)
        last += 1
    if not table.rows and table.empty:
        sheet.write_string(first, 0, table.empty)
        last = first
    _page(sheet, paper, max(last, first), last_column)


def _write(sheet: Any, at: tuple[int, int], cell: Cell, shape: Shape, formats: dict[str, Any]) -> None:
    if cell is None or cell == "":
        sheet.write_blank(*at, None, formats["text"])
    elif shape is Shape.MONEY and isinstance(cell, int):
        sheet.write_number(*at, yuan_number(cell), formats["money"])
    elif shape is Shape.RATE and RATE.fullmatch(str(cell)):
        sheet.write_number(*at, float(str(cell)), formats["money"])
    elif isinstance(cell, int):
        sheet.write_number(*at, cell, formats["signed" if shape is Shape.SIGNED else "count"])
    elif isinstance(cell, date):
        sheet.write_datetime(*at, cell, formats["day"])
    else:
        sheet.write_string(*at, cell, formats["identity" if shape is Shape.IDENTITY else "text"])


def yuan_number(fen: int) -> float:
    """Fen as the number of yuan that a spreadsheet stores: read from two decimals, so nothing is divided."""
    return float(yuan(fen).replace(",", ""))


def _total(sheet: Any, first: int, last: int, table: Table, formats: dict[str, Any]) -> None:
    """合计 by formula, holding the sealed value; a total that is no sum of its column stands as a number."""
    total, sums = table.total or (), table.sums(table.rows)
    sheet.write_string(last + 1, 0, "合计", formats["total"])
    for place, (cell, column) in enumerate(zip(total, table.columns, strict=True)):
        if not isinstance(cell, int):
            if place:
                sheet.write_blank(last + 1, place, None, formats["total"])
            continue
        shape = NUMBER_OF[column.shape]
        value = yuan_number(cell) if column.shape is Shape.MONEY else cell
        if cell == sums[place]:
            letter = xl_col_to_name(place)
            formula = f"=SUM({letter}{first + 1}:{letter}{last + 1})"
            sheet.write_formula(last + 1, place, formula, formats[f"total_{shape}"], value)
        else:
            sheet.write_number(last + 1, place, value, formats[f"total_{shape}"])


def _page(sheet: Any, paper: Paper, last_row: int, last_column: int) -> None:
    sheet.freeze_panes(HEADER_ROWS + 1, 0)
    sheet.repeat_rows(0, HEADER_ROWS)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, last_row, max(last_column, 4))
    sheet.set_margins(left=0.47, right=0.47, top=0.98, bottom=0.6)
    left = "　".join(part for part in (paper.heading.number, mark_of(paper.heading)) if part)
    sheet.set_footer(f"&L{left}&C第 &P 页 共 &N 页&R{paper.heading.check_code}")


def _notes(book: xlsxwriter.Workbook, formats: dict[str, Any], paper: Paper) -> None:
    sheet = book.add_worksheet(NOTES)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 90)
    for row, (label, value) in enumerate(notes_of(paper)):
        sheet.write_string(row, 0, label, formats["head"])
        if isinstance(value, int):
            sheet.write_number(row, 1, yuan_number(value), formats["money"])
        else:
            sheet.write_string(row, 1, value, formats["identity"])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def notes_of(paper: Paper) -> Sequence[tuple[str, str | int]]:
    """What the sheet 说明 says: number, version, seal, the total as a number and in capitals."""
    heading = paper.heading
    rows: list[tuple[str, str | int]] = [
        ("表名", paper.title),
        ("文号", heading.number),
        ("版本", str(heading.version)),
        ("期间", paper.period),
        ("单位名称", heading.unit_name),
        (paper.total_label, paper.total_fen),
        ("大写", paper.total_in_words),
        ("封存时间", f"{heading.sealed_at:%Y-%m-%d %H:%M}"),
        ("封存数据 SHA-256", heading.seal_sha256),
        ("核验码", heading.check_code),
        ("核验地址", heading.verify_url or "无"),
        ("制表人", heading.signers.prepared_by),
        ("复核人", heading.signers.checked_by),
        ("单位负责人", heading.signers.headed_by),
    ]
    rows += [(label, value or "无") for label, value in paper.facts if label != "食堂名称"]
    rows += [("说明", table.note) for table in paper.tables if table.note]
    rows += [("说明", remark) for remark in paper.remarks]
    mark = mark_of(heading)
    return [*rows, ("标记", mark)] if mark else rows
