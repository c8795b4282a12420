"""Why a meal cost what it did: told from what was kept, with figures worked out by hand, and never guessed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from signing_in import Browser, make_staff, sign_in_as
from sqlalchemy import delete, event, update

from canteen.audit.models import AuditEvent
from canteen.canteens.models import Canteen, Workplace
from canteen.checkin.cancelling import cancel_meal
from canteen.checkin.models import Meal, Scan
from canteen.checkin.why.explanation import Explanation, LimitUse
from canteen.checkin.why.queries import explain
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import db, reading, transaction
from canteen.elders.models import Elder, ElderFact
from canteen.oversight.services import rule_on
from canteen.subsidies.models import ProgrammeVersion
from tests.checkin.noon import Noon, make_noon
from tests.factories import (
    add_fact,
    credit_voucher,
    four_yuan,
    issue_card,
    make_canteen,
    make_elder,
    make_fund,
    only,
    programme,
    rows,
)

AGE = {"id": "age", "title": "60岁以上每餐9元", "payer": "government", "when": {"age": {"from": 60}},
       "pays": {"fixed": "9.00"}, "split": {"city": 40, "district": 60}}  # fmt: skip
POOR = {"id": "poor", "title": "低保全免", "payer": "government", "group": "tier",
        "when": {"category": ["low-income"]}, "pays": "all"}  # fmt: skip
TIER = {**AGE, "group": "tier"}


def explained(meal_no: int, *canteen_ids: int) -> Explanation:
    with reading() as session:
        return explain(session, meal_no, canteen_ids or [only(Meal, id=meal_no).canteen_id])


def used(found: Explanation) -> list[tuple[str, int, int, int]]:
    def told(use: LimitUse) -> tuple[str, int, int, int]:
        return use.per, use.before, use.by_this, use.left

    return [told(use) for use in found.limits]


def paid(found: Explanation) -> dict[str, int]:
    return {share.payer: share.fen for share in found.payers}


def manager_at(app: Flask, canteen_id: int) -> Browser:
    staff_id = make_staff(Role.MANAGER)
    with transaction() as session:
        session.add(Workplace(staff_id=staff_id, canteen_id=canteen_id))
    return sign_in_as(app, Role.MANAGER, staff_id)


def capped() -> dict[str, Any]:
    return programme([{**AGE, "limit": [{"per": "month", "amount": "20.00"}, {"per": "day", "meals": 1}]}])


def test_a_cap_shows_what_was_used_before_and_dividing_again_gives_the_same(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-18T04:00:00Z")
    noon = make_noon(app.test_client(), capped())
    card = issue_card(make_elder(noon.canteen_id, balance_fen=5000).id)
    first = noon.serve(card)["meal_no"]
    for day in (19, 20):
        monkeypatch.setenv("CANTEEN_NOW", f"2026-11-{day}T04:00:00Z")
        last = noon.serve(card)["meal_no"]

    third, one = explained(last), explained(first)

    # 9.00 on the 18th and 9.00 on the 19th leave 2.00 of 20.00 on the 20th.
    assert paid(third) == {"government": 200} and third.meal.elder_fen == 1300
    assert used(third) == [("month", 1800, 200, 0), ("day", 0, 1, 0)]
    assert (third.limits[0].first_on, third.limits[0].last_on) == (date(2026, 11, 1), date(2026, 11, 30))
    assert used(one) == [("month", 0, 900, 1100), ("day", 0, 1, 0)]
    assert [share.levels for share in third.payers] == [(("city", 80), ("district", 120))]
    assert third.again and third.again.is_same and one.again and one.again.is_same
    assert third.adds_up


def test_what_a_cancelled_meal_had_used_counts_no_more_for_the_next(app: Flask) -> None:
    noon = make_noon(app.test_client(), capped())
    card = issue_card(make_elder(noon.canteen_id, balance_fen=5000).id)
    first = noon.serve(card)["meal_no"]
    cancel_meal(first, "点错人", "system:tests")
    second = noon.serve(card)["meal_no"]

    found, taken_back = explained(second), explained(first)

    assert used(found) == [("month", 0, 900, 1100), ("day", 0, 1, 0)] and found.again and found.again.is_same
    assert taken_back.cancelled and taken_back.cancelled.reason == "点错人"
    assert paid(taken_back) == {"government": 900}
    entry, mirror = taken_back.entries
    assert mirror.reverses_no == entry.entry_no == mirror.entry_no - 1
    assert [(line.account, -line.fen) for line in mirror.postings] == [
        (line.account, line.fen) for line in entry.postings
    ]


def test_a_fund_that_was_cut_and_a_voucher_are_told_with_what_they_held(app: Flask) -> None:
    gift = {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "5.00"}}
    care = {"id": "care", "title": "服务券", "payer": "voucher", "fund": "home-care", "pays": {"fixed": "4.00"}}
    noon = make_noon(app.test_client(), programme([gift, care, AGE]))
    make_fund("weida", 300)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    voucher_id = credit_voucher("home-care", elder.id, 150, date(2026, 12, 31))

    found = explained(noon.serve(issue_card(elder.id))["meal_no"])

    # 3.00 of the fund, 1.50 of the voucher, 9.00 from the government: 1.50 of 15.00 is left.
    assert paid(found) == {"sponsor:weida": 300, "voucher:home-care": 150, "government": 900}
    assert [(draw.code, draw.fen, draw.before_fen) for draw in found.funds] == [("weida", 300, 300)]
    assert [(draw.voucher_id, draw.kind, draw.fen, draw.expires_on) for draw in found.vouchers] == [
        (voucher_id, "home-care", 150, date(2026, 12, 31))
    ]
    assert found.again and found.again.is_same


def test_a_category_whose_evidence_ended_later_still_stands_as_it_was(app: Flask) -> None:
    noon = make_noon(app.test_client(), programme([POOR, TIER]))
    elder = make_elder(noon.canteen_id)
    add_fact(elder.id, "category", "low-income", date(2026, 3, 1))
    found = explained(meal_no := noon.serve(issue_card(elder.id))["meal_no"])
    with transaction() as session:
        session.execute(update(ElderFact).values(until_on=date(2026, 10, 31)))

    later = explained(meal_no)

    [category] = [fact for fact in found.facts if fact.kind == "category"]
    assert (category.then, category.now, category.is_changed) == ("low-income", "low-income", False)
    assert category.evidence and category.evidence.text == "测试"
    assert category.evidence.from_on == date(2026, 3, 1)
    [ended] = [fact for fact in later.facts if fact.kind == "category"]
    assert (ended.then, ended.now) == ("low-income", None)
    assert ended.evidence and ended.evidence.until_on == date(2026, 10, 31)
    assert paid(later) == {"government": 1500} and later.again and later.again.is_same


def test_reading_a_meal_takes_the_same_number_of_reads_whatever_came_before_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-10T04:00:00Z")
    noon = make_noon(app.test_client(), capped())
    card = issue_card(make_elder(noon.canteen_id, balance_fen=90_000).id)
    meals = []
    for day in range(10, 15):
        monkeypatch.setenv("CANTEEN_NOW", f"2026-11-{day}T04:00:00Z")
        meals.append(noon.serve(card)["meal_no"])

    with counted() as first:
        explained(meals[0], noon.canteen_id)
    with counted() as last:
        explained(meals[-1], noon.canteen_id)

    assert first == last
    assert len(last) <= 16


@contextmanager
def counted() -> Iterator[list[str]]:
    """The kinds of statements that reached the database."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement.partition("WHERE")[0].split("FROM")[-1].strip())

    engines = {db.engine, *db.engines.values()}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def test_on_the_eightieth_birthday_the_page_says_so_in_one_sentence(sqlite_app: Flask) -> None:
    from_80 = {**AGE, "id": "age-80", "title": "80岁以上每餐12元", "when": {"age": {"from": 80}},
               "pays": {"fixed": "12.00"}, "group": "tier"}  # fmt: skip
    noon = make_noon(sqlite_app.test_client(), programme([from_80, TIER], reference="城民发〔2026〕9号"))
    elder = make_elder(noon.canteen_id, born_on=date(1946, 11, 20), balance_fen=5000)
    meal_no = noon.serve(issue_card(elder.id))["meal_no"]
    office = manager_at(sqlite_app, noon.canteen_id)

    answer = office.get(f"/meals/{meal_no}/why")
    page = " ".join(answer.text.split())

    assert answer.headers["Cache-Control"] == "no-store"
    assert "<h1>2026年11月20日 午餐，餐价 15.00 元：政府 12.00，本人 3.00</h1>" in page
    assert "80岁以上每餐12元" in page and "城民发〔2026〕9号" in page and "城关区民政局" in page
    assert "1946年11月20日，当天 80 岁" in page
    assert "本组已由前面的“80岁以上每餐12元”付过" in page
    assert "再分一次：按当时的版本" in page
    assert "钱包 ¥3.00" in page
    assert [row.subject for row in rows(AuditEvent, act="meal-explained")] == [f"meal:{meal_no}"]


