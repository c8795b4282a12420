"""A fund's statement for a quarter, a year or a range: the sum of its sealed months, and never more than they tell."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from canteen.core.calendar import parse_period
from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.settlement.handing_out import sealed_in
from canteen.settlement.models import Statement
from canteen.settlement.reports import services
from canteen.settlement.reports.queries import papers_of
from canteen.settlement.verification import verify_all
from canteen.sponsors.gifts.services import NewMoney, receive_money
from canteen.sponsors.models import Fund
from tests.settlement.breaking import edit
from tests.settlement.fund_months import close, eat, fourth_quarter, give, make_elders, make_place

TODAY = date(2027, 1, 5)


def papers() -> dict[str, dict[str, Any]]:
    with reading() as session:
        found = session.scalars(select(Statement).where(Statement.kind == "donor").order_by(Statement.id))
        return {one.number: json.loads(one.sealed_json)["paper"] for one in found}


def seal(text: str, code: str = "weida", today: date = TODAY) -> str:
    return services.seal_report(code, text, "王敏", "赵刚", today=today, host="card.example.cn")


def refused(text: str, code: str = "weida", today: date = TODAY) -> Refusal:
    with pytest.raises(Refusal) as caught:
        seal(text, code, today)
    return caught.value


def test_a_quarter_is_the_sum_of_its_sealed_months(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    _canteens, fund_id = fourth_quarter(monkeypatch)

    number = seal("2026-Q4")

    assert number == "WEIDA-2026-Q4-donor-v1"
    found = papers()
    quarter, months = found.pop(number), list(found.values())
    for figure in ("total_fen", "meals", "full_meals", "meals_fen", "returned_fen"):
        assert quarter[figure] == sum(month[figure] for month in months)
    assert quarter["total_fen"] == 33 * 400
    assert (quarter["opening_fen"], quarter["closing_fen"]) == (0, 150_000 - 33 * 400)
    assert quarter["closing_fen"] == months[-1]["closing_fen"]
    assert quarter["lines"] == [line for month in months for line in month["lines"]]
    assert [gift["amount_fen"] for gift in quarter["gifts"]] == [100_000, 50_000]
    assert (quarter["elders"], quarter["months"]) == (11, list(found))
    with reading() as session:
        sponsor_id = session.get_one(Fund, fund_id).sponsor_id
        listed = papers_of(session, sponsor_id)
    assert [(line.number, line.period) for line in listed][:2] == [(number, "2026-Q4"), ("WEIDA-2026-12-donor-v1", None)]


def test_a_period_is_sealed_once(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    fourth_quarter(monkeypatch)
    seal("2026-Q4")

    assert refused("2026-Q4").code == "report-sealed"
    assert refused("2026-10-01..2026-12-31").code == "report-sealed"
    assert len(papers()) == 4


def test_months_that_are_not_closed_are_named_and_nothing_is_sealed(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    canteens, _fund = make_place(budget_fen=100_000)
    eat(canteens[0], make_elders(canteens[0], 5), date(2026, 11, 3))
    close(monkeypatch, "2026-11", codes=["laodifang"])

    found = refused("2026-Q4", today=date(2026, 12, 1))

    assert found.code == "report-waits"
    assert "2026-11、2026-12" in found.message and "万胜老友记" in found.message
    assert papers() == {}
    assert services.look("weida", "2026-Q4", "", date(2026, 12, 1)).paper.meals == 5


def test_a_period_that_makes_no_sense_is_refused_by_name(sqlite_app: Flask) -> None:
    make_place(budget_fen=100_000)
    wrong = (
        ("2026-12-15..2026-11-01", "report-reversed"), ("2026-11", "report-month"), ("2026-11-01..2026-11-30", "report-month"),
        ("", "report-period"), ("2026-Q5", "report-period"), ("2026-02-30..2026-03-01", "report-period"),
        ("0001", "report-period"), ("2001-01-01..2026-12-31", "report-too-long"), ("2026-Q2", "report-before-fund"),
        ("2027-Q1", "report-ahead"), ("DROP TABLE", "report-period"),
    )  # fmt: skip

    for text, code in wrong:
        assert (text, refused(text, today=date(2026, 11, 20)).code) == (text, code)
    assert papers() == {}


def test_an_unknown_fund_has_no_statement(sqlite_app: Flask) -> None:
    assert refused("2026-Q4", "nobody").code == "fund-unknown"


def test_a_range_never_cuts_days_that_are_told_together(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    canteens, _fund = make_place(budget_fen=100_000)
    elders = make_elders(canteens[0], 6)
    eat(canteens[0], elders, date(2026, 11, 3), date(2026, 12, 1), date(2026, 12, 20))
    eat(canteens[0], elders[:2], date(2026, 12, 10))
    close(monkeypatch, "2026-11", "2026-12")

    found = refused("2026-11-01..2026-12-15")

    assert found.code == "report-cut-last"
    assert found.params["dates"] == "2026-12-09 或 2026-12-20"
    assert (found.params["first"], found.params["last"]) == ("2026-12-10", "2026-12-20")
    number = seal("2026-11-01..2026-12-09")
    assert number == "WEIDA-2026-11-01_2026-12-09-donor-v1"
    paper = papers()[number]
    assert (paper["meals"], paper["total_fen"]) == (12, 12 * 400)
    assert paper["opening_fen"] == 0 and paper["closing_fen"] == 100_000 - 12 * 400
    # Six elders: a range that cuts a month tells them in fives.
    assert (paper["elders"], paper["at_least"]) == (5, True)
    assert refused("2026-12-12..2026-12-31").params["dates"] == "2026-12-10 或 2026-12-21"


def test_late_gifts_count_where_the_months_counted_them(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    canteens, _fund = make_place(budget_fen=0)
    give(monkeypatch, date(2026, 10, 5), 10_000, "first")
    eat(canteens[0], make_elders(canteens[0], 5), date(2026, 11, 3), date(2026, 12, 3))
    close(monkeypatch, "2026-10", "2026-11")
    # A gift of October that is found in the bank's list in December.
    monkeypatch.setenv("CANTEEN_NOW", "2026-12-02T03:00:00Z")
    receive_money(NewMoney("late", "weida", 7_000, date(2026, 10, 9), "cash"), "staff:1")
    close(monkeypatch, "2026-12")

    found = papers()
    december = found["WEIDA-2026-12-donor-v1"]
    assert [(gift["on"], gift["amount_fen"], gift["way"]) for gift in december["gifts"]] == [("2026-10-09", 7_000, "现金")]
    assert december["opening_fen"] == found["WEIDA-2026-11-donor-v1"]["closing_fen"] == 8_000
    number = seal("2026-Q4")
    quarter = papers()[number]
    assert sum(gift["amount_fen"] for gift in quarter["gifts"]) == 17_000
    assert quarter["closing_fen"] == december["closing_fen"] == 17_000 - 10 * 400


def test_two_people_who_seal_at_once_make_one_statement(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    fourth_quarter(monkeypatch)

    def attempt(_number: int) -> str:
        with app.app_context():
            try:
                return seal("2026-Q4")
            except Refusal as refusal:
                return refusal.code

    with ThreadPoolExecutor(2) as people:
        answers = sorted(people.map(attempt, range(2)))

    assert answers == ["WEIDA-2026-Q4-donor-v1", "report-sealed"]
    assert len(papers()) == 4


def test_a_quarter_is_handed_out_when_just_it_is_asked_for_and_verifies(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    fourth_quarter(monkeypatch)
    number = seal("2026-Q4")

    def handed(text: str) -> bool:
        with reading() as session:
            return number in {one.number for one in sealed_in(session, parse_period(text), "laodifang")}

    assert handed("2026-Q4") and handed("2026-10-01..2026-12-31")
    assert not any(handed(text) for text in ("2026-12", "2026", "2026-11-01..2026-12-31"))
    report = verify_all()
    assert (report.checked["fund-reports-sum-to-months"], report.broken) == (1, [])
    edit("statement", "UPDATE statement SET seal_sha256 = '0' WHERE number = 'WEIDA-2026-11-donor-v1'")
    found = {broken.name: broken for broken in verify_all().broken}
    assert found["fund-reports-sum-to-months"].where == f"statement:{number}"


def test_what_was_changed_under_a_sealed_month_is_found_before_it_is_summed(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    fourth_quarter(monkeypatch)
    edit("meal_share", "UPDATE meal_share SET amount_fen = 300 WHERE fund_id IS NOT NULL AND month = '2026-11' AND id = "
         "(SELECT min(id) FROM meal_share WHERE fund_id IS NOT NULL AND month = '2026-11')")

    assert refused("2026-Q4").code == "report-differs"


def test_a_month_before_the_first_meal_tells_the_gift_that_came_then(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    canteens, _fund = make_place()
    give(monkeypatch, date(2026, 10, 5), 10_000, "first")
    for month in (11, 12):
        eat(canteens[0], make_elders(canteens[0], 5, born=1940 + month), date(2026, month, 3))
        close(monkeypatch, f"2026-{month}")
    number = seal("2026-Q4")

    paper = papers()[number]

    assert (paper["opening_fen"], [gift["amount_fen"] for gift in paper["gifts"]]) == (0, [10_000])
    assert paper["closing_fen"] == 10_000 - 2 * 5 * 400
    assert [(column["label"], column["meals"]) for column in paper["chart"]] == [("2026-10", 0), ("2026-11", 5), ("2026-12", 5)]


def test_months_of_few_elders_stand_together_in_a_longer_paper(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    canteens, _fund = make_place(budget_fen=100_000)
    elders = make_elders(canteens[0], 7)
    eat(canteens[0], elders[:3], date(2026, 10, 3))
    eat(canteens[0], elders[2:6], date(2026, 11, 3))
    eat(canteens[0], elders, date(2026, 12, 3))
    close(monkeypatch, "2026-10", "2026-11", "2026-12")
    number = seal("2026-Q4")

    paper = papers()[number]

    assert [(column["label"], column["meals"]) for column in paper["chart"]] == [
        ("2026-10 至 2026-11", 7), ("2026-12", 7),
    ]  # fmt: skip
    assert all(line["elders"] >= 5 for line in paper["lines"])
    assert [(band["label"], band["meals"]) for band in paper["age_bands"]] == [("各年龄", 14)]
