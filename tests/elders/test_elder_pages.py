"""The pages of elders, in a browser without JavaScript."""

import re
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from flask import Flask
from rosters import csv_roster, number
from signing_in import Browser, make_staff, sign_in_as
from sqlalchemy import func, select

from canteen.canteens import services as canteens
from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.elders import services
from canteen.elders.models import Elder
from canteen.elders.particulars import Identity, Particulars, Registration
from canteen.elders.roster import read_roster
from canteen.elders.roster.sheets import template
from tests.factories import make_canteen

WANG, LI = number(order=2), number("19500101", order=3)
ROSTER = csv_roster(
    [["王秀英", WANG, "12", "低保"], ["李明", LI, "", ""], ["李明", LI, "", ""], ["赵", "1234", "", ""]]
)


def office_of(app: Flask, canteen_id: int, role: Role = Role.MANAGER) -> Browser:
    staff_id = make_staff(role)
    with transaction() as session:
        canteens.assign(session, staff_id, canteen_id)
    return sign_in_as(app, role, staff_id)


def how_many() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Elder)) or 0


def register(canteen_id: int, name: str = "王秀英", identity: str = WANG) -> str:
    registration = Registration(Identity("resident", identity), Particulars(name))
    return services.register_elder(canteen_id, registration, "staff:1")


@pytest.fixture
def canteen_id(app: Flask) -> int:
    return make_canteen()


@pytest.fixture
def office(app: Flask, canteen_id: int) -> Browser:
    return office_of(app, canteen_id)


def test_an_empty_list_names_the_next_step(office: Browser) -> None:
    page = office.get("/elders")

    assert page.status_code == 200
    assert "还没有老人。登记一位，或从 Excel 导入名单。" in page.text


def test_a_list_shows_who_is_on_it_and_no_whole_number(office: Browser, canteen_id: int) -> None:
    ref = register(canteen_id)

    listed, searched, missed = (
        office.get(path).text for path in ("/elders", "/elders?q=WXY", "/elders?q=ZZ")
    )

    assert f"/elders/{ref}" in listed
    assert WANG not in listed
    assert "王秀英" in searched
    assert "没找到“ZZ”" in missed


def test_a_number_is_checked_before_anything_else_is_typed(office: Browser) -> None:
    page = office.send(
        "/elders/new", {"canteen": 1, "identity_kind": "resident", "identity_number": WANG, "check": "1"}
    )

    assert "女，1944年3月8日 出生，82 岁，甘肃省兰州市城关区" in page.text
    assert 'value="620102"' in page.text
    assert how_many() == 0


def test_an_elder_is_registered_and_their_page_opens(office: Browser, canteen_id: int) -> None:
    typed = {
        "canteen": canteen_id, "identity_kind": "resident", "identity_number": f" {WANG.lower()} ", "name": "王 秀英",
        "phone": "139 0000 4321", "categories": ["low-income", "severe-disability"], "disability_grade": "2",
        "living": "alone", "pension": "no", "household_division": "620102", "distance": "1.9", "evidence": "低保证 1",
    }  # fmt: skip

    answer = office.send("/elders/new", typed)
    page = office.get(answer.location)

    assert answer.status_code == 303
    for words in (
        "王奶奶",
        "82 岁",
        "13900004321",
        "人员类别：低保",
        "残疾等级：二级",
        "居住情况：独居",
        "1.9",
        "低保证 1",
    ):
        assert words in page.text
    assert WANG not in page.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"identity_number": "620102440308002"}, "请填 18 位号码。"),
        ({"name": ""}, "请填写姓名。"),
        ({"phone": "12"}, "电话号码不对。"),
        ({"distance": "很近"}, "距离填公里数"),
        ({"household_division": "62"}, ""),
    ],
)
def test_a_form_with_a_mistake_keeps_what_was_typed(
    office: Browser, canteen_id: int, typed: dict[str, str], words: str
) -> None:
    whole = {
        "canteen": canteen_id,
        "identity_kind": "resident",
        "identity_number": WANG,
        "name": "王秀英",
        "diet": "软食",
    }

    page = office.send("/elders/new", whole | typed)

    if words:
        assert page.status_code in (200, 409)
        assert words in page.text
        assert "软食" in page.text
        assert how_many() == 0
    else:
        assert page.status_code == 303


