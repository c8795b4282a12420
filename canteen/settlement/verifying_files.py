"""A PDF or XLSX that somebody brings, against what was sealed: the same, or the first difference.

The archived file is the measure. Where the bytes differ the first difference that a person can see is told, with both
figures. A PDF in which none is found was changed all the same, and is not called genuine: much of what a PDF holds is
not seen. A workbook that a spreadsheet program saved again is the same where every cell is.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import pikepdf
import pypdf
from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from sqlalchemy import select

from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.settlement.models import Paper, Statement
from canteen.settlement.rendering import archived
from canteen.settlement.reports.services import certificate_pdf

PERIOD = r"\d{4}(?:-\d{2}-\d{2}_\d{4}-\d{2}-\d{2}|-\d{2}|-Q[1-4])?"
NUMBER = re.compile(rf"[0-9A-Za-z._-]{{1,60}}?-{PERIOD}-[a-z0-9]+-v\d+")
LARGEST_BYTES = 200 * 1024 * 1024
NOT_OURS = "这个文件里没有本系统封存过的文号。请核对是不是从系统下载的文件。"
OTHER_BYTES = "看得见的内容没有不同，但文件被别的程序另存过或改动过，不是封存的那一份。请从系统重新下载。"
NOT_READABLE = "这个文件打不开，或者不是 PDF 或 XLSX。请换一个文件。"


@dataclass(frozen=True, slots=True)
class FileCheck:
    """Whether a file is what was sealed, which statement it says it is, and the first difference."""

    match: bool
    number: str | None
    difference: str | None


def verify_file(content: bytes) -> FileCheck:
    """Compare a file with the archived paper of the statement that it claims to be."""
    by_bytes = _archived_as(hashlib.sha256(content).hexdigest())
    if by_bytes is not None:
        return FileCheck(True, by_bytes, None)
    if content.startswith(b"%PDF-"):
        return _verify(content, "pdf")
    if content.startswith(b"PK"):
        return _verify(content, "xlsx")
    return FileCheck(False, None, NOT_READABLE)


def _archived_as(sha256: str) -> str | None:
    with reading() as session:
        found = select(Statement.number).join(Paper, Paper.statement_id == Statement.id)
        return session.scalars(found.where(Paper.sha256 == sha256)).first()


def _verify(content: bytes, kind: str) -> FileCheck:
    if len(content) > LARGEST_BYTES:
        return FileCheck(False, None, NOT_READABLE)
    try:
        numbers = _pdf_numbers(content) if kind == "pdf" else _xlsx_numbers(content)
        statement_id, number = _sealed_as(numbers)
        if statement_id is None:
            return FileCheck(False, None, NOT_OURS)
        sealed = archived(statement_id)[kind].content
        if sealed == content or (kind == "pdf" and _is_certificate(content, number)):
            return FileCheck(True, number, None)
        differs = pdf_difference(content, sealed) or OTHER_BYTES if kind == "pdf" else xlsx_difference(content, sealed)
    except UNREADABLE:
        return FileCheck(False, None, NOT_READABLE)
    return FileCheck(differs is None, number, differs)


def _is_certificate(content: bytes, number: str | None) -> bool:
    """Whether it is the certificate of this statement: one page, drawn again to the byte."""
    if len(pypdf.PdfReader(io.BytesIO(content)).pages) != 1:
        return False
    try:
        return certificate_pdf(number or "")[1] == content
    except Refusal:
        return False


UNREADABLE = (
    pikepdf.PdfError, pypdf.errors.PyPdfError, zipfile.BadZipFile, InvalidFileException, DefusedXmlException,
    KeyError, ValueError, OSError,
)  # fmt: skip


def _sealed_as(numbers: Iterator[str]) -> tuple[int | None, str | None]:
    """The statement sealed under the first of these numbers that there is."""
    for number in dict.fromkeys(numbers):
        with reading() as session:
            found = session.scalars(select(Statement.id).where(Statement.number == number)).first()
        if found is not None:
            return found, number
    return None, None


def _pdf_numbers(content: bytes) -> Iterator[str]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        names = [str(name) for name in pdf.attachments]
    yield from (number for name in names for number in NUMBER.findall(name.rsplit(".", 1)[0]))
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        yield from NUMBER.findall(page.extract_text())


def _xlsx_numbers(content: bytes) -> Iterator[str]:
    book = load_workbook(io.BytesIO(content), data_only=False)
    yield from NUMBER.findall(book.properties.subject or "")
    for _, _, value in _cells(book):
        if isinstance(value, str):
            yield from NUMBER.findall(value)


def xlsx_difference(content: bytes, sealed: bytes) -> str | None:
    """The first cell that differs, formulas and stored values both; None where all are the same."""
    for formulas in (True, False):
        theirs = load_workbook(io.BytesIO(content), data_only=not formulas)
        ours = load_workbook(io.BytesIO(sealed), data_only=not formulas)
        if theirs.sheetnames != ours.sheetnames:
            return f"工作表不同：文件里是 {'、'.join(theirs.sheetnames)}，封存的是 {'、'.join(ours.sheetnames)}。"
        differs = _first_cell(dict(_places(theirs)), dict(_places(ours)), formulas)
        if differs is not None:
            return differs
    return None


def _first_cell(
    theirs: dict[tuple[int, int, int, str, str], Any],
    ours: dict[tuple[int, int, int, str, str], Any],
    formulas: bool,
) -> str | None:
    for place in sorted(theirs.keys() | ours.keys()):
        has, was = theirs.get(place), ours.get(place)
        # A program that saves a workbook may drop the values that formulas had; the formulas are compared first.
        if has == was or (has is None and not formulas):
            continue
        return f"工作表“{place[3]}”单元格 {place[4]}：文件里是 {_shown(has)}，封存的是 {_shown(was)}。"
    return None


def _places(book: Any) -> Iterator[tuple[tuple[int, int, int, str, str], Any]]:
    for number, sheet in enumerate(book.worksheets):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value not in (None, ""):
                    yield (number, cell.row, cell.column, sheet.title, cell.coordinate), cell.value


def _cells(book: Any) -> Iterator[tuple[str, str, Any]]:
    for (_, _, _, title, coordinate), value in _places(book):
        yield title, coordinate, value


def _shown(value: Any) -> str:
    return "空" if value is None else str(value)


def pdf_difference(content: bytes, sealed: bytes) -> str | None:
    """The first difference in what prints or lies inside; None where another program only saved it again."""
    with pikepdf.open(io.BytesIO(content)) as theirs, pikepdf.open(io.BytesIO(sealed)) as ours:
        if len(theirs.pages) != len(ours.pages):
            return f"页数不同：文件有 {len(theirs.pages)} 页，封存的有 {len(ours.pages)} 页。"
        for number, (page, sealed_page) in enumerate(zip(theirs.pages, ours.pages, strict=True), start=1):
            if _digest(page.obj) != _digest(sealed_page.obj):
                return f"第 {number} 页：{_text_difference(content, sealed, number - 1)}"
        for name in sorted(
            {str(name) for name in theirs.attachments} | {str(name) for name in ours.attachments}
        ):
            if _attachment(theirs, name) != _attachment(ours, name):
                return f"内附文件 {name} 与封存的不同。"
    return None


def _attachment(pdf: pikepdf.Pdf, name: str) -> bytes | None:
    found = pdf.attachments.get(name)
    return None if found is None else bytes(found.get_file().read_bytes())


def _text_difference(content: bytes, sealed: bytes, page: int) -> str:
    theirs = _lines(content, page)
    ours = _lines(sealed, page)
    for has, was in zip_longest(theirs, ours, fillvalue=""):
        if has != was:
            return f"文件里是“{has}”，封存的是“{was}”。"
    return "文字相同，版面或图形与封存的不同。"


def _lines(content: bytes, page: int) -> list[str]:
    text = pypdf.PdfReader(io.BytesIO(content)).pages[page].extract_text()
    return [line.strip() for line in text.splitlines() if line.strip()]


# Back to the page or the document's structure: what prints does not hang on it, and it would never end.
NOT_FOLLOWED = frozenset(
    {"/Parent", "/P", "/StructParent", "/StructParents", "/Length", "/Filter", "/DecodeParms"}
)


def _digest(thing: Any) -> str:
    digest = hashlib.sha256()
    _feed(digest, thing, set())
    return digest.hexdigest()


def _feed(digest: Any, thing: Any, seen: set[tuple[int, int]]) -> None:
    """Hash an object with all that it refers to, whatever numbers its parts have in this file."""
    if isinstance(thing, pikepdf.Object) and thing.is_indirect:
        if thing.objgen in seen:
            return
        seen.add(thing.objgen)
    if isinstance(thing, pikepdf.Stream):
        _feed_mapping(digest, thing.stream_dict, seen)
        digest.update(thing.read_bytes())
    elif isinstance(thing, pikepdf.Dictionary):
        _feed_mapping(digest, thing, seen)
    elif isinstance(thing, pikepdf.Array):
        digest.update(b"[")
        for part in thing:
            _feed(digest, part, seen)
        digest.update(b"]")
    else:
        digest.update(f"{type(thing).__name__}:{thing}".encode())


def _feed_mapping(digest: Any, mapping: Any, seen: set[tuple[int, int]]) -> None:
    digest.update(b"<")
    for key in sorted(mapping.keys()):
        if key not in NOT_FOLLOWED:
            digest.update(str(key).encode())
            _feed(digest, mapping[key], seen)
    digest.update(b">")