def test_the_day_before_the_birthday_says_why_the_rule_did_not_apply(sqlite_app: Flask) -> None:
    noon = make_noon(sqlite_app.test_client(), programme([{**AGE, "when": {"age": {"from": 80}}}]))
    elder = make_elder(noon.canteen_id, born_on=date(1946, 11, 21), balance_fen=5000)
    meal_no = noon.serve(issue_card(elder.id))["meal_no"]

    page = manager_at(sqlite_app, noon.canteen_id).get(f"/meals/{meal_no}/why").text

    assert "：本人 15.00</h1>" in page and "不适用" in page and "这位 79 岁" in page


def test_what_was_put_right_afterwards_is_said_beside_what_was_used(sqlite_app: Flask) -> None:
    noon = make_noon(sqlite_app.test_client(), programme([POOR, TIER]))
    elder = make_elder(noon.canteen_id, facts={"category": "low-income"})
    meal_no = noon.serve(issue_card(elder.id))["meal_no"]
    with transaction() as session:
        session.execute(update(ElderFact).values(until_on=date(2026, 10, 31)))
        session.execute(update(Elder).values(born_on=date(1976, 11, 20)))

    page = manager_at(sqlite_app, noon.canteen_id).get(f"/meals/{meal_no}/why").text

    assert "后来写明只到 2026年10月31日：当天不算" in page
    assert "后来更正为：1976年11月20日" in page
    assert "再分一次：按当时的版本" in page