def test_a_number_that_is_known_elsewhere_leads_to_the_elder(
    app: Flask, office: Browser, canteen_id: int
) -> None:
    ref = register(make_canteen("elsewhere"))
    typed = {"canteen": canteen_id, "identity_kind": "resident", "identity_number": WANG, "name": "王秀英"}

    page = office.send("/elders/new", typed)
    before = office.get(f"/elders/{ref}").status_code
    office.send(f"/elders/{ref}/list", {"canteen": canteen_id})

    assert "这个身份证号已登记" in page.text
    assert "王*英" in page.text
    assert (before, office.get(f"/elders/{ref}").status_code) == (404, 200)


def test_a_whole_number_is_shown_on_request_and_not_kept_by_the_browser(
    office: Browser, canteen_id: int
) -> None:
    ref = register(canteen_id)

    page = office.send(f"/elders/{ref}/identity")

    assert WANG in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_particulars_are_corrected(office: Browser, canteen_id: int) -> None:
    ref = register(canteen_id)

    office.send(f"/elders/{ref}/edit", {"name": "王秀瑛", "phone": "13711111111", "form_of_address": "老师"})

    page = office.get(f"/elders/{ref}").text
    assert "王秀瑛" in page
    assert "王老师" in page


def test_a_fact_is_recorded_ended_and_withdrawn(office: Browser, canteen_id: int) -> None:
    ref = register(canteen_id)
    day = {"from_on-year": "2026", "from_on-month": "11", "from_on-day": "1"}

    kinds = office.get(f"/elders/{ref}/facts/new").text
    office.send(f"/elders/{ref}/facts/new?kind=monthly_income_fen", day | {"monthly_income_fen": "1,800.50"})
    page = office.get(f"/elders/{ref}").text
    fact = re.search(rf"/elders/{ref}/facts/(\d+)/end", page)
    assert fact
    office.send(fact[0], {"until_on-year": "2026", "until_on-month": "11", "until_on-day": "19"})
    ended = office.get(f"/elders/{ref}").text

    assert "家庭人均月收入" in kinds
    assert "家庭人均月收入：¥1,800.50" in page
    assert "2026年11月19日" in ended
    assert fact[0] not in ended


def test_a_fact_that_makes_no_sense_is_refused_beside_its_field(office: Browser, canteen_id: int) -> None:
    ref = register(canteen_id)
    days = {"from_on-year": "2026", "from_on-month": "2", "from_on-day": "30"}

    page = office.send(
        f"/elders/{ref}/facts/new?kind=household_division", days | {"household_division": "62010"}
    )

    assert "没有这一天" in page.text


def test_a_death_is_noted_and_taken_back(office: Browser, canteen_id: int) -> None:
    ref = register(canteen_id)
    day = {"died_on-year": "2026", "died_on-month": "11", "died_on-day": "19"}

    missing = office.send(f"/elders/{ref}/death", day)
    office.send(f"/elders/{ref}/death", day | {"evidence": "家属告知"})
    noted = office.get(f"/elders/{ref}").text
    office.send(f"/elders/{ref}/death", {"reason": "登记错了人"})

    assert "请填写依据" in missing.text
    assert "已登记去世：2026年11月19日" in noted
    assert "已登记去世" not in office.get(f"/elders/{ref}").text


def test_an_officer_reads_and_a_cashier_stays_out(app: Flask, canteen_id: int) -> None:
    ref = register(canteen_id)
    officer, cashier = office_of(app, canteen_id, Role.OFFICER), office_of(app, canteen_id, Role.CASHIER)

    assert officer.get(f"/elders/{ref}").status_code == 200
    assert "更正资料" not in officer.get(f"/elders/{ref}").text
    assert officer.get("/elders/new").status_code == 403
    assert cashier.get(f"/elders/{ref}").status_code == 403


def upload(office: Browser, canteen_id: int, data: bytes, name: str = "名单.csv") -> str:
    answer = office.send("/elders/import", {"canteen": canteen_id, "file": (BytesIO(data), name)})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_roster_is_shown_row_by_row_before_anything_is_written(office: Browser, canteen_id: int) -> None:
    page = office.get(upload(office, canteen_id, ROSTER)).text

    assert "导入 2 行" in page
    for words in (
        "王秀英",
        "李明",
        "第 4 行 身份证号：和第 3 行相同",
        "第 5 行 身份证号：不是 18 位",
        "第 2 行 联系电话：不像电话号码",
    ):
        assert words in page
    assert WANG not in page
    assert how_many() == 0


