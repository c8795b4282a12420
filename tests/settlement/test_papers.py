"""The papers of a closed month: PDF = XLSX = journal to the fen, read back from the files."""

import hashlib
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from canteen.core.calendar import parse_period
from canteen.core.money import yuan
from canteen.core.words import capitals
from canteen.db import reading, transaction
from canteen.elders.models import Elder
from canteen.ledger.queries import balances_fen
from canteen.settlement import archive
from canteen.settlement.handing_out import hand_out
from canteen.settlement.models import RenderClaim, Statement
from canteen.settlement.rendering import archived, claim_next, render_waiting
from canteen.settlement.services import close_month
from canteen.settlement.verifying_files import FileCheck, verify_file
from tests.factories import bind_programme, four_yuan, make_canteen, make_elder, make_fund
from tests.settlement.factories import serve

AFTER_NOVEMBER = "2026-12-01T02:00:00Z"


def close_november(monkeypatch: pytest.MonkeyPatch) -> None:
    """November of 幸福里: seven elders, one of whom turns 75 on the 16th, a fund beside government; closed."""
    canteen = make_canteen("xfl", name="幸福里食堂")
    make_fund("dekang", 100_000)
    rules = four_yuan()
    rules["version"][0]["rule"].append(
        {"id": "gift", "title": "慈善2元", "payer": "sponsor", "fund": "dekang", "pays": {"fixed": "2.00"}}
    )
    bind_programme(canteen, rules)
    turning = make_elder(canteen, "王秀英", born_on=date(1951, 11, 16), balance_fen=1_000)
    for day in (9, 10, 16, 17):
        serve(canteen, turning.id, date(2026, 11, day), channel="takeaway" if day == 10 else "dine-in")
    for number in range(6):
        elder = make_elder(
            canteen, f"李国{'一二三四五六'[number]}", born_on=date(1952 + number, 3, 1), sex="male"
        )
        serve(canteen, elder.id, date(2026, 11, 9))
    monkeypatch.setenv("CANTEEN_NOW", AFTER_NOVEMBER)
    close_month("2026-11", "xfl", "王敏", "赵刚", host="card.example.cn")


