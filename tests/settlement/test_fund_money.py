"""A fund's month tells all that moved it: each by itself, none twice, whatever is booked late or reversed."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from canteen.db import reading, transaction
from canteen.documents.pages.fund import fund_paper, remarks_of
from canteen.documents.papers import FundStatement
from canteen.settlement.models import Statement
from canteen.settlement.papers import paper_of
from canteen.settlement.services import close_month
from canteen.settlement.verification import verify_all
from canteen.sponsors.agreements.givers import rename_sponsor
from canteen.sponsors.gifts import correcting, services, spending
from canteen.sponsors.gifts.queries import Giving
from canteen.sponsors.gifts.services import NewGoods, NewMoney, NewPledge
from canteen.sponsors.gifts.spending import NewExpense, NewPayOver, NewRefund
from canteen.sponsors.models import Fund, FundCanteen, Gift
from tests.factories import only, rows
from tests.settlement.fund_months import CODES, agree, close, eat, give, make_elders, make_place

RECEIPT = {"receipt_code": "44010122", "receipt_number": "0001234567", "receipt_issuer": "新会区慈善会"}
OCTOBER, NOVEMBER, DECEMBER = (f"2026-{month}" for month in (10, 11, 12))


def sealed(month: str) -> dict[str, Any]:
    with reading() as session:
        text = session.scalars(
            select(Statement.sealed_json).where(
                Statement.kind == "donor", Statement.month == month, Statement.period.is_(None)
            )
        ).one()
    paper: dict[str, Any] = json.loads(text)["paper"]
    return paper


def balances(paper: dict[str, Any]) -> bool:
    received = sum(gift["amount_fen"] for gift in paper["gifts"])
    return bool(
        paper["opening_fen"] + received - paper["total_fen"] - paper["returned_fen"] == paper["closing_fen"]
    )


def november(monkeypatch: pytest.MonkeyPatch) -> int:
    """Gifts, goods, an expense, meals, money paid over and a reversal of a gift told in October."""
    canteens, fund_id = make_place()
    agree(fund_id)
    monkeypatch.setenv("CANTEEN_NOW", "2026-10-02T03:00:00Z")
    services.receive_money(NewMoney("wrong", "weida", 3_000, date(2026, 10, 2), "cash"), "staff:1")
    elders = make_elders(canteens[0], 5)
    eat(canteens[0], elders, date(2026, 10, 2))
    give(monkeypatch, date(2026, 10, 1), 50_000, "first")
    # The canteens are of November: they belong to October because they served in it.
    close(monkeypatch, OCTOBER)
    eat(canteens[0], elders, date(2026, 11, 3), date(2026, 11, 4))
    give(monkeypatch, date(2026, 11, 5), 20_000, "receipted", **RECEIPT)
    give(monkeypatch, date(2026, 11, 6), 9_000, "twice")
    today = date(2026, 11, 7)
    twice, wrong = (only(Gift, amount_fen=fen).id for fen in (9_000, 3_000))
    for number in (twice, wrong):
        correcting.reverse("weida", "money", number, "记错了", "staff:1", today)
    services.receive_goods(
        NewGoods("rice", "weida", "大米", 12_500, "千克", 7_500, "market", "北门市场", today), "staff:1"
    )
    wages = NewExpense("wages", "weida", "helpers", "十月补贴", "陈桂花", 6_000, today, canteen_id=canteens[0])
    spending.spend(wages, "staff:1")
    services.pledge(NewPledge("pledge", "weida", 80_000, today), "staff:1")
    spending.pay_over(NewPayOver("over", "weida", canteens[0], OCTOBER, 1_500, today), "staff:1")
    close(monkeypatch, NOVEMBER)
    return fund_id


def test_each_thing_that_moves_a_fund_stands_by_itself(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    november(monkeypatch)

    paper = sealed(NOVEMBER)

    assert (paper["opening_fen"], paper["closing_fen"]) == (53_000 - 2_000, 51_000 + 17_000 - 10_000)
    assert [(gift["way"], gift["receipt_code"], gift["receipt_no"], gift["issued_by"], gift["amount_fen"]) for gift in paper["gifts"]] == [
        ("银行转账", "44010122", "0001234567", "新会区慈善会", 20_000),
        ("冲正 2026-10-02 到账", "", "", "", -3_000),
    ]  # fmt: skip
    assert [(line["kind"], line["what"], line["canteen_name"], line["amount_fen"]) for line in paper["expenses"]] == [
        ("助餐员补贴", "十月补贴", "维达老地方", 6_000)
    ]  # fmt: skip
    assert [(line["what"], line["quantity"], line["unit"], line["value_fen"], line["basis"]) for line in paper["goods"]] == [
        ("大米", "12.5", "千克", 7_500, "按市场价（北门市场）")
    ]  # fmt: skip
    assert (paper["total_fen"], paper["meals_fen"], paper["meals"]) == (10_000, 4_000, 10)
    assert paper["moved"] == {"pledged_fen": 80_000, "received_fen": 17_000, "used_fen": 4_000, "paid_over_fen": 1_500}
    assert paper["since_start"]["used_fen"] - paper["since_start"]["paid_over_fen"] == paper["undisbursed_fen"] == 4_500
    assert (paper["open_pledge_fen"], paper["agreement"]) == (80_000, "维捐〔2026〕第 3 号　2026-01-01 至 2026-12-31")
    assert (paper["recipient"], paper["commercial"]) == ("新会区慈善会", False)
    assert "陈桂花" not in json.dumps(paper, ensure_ascii=False)
    assert balances(paper) and balances(sealed(OCTOBER))
    assert verify_all().broken == []


def test_pledged_money_that_was_drawn_is_told_as_such(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    canteens, _fund = make_place()
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-02T03:00:00Z")
    services.pledge(NewPledge("pledge", "weida", 50_000, date(2026, 11, 2)), "staff:1")
    services.set_giving("weida", Giving(pledge_ceiling_fen=10_000), "staff:1")
    eat(canteens[0], make_elders(canteens[0], 5), date(2026, 11, 3), date(2026, 12, 3))
    close(monkeypatch, NOVEMBER)
    monkeypatch.setenv("CANTEEN_NOW", "2026-12-05T03:00:00Z")
    services.receive_money(NewMoney("came", "weida", 50_000, date(2026, 12, 5), "bank", was_pledged=True), "staff:1")
    close(monkeypatch, DECEMBER)

    first, second = sealed(NOVEMBER), sealed(DECEMBER)

    assert (first["opening_fen"], first["gifts"], first["closing_fen"], first["advance_fen"]) == (0, [], -2_000, 10_000)
    assert (second["opening_fen"], second["closing_fen"], second["advance_fen"]) == (-2_000, 46_000, 0)
    assert balances(first) and balances(second)
    with reading() as session:
        text = session.scalars(select(Statement).where(Statement.month == NOVEMBER, Statement.kind == "donor")).one()
        paper = paper_of(text.sealed_json, text.seal_sha256, text.check_code)
    assert isinstance(paper, FundStatement)
    assert "期末已先用认捐款 20.00 元" in "".join(remarks_of(paper))
    assert ("　其中：先用的认捐款（尚未到账）", 2_000, None) in fund_paper(paper).table("balance").rows


def test_what_is_left_at_the_end_goes_back_and_is_told(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    canteens, fund_id = make_place(budget_fen=10_000)
    eat(canteens[0], make_elders(canteens[0], 5), date(2026, 11, 3))
    with transaction() as session:
        session.get_one(Fund, fund_id).ends_on = date(2026, 11, 25)
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-28T03:00:00Z")
    asked = spending.ask_refund(NewRefund("weida", "维达纸业", "giver", "协议第八条"), "staff:1", date(2026, 11, 28))
    spending.approve_refund("weida", asked, "staff:2", date(2026, 11, 28))
    close(monkeypatch, NOVEMBER)

    paper = sealed(NOVEMBER)

    assert (paper["returned_fen"], paper["closing_fen"], balances(paper)) == (8_000, 0, True)
    assert [(line["to"], line["amount_fen"]) for line in paper["refunds"]] == [("捐赠方", 8_000)]


def test_an_old_paper_keeps_the_old_name(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    canteens, fund_id = make_place(budget_fen=100_000)
    elders = make_elders(canteens[0], 5)
    eat(canteens[0], elders, date(2026, 11, 3), date(2026, 12, 3))
    close(monkeypatch, NOVEMBER)
    monkeypatch.setenv("CANTEEN_NOW", "2026-12-10T03:00:00Z")
    with reading() as session:
        sponsor_id = session.get_one(Fund, fund_id).sponsor_id
    rename_sponsor(sponsor_id, "维达老地方之友", date(2026, 12, 10), date(2026, 12, 10), "staff:1")
    close(monkeypatch, DECEMBER)

    assert (sealed(NOVEMBER)["addressed_to"], sealed(DECEMBER)["addressed_to"]) == ("维达纸业", "维达老地方之友")


def test_money_for_many_bears_the_filing_and_a_sponsorship_says_what_it_is(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    canteens, fund_id = make_place(budget_fen=100_000)
    services.set_giving("weida", Giving(is_for_many=True, raiser="新会区慈善会", filing_no="53440705MJ"), "staff:1")
    agree(fund_id, "sponsorship", "商赞 1 号")
    eat(canteens[0], make_elders(canteens[0], 5), date(2026, 11, 3))
    close(monkeypatch, NOVEMBER)

    paper = sealed(NOVEMBER)

    assert paper["filing"] == "新会区慈善会　募捐备案号 53440705MJ"
    assert paper["commercial"] is True


def test_of_two_canteens_that_close_at_once_one_seals_the_funds_statement(
    postgresql_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    canteens, _fund = make_place(budget_fen=100_000)
    for canteen_id in canteens:
        eat(canteen_id, make_elders(canteen_id, 5), date(2026, 11, 3))
    monkeypatch.setenv("CANTEEN_NOW", "2026-12-01T02:00:00Z")
    start = Barrier(2)

    def close_one(code: str) -> bool:
        with postgresql_app.app_context():
            start.wait()
            return close_month(NOVEMBER, code, "王敏", "赵刚").is_closed

    with ThreadPoolExecutor(2) as people:
        assert list(people.map(close_one, CODES)) == [True, True]

    assert (sealed(NOVEMBER)["meals"], len(rows(Statement, kind="donor"))) == (10, 1)


def test_a_month_waits_for_the_one_before_it_and_is_sealed_right_after(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    canteens, fund_id = make_place(budget_fen=100_000)
    with transaction() as session:
        session.get_one(Fund, fund_id).is_for_all_canteens = True
        session.execute(delete(FundCanteen))
    for canteen_id in canteens:
        eat(canteen_id, make_elders(canteen_id, 5), date(2026, 10, 3))
    eat(canteens[0], make_elders(canteens[0], 5, born=1945), date(2026, 11, 3))

    close(monkeypatch, OCTOBER, NOVEMBER, codes=CODES[:1])
    waiting = rows(Statement, kind="donor")
    close(monkeypatch, OCTOBER, codes=CODES[1:])

    assert waiting == []
    first, second = sealed(OCTOBER), sealed(NOVEMBER)
    assert (first["meals"], second["meals"]) == (10, 5)
    assert second["opening_fen"] == first["closing_fen"] and balances(second)
    assert [line["meal_period"] for line in second["lines"]] == ["午餐"]
