"""A changed file is told from the archived one, by its first difference."""

import io

import openpyxl
import pikepdf
import pytest

from canteen.documents.xlsx import render_xlsx
from tests.documents import samples
from tests.documents.reading import Unreadable, first_difference, read_statement


def test_a_changed_cell_of_a_workbook_is_named():
    sealed = render_xlsx(samples.settlement())
    book = openpyxl.load_workbook(io.BytesIO(sealed))
    book["供餐"]["B6"].value = 16.0
    changed = io.BytesIO()
    book.save(changed)

    difference = first_difference(changed.getvalue(), sealed)

    assert "供餐!B6" in difference or "供餐!" in difference
    assert first_difference(sealed, sealed) == ""


def test_another_version_of_a_pdf_is_told_by_the_first_value_that_differs(drawn):
    from canteen.documents.rendering import render_pdf

    other = render_pdf(samples.settlement(party_a="另一街道办事处"))

    assert first_difference(other, drawn("settlement")) == (
        "内附数据 party_a：封存为 城关区北门街道办事处，文件为 另一街道办事处"
    )


def test_a_pdf_whose_page_alone_was_painted_over_is_told_by_its_page(drawn):
    with pikepdf.open(io.BytesIO(drawn("settlement"))) as document:
        page = document.pages[1]
        page.contents_add(b"0 0 100 100 re f")
        out = io.BytesIO()
        document.save(out)

    assert first_difference(out.getvalue(), drawn("settlement")) == "第 2 页的内容不同"


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"%PDF-1.7 broken", b"PK\x03\x04broken"],
    ids=["empty", "text", "broken PDF", "broken workbook"],
)
def test_what_is_no_statement_is_called_so(content):
    with pytest.raises(Unreadable):
        read_statement(content)


def test_a_workbook_of_somebody_elses_names_no_statement():
    out = io.BytesIO()
    openpyxl.Workbook().save(out)

    with pytest.raises(Unreadable, match="names no statement"):
        read_statement(out.getvalue())
