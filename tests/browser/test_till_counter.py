"""The counter at noon: a real server, a real browser, a scanner gun. It is Friday 20 November 2026, 12:00."""

from datetime import date
from typing import Any

from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from canteen.checkin.models import CashMeal, Meal, Scan
from canteen.db import reading, transaction
from canteen.elders.models import Elder
from tests.browser.conftest import Live
from tests.browser.till_hands import Counter, open_counter
from tests.browser.till_memory import all_sent, knows_the_day, unsent
from tests.factories import (
    balance_fen,
    batch,
    bind_programme,
    enrol_device,
    four_yuan,
    issue_card,
    make_canteen,
    make_elder,
    publish_menu,
    scan,
    set_card_state,
)


def a_canteen() -> int:
    canteen_id = make_canteen()
    bind_programme(canteen_id, four_yuan())
    publish_menu(canteen_id, "红烧带鱼\n番茄炒蛋", 1500)
    return canteen_id


def a_diner(canteen_id: int, name: str = "欧阳秀英", **facts: Any) -> tuple[int, str]:
    """An elder of 80 with 32.50 in the wallet, and the card's token."""
    elder = make_elder(canteen_id, name, **{"balance_fen": 3250, **facts})
    return elder.id, issue_card(elder.id)


def count(model: Any) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def serve_elsewhere(counter: Counter, canteen_id: int, token: str) -> None:
    """Another window of the same canteen serves this card first."""
    tablet = enrol_device(canteen_id, "东门窗口")
    answer = counter.live.app.test_client().post(
        "/api/v1/scans", json=batch(scan(token)), headers=tablet.headers
    )
    assert answer.json["results"][0]["state"] == "MEAL"


def test_a_card_read_by_the_gun_is_served(page: Page, live: Live, complaints: list[str]) -> None:
    canteen_id = a_canteen()
    elder_id, token = a_diner(canteen_id)
    counter = open_counter(page, live, canteen_id)
    expect(page.locator(".stage-text")).to_contain_text("今日午餐：红烧带鱼、番茄炒蛋")

    counter.shoot(f"HTTPS://SHITANG.CN/K/{token}")

    counter.sees("accept", "欧阳秀英")
    counter.sees("accept", "本人付 ¥5.00")
    counter.sees("accept", "补贴 ¥10.00余额 ¥27.50")
    expect(page.locator('[data-part="served"]')).to_have_text("1")
    expect(page.locator(".recent li")).to_contain_text(["欧阳秀英"])
    assert "¥" not in page.inner_text(".recent")
    assert balance_fen(elder_id) == 2750
    assert all_sent(page)
    assert complaints == []


