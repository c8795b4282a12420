"""Reading a paper back: which one it is, what it says, and where it first differs from the archived file.

The file given may come from anybody, so nothing of it is believed and its size is bounded.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import openpyxl
import pikepdf

from canteen.documents.xlsx import NOTES

LARGEST_BYTES = 60_000_000
LARGEST_UNPACKED_BYTES = 400_000_000


class Unreadable(Exception):  # noqa: N818
    """The file is no paper of this system: neither a PDF nor an XLSX that names its number."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says of itself. `cells` are those of an XLSX by sheet and reference, formulas as values."""

    number: str
    total_fen: int | None
    paper: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, Any] = field(default_factory=dict)


def read_statement(content: bytes) -> Statement:
    """A PDF or an XLSX; raises Unreadable for anything else."""
    if len(content) > LARGEST_BYTES:
        raise Unreadable("the file is larger than any statement")
    if content.startswith(b"%PDF-"):
        return read_pdf_statement(content)
    if content.startswith(b"PK"):
        return read_xlsx_statement(content)
    raise Unreadable("the file is neither a PDF nor an XLSX")


def read_pdf_statement(content: bytes) -> Statement:
    """The number in the PDF's metadata and the sealed data that are attached to it."""
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            number = str(document.docinfo.get("/Subject", ""))
            attached = _attached_json(document)
    except (pikepdf.PdfError, ValueError, KeyError) as broken:
        raise Unreadable("the PDF is damaged") from broken
    if not number:
        raise Unreadable("the PDF names no statement")
    total = attached.get("total_fen")
    return Statement(number, total if isinstance(total, int) else None, paper=attached)


def _attached_json(document: pikepdf.Pdf) -> dict[str, Any]:
    for name, attachment in document.attachments.items():
        if name.endswith(".json"):
            found = json.loads(attachment.get_file().read_bytes())
            return found if isinstance(found, dict) else {}
    return {}


def read_total(pdf: bytes) -> int:
    """The total of a PDF in fen; raises Unreadable."""
    total = read_pdf_statement(pdf).total_fen
    if total is None:
        raise Unreadable("the PDF has no sealed total inside")
    return total


def read_xlsx_statement(content: bytes) -> Statement:
    """The number and total on the sheet 说明, and every cell."""
    cells = _cells(content, values=True)
    notes = {
        str(cells[ref]): cells.get(ref.replace("!A", "!B")) for ref in cells if ref.startswith(f"{NOTES}!A")
    }
    number = str(notes.get("文号") or "")
    if not number:
        raise Unreadable("the workbook names no statement")
    total = next((value for value in notes.values() if isinstance(value, int | float)), None)
    return Statement(number, None if total is None else round(total * 100), cells=cells)


def _cells(content: bytes, *, values: bool) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST_UNPACKED_BYTES:
                raise Unreadable("the workbook unpacks to more than any statement")
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=values)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as broken:
        raise Unreadable("the workbook is damaged") from broken
    return {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def first_difference(given: bytes, archived: bytes) -> str:
    """Where a file first differs from the archived one, in a sentence; empty when they are the same bytes."""
    if given == archived:
        return ""
    if given.startswith(b"%PDF-") != archived.startswith(b"%PDF-"):
        return "不是同一种文件"
    return (
        _pdf_difference(given, archived) if given.startswith(b"%PDF-") else _xlsx_difference(given, archived)
    )


def _xlsx_difference(given: bytes, archived: bytes) -> str:
    for values in (True, False):
        found, sealed = _cells(given, values=values), _cells(archived, values=values)
        for ref in sorted(found.keys() | sealed.keys(), key=_by_place):
            if found.get(ref) != sealed.get(ref):
                return f"单元格 {ref}：封存为 {_shown(sealed.get(ref))}，文件为 {_shown(found.get(ref))}"
    return "单元格相同，文件的格式或属性不同"


def _by_place(ref: str) -> tuple[str, int, str]:
    sheet, _, cell = ref.rpartition("!")
    letters = re.sub(r"\d", "", cell)
    return sheet, int(cell[len(letters) :] or 0), letters.rjust(3)


def _shown(value: Any) -> str:
    return "空" if value is None else str(value)


def _pdf_difference(given: bytes, archived: bytes) -> str:
    found, sealed = read_pdf_statement(given), read_pdf_statement(archived)
    if found.number != sealed.number:
        return f"文号：封存为 {sealed.number}，文件为 {found.number}"
    for path, expected, actual in _walk(sealed.paper, found.paper, ""):
        return f"内附数据 {path}：封存为 {_shown(expected)}，文件为 {_shown(actual)}"
    with pikepdf.open(io.BytesIO(given)) as one, pikepdf.open(io.BytesIO(archived)) as other:
        if len(one.pages) != len(other.pages):
            return f"页数：封存为 {len(other.pages)}，文件为 {len(one.pages)}"
        for no, (page, original) in enumerate(zip(one.pages, other.pages, strict=True), start=1):
            if _drawn(page) != _drawn(original):
                return f"第 {no} 页的内容不同"
    return "每页内容相同，文件的其他部分不同"


def _drawn(page: pikepdf.Page) -> bytes:
    contents = page.obj.Contents
    streams = contents.as_list() if isinstance(contents, pikepdf.Array) else [contents]
    return b"\n".join(stream.read_bytes() for stream in streams)


def _walk(sealed: Any, found: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Every place where two JSON values differ, in the order of the sealed one."""
    if isinstance(sealed, dict) and isinstance(found, dict):
        for key in dict.fromkeys([*sealed, *found]):
            yield from _walk(sealed.get(key), found.get(key), f"{path}.{key}" if path else key)
    elif isinstance(sealed, list) and isinstance(found, list) and len(sealed) == len(found):
        for place, (left, right) in enumerate(zip(sealed, found, strict=True)):
            yield from _walk(left, right, f"{path}[{place}]")
    elif isinstance(sealed, list) and isinstance(found, list):
        yield f"{path} 行数", len(sealed), len(found)
    elif sealed != found:
        yield path, sealed, found
