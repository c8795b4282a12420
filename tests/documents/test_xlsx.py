"""Spreadsheets, read back as an office's program would."""

import io

import openpyxl
import pytest

from canteen.documents.pages import paper_of
from canteen.documents.xlsx import render_xlsx
from tests.documents import samples
from tests.documents.reading import read_xlsx_statement

PAPERS = [samples.government(), samples.roster(45, 30), samples.donor(), samples.settlement()]


@pytest.mark.parametrize("source", PAPERS, ids=lambda p: type(p).__name__)
def test_a_workbook_holds_the_papers_own_cells_as_numbers_and_text(source):
    paper = paper_of(source)
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(source)), data_only=True)

    for table in paper.tables:
        rows = list(book[table.title].iter_rows(min_row=5, max_row=4 + len(table.rows), values_only=True))
        for row, cells in zip(rows, table.rows, strict=True):
            for column, found, sealed in zip(table.columns, row, cells, strict=False):
                if column.shape == "money":
                    assert isinstance(found, int | float)
                    assert round(found * 100) == sealed
                elif column.shape == "identity":
                    assert found is None or isinstance(found, str)
                elif isinstance(sealed, int):
                    assert found == sealed


@pytest.mark.parametrize("source", PAPERS, ids=lambda p: type(p).__name__)
def test_a_workbook_prints_landscape_on_one_page_width_with_its_head_repeated(source):
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(source)))

    for sheet in book.worksheets[:-1]:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert (sheet.page_setup.fitToWidth or 1) == 1
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.freeze_panes == "A5"
        assert sheet.print_title_rows == "$1:$4"
        assert sheet.print_area
    assert book.worksheets[-1].title == "说明"


def test_a_total_is_a_formula_that_holds_the_sealed_value():
    source = samples.roster(45)
    content = render_xlsx(source)
    formulas = openpyxl.load_workbook(io.BytesIO(content))["花名册"]
    values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["花名册"]

    assert formulas["A50"].value == "合计"
    assert formulas["O50"].value == "=SUM(O5:O49)"
    assert round(values["O50"].value * 100) == source.total_fen


def test_people_counted_once_stand_as_a_number_because_they_are_no_sum():
    sheet = openpyxl.load_workbook(io.BytesIO(render_xlsx(samples.government())))["表一 分类分档汇总"]

    assert sheet["D9"].value == 386
    assert str(sheet["E9"].value).startswith("=SUM(")


def test_the_notes_tell_number_version_hash_and_total():
    source = samples.settlement()

    statement = read_xlsx_statement(render_xlsx(source))

    assert statement.number == "XFL-2026-11-canteen-v1"
    assert statement.total_fen == source.total_fen
    assert source.heading.seal_sha256 in statement.cells.values()


def test_a_name_that_looks_like_a_formula_stays_text():
    from dataclasses import replace

    from canteen.documents.details import csv_of

    roster = samples.roster(2)
    line = replace(roster.lines[0], name="=1+1", address="https://a.cn")
    source = replace(roster, lines=(line, roster.lines[1]))

    sheet = openpyxl.load_workbook(io.BytesIO(render_xlsx(source)))["花名册"]

    assert sheet["B5"].value == "=1+1"
    assert sheet["B5"].data_type == "s"
    assert sheet["I5"].hyperlink is None
    assert "'=1+1" in csv_of(paper_of(source).table("roster")).decode("utf-8-sig")


def test_the_same_paper_gives_the_same_workbook():
    assert render_xlsx(samples.government()) == render_xlsx(samples.government())