def test_a_card_still_in_view_is_one_meal_and_a_visible_answer(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    _elder_id, token = a_diner(canteen_id)
    counter = open_counter(page, live, canteen_id)

    counter.shoot(token)
    counter.sees("accept")
    counter.shoot(token)

    expect(page.locator('[data-part="seen"]')).to_be_visible()
    counter.sees("accept")
    assert count(Scan) == 1


def test_a_card_shown_again_within_a_minute_makes_no_record(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    _elder_id, token = a_diner(canteen_id)
    counter = open_counter(page, live, canteen_id)

    counter.shoot(token)
    counter.sees("accept")
    page.wait_for_timeout(3200)
    counter.shoot(token)

    counter.sees("again", "12:00 已经刷过")
    assert count(Scan) == 1


def test_a_meal_eaten_at_another_window_is_said_and_not_charged_again(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    elder_id, token = a_diner(canteen_id)
    counter = open_counter(page, live, canteen_id)
    serve_elsewhere(counter, canteen_id, token)

    counter.shoot(token)

    counter.sees("again", "欧阳秀英 12:00 已用午餐")
    counter.sees("again", "东门窗口。没有重复扣款")
    assert balance_fen(elder_id) == 2750
    counter.tap("不买，下一位")
    counter.sees("ready")


def test_another_portion_at_full_price_wants_two_taps(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    elder_id, token = a_diner(canteen_id)
    counter = open_counter(page, live, canteen_id)
    serve_elsewhere(counter, canteen_id, token)
    counter.shoot(token)

    page.locator('[data-action="full-price"]').dblclick()
    counter.sees("again")
    assert balance_fen(elder_id) == 2750

    page.wait_for_timeout(600)
    page.locator('[data-action="full-price"]').click()
    counter.sees("accept", "本人付 ¥15.00")
    assert balance_fen(elder_id) == 1250


def test_what_the_wallet_lacks_is_asked_for_in_cash(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    elder_id, token = a_diner(canteen_id, balance_fen=250)
    counter = open_counter(page, live, canteen_id)

    counter.shoot(token)

    counter.sees("accept", "请收现金 ¥2.50")
    assert balance_fen(elder_id) == 0


def test_an_unknown_card_is_served_after_two_taps_and_checked_later(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    counter = open_counter(page, live, canteen_id)

    counter.shoot("0" * 17)
    counter.sees("stop", "系统里没有这张卡")
    counter.tap_twice("serve")

    counter.sees("accept", "已先记下，稍后核对")
    with reading() as session:
        kept = session.scalars(select(Scan)).one()
        assert (kept.state, kept.code, kept.decision) == ("EXCEPTION", "SERVED_ANYWAY", "SERVED_ANYWAY")


def test_a_lost_card_is_stopped_with_its_reason_under_the_frame(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    _elder_id, token = a_diner(canteen_id)
    set_card_state(token, "lost")
    counter = open_counter(page, live, canteen_id)

    counter.shoot(token)

    counter.sees("stop", "这张卡已经挂失")


def test_a_dead_elders_card_never_says_why(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    _elder_id, token = a_diner(canteen_id)
    with transaction() as session:
        for elder in session.scalars(select(Elder)):
            elder.died_on = date(2026, 11, 1)
    counter = open_counter(page, live, canteen_id)

    counter.shoot(token)

    counter.sees("stop", "这个账户已停用")
    assert "去世" not in page.inner_text("body")


def test_the_next_card_needs_no_tap_whatever_is_shown(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    _first, token = a_diner(canteen_id)
    _second, other = a_diner(canteen_id, "李建国")
    counter = open_counter(page, live, canteen_id)

    counter.shoot("0" * 17)
    counter.sees("stop")
    counter.shoot(token)
    counter.sees("accept", "欧阳秀英")
    counter.tap("更多")
    counter.shoot(other)

    counter.sees("accept", "李建国")
    expect(page.locator(".sheet")).to_be_hidden()


def test_a_scan_without_an_answer_is_kept_and_sent_again_under_the_same_id(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    elder_id, token = a_diner(canteen_id)
    counter = open_counter(page, live, canteen_id)
    knows_the_day(page)
    sent: list[dict[str, Any]] = []
    down = True

    def carry(route: Route) -> None:
        sent.extend(route.request.post_data_json["records"])
        route.abort() if down else route.continue_()

    page.route("**/api/v1/scans", carry)
    counter.shoot(token)

    counter.sees("accept", "离线已记")
    counter.sees("accept", "余额联网后显示")
    waiting = unsent(page)
    assert [one["scan_id"] for one in waiting] == [sent[0]["scan_id"]]
    assert "token" not in waiting[0]
    assert token not in str(waiting)

    down = False
    assert all_sent(page)
    assert len({one["scan_id"] for one in sent}) == 1
    assert all_sent(page)
    assert (count(Scan), balance_fen(elder_id)) == (1, 2750)


def test_a_scan_survives_the_page_and_is_counted_once(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    _elder_id, token = a_diner(canteen_id)
    counter = open_counter(page, live, canteen_id)
    knows_the_day(page)
    page.route("**/api/v1/scans", lambda route: route.abort())
    counter.shoot(token)
    counter.sees("accept", "离线已记")

    page.unroute("**/api/v1/scans")
    page.reload()

    expect(page.locator('[data-part="served"]')).to_have_text("1")
    expect(page.locator(".recent li")).to_contain_text(["欧阳秀英"])
    assert all_sent(page)
    assert count(Scan) == 1


def test_an_answer_that_got_lost_on_the_way_is_not_a_second_meal(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    elder_id, token = a_diner(canteen_id)
    counter = open_counter(page, live, canteen_id)
    knows_the_day(page)
    answers = []

    def lose_the_first(route: Route) -> None:
        answer = route.fetch()
        answers.append(answer.status)
        route.abort() if len(answers) == 1 else route.fulfill(response=answer)

    page.route("**/api/v1/scans", lose_the_first)
    counter.shoot(token)

    counter.sees("accept", "欧阳秀英")
    assert all_sent(page)
    assert len(answers) == 2
    assert (count(Meal), balance_fen(elder_id)) == (1, 2750)


def test_the_last_meal_is_undone_with_two_taps_and_the_card_can_be_shown_again(
    page: Page, live: Live
) -> None:
    canteen_id = a_canteen()
    elder_id, token = a_diner(canteen_id)
    counter = open_counter(page, live, canteen_id)
    counter.shoot(token)
    counter.sees("accept")

    counter.tap("撤销上一笔")
    expect(page.locator(".ask")).to_contain_text("撤销 欧阳秀英 12:00 午餐，退回 5.00 元到卡里")
    counter.tap("撤销")

    expect(page.locator(".banner")).to_contain_text("可以重新刷卡")
    expect(page.locator('[data-part="served"]')).to_have_text("0")
    assert balance_fen(elder_id) == 3250
    counter.shoot(token)
    counter.sees("accept", "欧阳秀英")


def test_a_hundred_yuan_is_topped_up_in_four_taps(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    elder_id, token = a_diner(canteen_id)
    counter = open_counter(page, live, canteen_id)

    counter.tap("充值")
    counter.shoot(token)
    counter.tap("¥100")
    counter.tap("现金")
    expect(page.locator(".ask-sums")).to_have_text("¥32.50 → ¥132.50")
    page.get_by_role("button", name="确认充值 ¥100.00").dblclick()

    expect(page.locator(".ask-sums")).to_have_text("已充 ¥100.00，余额 ¥132.50")
    assert balance_fen(elder_id) == 13250
    assert count(Meal) == 0


def test_a_guest_without_a_card_pays_the_full_price_in_cash(page: Page, live: Live) -> None:
    counter = open_counter(page, live, a_canteen())

    counter.tap("更多")
    counter.tap("临时用餐")
    counter.tap("加一份")
    page.get_by_role("button", name="已收现金 ¥30.00").dblclick()

    expect(page.locator('[data-part="served"]')).to_have_text("2")
    assert all_sent(page)
    with reading() as session:
        sold = session.scalars(select(CashMeal)).one()
        assert (sold.portions, sold.price_fen) == (2, 1500)


def test_an_elder_without_the_card_is_found_by_its_last_digits(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    elder_id, _token = a_diner(canteen_id)
    counter = open_counter(page, live, canteen_id)

    counter.tap("查找老人")
    for digit in "0318":
        counter.tap(digit)
    page.locator(".found-row").click()
    counter.tap("是本人，用餐")

    counter.sees("accept", "欧阳秀英")
    assert balance_fen(elder_id) == 2750


def test_a_tablet_that_was_revoked_says_so_and_keeps_what_it_holds(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    _elder_id, token = a_diner(canteen_id)
    counter = open_counter(page, live, canteen_id)

    def refuse(route: Route) -> None:
        headers = {**route.request.headers, "authorization": "Bearer nobody"}
        route.continue_(headers=headers)

    page.route("**/api/v1/scans", refuse)
    counter.shoot(token)

    counter.sees("stop", "这台平板还没授权")
    counter.sees("stop", "已存 1 笔不会丢")
    assert len(unsent(page)) == 1


def test_a_wrong_code_enrols_nothing_and_says_what_to_do(page: Page, live: Live) -> None:
    make_canteen()
    page.goto(f"{live.address}/till")

    page.fill("#enrol-code", "ABCD")
    page.get_by_role("button", name="授权并开始").click()
    expect(page.locator("#enrol-fault")).to_contain_text("授权码是 8 个字母或数字")

    page.fill("#enrol-code", "ABCD2345")
    page.fill("#enrol-name", "1 号窗口")
    page.get_by_role("button", name="授权并开始").click()
    expect(page.locator("#enrol-fault")).to_contain_text("授权码不对或已过期")


def test_the_language_is_changed_with_a_tap_and_kept(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    counter = open_counter(page, live, canteen_id)

    counter.tap("更多")
    counter.tap("English")

    counter.sees("ready", "Show the card")
    expect(page.locator("html")).to_have_attribute("lang", "en")