def test_facts_that_disagree_and_a_version_that_is_gone_are_said_and_not_guessed(sqlite_app: Flask) -> None:
    here = {**AGE, "when": {"canteen_division": ["620102"]}}
    noon = make_noon(sqlite_app.test_client(), programme([here]))
    meal_no = noon.serve(issue_card(make_elder(noon.canteen_id, balance_fen=5000).id))["meal_no"]
    office = manager_at(sqlite_app, noon.canteen_id)
    with transaction() as session:
        session.execute(update(Canteen).values(division="110101001001"))

    moved = office.get(f"/meals/{meal_no}/why").text
    with transaction() as session:
        session.execute(delete(ProgrammeVersion))
    gone = office.get(f"/meals/{meal_no}/why").text

    assert "再分一次，和当时记的不一样。" in moved and "当时 ¥9.00，重算 ¥0.00" in moved
    assert "当时的版本找不到了。" in gone and "政府 9.00，本人 6.00" in gone and "再分一次" not in gone


def test_a_manager_of_another_canteen_gets_the_answer_of_a_meal_that_does_not_exist(sqlite_app: Flask) -> None:
    noon = make_noon(sqlite_app.test_client())
    meal_no = noon.serve(issue_card(make_elder(noon.canteen_id, balance_fen=5000).id))["meal_no"]
    stranger = manager_at(sqlite_app, make_canteen("nanmen"))

    theirs, nobodys = stranger.get(f"/meals/{meal_no}/why"), stranger.get("/meals/987654/why")

    assert theirs.status_code == nobodys.status_code == 404
    assert without_numbers(theirs.text) == without_numbers(nobodys.text)
    assert stranger.get(f"/meals/{2**70}/why").status_code == 404
    assert stranger.get(f"/meals?no={meal_no}").status_code == 404
    assert rows(AuditEvent, act="meal-explained") == []
    assert sign_in_as(sqlite_app, Role.CASHIER).get(f"/meals/{meal_no}/why").status_code == 403
    assert sign_in_as(sqlite_app, Role.OFFICER).get(f"/meals/{meal_no}/why").status_code == 200
    with pytest.raises(Refusal, match="没有这一餐"):
        explained(meal_no, 0)


def without_numbers(page: str) -> str:
    return "".join(line for line in page.splitlines() if "csrf" not in line and "next" not in line)