@pytest.fixture
def november(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The closed month, its papers not rendered yet. What concerns files alone is tried on one database."""
    close_november(monkeypatch)


def file_of(kind: str, ending: str) -> bytes:
    """The archived file of one statement, rendered when it is first asked for."""
    with reading() as session:
        statement_id = session.scalars(select(Statement.id).where(Statement.kind == kind)).one()
    return archived(statement_id)[ending].content


def sealed(kind: str) -> dict[str, Any]:
    """The plain values of one sealed paper."""
    with reading() as session:
        text = session.scalars(select(Statement.sealed_json).where(Statement.kind == kind)).one()
    paper: dict[str, Any] = json.loads(text)["paper"]
    return paper


# Two meals at 74 (9.00 each), two at 75 (10.00 each), six others at 9.00.
GOVERNMENT_FEN = 2 * 900 + 2 * 1000 + 6 * 900


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def xlsx_values(content: bytes) -> list[object]:
    book = load_workbook(io.BytesIO(content), data_only=True)
    return [cell for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row]


def test_pdf_xlsx_and_journal_say_the_same_to_the_fen(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    close_november(monkeypatch)

    papers = {paper.kind: paper for paper in hand_out(parse_period("2026-11"), "xfl", tmp_path)}

    with reading() as session:
        posted = balances_fen(session, 1, "2026-11")
    government = sum(fen for account, fen in posted.items() if account.startswith("government:"))
    assert government == GOVERNMENT_FEN
    assert papers["settlement"].total_fen == papers["roster"].total_fen == government
    assert papers["donor"].total_fen == posted["fund:dekang"] == 10 * 200
    assert papers["canteen"].total_fen == government + 2000
    for paper in papers.values():
        text, values = pdf_text(Path(paper.pdf).read_bytes()), xlsx_values(Path(paper.xlsx).read_bytes())
        assert yuan(paper.total_fen) in text and capitals(paper.total_fen) in text.replace("\n", "")
        assert paper.total_fen / 100 in values
    assert Path(papers["settlement"].pdf).name == "幸福里食堂_2026年11月_政府结算表_v1.pdf"


def test_an_elder_who_changes_band_stands_on_two_lines_and_is_one_person(november: None) -> None:
    roster, settlement = sealed("roster"), sealed("settlement")
    lines = [line for line in roster["lines"] if line["name"] == "王秀英"]

    assert [(line["age_years"], line["standard"], line["amount_fen"]) for line in lines] == [
        (74, "9.00", 1800), (75, "10.00", 2000),
    ]  # fmt: skip
    assert [(line["dine_in"], line["takeaway"], line["lunch_days"]) for line in lines] == [
        (1, 1, [9, 10]), (2, 0, [16, 17]),
    ]  # fmt: skip
    assert [(tier["age_band"], tier["elders"]) for tier in settlement["tiers"]] == [
        ("65–74", 7),
        ("75及以上", 1),
    ]
    assert settlement["elders"] == 7
    # 40 % of 900 a meal is the city's, eight meals; the rule from 75 on has no split.
    assert settlement["levels"] == ["市级", "区级"]
    assert [(tier["levels_fen"], tier["unsplit_fen"]) for tier in settlement["tiers"]] == [
        ([2880, 4320], 0), ([0, 0], 2000),
    ]  # fmt: skip


def test_the_operator_is_due_what_others_than_the_elders_pay(november: None) -> None:
    sheet = sealed("canteen")

    assert sum(line["amount_fen"] for line in sheet["served"]) == 10 * 1500
    # Elders pay 15.00 less 9.00 or 10.00 less 2.00: eight times 4.00 and two times 3.00, ten yuan from a wallet.
    assert {line["label"]: line["amount_fen"] for line in sheet["received"]} == {
        "个人餐费（现金）": 2800, "个人餐费（餐卡钱包）": 1000,
    }  # fmt: skip
    assert {line["label"]: line["amount_fen"] for line in sheet["payers"]} == {
        "慈善（dekang）": 2000, "政府（城关区民政局）": GOVERNMENT_FEN,
    }  # fmt: skip
    assert sheet["wallet"] == {
        "opening_fen": 0, "top_ups_fen": 1000, "spent_fen": 1000, "refunded_fen": 0, "closing_fen": 0,
    }  # fmt: skip


def test_nobody_can_be_recognised_in_the_donors_statement(november: None) -> None:
    paper = sealed("donor")
    text = pdf_text(file_of("donor", "pdf"))

    # The single meals of the 10th, 16th and 17th join those of the 9th: one line about all seven.
    assert [
        (line["from_on"], line["until_on"], line["meals"], line["elders"]) for line in paper["lines"]
    ] == [("2026-11-09", "2026-11-17", 10, 7)]
    assert [(column["label"], column["meals"]) for column in paper["chart"]] == [("9–17", 10)]
    assert (paper["opening_fen"], paper["total_fen"], paper["closing_fen"]) == (0, 2_000, 98_000)
    for name in ("王秀英", "李国一"):
        assert name not in json.dumps(paper, ensure_ascii=False) and name not in text


def test_what_was_given_out_is_given_out_again_whatever_changes(november: None) -> None:
    first = file_of("roster", "pdf"), file_of("roster", "xlsx")
    with transaction() as session:
        for elder in session.scalars(select(Elder)):
            elder.name, elder.born_on = "改名", date(1930, 1, 1)
    sha256 = hashlib.sha256(first[0]).hexdigest()
    archive.path_of(sha256, "pdf", archive.papers_folder()).unlink()

    # The PDF is gone from the archive and drawn again from what was sealed: the same to the byte.
    assert (file_of("roster", "pdf"), file_of("roster", "xlsx")) == first


def test_a_file_as_handed_out_matches_and_a_workbook_also_when_it_was_saved_again(november: None) -> None:
    pdf, xlsx = file_of("settlement", "pdf"), file_of("settlement", "xlsx")
    saved = io.BytesIO()
    load_workbook(io.BytesIO(xlsx)).save(saved)

    assert saved.getvalue() != xlsx
    for content in (pdf, xlsx, saved.getvalue()):
        assert verify_file(content) == FileCheck(True, "XFL-2026-11-gov-v1", None)


def test_a_pdf_of_other_bytes_is_not_called_genuine_even_where_it_looks_the_same(november: None) -> None:
    pdf = file_of("settlement", "pdf")
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        paper.save(saved, compress_streams=False)
    flipped = bytearray(pdf)
    flipped[len(pdf) // 2] ^= 1

    for content in (saved.getvalue(), bytes(flipped), pdf + b"\n"):
        found = verify_file(content)
        assert (found.match, bool(found.difference)) == (False, True)


def changed_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(pdf.make_stream(b"1 1 1 rg 100 100 200 50 re f"))


def changed_attachment(pdf: pikepdf.Pdf) -> None:
    name = next(name for name in pdf.attachments if name.endswith(".json"))
    pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, b"{}", filename=name)


def note_laid_over(pdf: pikepdf.Pdf) -> None:
    box = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, Rect=[0, 0, 99, 99])
    pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(box)]))


def cut_page(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[-1]


def test_every_change_of_a_pdf_is_named(november: None) -> None:
    sealed_pdf = file_of("settlement", "pdf")
    for change, words in (
        (changed_page, "第 1 页"), (note_laid_over, "第 1 页"), (changed_attachment, "内附文件"), (cut_page, "页数"),
    ):  # fmt: skip
        edited = io.BytesIO()
        with pikepdf.open(io.BytesIO(sealed_pdf)) as pdf:
            change(pdf)
            pdf.save(edited)

        found = verify_file(edited.getvalue())

        assert (found.match, found.number) == (False, "XFL-2026-11-gov-v1")
        assert found.difference is not None and found.difference.startswith(words)


def test_a_changed_cell_is_named_with_both_figures(november: None) -> None:
    book = load_workbook(io.BytesIO(file_of("roster", "xlsx")))
    book.worksheets[0]["O5"] = 99.5
    edited = io.BytesIO()
    book.save(edited)

    found = verify_file(edited.getvalue())

    assert (found.match, found.number) == (False, "XFL-2026-11-roster-v1")
    assert found.difference is not None and "O5：文件里是 99.5，封存的是 " in found.difference


@pytest.mark.parametrize("content", [b"", b"a letter", b"%PDF-1.7 cut off", b"PK\x03\x04 no book"])
def test_a_file_that_is_no_paper_of_ours_is_told_so(sqlite_app: Flask, content: bytes) -> None:
    found = verify_file(content)

    assert not found.match and found.number is None and found.difference


def test_two_workers_never_draw_the_same_statement(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_canteen("xfl", name="幸福里食堂")
    monkeypatch.setenv("CANTEEN_NOW", AFTER_NOVEMBER)
    close_month("2026-11", "xfl", "王敏", "赵刚")

    mine, theirs = claim_next(), claim_next()
    monkeypatch.setenv("CANTEEN_NOW", "2026-12-01T02:11:00Z")  # the first worker has died
    taken_over = claim_next()

    assert (mine, theirs) == (1, None)
    assert taken_over == 1
    with transaction() as session:
        session.query(RenderClaim).delete()
    assert render_waiting() == 1
    assert render_waiting() == 0
