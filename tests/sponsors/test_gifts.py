"""Gifts: four amounts from the journal, papers that count once, money that is never spent twice."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from canteen.canteens.models import Canteen
from canteen.core import entry as journal
from canteen.core.calendar import month_of
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.ledger import services as ledger
from canteen.ledger.models import Entry
from canteen.oversight.invariants import LEDGER, Report
from canteen.sponsors.gifts import correcting, forecast, queries, services, spending
from canteen.sponsors.gifts.models import FundExpense, FundRefund, GiftPaper, GoodsGift, PayOver, Pledge
from canteen.sponsors.gifts.queries import Amounts, Giving
from canteen.sponsors.gifts.services import NewGoods, NewMoney, NewPledge
from canteen.sponsors.gifts.spending import NewExpense, NewPayOver, NewRefund
from canteen.sponsors.models import Fund, Gift
from tests.factories import fund_balance_fen, make_canteen, make_fund, mark_closed, only, rows

TODAY = date(2026, 11, 20)
MONEY = NewMoney("k1", "weida", 10_000, TODAY, "bank", "44010122", "0001234567", "维达慈善基金会", "2026112000001")
WAGES = NewExpense("e1", "weida", "helpers", "十月助餐员补贴", "陈桂花", 6_000, TODAY)
RICE = NewGoods("g1", "weida", "大米", 50_000, "千克", 30_000, "invoice", "发票 44001234", TODAY, "万胜")


def code_of(act: Callable[..., Any], *arguments: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act(*arguments)
    return refused.value.code


def amounts(code: str = "weida") -> Amounts:
    with reading() as session:
        return queries.amounts(session, code)


def draw(fund_id: int, canteen_id: int, fen: int, on: date = TODAY, code: str = "weida") -> int:
    """What a check-in books on a fund: the meal's entry, and the balance kept beside it."""
    with transaction() as session:
        session.get_one(Fund, fund_id).balance_fen -= fen
        lines = (journal.Posting(f"fund:{code}", fen, fund_id=fund_id), journal.Posting(journal.MEALS, -fen))
        return ledger.post(session, journal.Entry("meal", canteen_id, on, month_of(on), lines))


def books_hold() -> bool:
    report = Report()
    with reading() as session:
        for invariant in LEDGER:
            invariant.check(session, report)
    return report.broken == []


def test_four_amounts_are_told_apart(app: Flask) -> None:
    canteen_id = make_canteen()
    fund_id = make_fund("weida", 0)

    services.pledge(NewPledge("p1", "weida", 50_000, TODAY, "维达"), "staff:1")
    services.receive_money(replace(MONEY, amount_fen=30_000, was_pledged=True), "staff:1")
    services.receive_goods(RICE, "staff:1")
    draw(fund_id, canteen_id, 12_000, date(2026, 10, 9))
    mark_closed(canteen_id, "2026-10")
    due = spending.pay_over(NewPayOver("o1", "weida", canteen_id, "2026-10", 7_000, TODAY), "staff:1")

    told = amounts()
    assert (told.pledged_fen, told.received_fen, told.used_fen, told.paid_over_fen) == (50_000, 30_000, 12_000, 7_000)
    assert (told.open_pledge_fen, told.unpaid_fen, due) == (20_000, 5_000, 5_000)
    assert (told.in_kind_fen, told.left_fen, told.cash_fen) == (30_000, 18_000, 23_000)
    assert fund_balance_fen(fund_id) == 18_000
    assert books_hold()


