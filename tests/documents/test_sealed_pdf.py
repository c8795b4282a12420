"""The PDFs of sealed papers, read back: page by page, glyph by glyph, file by file."""

import io
import re
from dataclasses import replace

import pikepdf
import pytest

from canteen.core.money import yuan
from canteen.core.words import capitals
from canteen.documents.model import DoesNotBalance, NotPrintable, Shape
from canteen.documents.pages import file_stem, paper_of
from canteen.documents.rendering import RenderingFailed, render_pdf
from canteen.documents.repair import MissingGlyphs
from canteen.documents.sealed import paper_json
from canteen.documents.xlsx import render_xlsx
from tests.documents import samples
from tests.documents.conftest import SAMPLES
from tests.documents.reading import read_pdf_statement, read_total

SEALED = ["government", "zero", "roster", "donor", "settlement"]
A4 = {(595.28, 841.89), (841.89, 595.28)}


@pytest.mark.parametrize("name", SEALED)
def test_every_page_is_a4_and_says_which_of_how_many_it_is(drawn, text_of, name):
    pdf = drawn(name)

    with pikepdf.open(io.BytesIO(pdf)) as document:
        sizes = {tuple(round(float(edge), 2) for edge in page.mediabox[2:]) for page in document.pages}
    pages = text_of(pdf)

    assert sizes <= A4
    numbered = pages[:-1] if name == "donor" else pages  # the letter of thanks stands alone
    for no, page in enumerate(numbered, start=1):
        assert f"第{no}页共{len(pages)}页" in "".join(page.split())


@pytest.mark.parametrize("name", SEALED)
def test_the_total_is_printed_in_digits_and_in_capitals(drawn, text_of, name):
    source = SAMPLES[name]()

    text = "".join(text_of(drawn(name)))

    assert yuan(source.total_fen) in text
    assert capitals(source.total_fen) in text
    assert read_total(drawn(name)) == source.total_fen


