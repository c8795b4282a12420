"""The pages of wallets: typed amounts, one booking a form, two people for a closing."""

import re
from datetime import date

from flask import Flask
from signing_in import Browser, make_staff, sign_in_as

from canteen.canteens import services as canteens
from canteen.core.roles import Role
from canteen.db import transaction
from tests.factories import balance_fen, make_canteen, make_elder

KEY = re.compile(r'name="key" type="hidden" value="([0-9a-f]{32})"')


def office_of(app: Flask, canteen_id: int, role: Role = Role.MANAGER) -> Browser:
    staff_id = make_staff(role)
    with transaction() as session:
        canteens.assign(session, staff_id, canteen_id)
    return sign_in_as(app, role, staff_id)


def test_a_top_up_sent_twice_is_booked_once(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id, "王秀英")
    counter = office_of(app, canteen_id, Role.CASHIER)
    page = f"/wallets/{elder.ref}"
    key = KEY.search(counter.get(page).text)
    assert key
    form = {"key": key[1], "amount": "１００.5", "method": "cash"}

    for _ in range(2):
        assert counter.send(f"{page}/top-up", form, page=page).status_code == 303

    assert balance_fen(elder.id) == 10_050
    assert "已充值 ¥100.50，余额 ¥100.50" in counter.get(page).text


def test_a_wrong_amount_is_told_beside_the_field_and_what_was_typed_stays(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    counter = office_of(app, canteen_id)
    page = f"/wallets/{elder.ref}"

    for typed, words in (
        ("5000", "一次最多充 1000 元"),
        ("abc", "最多两位小数"),
        ("0", "要大于 0"),
        ("", "请填金额"),
    ):
        answer = counter.send(f"{page}/top-up", {"key": "k", "amount": typed, "method": "cash"}, page=page)
        assert words in answer.text and f'value="{typed}"' in answer.text

    assert balance_fen(elder.id) == 0


def test_only_a_manager_pays_back(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id, balance_fen=5_000)
    page = f"/wallets/{elder.ref}/refund"
    form = {"amount": "20", "method": "cash", "reason": "多充了"}

    assert office_of(app, canteen_id, Role.CASHIER).get(page).status_code == 403
    manager = office_of(app, canteen_id)
    key = KEY.search(manager.get(page).text)
    assert key
    too_much = manager.send(page, {**form, "key": key[1], "amount": "51"}, page=page)
    assert too_much.status_code == 409 and "钱包里只有 50.00 元" in too_much.text
    assert manager.send(page, {**form, "key": key[1]}, page=page).status_code == 303

    assert balance_fen(elder.id) == 3_000


def test_an_account_is_closed_by_two_people(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id, "王秀英", balance_fen=3_250)
    one, two = office_of(app, canteen_id), office_of(app, canteen_id)
    page = f"/wallets/{elder.ref}/close"

    assert one.send(page, {"receiver": "elder", "method": "cash"}, page=page).status_code == 303
    approve = re.search(r'action="(/account-closings/\d+/approve)"', two.get("/account-closings").text)
    assert approve
    assert approve[1] not in one.get("/account-closings").text
    assert one.send(approve[1], page="/account-closings").status_code == 409
    assert "份销户等您复核" in two.get("/").text
    assert two.send(approve[1], page="/account-closings").status_code == 303

    assert balance_fen(elder.id) == 0
    assert "账户已在" in one.get(f"/wallets/{elder.ref}").text


def test_a_dead_elders_page_offers_the_heirs_and_no_top_up(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id, died_on=date(2026, 11, 1))
    office = office_of(app, canteen_id)

    text = office.get(f"/wallets/{elder.ref}").text
    assert "钱包已冻结" in text and "确认充值" not in text
    page = f"/wallets/{elder.ref}/close"
    answer = office.send(page, {"receiver": "heir", "method": "cash"}, page=page)
    assert answer.status_code == 409 and "要填姓名、关系和证明" in answer.text


def test_the_elders_page_carries_the_boxes_of_card_and_wallet(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id, "王秀英")

    text = office_of(app, canteen_id).get(f"/elders/{elder.ref}").text

    assert "充值、退款和记录" in text and "补卡、打印和家庭码" in text
