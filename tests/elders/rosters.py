"""Rosters made in tests: numbers with good check characters, sheets as offices keep them."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

import xlsxwriter

from canteen.core.identity import check_character

HEADINGS = ("姓名", "身份证号", "联系电话", "人员类别")


def number(born: str = "19440308", order: int = 2, division: str = "620102") -> str:
    """An identity number with its check character: `born` as YYYYMMDD, an even `order` is a woman's."""
    body = f"{division}{born}{order:03d}"
    return body + (check_character(body) or "")


def csv_roster(
    rows: Sequence[Sequence[object]],
    headings: Sequence[str] = HEADINGS,
    encoding: str = "utf-8",
    separator: str = ",",
) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    writer.writerows([headings, *rows])
    return text.getvalue().encode(encoding)


def xlsx_roster(*sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook of sheets of rows; a text that begins with `=` becomes a formula, as it does for a clerk."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    for rows in sheets:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(place, column, value)
    book.close()
    return file.getvalue()
