"""更正单 and the office's pages of closes and portions: nothing is edited, everything is linked, reasons are asked for."""

import secrets

import pytest
from flask import Flask
from signing_in import Browser, make_staff, sign_in_as
from sqlalchemy import select

from canteen.canteens.models import Workplace
from canteen.checkin.models import Meal
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.ledger.models import Entry
from canteen.ledger.queries import balance_fen as account_fen
from canteen.wallets.models import TopUp
from canteen.wallets.reversing import reverse_top_up
from tests.checkin.noon import Noon, make_noon
from tests.factories import MadeElder, balance_fen, issue_card, make_elder, mark_closed, only, rows


def manager_at(app: Flask, canteen_id: int) -> Browser:
    staff_id = make_staff(Role.MANAGER)
    with transaction() as session:
        session.add(Workplace(staff_id=staff_id, canteen_id=canteen_id))
    return sign_in_as(app, Role.MANAGER, staff_id)


def topped_up(noon: Noon, elder: MadeElder, amount_fen: int) -> int:
    body = {"id": secrets.token_hex(8), "elder_ref": elder.ref, "amount_fen": amount_fen, "method": "cash"}
    assert noon.client.post("/api/v1/top-ups", json=body, headers=noon.tablet.headers).status_code == 200
    return int(only(TopUp, elder_id=elder.id, amount_fen=amount_fen).id)


def test_a_meal_is_put_right_with_a_reason_and_both_sides_name_each_other(app: Flask) -> None:
    noon = make_noon(app.test_client())
    elder = make_elder(noon.canteen_id, balance_fen=3000)
    meal_no = noon.serve(issue_card(elder.id))["meal_no"]
    office = manager_at(app, noon.canteen_id)
    path = f"/corrections/meals/{meal_no}"

    silent = office.send(path, {"reason": "other"}, page=path)
    answer = office.send(path, {"reason": "person", "note": "刷成了邻座的卡"}, page=path)

    assert silent.status_code == 200 and "请写一句说明" in silent.text
    assert answer.status_code == 303
    page = office.get(path).text
    original, reversal = rows(Entry, meal_id=meal_no)
    assert reversal.reverses_id == original.id
    assert f"看冲正（账号 {reversal.id}）" in page and f"看原来的记录（账号 {original.id}）" in page
    assert "点错人：刷成了邻座的卡" in page and "李秀英" in page
    assert balance_fen(elder.id) == 3000
    assert "已更正" in office.get(f"/corrections/{elder.ref}").text
    assert office.send(path, {"reason": "twice"}).status_code == 409


def test_after_the_close_the_page_says_that_it_counts_in_the_next_month(app: Flask) -> None:
    noon = make_noon(app.test_client())
    meal_no = noon.serve(issue_card(make_elder(noon.canteen_id, balance_fen=3000).id))["meal_no"]
    mark_closed(noon.canteen_id, "2026-11")
    office = manager_at(app, noon.canteen_id)
    path = f"/corrections/meals/{meal_no}"

    before = office.get(path).text
    office.send(path, {"reason": "not-taken"}, page=path)

    assert "2026-11 已经月结" in before and "记入 2026-12 的调整" in before
    assert rows(Entry, meal_id=meal_no)[1].month == "2026-12"
    with reading() as session:
        assert session.get_one(Meal, meal_no).month == "2026-11"


def test_a_top_up_is_taken_back_once_and_the_rows_are_linked(app: Flask) -> None:
    noon = make_noon(app.test_client())
    elder = make_elder(noon.canteen_id)
    top_up_no = topped_up(noon, elder, 10000)
    office = manager_at(app, noon.canteen_id)
    path = f"/corrections/top-ups/{top_up_no}"

    answer = office.send(path, {"reason": "amount", "note": "应该是 50 元"}, page=path)
    again = office.send(path, {"reason": "amount"})

    assert answer.status_code == 303 and again.status_code == 409
    assert balance_fen(elder.id) == 0
    original = only(TopUp, id=top_up_no)
    reversal = only(Entry, reverses_id=original.entry_id)
    assert only(TopUp, entry_id=reversal.id).amount_fen == -10000
    assert f"看冲正（账号 {reversal.id}）" in office.get(path).text
    with reading() as session:
        assert account_fen(session, "cash") == 0


def test_a_top_up_that_is_partly_eaten_is_not_taken_back(app: Flask) -> None:
    noon = make_noon(app.test_client())
    elder = make_elder(noon.canteen_id)
    top_up_no = topped_up(noon, elder, 1000)
    noon.serve(issue_card(elder.id))

    with pytest.raises(Refusal) as refused:
        reverse_top_up(top_up_no, "金额不对", "staff:1")

    assert refused.value.code == "reversal-too-much" and refused.value.params["held"] == "5.00"
    assert balance_fen(elder.id) == 500


def test_only_the_canteens_own_manager_sees_a_slip(sqlite_app: Flask) -> None:
    noon = make_noon(sqlite_app.test_client())
    meal_no = noon.serve(issue_card(make_elder(noon.canteen_id).id))["meal_no"]
    other = make_noon(sqlite_app.test_client(), code="dongmen").canteen_id

    assert manager_at(sqlite_app, other).get(f"/corrections/meals/{meal_no}").status_code == 404
    assert sign_in_as(sqlite_app, Role.CASHIER).get(f"/corrections/meals/{meal_no}").status_code == 403


def test_the_office_reads_a_close_and_notes_what_the_kitchen_cooked(app: Flask) -> None:
    noon = make_noon(app.test_client())
    noon.serve(issue_card(make_elder(noon.canteen_id).id))
    state = noon.client.get("/api/v1/cash-closes/next", headers=noon.tablet.headers).get_json()["state"]
    body = {"id": "e" * 32, "state": state, "counted_fen": 0, "float_fen": 0, "note": "找零错了", "portions": {"lunch": 3}}
    close_no = noon.client.post("/api/v1/cash-closes", json=body, headers=noon.tablet.headers).get_json()["close_no"]
    office = manager_at(app, noon.canteen_id)

    slip = office.get(f"/closes/{close_no}").text
    fields = {"key": "k1", "on": "2026-11-20", "lunch": "4"}
    answer = office.send("/kitchen/portions", fields, page="/kitchen/portions")
    wrong = office.send("/kitchen/portions", fields | {"lunch": "many"}, page="/kitchen/portions")
    future = office.send("/kitchen/portions", fields | {"on": "2026-11-21"}, page="/kitchen/portions")

    assert "找零错了" in slip and "−5.00" in slip and "经手人" in slip and "复核人" in slip
    assert "找零错了" in office.get("/closes").text
    assert answer.status_code == 303
    page = office.get("/kitchen/portions").text
    assert "李秀英" in page and "一号窗口" in page
    assert wrong.status_code == 400 and "出餐数是 0 到 5000 的整数" in wrong.text
    assert future.status_code == 400 and "请选今天或以前的日期" in future.text
    with reading() as session:
        assert session.scalar(select(Entry.kind).where(Entry.kind == "cash-count")) == "cash-count"