def test_a_tab_of_the_preview_shows_its_rows(office: Browser, canteen_id: int) -> None:
    address = upload(office, canteen_id, ROSTER)

    duplicates = office.get(f"{address}&tab=duplicate").text

    assert "和第 3 行相同" in duplicates
    assert "王秀英" not in duplicates


def test_a_confirmed_roster_is_written_and_its_faulty_rows_come_back(
    office: Browser, canteen_id: int
) -> None:
    address = upload(office, canteen_id, ROSTER)

    answer = office.send(address)
    result = office.get(answer.location).text
    problems = office.get(re.search(r'href="([^"]*problems[^"]*)"', result)[1].replace("&amp;", "&"))  # type: ignore[index]

    assert how_many() == 2
    sheet = openpyxl.load_workbook(BytesIO(problems.data)).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == ["姓名", "身份证号", "联系电话", "人员类别", "问题"]
    assert [row[0] for row in rows[1:]] == ["李明", "赵"]
    assert "整批撤回" in result


def test_an_import_is_taken_back_from_its_page(office: Browser, canteen_id: int) -> None:
    result = office.send(upload(office, canteen_id, ROSTER)).location
    withdraw = re.search(r'action="([^"]*/withdraw)"', office.get(result).text)
    assert withdraw

    page = office.send(withdraw[1], follow_redirects=True)

    assert "新登记的 2 位老人已移除" in page.text
    assert how_many() == 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "文件是空的"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "这个文件是图片"),
        ("王".encode(), "没有找到表头"),
    ],
)
def test_a_file_that_is_no_roster_gets_its_sentence(
    office: Browser, canteen_id: int, data: bytes, words: str
) -> None:
    page = office.send("/elders/import", {"canteen": canteen_id, "file": (BytesIO(data), "名单.xlsx")})

    assert page.status_code == 422
    assert words in page.text


def test_an_upload_opens_for_nobody_else(app: Flask, office: Browser, canteen_id: int) -> None:
    address = upload(office, canteen_id, ROSTER)
    another = office_of(app, canteen_id)

    assert another.get(address).status_code == 409
    assert "已经过期" in another.get(address).text


def test_an_upload_is_gone_after_a_day(
    office: Browser, canteen_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = upload(office, canteen_id, ROSTER)

    monkeypatch.setenv("CANTEEN_NOW", "2026-11-21T04:00:01Z")

    assert office.get(address).status_code == 409


def test_an_upload_waits_encrypted(app: Flask, office: Browser, canteen_id: int) -> None:
    upload(office, canteen_id, ROSTER)

    kept = [path.read_bytes() for path in (app.config["CANTEEN"].home / "uploads").iterdir()]

    assert len(kept) == 1
    assert WANG.encode() not in kept[0]


def test_the_template_is_an_empty_roster_that_the_reader_knows(office: Browser) -> None:
    file = office.get("/elders/import/template.xlsx").data
    book = openpyxl.load_workbook(BytesIO(file))
    sheet = book.worksheets[0]

    roster = read_roster(file, date(2026, 11, 20))

    assert roster.read == 0
    assert roster.ignored_columns == ()
    assert sheet.column_dimensions["B"].number_format == "@"
    assert sheet.data_validations.dataValidation
    assert book.sheetnames == ["名单", "填写示例"]


def test_the_templates_examples_are_good_rows() -> None:
    book = openpyxl.load_workbook(BytesIO(template()))
    del book["名单"]
    file = BytesIO()
    book.save(file)

    roster = read_roster(file.getvalue(), date(2026, 11, 20))

    assert (len(roster.rows), roster.faults, roster.warnings) == (2, (), ())


@pytest.mark.parametrize("path", ["/elders", "/elders?q=ZZ", "/elders/import"])
def test_the_pages_speak_english_too(office: Browser, path: str) -> None:
    office.send("/language", {"language": "en", "next": "/"})

    page = office.get(path).text
    main = page[page.index("<main") : page.index("</main>")].replace("王秀英", "")

    assert not re.search(r"[\u4e00-\u9fff]", main)
