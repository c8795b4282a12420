"""Files that are no roster: each gets a sentence that says what to do, and nothing of it is read."""

import random
import zipfile
from datetime import date
from io import BytesIO

import pytest
from rosters import csv_roster, number, xlsx_roster

from canteen.elders.roster import RosterRefused, read_roster

TODAY = date(2026, 11, 20)
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01" + random.Random(1).randbytes(4_000)
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "Workbook".encode("utf-16-le")
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")


def refusal(data: bytes) -> RosterRefused:
    with pytest.raises(RosterRefused) as refused:
        read_roster(data, TODAY)
    return refused.value


def zipped(**parts: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def altered(old: bytes, new: bytes) -> bytes:
    """A good workbook with its sheet's XML altered."""
    with zipfile.ZipFile(BytesIO(xlsx_roster([["姓名", "身份证号"], ["王英", number()]]))) as package:
        parts = {part.filename: package.read(part) for part in package.infolist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert old in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(old, new, 1)
    return zipped(**parts)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "empty"),
        (JPEG, "picture"),
        (b"%PDF-1.7\n...", "pdf"),
        (OLD_EXCEL, "old-excel"),
        (ENCRYPTED, "encrypted"),
        (zipped(a=b"text"), "not-a-workbook"),
        (xlsx_roster([["姓名", "身份证号"], ["王英", number()]])[:-200], "damaged"),
        (b"PK\x03\x04" + b"\0" * 100, "damaged"),
        (random.Random(2).randbytes(5_000), "not-text"),
        (b"\x7fELF" + random.Random(3).randbytes(5_000), "not-text"),
        (zipped(xl__workbook_xml=b"x", **{"xl__worksheets__sheet1.xml": b"0" * 60_000_000}), "bomb"),
        (csv_roster([["王英", number()]], ["姓名", "号码"]), "header-missing"),
        (xlsx_roster([]), "header-missing"),
        (b"x" * (31 * 2**20), "too-large"),
    ],
)
def test_what_is_no_roster_gets_a_sentence(data: bytes, code: str) -> None:
    refused = refusal(data)

    assert refused.code == code
    assert "请" in str(refused)


def test_a_formula_in_a_name_refuses_the_file_and_says_where() -> None:
    rows = [
        ["姓名", "身份证号"],
        ["王英", number()],
        ['=HYPERLINK("http://example.org","李明")', number(order=3)],
    ]

    refused = refusal(xlsx_roster(rows))

    assert refused.code == "formula"
    assert "第 3 行“姓名”" in str(refused)


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+王英", "＝cmd|' /C calc'!A0"])
def test_a_formula_as_text_is_refused_alike(name: str) -> None:
    assert refusal(csv_roster([[name, number()]], ["姓名", "身份证号"])).code == "formula"


def test_a_formula_beside_the_name_gives_its_last_value() -> None:
    rows = [["序号", "姓名", "身份证号", "年龄"], ["=ROW()-1", "王英", number(), "=2026-1944"]]

    assert len(read_roster(xlsx_roster(rows), TODAY).rows) == 1


def test_a_sheet_that_understates_its_range_is_read_whole() -> None:
    data = altered(b'<dimension ref="A1:B2"/>', b'<dimension ref="A1"/>')

    assert len(read_roster(data, TODAY).rows) == 1


def test_entities_in_a_sheet_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><worksheet'

    assert refusal(altered(b"<worksheet", bomb)).code == "damaged"


def test_a_row_number_beyond_any_sheet_ends_the_reading() -> None:
    assert refusal(altered(b'<row r="2"', b'<row r="999999999"')).code == "damaged"