@pytest.mark.parametrize("name", [*SEALED, "cards", "slips"])
def test_every_letter_is_embedded_and_comes_from_our_own_font(drawn, name):
    with pikepdf.open(io.BytesIO(drawn(name))) as document:
        fonts = [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/FontName" in o]

        assert fonts
        assert all("Canteen-Print" in str(font.FontName) for font in fonts)
        assert all("/FontFile2" in font for font in fonts)


def test_rare_characters_are_drawn_and_can_be_copied(drawn, text_of):
    text = "".join(text_of(drawn("roster")))

    for character in "䶮㛃喆𬭎":
        assert character in text


def test_a_name_that_the_font_lacks_stops_the_paper_and_names_the_character():
    roster = samples.roster(3)
    line = replace(roster.lines[0], name="王😀")

    with pytest.raises(MissingGlyphs) as refusal:
        render_pdf(replace(roster, lines=(line, *roster.lines[1:])))

    assert refusal.value.characters == ["😀"]
    assert "王" not in str(refusal.value)


def test_a_roster_has_twenty_lines_a_page_and_its_subtotals_add_up(drawn, text_of):
    source = SAMPLES["roster"]()

    pages = [page for page in text_of(drawn("roster")) if "花名册" in page]
    subtotals = [amounts(line)[-1] for page in pages for line in page.splitlines() if "本页小计" in line]
    running = [amounts(line)[-1] for page in pages for line in page.splitlines() if "累计" in line]

    fen = [line.amount_fen for line in source.lines]
    assert subtotals == [sum(fen[:20]), sum(fen[20:40]), sum(fen[40:])]
    assert running == [sum(fen[:20]), sum(fen[:40]), source.total_fen]
    assert all("制表人" in page and "复核人" in page for page in pages)


def amounts(line: str) -> list[int]:
    return [round(float(found.replace(",", "")) * 100) for found in re.findall(r"[0-9,]+\.[0-9]{2}", line)]


def test_the_list_to_sign_tells_no_category_money_or_identity(drawn, text_of):
    pages = [page for page in text_of(drawn("roster")) if "就餐签收表" in page]

    assert len(pages) == 3  # one for each community
    for page in pages:
        assert not re.search(r"低保|三无|残疾|特殊家庭|\*{3}|\d\.\d\d", page)


@pytest.mark.parametrize("name", ["government", "donor"])
def test_the_same_paper_gives_the_same_bytes(drawn, name):
    assert render_pdf(SAMPLES[name]()) == drawn(name)


def test_a_pdf_a_3_holds_its_detail_once_with_ascii_names_and_descriptions(drawn):
    source = samples.government()

    with pikepdf.open(io.BytesIO(drawn("government"))) as document:
        xmp = document.Root.Metadata.read_bytes().decode()
        specs = document.Root.AF.as_list()
        names = [str(spec.UF) for spec in specs]
        tree = [str(name) for name in document.Root.Names.EmbeddedFiles.Names.as_list()[::2]]
        content = {str(spec.UF): spec.EF.F.read_bytes() for spec in specs}

        assert 'part="3"' in xmp
        assert 'conformance="A"' in xmp
        assert names == sorted(set(names)) == tree
        assert all(name.isascii() and str(spec.Desc) for name, spec in zip(names, specs, strict=True))
        assert {str(spec.AFRelationship) for spec in specs} == {"/Source", "/Data"}
        assert "/StructTreeRoot" in document.Root
        assert str(document.Root.Lang) == "zh-CN"
    assert content["XFL-2026-11-gov-v1.json"] == paper_json(source)
    assert content["XFL-2026-11-gov-v1.xlsx"] == render_xlsx(source)


def test_a_paper_names_itself_in_its_metadata(drawn):
    statement = read_pdf_statement(drawn("settlement"))

    assert statement.number == "XFL-2026-11-canteen-v1"
    assert statement.paper["heading"]["version"] == 1


def test_the_four_sources_are_printed_and_balance(drawn, text_of):
    text = "".join(text_of(drawn("government")))

    assert "平衡 ✓" in text
    assert "冻结于 2026-12-01 09:12，与花名册一致" in text
    assert "审核意见" in text
    assert "审批意见" in text


def test_a_month_without_meals_says_so_and_is_still_signed(drawn, text_of):
    text = "".join(text_of(drawn("zero")))

    assert "本月无补贴人次" in text
    assert "人民币零元整" in text
    assert "单位负责人" in text


@pytest.mark.parametrize("name", SEALED)
def test_no_figure_is_cut_off_by_its_column(drawn, text_of, name):
    """Every money cell of the page model is on the pages, whole."""
    text = "".join(text_of(drawn(name)))

    for table in paper_of(SAMPLES[name]()).tables:
        for row in (*table.rows, *([table.total] if table.total and table.rows else [])):
            for cell, column in zip(row, table.columns, strict=True):
                if column.shape is Shape.MONEY and isinstance(cell, int):
                    assert yuan(cell) in text


def test_a_paper_whose_rows_do_not_sum_to_what_was_sealed_is_refused():
    with pytest.raises(DoesNotBalance, match="应补金额"):
        render_pdf(samples.government(total_fen=1))
    with pytest.raises(DoesNotBalance, match="轧差"):
        render_pdf(samples.settlement(total_fen=1))
    with pytest.raises(DoesNotBalance, match="本期结余"):
        render_pdf(samples.donor(closing_fen=1))
    with pytest.raises(DoesNotBalance, match="应补金额"):
        render_pdf(replace(samples.roster(3), total_fen=1))


def test_a_draft_and_demonstration_data_are_marked_across_every_page(text_of):
    draft = render_pdf(samples.zero_month(heading=samples.heading("X-1", draft=True)))
    demo = render_pdf(samples.zero_month(heading=samples.heading("X-1", demo=True)))

    assert all("草" in page and "稿" in page for page in text_of(draft))
    assert all("演" in page and "示" in page for page in text_of(demo))


def test_more_tiers_than_fit_a_page_are_cut_with_subtotals(text_of):
    tiers = tuple(samples.tier("普通老人", f"{age}岁", "9.00", 3, (30, 0, 0), 900) for age in range(60, 100))
    payable = 40 * 30 * 900
    paper = samples.government(
        tiers=tiers,
        days=samples.day_lines(1200, payable),
        grants=(),
        adjustments=(),
        sources=samples.Sources(40 * 30 * 1500, payable, 0, 0, 0, 0, 0, 40 * 30 * 600),
        total_fen=payable,
    )

    pages = text_of(render_pdf(paper))

    assert sum(page.count("本页小计") for page in pages) >= 2
    assert "合计" in pages[-1]


def test_a_large_roster_is_set_as_lines_with_the_same_figures(text_of):
    source = samples.roster(401, with_day_dots=False, with_sign_off=False)

    pages = text_of(render_pdf(source))

    assert len(pages) == 21
    subtotals = [amounts(line)[-1] for page in pages for line in page.splitlines() if "本页小计" in line]
    assert sum(subtotals) == source.total_fen
    assert yuan(source.total_fen) in pages[-1]
    assert "买买提·阿不" in pages[0]


def test_a_rendering_that_needs_too_much_memory_or_time_ends_and_says_so():
    with pytest.raises(RenderingFailed):
        render_pdf(samples.zero_month(), memory_bytes=120_000_000)
    with pytest.raises(RenderingFailed, match="seconds"):
        render_pdf(samples.zero_month(), seconds=0.2)


def test_the_rendering_process_is_told_no_secret(monkeypatch, tmp_path):
    from canteen.documents.rendering import _environment

    monkeypatch.setenv("CANTEEN_DATABASE_URL", "postgresql://secret@db/canteen")

    assert not any("secret" in value for value in _environment(tmp_path, tmp_path / "f").values())


def test_files_are_called_by_canteen_month_and_form():
    assert file_stem(samples.government()) == "幸福里食堂_2026年11月_政府结算表_v1"
    assert file_stem(samples.donor(addressed_to="甲/乙")) == "甲_乙_2026年11月_捐赠方报告_v1"


def test_a_donor_reads_what_came_in_and_what_it_paid_and_nobody_is_named(drawn, text_of):
    pages = text_of(drawn("donor"))
    text = "".join(pages)

    assert len(pages) == 4
    assert "比上月多 86 份" in text
    assert "平均每份约 4.00 元（按总额除以份数，四舍五入）" in text
    assert "本对账单不作为捐赠票据" in text
    assert "票据代码 62010126" in text
    assert "感谢状" in "".join(pages[-1].split())
    assert not re.search(r"\*{3}|单元|号楼", text)


def test_a_commercial_sponsor_gets_figures_and_no_letter_of_thanks(text_of):
    text = "".join(text_of(render_pdf(samples.donor(commercial=True, receipt=None))))

    assert "感谢状" not in "".join(text.split())
    assert "票据尚未开具" in text


def test_a_donor_line_about_fewer_than_five_elders_is_refused():
    lines = samples.donor().lines
    few = replace(lines[3], elders=4)

    with pytest.raises(NotPrintable, match="fewer than 5"):
        render_pdf(samples.donor(lines=(*lines[:3], few, *lines[4:])))
