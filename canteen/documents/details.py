"""The detail inside a PDF: the paper as JSON, its tables as CSV, and the spreadsheet beside it."""

import csv
import io
import re

from canteen.core.money import yuan
from canteen.documents.engine import Detail
from canteen.documents.model import Cell, Shape, Table
from canteen.documents.pages import paper_of
from canteen.documents.papers import SealedPaper
from canteen.documents.sealed import paper_json
from canteen.documents.xlsx import render_xlsx

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def details_of(source: SealedPaper) -> tuple[Detail, ...]:
    """The attached files, named in ASCII by the paper's number."""
    paper = paper_of(source)
    stem = re.sub(r"[^A-Za-z0-9._-]", "_", paper.heading.number)
    tables = [
        Detail(f"{stem}-{table.key}.csv", f"{table.title} (CSV, UTF-8)", csv_of(table), "Data")
        for table in paper.tables
    ]
    return (
        Detail(f"{stem}.json", "封存数据 sealed data (JSON)", paper_json(source), "Source"),
        Detail(
            f"{stem}.xlsx",
            "同一数据的电子表格 the same figures as a spreadsheet",
            render_xlsx(source),
            "Data",
        ),
        *tables,
    )


def csv_of(table: Table) -> bytes:
    """The rows of a table: days in ISO form, money in yuan, nothing a spreadsheet could run."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.title for column in table.columns])
    for row in table.rows:
        writer.writerow([_plain(cell, column.shape) for cell, column in zip(row, table.columns, strict=True)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(cell: Cell, shape: Shape) -> str:
    if cell is None:
        return ""
    if shape is Shape.MONEY and isinstance(cell, int):
        return yuan(cell).replace(",", "")
    text = str(cell)
    return "'" + text if isinstance(cell, str) and text.startswith(FORMULA_STARTS) else text