def test_a_gift_booked_twice_names_the_first_and_writes_nothing(app: Flask) -> None:
    fund_id = make_fund("weida", 0)
    make_fund("wansheng", 0)
    services.receive_money(MONEY, "staff:1")
    entries = len(rows(Entry))

    again = replace(MONEY, key="k2", code="wansheng", receipt_code="４４０１ ０１２２", bank_no="other")
    with pytest.raises(Refusal) as refused:
        services.receive_money(again, "staff:1")
    same_bank = replace(MONEY, key="k3", receipt_number="0001234568")

    assert refused.value.code == "receipt-booked"
    assert refused.value.params == {"on": "2026-11-20", "amount": "100.00", "fund": "weida"}
    assert code_of(services.receive_money, same_bank, "staff:1") == "bank-booked"
    assert code_of(services.receive_money, replace(MONEY, receipt_code="9", bank_no=""), "staff:1") == "booked-already"
    assert (len(rows(Entry)), len(rows(Gift)), fund_balance_fen(fund_id)) == (entries, 1, 10_000)
    assert books_hold()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_fen": 0}, "amount-zero"),
        ({"received_on": TODAY + timedelta(days=9)}, "day-ahead"),
        ({"received_on": date(1026, 11, 20)}, "day-ahead"),
        ({"way": "barter"}, "way-unknown"),
        ({"receipt_issuer": " "}, "receipt-part"),
        ({"receipt_code": ""}, "receipt-part"),
        ({"receipt_number": "票据一号"}, "receipt-number-form"),
        ({"bank_no": "见回单"}, "bank-no-form"),
        ({"was_pledged": True}, "pledge-none"),
        ({"giver_name": "维" * 81}, "text-too-long"),
        ({"code": "nobody"}, "fund-unknown"),
    ],
)
def test_money_that_cannot_be_is_refused(sqlite_app: Flask, changes: dict[str, Any], code: str) -> None:
    make_fund("weida", 0)

    assert code_of(services.receive_money, replace(MONEY, **changes), "staff:1") == code
    assert rows(Gift) == [] and rows(Entry) == []


def test_a_wrong_gift_is_reversed_and_booked_rightly_with_the_same_papers(app: Flask) -> None:
    fund_id = make_fund("weida", 0)
    services.receive_money(MONEY, "staff:1")

    wrong = only(Gift).id
    correcting.reverse("weida", "money", wrong, "金额多打了一个零", "staff:1", TODAY)
    assert code_of(correcting.reverse, "weida", "money", wrong, "再来", "staff:1", TODAY) == "reversed-already"
    services.receive_money(replace(MONEY, key="k2", amount_fen=1_000), "staff:1")

    assert [gift.amount_fen for gift in rows(Gift)] == [10_000, -10_000, 1_000]
    assert amounts().received_fen == 1_000 == fund_balance_fen(fund_id)
    assert only(Entry, kind="reversal").memo == {"reason": "金额多打了一个零"}
    mirror = rows(Gift)[1].id
    assert code_of(correcting.reverse, "weida", "money", mirror, "x", "staff:1", TODAY) == "booking-unknown"
    assert code_of(correcting.reverse, "weida", "money", 99, "x", "staff:1", TODAY) == "booking-unknown"
    assert code_of(correcting.reverse, "weida", "mice", 1, "x", "staff:1", TODAY) == "booking-unknown"
    assert code_of(correcting.reverse, "weida", "money", 1, " ", "staff:1", TODAY) == "reversal-reason"
    assert books_hold()


def test_a_gift_that_meals_used_cannot_be_taken_back(app: Flask) -> None:
    canteen_id, fund_id = make_canteen(), make_fund("weida", 0)
    services.receive_money(MONEY, "staff:1")
    draw(fund_id, canteen_id, 1)

    assert code_of(correcting.reverse, "weida", "money", only(Gift).id, "错", "staff:1", TODAY) == "fund-short"
    assert only(GiftPaper).reversed_at is None and fund_balance_fen(fund_id) == 9_999


def test_pledges_are_drawn_up_to_the_ceiling_that_the_office_sets(app: Flask) -> None:
    canteen_id, fund_id = make_canteen(), make_fund("weida", 0)

    services.pledge(NewPledge("p1", "weida", 50_000, TODAY, "维达"), "staff:1")
    assert fund_balance_fen(fund_id) == 0
    services.set_giving("weida", Giving(pledge_ceiling_fen=8_000), "staff:1")
    assert fund_balance_fen(fund_id) == 8_000
    draw(fund_id, canteen_id, 5_000)

    assert code_of(services.set_giving, "weida", Giving(), "staff:1") == "advance-used"
    assert code_of(correcting.reverse, "weida", "pledge", only(Pledge).id, "不捐了", "staff:1", TODAY) == "advance-used"
    assert code_of(spending.spend, WAGES, "staff:1") == "fund-short"
    services.receive_money(replace(MONEY, amount_fen=50_000, was_pledged=True), "staff:1")
    told = amounts()
    assert (told.left_fen, told.advanced_fen, told.open_pledge_fen, told.used_fen) == (45_000, 0, 0, 5_000)
    assert code_of(correcting.reverse, "weida", "pledge", only(Pledge).id, "错", "staff:1", TODAY) == "pledge-met"
    assert books_hold()


