"""Cutting tables into pages, setting lines to the column, papers to JSON and back."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.documents.fitting import fit, padding, text_mm
from canteen.documents.fonts import missing_characters, width_of
from canteen.documents.html import Markup
from canteen.documents.layout.lines import set_lines
from canteen.documents.layout.sheet import Block, Breakable, Flow
from canteen.documents.layout.table import style_of
from canteen.documents.model import Column, Shape, Table, printed
from canteen.documents.pages.donor import chart_lines
from canteen.documents.papers import CountLine, UseLine
from canteen.documents.sealed import paper_from_json, paper_json
from tests.documents import samples

COLUMNS = (Column("名"), Column("额", Shape.MONEY, summed=True))


def table(rows: int) -> Table:
    return Table("t", "表", COLUMNS, tuple((f"甲{n}", n * 100) for n in range(rows))).with_total()


@settings(deadline=None)
@given(st.integers(0, 130), st.integers(1, 25), st.integers(1, 25))
def test_pages_hold_every_row_once_and_their_subtotals_sum_to_the_total(rows, first, following):
    whole = table(rows)

    pages = whole.pages(first, following)

    assert [row for page in pages for row in page.rows] == list(whole.rows)
    assert sum(page.subtotal[1] for page in pages) == pages[-1].running[1] == whole.total[1]
    assert [page.is_last for page in pages] == [False] * (len(pages) - 1) + [True]


def test_a_full_last_page_gives_three_rows_to_the_page_that_is_signed():
    assert [len(page.rows) for page in table(40).pages(20, last=17)] == [20, 17, 3]
    assert [len(page.rows) for page in table(37).pages(20, last=17)] == [20, 17]
    assert [len(page.rows) for page in table(0).pages(20, last=17)] == [0]


def test_cells_are_printed_by_their_shape():
    assert printed(-1234_50, Shape.MONEY) == "-1,234.50"
    assert printed(1204, Shape.COUNT) == "1,204"
    assert printed(3, Shape.SIGNED) == "+3"
    assert printed(date(2026, 11, 1), Shape.DAY) == "2026-11-01"
    assert printed(None, Shape.MONEY) == ""


@settings(deadline=None)
@given(st.integers(1, 90), st.integers(0, 100))
def test_a_flow_never_overfills_a_page_and_a_total_never_stands_alone(rows, before_mm):
    part = Breakable(table(rows), style_of(table(rows), 100, row_mm=6, head_mm=6, foot_mm=6))

    flow = Flow("portrait", 160).place([Block("facts", before_mm), part, Block("closing", 80)])

    for page in flow.pages:
        assert sum(block.height_mm for block in page) <= 160.001
    drawn = [block.data for page in flow.pages for block in page if block.name == "table"]
    assert sum(len(view.rows) for view in drawn) == rows
    assert all(view.rows for view in drawn)


def test_figures_get_the_width_they_need():
    wide = Table("t", "", COLUMNS, (("甲", 123_456_789_00),)).with_total()

    found = fit(wide, 60, (9, 8, 7))

    assert text_mm("123,456,789.00", found.size_pt, 700) <= found.widths_mm[1]
    assert sum(found.widths_mm) == pytest.approx(60)


@settings(deadline=None)
@given(st.integers(500, 60_000))
def test_spaces_come_within_a_tenth_of_a_millimetre_of_the_width_that_is_wanted(units):
    assert abs(width_of(padding(units)) - units) <= (30 if units > 2500 else 115)


def test_a_long_cell_leaves_the_line_and_stands_over_it_in_two_small_ones():
    columns = (Column("名", width_mm=12), Column("额", Shape.MONEY, 20))

    lines, overs = set_lines([("甲", 100), ("买买提·阿不都", 200)], columns, (12, 20), 9)

    assert "甲" in lines[0]
    assert "买" not in lines[1]
    assert overs[0].text.split("\n")[:2] == ["", ""]
    assert "".join(overs[0].text.split("\n")) == "买买提·阿不都"


def test_the_font_has_rare_names_and_says_what_it_lacks():
    assert missing_characters("王䶮㛃喆𬭎·阿Ａ1") == []
    assert missing_characters("王😀\u200b王😀") == ["😀", "\u200b"]


@pytest.mark.parametrize(
    "paper",
    [
        samples.government(),
        samples.roster(3, 5),
        samples.donor(),
        samples.settlement(),
        samples.cards(),
        samples.slips(),
    ],
    ids=lambda p: type(p).__name__,
)
def test_a_paper_survives_as_json(paper):
    assert paper_from_json(paper_json(paper)) == paper


@pytest.mark.parametrize(
    "text",
    [b"[]", b"{}", b'{"paper":"Nothing"}', paper_json(samples.slips()).replace(b'"demo"', b'"dmeo"')],
)
def test_json_that_is_no_paper_is_refused(text):
    with pytest.raises(ValueError, match="no"):
        paper_from_json(text)


def test_true_is_no_amount():
    text = paper_json(replace(samples.roster(1), total_fen=1)).replace(b'"total_fen":1', b'"total_fen":true')

    with pytest.raises(ValueError, match="is no int"):
        paper_from_json(text)


def test_a_chart_of_days_with_too_few_elders_is_drawn_from_the_merged_lines():
    merged = (UseLine(date(2026, 11, 1), date(2026, 11, 3), "午餐", 9, None, 3600, 5),)
    days = tuple(CountLine(str(day), 3, 1200) for day in (1, 2, 3))

    assert chart_lines(samples.donor(lines=merged, chart=days)) == (CountLine("1–3", 9, 3600),)


def test_a_page_may_ask_for_its_own_files_only():
    from weasyprint.urls import FatalURLFetchingError

    from canteen.documents.engine import OwnFiles

    fetcher = OwnFiles(Markup("", {"tables": "a{}"}, {"check.png": b"x"}))

    assert fetcher.fetch("picture:check.png").read() == b"x"
    assert b"@font-face" in fetcher.fetch("style:paper.css").read()
    for url in (
        "https://example.com/x.png",
        "file:///etc/passwd",
        "picture:other",
        "style:../x.css",
        "font:100",
    ):
        with pytest.raises(FatalURLFetchingError):
            fetcher.fetch(url)
