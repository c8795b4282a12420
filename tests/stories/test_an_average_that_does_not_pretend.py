"""195,000 free meals for 2,053,000 yuan in three years, as 新会 published them: an average that owns up to being one."""

import io
import re
from pathlib import Path

import openpyxl

from canteen.documents.pages.fund import counted
from canteen.documents.rendering import render_pdf
from canteen.documents.xlsx import render_xlsx
from tests.settlement.fund_samples import three_years
from tests.stories.office import pdf_text

MEALS, USED_FEN = 195_000, 205_300_000


def test_the_average_is_rounded_and_says_so() -> None:
    # 205,300,000 fen ÷ 195,000 = 1,052.82… fen.
    words = counted(three_years())

    assert "约 10.53 元" in words and "四舍五入" in words
    assert MEALS * 1053 - USED_FEN == 35_000  # Whoever took it for the price would be 350 yuan out.


def test_the_paper_states_count_and_sum_and_never_the_average_alone(tmp_path: Path) -> None:
    paper = three_years()

    pdf, book = tmp_path / "paper.pdf", openpyxl.load_workbook(io.BytesIO(render_xlsx(paper)))
    pdf.write_bytes(render_pdf(paper))

    text = "".join(pdf_text(pdf).split())
    assert "195,000份" in text and "2,053,000.00" in text
    assert "人民币贰佰零伍万叁仟元整" in text
    assert set(re.findall(r".?10\.5\d*", text)) == {"约10.53"}
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row]
    assert {195_000, 2_053_000} <= {cell for cell in cells if isinstance(cell, int | float)}
    assert not [cell for cell in cells if isinstance(cell, int | float) and 10 < cell < 11]