def test_money_that_was_pledged_is_only_drawn_once_it_is_there(app: Flask) -> None:
    make_fund("weida", 0)
    services.pledge(NewPledge("p1", "weida", 50_000, TODAY), "staff:1")

    told = amounts()
    assert (told.pledged_fen, told.received_fen, told.left_fen) == (50_000, 0, 0)
    correcting.reverse("weida", "pledge", only(Pledge).id, "不捐了", "staff:1", TODAY)
    assert (amounts().pledged_fen, amounts().open_pledge_fen) == (0, 0)


def test_reversing_a_pledged_gift_opens_the_pledge_again(app: Flask) -> None:
    make_fund("weida", 0)
    services.pledge(NewPledge("p1", "weida", 10_000, TODAY), "staff:1")
    services.set_giving("weida", Giving(pledge_ceiling_fen=4_000), "staff:1")
    services.receive_money(replace(MONEY, was_pledged=True), "staff:1")
    assert amounts().left_fen == 10_000

    correcting.reverse("weida", "money", only(Gift).id, "退票", "staff:1", TODAY)

    told = amounts()
    assert (told.open_pledge_fen, told.advanced_fen, told.left_fen, told.received_fen) == (10_000, 4_000, 4_000, 0)
    assert books_hold()


def test_goods_never_become_money(app: Flask) -> None:
    fund_id = make_fund("weida", 0)

    assert services.receive_goods(RICE, "staff:1") == 30_000
    assert code_of(services.receive_goods, replace(RICE, key="g2", quantity_milli=0), "staff:1") == "quantity-zero"
    assert code_of(services.receive_goods, replace(RICE, key="g2", basis="guess"), "staff:1") == "basis-unknown"
    assert code_of(services.receive_goods, replace(RICE, key="g2", basis_source=""), "staff:1") == "needed-text"
    assert code_of(services.receive_goods, RICE, "staff:1") == "booked-already"

    assert fund_balance_fen(fund_id) == 0 == amounts().left_fen
    correcting.reverse("weida", "goods", only(GoodsGift).id, "记错", "staff:1", TODAY)
    assert amounts().in_kind_fen == 0


def test_expenses_are_paid_from_their_own_fund_and_never_below_zero(app: Flask) -> None:
    canteen_id, weida, wansheng = make_canteen(), make_fund("weida", 10_000), make_fund("wansheng", 90_000)

    assert spending.spend(replace(WAGES, canteen_id=canteen_id), "staff:1") == 4_000
    assert code_of(spending.spend, replace(WAGES, key="e2", amount_fen=4_001), "staff:1") == "fund-short"
    assert code_of(spending.spend, replace(WAGES, key="e2", kind="cakes"), "staff:1") == "expense-kind"
    assert code_of(spending.spend, replace(WAGES, key="e2", payee=""), "staff:1") == "needed-text"
    assert code_of(spending.spend, replace(WAGES, key="e2", canteen_id=99), "staff:1") == "canteen-unknown"

    told = amounts()
    assert (told.expenses_fen, told.used_fen, told.left_fen, told.cash_fen) == (6_000, 0, 4_000, 4_000)
    assert (fund_balance_fen(weida), fund_balance_fen(wansheng)) == (4_000, 90_000)
    correcting.reverse("weida", "expense", only(FundExpense).id, "付重了", "staff:1", TODAY)
    assert (amounts().expenses_fen, fund_balance_fen(weida)) == (0, 10_000)
    assert books_hold()


def test_only_what_closed_months_used_is_paid_over(app: Flask) -> None:
    canteen_id, fund_id = make_canteen(), make_fund("weida", 50_000)
    draw(fund_id, canteen_id, 5_000, date(2026, 10, 9))
    meal = draw(fund_id, canteen_id, 2_000, date(2026, 10, 10))
    draw(fund_id, canteen_id, 900, TODAY)
    october = NewPayOver("o1", "weida", canteen_id, "2026-10", 7_000, TODAY, "B-1")

    assert code_of(spending.pay_over, october, "staff:1") == "month-open"
    mark_closed(canteen_id, "2026-10")
    assert code_of(spending.pay_over, replace(october, amount_fen=7_001), "staff:1") == "pay-over-too-much"
    assert code_of(spending.pay_over, replace(october, month="October"), "staff:1") == "month-form"
    assert spending.pay_over(october, "staff:1") == 0
    assert code_of(spending.pay_over, replace(october, key="o2", amount_fen=1), "staff:1") == "pay-over-too-much"

    with transaction() as session:  # an adjustment after the close
        ledger.reverse(session, meal, "2026-11")
        session.get_one(Fund, fund_id).balance_fen += 2_000
    told = amounts()
    assert (told.used_fen, told.paid_over_fen, told.unpaid_fen) == (5_900, 7_000, -1_100)
    correcting.reverse("weida", "pay-over", only(PayOver).id, "退回", "staff:1", TODAY)
    assert amounts().paid_over_fen == 0
    assert spending.pay_over(replace(october, key="o3", amount_fen=6_000), "staff:1") == 1_000
    assert books_hold()


