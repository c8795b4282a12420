"""What a fund's statement says on paper: the same for ever, never more exact than it is, and nobody in it."""

import hashlib
import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from canteen.documents.html import sealed_markup
from canteen.documents.model import DoesNotBalance, NotPrintable, Paper, printed
from canteen.documents.pages import file_stem, paper_of
from canteen.documents.pages.certificate import certificate_of, gets_certificate
from canteen.documents.pages.fund import counted, finding
from canteen.documents.papers import CanteenLine, FundStatement
from canteen.documents.rendering import render_pdf
from canteen.documents.xlsx import render_xlsx
from canteen.settlement import papers as sealed_papers
from canteen.settlement.cells import Piece, band_lines, canteen_lines, full_and_part, is_safe
from canteen.settlement.merging import Use, elder_count, stretches
from canteen.settlement.sealing import check_code, sha256_of
from tests.settlement import fund_samples

BEFORE = Path(__file__).parent / "data" / "donor_sealed_before.json"
DRAWN_BEFORE = "6451c8c718a955c241aaf9d2be01419be878c173d83ae26f413d3f29b63b5faf"
"""Pages and attached figures of that paper, as they were drawn before statements told more."""


def drawn(pdf: bytes) -> str:
    """A digest of what prints and what lies inside, not of how it is packed."""
    digest = hashlib.sha256()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            streams = [page.Contents] if isinstance(page.Contents, pikepdf.Stream) else list(page.Contents)
            digest.update(b"".join(stream.read_bytes() for stream in streams))
        for name in sorted(str(name) for name in document.attachments):
            if not name.endswith(".xlsx"):
                digest.update(document.attachments[name].get_file().read_bytes())
    return digest.hexdigest()


def words_of(paper: Paper) -> list[str]:
    """Every cell as it is printed."""
    tables = [(table.columns, row) for table in paper.tables for row in (*table.rows, *([table.total] if table.total else []))]
    return [printed(cell, column.shape) for columns, row in tables for cell, column in zip(row, columns, strict=True)]


def test_a_paper_that_was_sealed_before_prints_the_same_for_ever() -> None:
    text = BEFORE.read_text("utf-8")
    digest = sha256_of(text)

    paper: Any = sealed_papers.paper_of(text, digest, check_code(digest))

    assert not isinstance(paper, FundStatement)
    assert drawn(render_pdf(paper)) == DRAWN_BEFORE


def test_an_average_is_said_to_be_rounded_and_no_line_pretends_to_be_exact() -> None:
    statement = fund_samples.three_years()
    paper = paper_of(statement)

    assert "平均每份约 10.53 元（按总额除以份数，四舍五入）" in counted(statement)
    cells = words_of(paper)
    assert "195,000" in cells and "2,053,000.00" in cells
    # 195,000 × 10.53 is 2,053,350 and not what was paid: no cell says 10.53 as if it were a price.
    assert "10.53" not in cells and "2,053,350.00" not in cells
    for line in statement.lines:
        assert line.unit_fen is None or line.unit_fen * line.meals == line.amount_fen


def test_the_paper_and_the_workbook_say_the_same() -> None:
    statement = fund_samples.statement()

    text = sealed_markup(statement).html
    book = load_workbook(io.BytesIO(render_xlsx(statement)), data_only=True)
    values = {cell for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row}
    for fen in (statement.total_fen, statement.meals_fen, statement.undisbursed_fen or 0, statement.since_start.pledged_fen):
        assert f"{fen / 100:,.2f}" in text and fen / 100 in values
    for words in ("44010122", "0001234567", "尚未开具", "东北珍珠米", "助餐员补贴", "本对账单不作为捐赠票据", "特致谢忱"):
        assert words in text
    assert {"按食堂", "四个数分开看", "餐费以外的支出"} <= set(book.sheetnames)
    assert fund_samples.LONG_NAME in text


def test_commercial_money_is_called_so_and_gets_no_certificate_and_no_receipt() -> None:
    statement = fund_samples.commercial()
    paper = paper_of(statement)

    text = sealed_markup(statement).html

    assert paper.title == "商业赞助助餐报告" and file_stem(statement).endswith("_赞助方报告_v1")
    assert "不开具公益事业捐赠票据" in text and "本对账单不作为捐赠票据" in text
    for words in ("感谢状", "特致谢忱", "捐赠方报告", "善款", "票据尚未开具", "票据号码", "受赠方"):
        assert words not in text
    assert not gets_certificate(statement)


def test_a_draft_is_marked_and_has_no_certificate() -> None:
    heading = fund_samples.heading("WEIDA-2026-Q4-donor-草稿", draft=True, check_code="", seal_sha256="", verify_url="")
    statement = fund_samples.idle()

    text = sealed_markup(replace(statement, heading=heading)).html

    assert "草稿" in text and "没有封存" in text and "核验码" not in text
    assert "本期没有使用这笔善款" in text and "票据尚未开具" in text
    assert not gets_certificate(fund_samples.statement(heading=heading))
    assert file_stem(replace(statement, heading=heading)).endswith("_草稿")