def test_from_the_elders_page_the_day_and_the_number_it_is_two_steps(sqlite_app: Flask) -> None:
    noon = make_noon(sqlite_app.test_client())
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    meal_no = noon.serve(issue_card(elder.id))["meal_no"]
    office = manager_at(sqlite_app, noon.canteen_id)
    way = f'href="/meals/{meal_no}/why"'

    assert way in office.get(f"/elders/{elder.ref}").text
    assert way in office.get(f"/elders/{elder.ref}?meals=2026-11").text
    assert way not in office.get(f"/elders/{elder.ref}?meals=2026-10").text
    assert way in office.get(f"/elders/{elder.ref}?meals=nonsense").text
    assert way in office.get("/days/2026-11-20/records").text
    assert 'action="/meals"' in office.get("/days/2026-11-20").text
    assert office.get(f"/meals?no={meal_no}").headers["Location"] == f"/meals/{meal_no}/why"
    assert "没有这一餐。" in office.get("/meals?no=12x").text and office.get("/meals").status_code == 200


def test_a_meal_decided_in_the_tray_names_the_ruling_and_an_offline_one_what_was_shown(sqlite_app: Flask) -> None:
    noon = make_noon(sqlite_app.test_client(), four_yuan())
    card = issue_card(make_elder(noon.canteen_id, balance_fen=5000).id)
    shown = noon.serve(card, decision="ACCEPTED", shown_elder_fen=400)["meal_no"]
    other = issue_card(make_elder(noon.canteen_id, "李建国", balance_fen=5000).id)
    waiting = noon.serve(other, decision="SERVED_ANYWAY")
    by = make_staff(Role.MANAGER)
    row = scan_row(waiting)
    settled = rule_on(row, "subsidised", "认得是本人", f"staff:{by}").meal_no
    office = manager_at(sqlite_app, noon.canteen_id)

    offline = office.get(f"/meals/{shown}/why").text
    ruled = office.get(f"/meals/{settled}/why").text

    # 15.00 less 10.00 is 5.00; the tablet had shown 4.00, so the canteen bears 1.00.
    assert "平板上显示本人付 ¥4.00。" in offline and "食堂承担 ¥1.00。" in offline
    assert "：政府 10.00，食堂承担 1.00，本人 4.00</h1>" in offline and "再分一次：" in offline
    assert "异常核查：资助有效，李秀英" in ruled and "原因：认得是本人" in ruled
    assert f'href="/meals/{settled}/why"' in office.get(f"/review/outcome/{row}").text


def scan_row(result: dict[str, Any]) -> int:
    return int(only(Scan, scan_id=result["scan_id"]).id)


def test_a_guest_whom_no_list_of_ours_names_is_told_without_a_way_to_their_page(sqlite_app: Flask) -> None:
    noon = make_noon(sqlite_app.test_client())
    guest = make_elder(make_canteen("nanmen"), balance_fen=5000)
    meal_no = noon.serve(issue_card(guest.id))["meal_no"]

    page = manager_at(sqlite_app, noon.canteen_id).get(f"/meals/{meal_no}/why").text

    assert "王秀英" in page and "外食堂的老人" in page and f"/elders/{guest.ref}" not in page


def test_a_further_meal_says_that_nobody_subsidised_it(sqlite_app: Flask) -> None:
    noon = make_noon(sqlite_app.test_client())
    card = issue_card(make_elder(noon.canteen_id, balance_fen=5000).id)
    noon.serve(card)
    second = noon.serve(card, price_basis="full", shown_elder_fen=1500)["meal_no"]

    page = manager_at(sqlite_app, noon.canteen_id).get(f"/meals/{second}/why").text

    assert "：本人 15.00</h1>" in page and "这一餐没有按补贴项目分" in page and "再分一次" not in page


def test_the_page_reads_in_english_too(sqlite_app: Flask) -> None:
    noon: Noon = make_noon(sqlite_app.test_client())
    meal_no = noon.serve(issue_card(make_elder(noon.canteen_id, balance_fen=5000).id))["meal_no"]
    office = manager_at(sqlite_app, noon.canteen_id)
    office.send("/language", {"language": "en", "next": "/"})

    page = office.get(f"/meals/{meal_no}/why").text

    assert "20 November 2026, Lunch, price ¥15.00: Government ¥10.00, the elder ¥5.00</h1>" in page