def test_what_pledges_paid_for_is_paid_over_when_the_money_is_there(app: Flask) -> None:
    canteen_id, fund_id = make_canteen(), make_fund("weida", 0)
    services.pledge(NewPledge("p1", "weida", 10_000, TODAY), "staff:1")
    services.set_giving("weida", Giving(pledge_ceiling_fen=10_000), "staff:1")
    draw(fund_id, canteen_id, 3_000, date(2026, 10, 9))
    mark_closed(canteen_id, "2026-10")
    october = NewPayOver("o1", "weida", canteen_id, "2026-10", 3_000, TODAY)

    assert code_of(spending.pay_over, october, "staff:1") == "cash-short"
    services.receive_money(replace(MONEY, amount_fen=3_000, was_pledged=True), "staff:1")
    assert spending.pay_over(october, "staff:1") == 0


def test_what_is_left_goes_back_after_the_end_by_two_people(app: Flask) -> None:
    canteen_id = make_canteen()
    fund_id = make_fund("weida", 10_000, ends_on=date(2026, 11, 19))
    make_fund("wansheng", 1, ends_on=TODAY)
    make_fund("endless", 1)
    draw(fund_id, canteen_id, 4_000, date(2026, 11, 18))
    back = NewRefund("weida", "维达慈善基金会", "giver", "协议第八条")

    assert code_of(spending.ask_refund, replace(back, code="wansheng"), "staff:1", TODAY) == "refund-early"
    assert code_of(spending.ask_refund, replace(back, code="endless"), "staff:1", TODAY) == "refund-no-end"
    assert code_of(spending.ask_refund, replace(back, relation="friend"), "staff:1", TODAY) == "refund-relation"
    asked = spending.ask_refund(back, "staff:1", TODAY)
    assert code_of(spending.ask_refund, back, "staff:2", TODAY) == "refund-waiting"
    assert code_of(spending.approve_refund, "weida", asked, "staff:1", TODAY) == "same-person"
    assert code_of(spending.approve_refund, "wansheng", asked, "staff:2", TODAY) == "refund-unknown"
    assert fund_balance_fen(fund_id) == 6_000
    assert spending.approve_refund("weida", asked, "staff:2", TODAY) == 6_000

    told = amounts()
    assert (told.refunded_fen, told.used_fen, told.left_fen, fund_balance_fen(fund_id)) == (6_000, 4_000, 0, 0)
    assert told.cash_fen == told.unpaid_fen == 4_000
    assert code_of(spending.approve_refund, "weida", asked, "staff:2", TODAY) == "refund-settled"
    assert code_of(spending.ask_refund, back, "staff:1", TODAY) == "refund-nothing"
    assert books_hold()


def test_a_refund_that_is_turned_down_pays_nothing(app: Flask) -> None:
    fund_id = make_fund("weida", 10_000, ends_on=date(2026, 11, 1))
    asked = spending.ask_refund(NewRefund("weida", "维达", "giver", "协议"), "staff:1", TODAY)

    spending.refuse_refund("weida", asked, "staff:1")

    assert only(FundRefund).entry_id is None and fund_balance_fen(fund_id) == 10_000
    assert code_of(correcting.reverse, "weida", "refund", asked, "错", "staff:1", TODAY) == "booking-unknown"


