"""Named days: the calendar, and the rule that pays on one of them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from canteen.canteens import services as canteens
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.sponsors import services as funds
from canteen.sponsors.agreements import named_days, naming, proposing, services
from canteen.sponsors.agreements.naming import Leave, Wish
from canteen.sponsors.agreements.proposing import RuleWish
from canteen.sponsors.models import Fund
from canteen.sponsors.services import Terms
from canteen.subsidies import services as subsidies
from canteen.subsidies.drafts.queries import read_draft
from tests.factories import bind_programme, make_canteen, make_fund, only, programme
from tests.signing_in import Browser, make_staff, sign_in_as
from tests.sponsors.agreed import TODAY, make_agreement, make_sponsor
from tests.sponsors.test_agreement_pages import EIGHTY

BEGINS, ENDS = date(2026, 11, 1), date(2027, 10, 31)
CONSENT = Leave("村委会", date(2026, 10, 30))
DOUBLE_NINTH = date(2027, 10, 8)
WISH = RuleWish("test-programme", "chongyang", "重阳节爱心餐", days="named", named_on=DOUBLE_NINTH)


def give(agreement_id: int, canteen_id: int, on: date, name: str = "德康大药房", leave: Leave = CONSENT) -> int:
    wish = Wish("day", name, BEGINS, ENDS, canteen_id, named_on=on)
    return naming.give_naming(agreement_id, wish, leave, None, "staff:1")


@pytest.fixture
def agreed(sqlite_app: Flask) -> int:
    """An agreement that feeds a fund without days, and a programme that could pay by it."""
    subsidies.load_programme(programme([EIGHTY]), [], None, "system:tests")
    made = make_agreement(make_sponsor())
    make_fund("chongyang", 0, sponsor="维达纸业")
    services.allot(made, "chongyang", 100, "staff:1")
    return made


def refused(agreement_id: int, wish: RuleWish) -> str:
    with pytest.raises(Refusal) as told:
        proposing.propose_rule(agreement_id, wish, "staff:1")
    return told.value.code


def test_a_rule_for_the_double_ninth_gives_its_fund_the_day(agreed: int) -> None:
    draft_id = proposing.propose_rule(agreed, WISH, "staff:1")

    with reading() as session:
        rule = read_draft(session, draft_id).values["version"][-1]["rule"][-1]
    assert (rule["fund"], rule["pays"]) == ("chongyang", "all") and "when" not in rule
    fund = only(Fund)
    assert (fund.begins_on, fund.ends_on) == (DOUBLE_NINTH, DOUBLE_NINTH)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"named_on": None}, "named-day-missing"),
        ({"named_on": date(2026, 10, 18)}, "named-day-past"),
        ({"named_on": date(2028, 10, 26)}, "named-day-outside"),
    ],
)
def test_a_named_day_that_cannot_be_is_refused(agreed: int, changes: dict[str, Any], code: str) -> None:
    assert refused(agreed, replace(WISH, **changes)) == code
    assert only(Fund).begins_on is None


def test_a_fund_with_other_days_or_other_rules_gets_no_named_day(agreed: int) -> None:
    canteen_id = make_canteen()
    funds.change_terms("chongyang", Terms(begins_on=BEGINS), "staff:1")
    assert refused(agreed, WISH) == "fund-days"

    funds.change_terms("chongyang", Terms(), "staff:1")
    rule = {"id": "gift", "title": "慈善2元", "payer": "sponsor", "fund": "chongyang", "pays": {"fixed": "2.00"}}
    bind_programme(canteen_id, programme([rule], code="other"))
    assert refused(agreed, WISH) == "fund-days"
    assert only(Fund).begins_on is None


def test_a_fund_that_a_draft_draws_on_gets_no_named_day(agreed: int) -> None:
    proposing.propose_rule(agreed, replace(WISH, days="every", named_on=None), "staff:1")

    assert refused(agreed, WISH) == "fund-days"


def test_the_form_offers_the_festivals_within_the_agreement_and_its_own_named_days(
    sqlite_app: Flask, agreed: int
) -> None:
    give(agreed, make_canteen(), date(2026, 11, 21))
    office = sign_in_as(sqlite_app, Role.OFFICER)
    page = f"/agreements/{agreed}/rule?programme=test-programme"
    wish = {"fund": "chongyang", "title": "重阳餐", "days": "named", "before": "age-80", "named_day": "2026-11-21"}

    shown = office.get(page).text
    without = office.send(page, {**wish, "named_day": ""})
    invented = office.send(page, {**wish, "named_day": "2026-11-22"})
    drafted = office.send(page, wish, follow_redirects=True)

    assert "2027-10-08" in shown and "重阳节" in shown and "中秋节" in shown and "春节" in shown
    assert '<option value="2026-10-18">' not in shown  # over
    assert "德康大药房" in shown and '<option value="2028' not in shown
    assert 'href="#named_day"' in without.text and "请选是哪个冠名日" in without.text
    assert "有 1 处要改" in invented.text
    assert "新版本从" in drafted.text and "请在草稿里把开始日期改早" in drafted.text
    assert only(Fund).begins_on == date(2026, 11, 21)


def test_birthdays_can_be_chosen_too(agreed: int) -> None:
    draft_id = proposing.propose_rule(agreed, replace(WISH, days="birthday", named_on=None), "staff:1")

    with reading() as session:
        rule = read_draft(session, draft_id).values["version"][-1]["rule"][-1]
    assert rule["when"] == {"birthday": True} and only(Fund).begins_on is None


def cells(office: Browser, path: str) -> dict[str, str]:
    """The days of the calendar by their number, each as it stands in the page."""
    page = office.get(path).text
    found = [cell.split("</td>")[0] for cell in page.split('<td class="month-day')[1:]]
    return {cell.split('month-number">')[1].split("<")[0]: cell for cell in found}


def test_a_month_shows_who_gives_which_day_and_which_are_free(sqlite_app: Flask, agreed: int) -> None:
    here, there = make_canteen("xfl", name="幸福里食堂"), make_canteen("nm", name="南门食堂")
    first = give(agreed, here, date(2026, 11, 21))
    give(agreed, there, date(2026, 11, 21), "万胜", Leave())
    gone = give(agreed, here, date(2026, 11, 25))
    naming.withdraw_naming(agreed, gone, TODAY, "协议改期", TODAY, "staff:1")
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)

    every, one = cells(office, "/sponsors/days"), cells(office, "/sponsors/days?canteen=xfl&month=2026-11")
    autumn = cells(office, "/sponsors/days?month=2027-10")

    assert list(every) == [str(number) for number in range(1, 31)]
    assert f'href="/agreements/{agreed}/namings/{first}"' in every["21"] and "德康大药房" in every["21"]
    assert "幸福里食堂" in every["21"] and "万胜" in every["21"] and every["21"].count("手续没齐") == 1
    assert "空着" in every["22"] and "空着" in every["25"] and "今天" in every["20"]
    assert "万胜" not in one["21"] and "德康大药房" in one["21"]
    assert "重阳节" in autumn["8"] and "空着" in autumn["8"]


def test_an_empty_month_leads_on_and_a_wrong_one_is_not_there(sqlite_app: Flask) -> None:
    make_canteen()
    office = sign_in_as(sqlite_app, Role.OFFICER)

    page = office.get("/sponsors/days?month=2026-12").text

    assert "这个月还没有冠名日" in page and "回到本月" in page
    assert 'href="/sponsors/days?month=2026-11"' in page and 'href="/sponsors/days?month=2027-01"' in page
    for wrong in ("month=2026-13", "month=x", "month=0001-01", "month=9999-12", "canteen=nowhere"):
        assert office.get(f"/sponsors/days?{wrong}").status_code == 404, wrong


def test_one_sees_the_named_days_of_ones_own_canteens(sqlite_app: Flask, agreed: int) -> None:
    here, there = make_canteen("xfl", name="幸福里食堂"), make_canteen("nm", name="南门食堂")
    give(agreed, there, date(2026, 11, 21), "万胜")
    staff_id = make_staff(Role.MANAGER)
    canteens.set_workers(here, [staff_id], "system:tests")
    manager = sign_in_as(sqlite_app, Role.MANAGER, staff_id)

    assert "万胜" not in manager.get("/sponsors/days").text
    assert manager.get("/sponsors/days?canteen=nm").status_code == 404
    assert sign_in_as(sqlite_app, Role.CASHIER).get("/sponsors/days").status_code == 403


def test_weeks_are_whole_and_begin_on_monday() -> None:
    weeks = named_days.weeks(date(2026, 11, 1), date(2026, 11, 30), [])

    assert {len(week) for week in weeks} == {7} and len(weeks) == 6
    assert [cell.on for cell in weeks[0]] == [None] * 6 + [date(2026, 11, 1)]


def test_a_fund_that_has_its_day_already_needs_no_choice(sqlite_app: Flask, agreed: int) -> None:
    with transaction() as session:
        session.get_one(Fund, 1).begins_on = session.get_one(Fund, 1).ends_on = DOUBLE_NINTH

    proposing.propose_rule(agreed, replace(WISH, named_on=None), "staff:1")

    assert only(Fund).ends_on == DOUBLE_NINTH
