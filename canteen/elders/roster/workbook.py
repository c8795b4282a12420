"""An .xlsx file as rows of cells, without trusting it: sizes are bounded before anything is unpacked."""

import logging
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from canteen.elders.roster.cells import Cell, Sheet, SheetRow, as_text
from canteen.elders.roster.findings import RosterRefused

log = logging.getLogger(__name__)

UNPACKED_LIMIT = 300 * 2**20
PART_LIMIT = 200 * 2**20
SUSPICIOUS_FROM = 20 * 2**20
RATIO_LIMIT = 100
PARTS_LIMIT = 2_000
LAST_ROW = 2**20
COLUMNS_READ = 256

UNREADABLE = (
    ParseError,
    DefusedXmlException,
    InvalidFileException,
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
)
"""What openpyxl and zipfile raise on files that are cut, altered or not what they say."""


def read_workbook(data: bytes) -> list[Sheet]:
    """The sheets of a workbook in their order, hidden ones included; raises `RosterRefused`.

    Sheets are read a row at a time when asked for, so that a roster of 50,000 rows never stands in memory
    whole.
    """
    _check_package(data)
    with _readable():
        book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
        return [_sheet(data, book, name) for name in book.sheetnames if _is_worksheet(book[name])]


def _check_package(data: bytes) -> None:
    """Refuse what would unpack to something monstrous, and zip files that hold no workbook.

    The sizes are those the package declares; zipfile never reads more of a part than is declared.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = package.infolist()
    except UNREADABLE as error:
        raise RosterRefused("damaged") from error
    total = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if (
        len(parts) > PARTS_LIMIT
        or total > UNPACKED_LIMIT
        or max((part.file_size for part in parts), default=0) > PART_LIMIT
        or (total > SUSPICIOUS_FROM and total / packed > RATIO_LIMIT)
    ):
        raise RosterRefused("bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise RosterRefused("encrypted")
    if not any(part.filename.replace("\\", "/").endswith("workbook.xml") for part in parts):
        raise RosterRefused("not-a-workbook")


@contextmanager
def _readable() -> Iterator[None]:
    """Turn whatever a broken workbook makes the reader raise into one sentence for the clerk."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except RosterRefused:
        raise
    except UNREADABLE as error:
        log.info("a roster could not be read: %s", type(error).__name__)
        raise RosterRefused("damaged") from error


def _is_worksheet(sheet: Any) -> bool:
    return hasattr(sheet, "iter_rows")


def _sheet(data: bytes, book: Any, name: str) -> Sheet:
    sheet = book[name]
    # Some writers state a range of A1 alone; believing it would read one cell and call the rest empty.
    sheet.reset_dimensions()

    def rows() -> Iterator[SheetRow]:
        with _readable():
            formulas = _formula_columns(data, name) if _has_formulas(book, sheet) else {}
            for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
                if number > LAST_ROW:
                    raise RosterRefused("damaged")
                cells = tuple(_cell(value) for value in values[:COLUMNS_READ])
                yield SheetRow(number, cells, formulas.get(number, frozenset()))

    return Sheet(name, rows)


def _has_formulas(book: Any, sheet: Any) -> bool:
    """Whether the sheet calculates anywhere; most rosters do not, and are then read once and not twice."""
    tail = b""
    with book._archive.open(sheet._worksheet_path) as part:
        while chunk := part.read(2**20):
            if b"<f>" in (block := tail + chunk) or b"<f " in block or b":f>" in block or b"<f/" in block:
                return True
            tail = chunk[-4:]
    return False


def _formula_columns(data: bytes, name: str) -> dict[int, frozenset[int]]:
    """Which columns of which rows calculate: a second reading, with formulas in place of values."""
    found: dict[int, frozenset[int]] = {}
    sheet: Any = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=False)[name]
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        columns = frozenset(place for place, cell in enumerate(row) if cell.data_type == "f")
        if columns:
            found[number] = columns
    return found


def _cell(value: object) -> Cell:
    if isinstance(value, bool | date | datetime | time | timedelta):
        return as_text(value)
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)