def test_a_certificate_alone_is_one_landscape_page_that_can_be_verified() -> None:
    statement = fund_samples.statement(addressed_to="维" * 26)

    pdf = render_pdf(certificate_of(statement))

    (page,) = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (842, 595)
    text = page.extract_text().replace("\n", "")
    assert "维" * 26 in text and "WEIDA-2026-11-donor-v1" in text and "7K2M4Q6R" in text
    assert "1,227 份" in text and "386 位" in text and "本对账单不作为捐赠票据" in text


def test_forty_gifts_are_all_listed() -> None:
    statement = fund_samples.statement()
    more = tuple(replace(statement.gifts[0], receipt_no=f"{number:010d}", amount_fen=1_000) for number in range(40))
    received = statement.moved.received_fen + 40_000
    many = replace(
        statement, gifts=(*statement.gifts, *more), closing_fen=statement.closing_fen + 40_000,
        moved=replace(statement.moved, received_fen=received),
    )  # fmt: skip

    assert len(paper_of(many).table("gifts").rows) == 43
    assert re.search(r"另有 1 笔票据尚未开具", "".join(value for _, value in paper_of(many).facts))


@pytest.mark.parametrize(
    "wrong",
    [
        {"closing_fen": 1}, {"returned_fen": 1}, {"meals": 1}, {"meals_fen": 1},
        {"canteens": (CanteenLine(("甲",), 1, 1, 1, 9),)}, {"expenses": ()},
    ],
)  # fmt: skip
def test_a_statement_that_does_not_add_up_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(DoesNotBalance):
        paper_of(fund_samples.statement(**wrong))


def test_a_canteen_of_four_elders_is_refused() -> None:
    statement = fund_samples.statement()
    few = replace(statement.canteens[0], elders=4)

    with pytest.raises(NotPrintable):
        paper_of(replace(statement, canteens=(few, *statement.canteens[1:])))


def test_what_a_statement_found_is_compared_with_the_period_before() -> None:
    quarter = fund_samples.heading(period_from=date(2026, 10, 1), period_until=date(2026, 12, 31))

    assert "比上月多 86 份" in finding(fund_samples.statement())
    assert "比上季度多 86 份" in finding(fund_samples.statement(heading=quarter))


EATEN = st.lists(
    st.tuples(st.integers(1, 28), st.integers(0, 14), st.integers(1, 4), st.booleans()), min_size=1, max_size=80
)
NAMES = [(number, f"食堂{number}") for number in range(1, 5)]


def uses_of(month: int, eaten: list[tuple[int, int, int, bool]]) -> list[Use]:
    return [
        Use(date(2026, month, day), "lunch", elder, 60 + 2 * elder, 1000 if full else 300, 1, canteen, full, f"2026-{month}")
        for day, elder, canteen, full in eaten
    ]


@settings(max_examples=30, deadline=None)
@given(EATEN, EATEN)
def test_no_row_and_no_difference_of_rows_tells_of_fewer_than_five(
    first: list[tuple[int, int, int, bool]], second: list[tuple[int, int, int, bool]]
) -> None:
    months = [uses_of(11, first), uses_of(12, second)]
    pieces = [Piece(uses, uses, is_whole=True) for uses in months]

    for lines, own in ((canteen_lines([piece], NAMES), piece.uses) for piece in pieces):
        assert sum(line.meals for line in lines) == len(own)
        assert len(lines) == 1 or all(line.elders == 0 or line.elders >= 5 for line in lines)
        if len(lines) > 1 and lines[0].full_meals is not None:
            for line in lines:
                row = [use for use in own if f"食堂{use.canteen_id}" in line.names]
                assert is_safe(row, full_and_part)
    both = canteen_lines(pieces, NAMES)
    assert sum(line.meals for line in both) == len(first) + len(second)
    # A row of both months less the rows of one month is rows of the other, never less.
    for piece in pieces:
        for own in canteen_lines([piece], NAMES):
            joined = [line for line in both if set(own.names) & set(line.names)]
            assert len(joined) == 1
    assert sum(band.meals for band in band_lines(pieces)) == len(first) + len(second)


@settings(max_examples=30, deadline=None)
@given(EATEN, st.integers(1, 27))
def test_a_range_that_ends_within_a_month_tells_only_what_each_stretch_could_tell(
    eaten: list[tuple[int, int, int, bool]], last: int
) -> None:
    uses = uses_of(12, eaten)
    merged = stretches(uses)
    ends = [max(use.on.day for use in stretch) for stretch in merged]
    until = max((end for end in ends if end <= last), default=0)
    taken = [use for use in uses if use.on.day <= until]

    lines = canteen_lines([Piece(uses, taken, is_whole=False)], NAMES)

    assert sum(line.meals for line in lines) == len(taken)
    for line in lines if len(lines) > 1 else ():
        for stretch in merged:
            count = elder_count([use for use in stretch if f"食堂{use.canteen_id}" in line.names])
            assert count == 0 or count >= 5
