"""Slips as people enter and approve them: forms that work without JavaScript."""

import io
from datetime import date

from flask import Flask

from canteen.checkin.models import Meal
from canteen.checkin.slips.models import Slip, SlipSheet
from canteen.core.roles import Role
from tests.checkin.noon import make_noon
from tests.checkin.test_slips import photo
from tests.factories import make_canteen, make_elder, only, rows
from tests.oversight.test_review_page import office_of

HEAD = {
    "canteen": "beimen", "kind": "slips", "rows": "10", "service_on-year": "2026", "service_on-month": "11",
    "service_on-day": "20", "meal_period": "lunch", "witness": "陈桂花", "cause": "停电",
}  # fmt: skip


def test_one_enters_and_another_approves(app: Flask) -> None:
    noon = make_noon(app.test_client())
    make_elder(noon.canteen_id, "王秀英")
    make_elder(noon.canteen_id, "李建国", initials=" LJG ")
    writer, second = office_of(app, noon, Role.CASHIER), office_of(app, noon)
    form = HEAD | {"number-1": "000101", "elder-1": "王秀英", "number-3": "000102", "elder-3": "LJG", "cash-3": "5.00"}
    upload = {"picture": (io.BytesIO(photo()), "slip.jpg")}

    entered = writer.send("/slips/new", form | upload, page="/slips/new", content_type="multipart/form-data")

    assert entered.location == "/slips/1"
    assert [(slip.number, slip.cash_fen) for slip in rows(Slip)] == [("000101", None), ("000102", 500)]
    page = writer.get("/slips/1").text
    assert "核准勾选的行" not in page
    picture = second.get("/slips/1/picture")
    assert (picture.content_type, picture.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    assert picture.data[:3] == b"\xff\xd8\xff"
    assert "待核准" in second.get("/").text

    done = second.send("/slips/1", {"slip": ["1", "2"], "act": "approve"}, page="/slips/1")

    assert done.status_code == 303
    assert len(rows(Meal)) == 2
    assert "第 1 号用餐" in second.get("/slips/1").text
    assert writer.send("/slips/1", {"slip": ["1"], "act": "approve"}, page="/slips").status_code == 403


def test_a_sign_sheet_numbers_its_own_lines_and_can_be_sent_back(app: Flask) -> None:
    noon = make_noon(app.test_client())
    for name in ("王秀英", "李建国"):
        make_elder(noon.canteen_id, name)
    office = office_of(app, noon)
    form = HEAD | {"kind": "sheet", "number": "Q00001", "rows": "20", "elder-1": "王秀英", "elder-4": "李建国"}

    office.send("/slips/new", form, page="/slips/new?kind=sheet")

    assert [slip.number for slip in rows(Slip)] == ["Q00001-01", "Q00001-04"]
    own = office.send("/slips/1", {"slip": ["1"], "act": "approve"}, page="/slips/1")
    assert (own.status_code, "您自己录的" in own.text) == (409, True)
    without = office.send("/slips/1", {"slip": ["1"], "act": "refuse"}, page="/slips/1")
    assert (without.status_code, "请写明原因" in without.text) == (409, True)
    office.send("/slips/1", {"slip": ["1"], "act": "refuse", "reason": "写错人了"}, page="/slips/1")
    assert [slip.state for slip in rows(Slip)] == ["refused", "waiting"]


def test_what_is_wrong_is_said_at_its_line_and_what_was_typed_stays(app: Flask) -> None:
    noon = make_noon(app.test_client())
    make_elder(noon.canteen_id, "王秀英")
    for born_on in (date(1940, 1, 1), date(1945, 1, 1)):
        make_elder(noon.canteen_id, "李建国", born_on=born_on)
    office = office_of(app, noon)

    for changes, words in (
        ({"number-1": "1", "elder-1": "谁也不是"}, "第 1 行：没有这位老人"),
        ({"number-1": "1", "elder-1": "王秀英", "number-2": "2", "elder-2": "李建国"}, "第 2 行：有 2 位老人"),
        ({"elder-1": "王秀英"}, "第 1 行：请写单号"),
        ({"number-1": "1"}, "第 1 行：写了单号"),
        ({"number-1": "1", "elder-1": "王秀英", "cash-1": "五块"}, "第 1 行：现金要写成数字"),
        ({}, "请至少填一行"),
        ({"number-1": "1", "elder-1": "王秀英", "service_on-day": "21"}, "日期要在今天或以前"),
        ({"number-1": "1", "elder-1": "王秀英", "meal_period": "breakfast"}, "不供应这一餐"),
        ({"number-1": "1", "elder-1": "王秀英", "witness": ""}, "请写名字"),
    ):
        answer = office.send("/slips/new", HEAD | changes, page="/slips/new")
        assert answer.status_code == 400, words
        assert words in answer.text
        assert 'value="停电"' in answer.text
    more = office.send("/slips/new", HEAD | {"elder-1": "王秀英", "more": "yes"}, page="/slips/new")
    assert 'id="elder-20"' in more.text and 'value="王秀英"' in more.text

    assert rows(SlipSheet) == []


def test_the_slips_of_another_canteen_are_not_there(app: Flask) -> None:
    noon = make_noon(app.test_client())
    make_elder(noon.canteen_id, "王秀英")
    form = HEAD | {"number-1": "1", "elder-1": "王秀英"}
    upload = {"picture": (io.BytesIO(photo()), "slip.jpg")}
    office_of(app, noon).send("/slips/new", form | upload, page="/slips/new", content_type="multipart/form-data")
    stranger = office_of(app, type(noon)(noon.client, make_canteen("nanmen"), noon.tablet))

    for path in ("/slips/1", "/slips/1/picture"):
        assert stranger.get(path).status_code == 404
    assert stranger.send("/slips/1", {"slip": ["1"], "act": "approve"}, page="/slips").status_code == 404
    assert app.test_client().get("/slips/1/picture").status_code in (302, 303, 401)
    assert only(Slip).state == "waiting"


def test_blank_slips_carry_numbers_that_are_given_once(app: Flask) -> None:
    noon = make_noon(app.test_client())
    office = office_of(app, noon)

    first = office.send("/slips/blank", {"kind": "slips", "count": "9"}, page="/slips/blank")
    second = office.send("/slips/blank", {"kind": "slips", "count": "8"}, page="/slips/blank")
    wrong = office.send("/slips/blank", {"kind": "slips", "count": "0"}, page="/slips/blank")

    page = office.get(first.location).text
    assert page.count("blank-slip\"") == 9 and "000009" in page
    assert "first=10&last=17" in second.location
    assert (wrong.status_code, "1 到 400 张" in wrong.text) == (400, True)
    sheet = office.send("/slips/blank", {"kind": "sheets", "count": "1"}, page="/slips/blank")
    assert "Q00001" in office.get(sheet.location).text
