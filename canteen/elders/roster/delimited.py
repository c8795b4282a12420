"""A .csv file as rows of cells: its encoding and its separator are found out, never asked for."""

import codecs
import csv
from collections.abc import Iterator
from io import StringIO

from canteen.elders.roster.cells import Sheet, SheetRow
from canteen.elders.roster.findings import RosterRefused

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SEPARATORS = (",", "\t", ";", "|")
FIELD_LIMIT = 100_000


def decode(data: bytes) -> str:
    """The text of a file in UTF-8 with or without BOM, UTF-16 or GB18030; raises `RosterRefused`."""
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text):
            return text.removeprefix("\ufeff")
    raise RosterRefused("not-text")


def _candidates(data: bytes) -> Iterator[str]:
    for bom, encoding in BOMS:
        if data.startswith(bom):
            yield encoding
            return
    sample = data[:4096]
    if b"\0" in sample:
        # Without a BOM: separators and digits are zero bytes on one side only, which tells the byte order.
        little = sum(byte == 0 for byte in sample[1::2]) >= sum(byte == 0 for byte in sample[::2])
        yield "utf-16-le" if little else "utf-16-be"
        return
    yield "utf-8"
    yield "gb18030"


def _is_text(text: str) -> bool:
    """Whether this can be a list at all: pictures and programmes are full of control characters."""
    strange = sum(c < " " and c not in "\t\r\n\f\v\x1a" for c in text[:20_000])
    return strange <= len(text[:20_000]) / 1000


def read_delimited(data: bytes) -> list[Sheet]:
    """The file read with each separator in turn; the sheet whose header is found is the right one."""
    text = decode(data)
    present = [separator for separator in SEPARATORS if separator in text] or [","]
    return [_sheet(text, separator) for separator in present]


def _sheet(text: str, separator: str) -> Sheet:
    def rows() -> Iterator[SheetRow]:
        csv.field_size_limit(FIELD_LIMIT)
        reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
        try:
            for number, values in enumerate(reader, start=1):
                yield SheetRow(number, tuple(values))
        except csv.Error as error:
            raise RosterRefused("damaged") from error

    return Sheet("", rows)
