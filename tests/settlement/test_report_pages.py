"""The pages of a fund's statements, read as a person reads them."""

import io
from datetime import date

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from canteen.core.roles import Role
from canteen.db import reading
from canteen.settlement.models import Statement
from canteen.settlement.rendering import archived
from canteen.settlement.verifying_files import FileCheck, verify_file
from tests.factories import only
from tests.settlement.fund_months import agree, eat, fourth_quarter, make_elders, make_place
from tests.signing_in import browser, sign_in_as

PAGE = "/funds/weida/statements"
LOOK = f"{PAGE}/look?period=2026-Q4"
NAMES = {"period": "2026-Q4", "prepared_by": "王敏", "checked_by": "赵刚", "is_meant": "y"}


def numbers() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Statement.number).where(Statement.kind == "donor").order_by(Statement.id)))


@pytest.fixture
def quarter(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> int:
    """The last quarter of 2026 of one fund, every month closed."""
    _canteens, fund_id = fourth_quarter(monkeypatch)
    monkeypatch.setenv("CANTEEN_NOW", "2027-01-05T02:00:00Z")
    return fund_id


def test_a_quarter_is_looked_at_sealed_and_listed(sqlite_app: Flask, quarter: int) -> None:
    office = sign_in_as(sqlite_app, Role.OFFICER)

    listed, look = office.get(PAGE).text, office.get(LOOK).text
    answer = office.send(f"{PAGE}/seal", NAMES, page=LOOK, follow_redirects=True)

    assert "2026年第4季度" in listed and "WEIDA-2026-12-donor-v1" in listed
    assert "¥132.00" in look and "33 份，全额 0 份，部分 33 份" in look and 'name="prepared_by"' in look
    assert answer.status_code == 200
    assert "WEIDA-2026-Q4-donor-v1 已封存" in answer.text and "正在生成" in answer.text
    assert "这一期已经封存" in office.get(LOOK).text
    assert 'name="prepared_by"' not in office.get(LOOK).text


def test_a_seal_that_cannot_be_says_why_and_writes_nothing(sqlite_app: Flask, quarter: int) -> None:
    office = sign_in_as(sqlite_app, Role.OFFICER)
    before = numbers()

    without_tick = office.send(f"{PAGE}/seal", NAMES | {"is_meant": ""}, page=LOOK)
    month = office.send(f"{PAGE}/seal", NAMES | {"period": "2026-11"}, page=LOOK)
    nothing = office.send(f"{PAGE}/seal", {}, page=LOOK)
    unknown = office.send("/funds/nobody/statements/seal", NAMES, page=LOOK)

    assert (without_tick.status_code, month.status_code, nothing.status_code) == (400, 409, 400)
    assert "请先勾选，再封存。" in without_tick.text and "2026年11月 是一个月" in month.text
    assert unknown.status_code == 404
    assert numbers() == before


def test_a_month_that_is_open_gives_a_draft_and_no_seal(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    canteens, _fund = make_place(budget_fen=100_000)
    eat(canteens[0], make_elders(canteens[0], 5), date(2026, 11, 3))
    monkeypatch.setenv("CANTEEN_NOW", "2026-12-02T02:00:00Z")
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)

    look = office.get(LOOK).text
    draft = office.get(f"{PAGE}/draft.pdf?period=2026-Q4")
    sealed = office.send(f"{PAGE}/seal", NAMES, page=PAGE)

    assert "还不能封存，只能看草稿" in look and "维达老地方、万胜老友记" in look and 'name="prepared_by"' not in look
    assert draft.status_code == 200 and draft.data.startswith(b"%PDF-")
    assert "草稿" in draft.headers["Content-Disposition"] or "%E8%8D%89" in draft.headers["Content-Disposition"]
    assert sealed.status_code == 409 and "还没有全部月结" in sealed.text
    assert numbers() == []


def test_a_period_that_makes_no_sense_is_told_on_the_page(sqlite_app: Flask) -> None:
    make_place(budget_fen=100_000)
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)
    wrong = (
        ("period=2026-Q9", "看不懂这个期间"), ("period=2020", "才开始"), ("period=" + "9" * 400, "看不懂这个期间"),
        ("", "请填开始日期"), ("first_on-year=2026&first_on-month=13&first_on-day=1", "请填结束日期"),
        (
            "first_on-year=2026&first_on-month=12&first_on-day=9&last_on-year=2026&last_on-month=12&last_on-day=1",
            "早于开始日期",
        ),
    )  # fmt: skip

    for query, words in wrong:
        answer = office.get(f"{PAGE}/look?{query}")
        assert answer.status_code == 400 and words in answer.text, query


def test_only_the_office_comes_in_and_only_those_who_keep_agreements_seal(sqlite_app: Flask, quarter: int) -> None:
    assert "/login" in browser(sqlite_app).get(PAGE).location
    assert sign_in_as(sqlite_app, Role.CASHIER).get(PAGE).status_code == 403
    manager = sign_in_as(sqlite_app, Role.MANAGER)

    # A manager of another canteen sees that there is a fund, and no statement of it.
    assert "WEIDA-2026-12-donor-v1" not in manager.get(PAGE).text
    assert "不归您管" in manager.get(LOOK).text
    assert manager.get(f"{PAGE}/draft.pdf?period=2026-Q4").status_code in (403, 409)
    assert manager.get("/statements/WEIDA-2026-12-donor-v1/certificate.pdf").status_code == 404
    assert manager.send(f"{PAGE}/seal", NAMES, page=PAGE).status_code == 403


def test_a_certificate_is_printed_alone_for_donations_only(sqlite_app: Flask, quarter: int) -> None:
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)
    path = "/statements/WEIDA-2026-12-donor-v1/certificate.pdf"

    listed = office.get(PAGE).text
    agree(quarter, "sponsorship")
    commercial = office.get(path)

    assert path in listed
    assert commercial.status_code == 409 and "商业赞助" in commercial.text
    assert "感谢状" not in office.get(PAGE).text
    assert office.get("/statements/WEIDA-2030-01-donor-v1/certificate.pdf").status_code == 404


def test_the_quarters_files_are_downloaded_and_verified(sqlite_app: Flask, quarter: int) -> None:
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)
    office.send(f"{PAGE}/seal", NAMES, page=LOOK)
    sealed = only(Statement, period="2026-Q4")

    archived(sealed.id)
    pdf, xlsx = (office.get(f"/statements/{sealed.number}.{ending}").data for ending in ("pdf", "xlsx"))
    page = f"/verify/{sealed.number}"
    verified = office.send(page, {"code": sealed.check_code}, page=page)

    certificate = office.get(f"/statements/{sealed.number}/certificate.pdf").data
    for content in (pdf, xlsx, certificate):
        assert verify_file(content) == FileCheck(True, "WEIDA-2026-Q4-donor-v1", None)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    for words in ("2026 年第四季度", "132.00", "人民币壹佰叁拾贰元整", "44010122", "0001234567", "特致谢忱"):
        assert words in text
    assert "2026-Q4" in verified.text and "132.00" in verified.text


def test_the_pages_speak_english(sqlite_app: Flask, quarter: int) -> None:
    office = sign_in_as(sqlite_app, Role.OFFICER)

    office.send("/language", {"language": "en", "next": "/"})
    page = office.get(LOOK).text

    assert "Download the draft" in page and "Certificate" not in page and "上期结余" not in page
