"""The pages of a fund's gifts."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from signing_in import Browser, sign_in_as

from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.sponsors.gifts import queries
from canteen.sponsors.gifts.models import FundRefund
from canteen.sponsors.models import Fund, Gift
from tests.factories import fund_balance_fen, make_canteen, make_fund, mark_closed, only, rows
from tests.sponsors.test_gifts import draw

PAGE = "/funds/weida/gifts"
DAY = {"on-year": "2026", "on-month": "11", "on-day": "19"}
MONEY = {
    "key": "k1", "amount": "100.5", "way": "bank", "receipt_code": "44010122", "receipt_number": "0001234567",
    "receipt_issuer": "维达慈善基金会", "bank_no": "2026111900001", **DAY,
}  # fmt: skip


def booked(office: Browser, kind: str, data: dict[str, Any]) -> Any:
    return office.send(f"{PAGE}/new/{kind}", data, page=f"{PAGE}/new/{kind}")


def test_money_is_booked_shown_and_told_when_it_is_booked_twice(app: Flask) -> None:
    make_fund("weida", 0)
    office = sign_in_as(app, Role.MANAGER)

    assert booked(office, "money", MONEY).location == f"{PAGE}?kind=money"
    again = booked(office, "money", {**MONEY, "key": "k2", "bank_no": ""})

    assert again.status_code == 409 and "这张票据已经记过一笔到账：2026年11月19日 资金“weida”100.50 元" in again.text
    page = office.get(PAGE).text
    assert "¥100.50" in page and "44010122 0001234567" in page and "2026111900001" in page
    assert len(rows(Gift)) == 1


def test_all_that_can_be_booked_has_a_form_that_books_it(app: Flask) -> None:
    canteen_id, fund_id = make_canteen(), make_fund("weida", 0)
    office = sign_in_as(app, Role.MANAGER)

    goods = {
        "key": "g", "what": "大米", "quantity": "12.5", "unit": "千克", "amount": "75", "basis": "market",
        "basis_source": "北门市场 11 月 19 日", **DAY,
    }  # fmt: skip
    expense = {"key": "e", "kind": "helpers", "what": "十月补贴", "payee": "陈桂花", "amount": "30", "canteen": "", **DAY}
    assert booked(office, "pledge", {"key": "p", "amount": "500", **DAY}).status_code == 303
    assert booked(office, "money", {**MONEY, "was_pledged": "y"}).status_code == 303
    assert booked(office, "goods", goods).status_code == 303
    assert booked(office, "expense", expense).status_code == 303
    with transaction() as session:
        session.get_one(Fund, fund_id).ends_on = None
    draw(fund_id, canteen_id, 2_000)
    mark_closed(canteen_id, "2026-11")
    assert 'value="20.00"' in office.get(f"{PAGE}/new/pay-over").text
    over = {"key": "o", "canteen": str(canteen_id), "month": "2026-11", "amount": "20", **DAY}
    assert booked(office, "pay-over", over).status_code == 303

    with reading() as session:
        told = queries.amounts(session, "weida")
    assert (told.pledged_fen, told.received_fen, told.used_fen, told.paid_over_fen) == (50_000, 10_050, 2_000, 2_000)
    assert (told.expenses_fen, told.in_kind_fen, told.left_fen) == (3_000, 7_500, 5_050)
    assert "大米 12.5 千克" in office.get(f"{PAGE}?kind=goods").text
    assert "2026-11" in office.get(f"{PAGE}?kind=pay-over").text
    assert "还够 2 个供餐日" in office.get(PAGE).text
    assert "照现在的用法还够 2 个供餐日" in office.get("/").text


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("money", {**MONEY, "amount": "many"}, "最多两位小数"),
        ("money", {**MONEY, "on-day": "31"}, "没有这一天"),
        ("money", {**MONEY, "receipt_issuer": ""}, "要一起填"),
        ("goods", {"key": "g", "quantity": "a dozen", **DAY}, "最多三位小数"),
        ("expense", {"key": "e", "amount": "1", **DAY}, "请填收款人"),
        ("pay-over", {"key": "o", "amount": "1", **DAY}, "请选择食堂"),
        ("refund", {"key": "r", "receiver": "维达", "relation": "giver", "evidence": "协议"}, "没有约定结束日期"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_booked(
    sqlite_app: Flask, kind: str, data: dict[str, str], said: str
) -> None:
    make_fund("weida", 0)
    office = sign_in_as(sqlite_app, Role.MANAGER)

    answer = booked(office, kind, data)

    assert said in answer.text and answer.status_code != 303
    assert rows(Gift) == []


def test_a_gift_is_reversed_with_a_reason(app: Flask) -> None:
    fund_id = make_fund("weida", 5_000)
    office = sign_in_as(app, Role.MANAGER)
    path = f"{PAGE}/money/{only(Gift).id}/reverse"

    assert "请写冲正的原因" in office.send(path, {"reason": " "}, page=path).text
    assert office.send(path, {"reason": "记错了资金"}, page=path).status_code == 303
    again = office.send(path, {"reason": "记错了资金"}, page=path)

    assert again.status_code == 409 and "已经冲正过" in again.text
    assert fund_balance_fen(fund_id) == 0
    assert "已冲正" in office.get(PAGE).text


def test_two_people_pay_back_what_is_left(app: Flask) -> None:
    fund_id = make_fund("weida", 5_000, ends_on=date(2026, 11, 1))
    first, second = sign_in_as(app, Role.MANAGER), sign_in_as(app, Role.OFFICER)
    booked(first, "refund", {"key": "r", "receiver": "维达", "relation": "giver", "evidence": "协议第八条"})
    waiting = f"{PAGE}?kind=refund"
    approve = f"{PAGE}/refunds/{only(FundRefund).id}/approve"

    assert "要另一位来复核" in first.get(waiting).text
    assert first.send(approve, page=waiting).status_code == 409
    assert second.send(approve, page=waiting).status_code == 303

    assert fund_balance_fen(fund_id) == 0 and only(FundRefund).amount_fen == 5_000


def test_the_filing_number_is_kept_and_printed(app: Flask) -> None:
    make_fund("weida", 0)
    officer = sign_in_as(app, Role.OFFICER)
    path = f"{PAGE}/giving"
    many = {"is_for_many": "y", "raiser": "新会区慈善会"}

    assert "要一起填" in officer.send(path, many, page=path).text
    assert officer.send(path, {**many, "filing_no": "53440000MJ1234567XA26001"}, page=path).status_code == 303

    assert "公开募捐：新会区慈善会，募捐备案号 53440000MJ1234567XA26001。" in officer.get(PAGE).text
    manager = sign_in_as(app, Role.MANAGER)
    assert manager.get(path).status_code == 403


def test_who_may_look_may_not_always_book(app: Flask) -> None:
    make_fund("weida", 5_000)
    officer, cashier = sign_in_as(app, Role.OFFICER), sign_in_as(app, Role.CASHIER)

    assert "记一笔到账" not in officer.get(PAGE).text
    assert officer.get(f"{PAGE}/new/money").status_code == 403
    assert officer.get(f"{PAGE}/money/1/reverse").status_code == 403
    assert cashier.get(PAGE).status_code == 403
    assert officer.get("/funds/nobody/gifts").status_code == 404
    assert officer.get(f"{PAGE}?kind=mice").status_code == 404
    assert officer.get(f"{PAGE}?page=99").status_code == 200


def test_the_pages_speak_english_too(sqlite_app: Flask) -> None:
    make_fund("weida", 5_000)
    office = sign_in_as(sqlite_app, Role.MANAGER)
    office.send("/language", {"language": "en", "next": "/"})

    page = office.get(PAGE).text

    assert "Four amounts" in page and "Paid over" in page and "四笔数" not in page