def test_gifts_of_many_need_a_filing_or_names(app: Flask) -> None:
    make_fund("weida", 0)
    services.set_giving("weida", Giving(is_for_many=True), "staff:1")
    nameless = replace(MONEY, giver_name="")

    assert code_of(services.receive_money, nameless, "staff:1") == "giver-needed"
    assert code_of(services.pledge, NewPledge("p", "weida", 1, TODAY), "staff:1") == "giver-needed"
    assert code_of(services.receive_goods, replace(RICE, giver_name=""), "staff:1") == "giver-needed"
    services.receive_money(replace(MONEY, giver_name="李建国"), "staff:1")
    half = Giving(is_for_many=True, raiser="新会区慈善会")
    assert code_of(services.set_giving, "weida", half, "staff:1") == "filing-part"
    assert code_of(services.set_giving, "weida", replace(half, filing_no="备案"), "staff:1") == "filing-form"
    assert code_of(services.set_giving, "weida", Giving(pledge_ceiling_fen=0), "staff:1") == "ceiling-zero"
    services.set_giving("weida", replace(half, filing_no="53440000mj1234567xa26001"), "staff:1")

    another = replace(nameless, key="k2", receipt_number="0001234568", bank_no="")
    assert services.receive_money(another, "staff:1") == 20_000
    with reading() as session:
        assert queries.giving(session, queries.head(session, "weida").id).filing_no == "53440000MJ1234567XA26001"


def test_a_forecast_is_the_pace_of_the_last_28_service_days(app: Flask) -> None:
    canteen_id, fund_id = make_canteen(), make_fund("weida", 400_000)
    make_fund("wansheng", 1)
    with reading() as session:
        assert forecast.forecast(session, "weida") is None
    draw(fund_id, canteen_id, 90_000, date(2026, 8, 3))  # older than the last 28 service days
    for back in range(28):
        draw(fund_id, canteen_id, 10_000, TODAY - timedelta(days=2 * back))
    spending.spend(replace(WAGES, amount_fen=20_000), "staff:1")  # no meal

    with reading() as session:
        told = forecast.forecast(session, "weida")
        short = forecast.short_funds(session, TODAY)

    assert told is not None and (told.days, told.mean_fen, told.days_left, told.is_short) == (28, 10_000, 1, True)
    assert [(fund.code, fund.forecast.days_left) for fund in short] == [("weida", 1)]


@pytest.mark.parametrize(("left_fen", "days_left", "is_short"), [(109_999, 10, True), (110_000, 11, False)])
def test_ten_days_are_the_line_of_the_warning(left_fen: int, days_left: int, is_short: bool) -> None:
    told = forecast.Forecast(left_fen, 30_000, 3, TODAY)

    assert (told.days_left, told.is_short) == (days_left, is_short)


def both(app: Flask, *acts: Callable[[], Any]) -> list[str]:
    """What each of several acts comes to that begin at once: `done`, or the code of the refusal."""
    gate, said = threading.Barrier(len(acts)), list[str]()

    def run(act: Callable[[], Any]) -> None:
        with app.app_context():
            gate.wait()
            try:
                act()
                said.append("done")
            except Refusal as refusal:
                said.append(refusal.code)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


def test_two_expenses_at_once_on_the_last_money_pay_one(app: Flask) -> None:
    fund_id = make_fund("weida", 10_000)

    said = both(
        app,
        lambda: spending.spend(WAGES, "staff:1"),
        lambda: spending.spend(replace(WAGES, key="e2"), "staff:2"),
    )

    assert said == ["done", "fund-short"]
    assert (fund_balance_fen(fund_id), len(rows(FundExpense))) == (4_000, 1)


def test_one_receipt_booked_at_two_desks_at_once_is_one_gift(app: Flask) -> None:
    make_fund("weida", 0)
    make_fund("wansheng", 0)

    said = both(
        app,
        lambda: services.receive_money(MONEY, "staff:1"),
        lambda: services.receive_money(replace(MONEY, key="k2", code="wansheng", bank_no=""), "staff:2"),
    )

    assert said == ["done", "receipt-booked"]
    assert len(rows(Gift)) == 1 and books_hold()


def test_accounts_of_gifts_have_their_kinds() -> None:
    codes = [
        journal.promised("w"), journal.pledge("w"), journal.pledge_advanced("w"), journal.paid_over("w"),
        journal.spent("w", "helpers"), journal.released("w"), journal.goods("w"), journal.in_kind("w"),
    ]  # fmt: skip

    kinds = [journal.account_kind(code) for code in codes]

    assert kinds == ["asset", "liability", "asset", "asset", "expense", "income", "asset", "liability"]


def test_canteens_are_left_alone_by_a_funds_own_entries(app: Flask) -> None:
    canteen_id = make_canteen()
    make_fund("weida", 10_000)
    mark_closed(canteen_id, "2026-11")

    spending.spend(replace(WAGES, canteen_id=canteen_id), "staff:1")

    assert only(Entry, kind="fund-expense").canteen_id is None
    with reading() as session:
        assert session.get_one(Canteen, canteen_id).code == "beimen"
