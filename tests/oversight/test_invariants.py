"""Each invariant, broken by one direct edit of the database, is named with the row that breaks it."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from canteen.audit.services import link_chain
from canteen.checkin.cancelling import cancel_meal
from canteen.checkin.models import CashMeal, Meal
from canteen.checkin.slips import services as slips
from canteen.checkin.slips.models import Slip
from canteen.checkin.slips.services import NewLine, NewSheet
from canteen.clock import now
from canteen.core import entry as journal
from canteen.db import reading, transaction
from canteen.elders.models import Elder
from canteen.ledger.models import ClosedMonth
from canteen.ledger.services import post
from canteen.oversight.invariants import Report, check_database
from canteen.sponsors.gifts.services import NewPledge, pledge
from canteen.sponsors.gifts.spending import NewExpense, spend
from tests.factories import (
    TODAY,
    bind_programme,
    credit_voucher,
    enrol_device,
    make_canteen,
    make_elder,
    make_fund,
    only,
    programme,
)
from tests.settlement.breaking import edit, lay_bare, run
from tests.settlement.factories import serve

RULES = [
    {"id": "tier", "title": "每餐6元", "payer": "government", "pays": {"fixed": "6.00"}},
    {"id": "gift", "title": "慈善3元", "payer": "sponsor", "fund": "dekang", "pays": {"fixed": "3.00"}},
]


@pytest.fixture
def noon(app: Flask, tmp_path: Path) -> None:
    """A canteen at work: five meals, one taken back, one on paper, a fund, a voucher, a cash meal, a chain of acts."""
    canteen = make_canteen()
    make_fund("dekang", 100_000)
    bind_programme(canteen, programme(RULES))
    elder = make_elder(canteen, "王秀英", balance_fen=5_000)
    other = make_elder(canteen, "李国强", sex="male")
    for day in range(16, 20):
        serve(canteen, elder.id, date(2026, 11, day))
    taken_back = serve(canteen, other.id, TODAY)
    cancel_meal(taken_back, "多刷了一次", "staff:1")
    credit_voucher("home-care", elder.id, 2_000, TODAY + timedelta(days=30))
    _cash_meal(canteen)
    pledge(NewPledge("p1", "dekang", 1_000, TODAY), "staff:1")
    spend(NewExpense("e1", "dekang", "helpers", "助餐员补贴", "陈桂花", 500, TODAY), "staff:1")
    line = NewLine("000101", other.ref)
    slips.enter(NewSheet(canteen, date(2026, 11, 19), "lunch", "陈桂花", "停电", [line]), "staff:7", tmp_path)
    slips.approve(only(Slip).id, "staff:8")
    link_chain()


def _cash_meal(canteen_id: int) -> None:
    device = enrol_device(canteen_id, "二号窗口")
    with transaction() as session:
        lines = (journal.Posting(journal.CASH, 3_000), journal.Posting(journal.CASH_MEALS, -3_000))
        entry_id = post(session, journal.Entry("cash-meal", canteen_id, TODAY, "2026-11", lines))
        session.add(
            CashMeal(
                key="cash-1", device_id=device.id, canteen_id=canteen_id, service_on=TODAY, meal_period="lunch",
                portions=2, price_fen=1_500, entry_id=entry_id, served_at=now(),
            )
        )  # fmt: skip


def check() -> Report:
    with reading() as session:
        return check_database(session)


def test_a_canteen_at_work_breaks_nothing(noon: None) -> None:
    report = check()

    assert report.broken == []
    unseen = {"closed-months-untouched", "further-meals-unsubsidised", "nothing-charged-after-death"}
    assert {name for name in BREAKS if not report.checked[name]} == unseen


FIRST_MEAL = "(SELECT min(id) FROM meal)"
TAKEN_BACK = "(SELECT max(id) FROM meal)"


def close_before_the_last_entry() -> None:
    with transaction() as session:
        canteen_id = session.query(Meal).first().canteen_id  # type: ignore[union-attr]
        early = now() - timedelta(days=1)
        session.add(ClosedMonth(canteen_id=canteen_id, month="2026-11", closed_at=early))


def let_the_elder_have_died() -> None:
    with transaction() as session:
        session.query(Elder).update({"died_on": date(2026, 11, 16)})


def serve_a_slot_twice() -> None:
    lay_bare("meal")
    columns = (
        "kind, elder_id, canteen_id, service_on, meal_period, month, channel, price_fen, elder_fen, wallet_fen, cash_fen,"
        " absorbed_fen, credit_fen, programme_code, version_on, authority, age_years, facts, trace, served_at"
    )
    run(f"INSERT INTO meal (id, {columns}) SELECT 999, {columns} FROM meal WHERE id = {FIRST_MEAL}")


def record_an_id_twice() -> None:
    edit("scan", "UPDATE scan SET scan_id = (SELECT scan_id FROM scan WHERE meal_id = 1)")


def forget_the_reversal() -> None:
    edit("entry", "UPDATE entry SET reverses_id = NULL, kind = 'meal' WHERE reverses_id IS NOT NULL")


def sql(table: str, statement: str) -> Callable[[], None]:
    return lambda: edit(table, statement)


BREAKS: dict[str, tuple[Callable[[], None], str]] = {
    "entries-balance": (
        sql("posting", "UPDATE posting SET amount_fen = amount_fen + 1 WHERE account_code = 'meals' AND entry_id = "
                       f"(SELECT id FROM entry WHERE meal_id = {FIRST_MEAL})"),
        "entry:",
    ),
    "reversals-mirror": (
        sql("posting", "UPDATE posting SET amount_fen = amount_fen - 5 WHERE amount_fen < 0 AND account_code = 'cash' "
                       "AND entry_id = (SELECT id FROM entry WHERE reverses_id IS NOT NULL)"),
        "entry:",
    ),
    "closed-months-untouched": (close_before_the_last_entry, "entry:"),
    "wallets-match-journal": (sql("wallet", "UPDATE wallet SET balance_fen = balance_fen + 1"), "wallet:"),
    "funds-match-journal": (sql("fund", "UPDATE fund SET balance_fen = balance_fen - 300"), "fund:"),
    "funds-stand-on-their-account": (
        sql("posting", "UPDATE posting SET account_code = 'fund:other' WHERE fund_id IS NOT NULL"), "posting:",
    ),
    "vouchers-match-journal": (sql("voucher", "UPDATE voucher SET left_fen = 1"), "voucher:home-care:"),
    "nothing-below-zero": (sql("wallet", "UPDATE wallet SET balance_fen = -1"), "wallet:"),
    "top-ups-match-journal": (sql("top_up", "UPDATE top_up SET amount_fen = 9"), "top-up:1"),
    "gifts-match-journal": (sql("gift", "UPDATE gift SET amount_fen = 9"), "gift:1"),
    "fund-records-match-journal": (sql("fund_expense", "UPDATE fund_expense SET amount_fen = 9"), "expense:1"),
    "pledges-cover-what-is-advanced": (
        sql("posting", "UPDATE posting SET account_code = 'pledge-advanced:dekang', amount_fen = 1 "
                       "WHERE account_code = 'promised:dekang'"),
        "fund:1",
    ),
    "cash-meals-match-journal": (sql("cash_meal", "UPDATE cash_meal SET portions = 3"), "cash-meal:1"),
    "one-meal-a-slot": (serve_a_slot_twice, "meal:999"),
    "shares-sum-to-price": (sql("meal", f"UPDATE meal SET price_fen = 1501 WHERE id = {FIRST_MEAL}"), "meal:1"),
    "shares-not-negative": (
        sql("meal_share", f"UPDATE meal_share SET amount_fen = -300 WHERE payer = 'sponsor:dekang' AND meal_id = {FIRST_MEAL}"),
        "meal:1",
    ),
    "elder-part-is-met": (sql("meal", f"UPDATE meal SET cash_fen = 7 WHERE id = {FIRST_MEAL}"), "meal:1"),
    "shares-match-postings": (
        sql("meal_share", f"UPDATE meal_share SET payer = 'collective' WHERE payer = 'government' AND meal_id = {FIRST_MEAL}"),
        "meal:1",
    ),
    "bills-go-to-the-authority": (
        sql("meal", f"UPDATE meal SET authority = '别的局' WHERE id = {FIRST_MEAL}"), "meal:1",
    ),
    "cancelled-meals-are-reversed": (forget_the_reversal, "meal:5"),
    "further-meals-unsubsidised": (sql("meal", f"UPDATE meal SET kind = 'further' WHERE id = {FIRST_MEAL}"), "meal:1"),
    "nothing-charged-after-death": (let_the_elder_have_died, "meal:2"),
    "scan-ids-once": (record_an_id_twice, "scan:"),
    "one-outcome-a-record": (sql("scan", "UPDATE scan SET state = 'REJECTED' WHERE meal_id = 1"), "scan:"),
    "records-match-meals": (sql("scan", "UPDATE scan SET meal_period = 'dinner' WHERE meal_id = 1"), "scan:"),
    "a-meal-from-one-record": (sql("scan", "UPDATE scan SET meal_id = 1 WHERE meal_id = 2"), "meal:1"),
    "meals-have-a-record": (sql("scan", "DELETE FROM scan WHERE meal_id = 1"), "meal:1"),
    "answers-match-meals": (
        sql("scan", """UPDATE scan SET answer = '{"state": "MEAL", "meal_no": 1, "price_fen": 1}' WHERE meal_id = 1"""),
        "scan:",
    ),
    "slips-match-meals": (sql("slip_sheet", "UPDATE slip_sheet SET meal_period = 'dinner'"), "slip:1"),
    "slips-have-a-second-person": (sql("slip", "UPDATE slip SET decided_by = 'staff:7'"), "slip:1"),
    "audit-chain": (sql("audit_event", "UPDATE audit_event SET actor = 'staff:2' WHERE act = 'meal-cancelled'"), "event:"),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_invariant_is_named_with_its_first_row(noon: None, name: str) -> None:
    break_it, where = BREAKS[name]
    break_it()

    broken = {found.name: found for found in check().broken}

    assert name in broken
    assert broken[name].where.startswith(where)
    assert broken[name].message


def test_a_cut_link_of_the_chain_is_named(noon: None) -> None:
    edit("audit_link", "DELETE FROM audit_link WHERE number = 1")

    broken = {found.name: found for found in check().broken}

    assert broken["audit-chain"].where == "link:1"


def test_every_invariant_is_broken_by_a_test(noon: None) -> None:
    assert set(check().checked) - {"audit-events-waiting"} == set(BREAKS)
