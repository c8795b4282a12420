"""The pages of funds."""

import io

from flask import Flask
from signing_in import sign_in_as

from canteen.core.roles import Role
from canteen.db import reading
from canteen.sponsors import queries
from tests.factories import make_canteen

NEW = {
    "sponsor": "维达慈善基金会", "display_name": "维达", "code": "weida", "gift": "5000",
    "begins_on-year": "2026", "begins_on-month": "11", "begins_on-day": "1", "per_meal": "3.00",
}  # fmt: skip


def test_a_fund_is_added_and_leads_to_where_gifts_are_booked(app: Flask) -> None:
    canteen_id = make_canteen()
    office = sign_in_as(app, Role.MANAGER)

    added = office.send("/funds/new", {**NEW, "canteens": str(canteen_id)}, page="/funds/new")
    assert added.location == "/funds/weida"
    page, former = office.get("/funds/weida"), office.send("/funds/weida/gifts", {"amount": "100"})

    assert 'href="/funds/weida/gifts/new/money"' in page.text and former.status_code == 405
    with reading() as session:
        fund = queries.fund(session, "weida")
        assert (fund.balance_fen, fund.per_meal_fen, fund.canteen_ids) == (500_000, 300, {canteen_id})
    assert "¥5,000.00" in office.get("/sponsors").text


def test_what_cannot_be_is_told_and_nothing_is_kept(app: Flask) -> None:
    office = sign_in_as(app, Role.MANAGER)

    wrong = {**NEW, "code": "维达", "gift": "many", "begins_on-day": "31"}
    answer = office.send("/funds/new", wrong, page="/funds/new")

    assert "没有这一天" in answer.text and "最多两位小数" in answer.text and "有 3 处要改" in answer.text
    with reading() as session:
        assert queries.funds(session) == []


def test_terms_change_and_an_unknown_fund_is_a_404(app: Flask) -> None:
    office = sign_in_as(app, Role.MANAGER)
    office.send("/funds/new", NEW, page="/funds/new")

    office.send(
        "/funds/weida/terms", {"per_day": "100", "is_for_named_guests": "y"}, page="/funds/weida"
    )

    with reading() as session:
        fund = queries.fund(session, "weida")
        assert (fund.per_day_fen, fund.per_meal_fen, fund.begins_on) == (10_000, None, None)
        assert fund.is_for_named_guests
    assert office.get("/funds/nobody").status_code == 404


def test_a_picture_is_no_list_of_guests(app: Flask) -> None:
    office = sign_in_as(app, Role.MANAGER)
    office.send("/funds/new", NEW, page="/funds/new")
    picture = {"file": (io.BytesIO(b"\xff\xd8\xff\xe0\x00\x10JFIF a picture"), "guests.xlsx")}

    answer = office.send("/funds/weida/guests", picture, page="/funds/weida")

    assert answer.status_code == 400 and "这个文件是图片" in answer.text


def test_strangers_are_told_by_row_in_the_pages_language(app: Flask) -> None:
    office = sign_in_as(app, Role.MANAGER)
    office.send("/funds/new", NEW, page="/funds/new")
    text = "姓名,身份证号\n张三,11010519491231002X\n李四,123\n".encode()

    answer = office.send(
        "/funds/weida/guests", {"file": (io.BytesIO(text), "guests.csv")}, page="/funds/weida"
    )

    assert answer.status_code == 409 and "没有一位是登记过的老人" in answer.text
    assert "第 2 行：没有登记过" in answer.text and "第 3 行" in answer.text


def test_an_officer_reads_funds_and_changes_none(app: Flask) -> None:
    sign_in_as(app, Role.MANAGER).send("/funds/new", NEW, page="/funds/new")
    officer = sign_in_as(app, Role.OFFICER)

    assert "记一笔到账" not in officer.get("/funds/weida").text
    assert officer.get("/funds/new").status_code == 403
    assert officer.send("/funds/weida/terms").status_code == 403
