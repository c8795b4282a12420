"""Shifts at the till: a badge on, the next badge over, name and PIN, the cash close, and the meal after it."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect
from signing_in import PASSWORD
from sqlalchemy import select

from canteen.canteens.models import Workplace
from canteen.checkin.models import Scan
from canteen.checkin.shifts.models import CashClose, PortionsCooked, ShiftEvent, TillShift
from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.staff import badges, services
from canteen.staff.throttle import Caller
from tests.browser.conftest import Live
from tests.browser.till_hands import Counter, open_counter
from tests.browser.till_memory import all_sent, knows_the_day
from tests.factories import (
    bind_programme,
    four_yuan,
    issue_card,
    make_canteen,
    make_elder,
    publish_menu,
    rows,
)

PIN = "70318264"


@dataclass(frozen=True, slots=True)
class Cashier:
    """Somebody who works at the canteen, with a badge."""

    ref: str
    badge: str


def a_canteen() -> int:
    canteen_id = make_canteen()
    bind_programme(canteen_id, four_yuan())
    publish_menu(canteen_id, "红烧带鱼", 1500)
    return canteen_id


def a_cashier(canteen_id: int, name: str, pin: str = "") -> Cashier:
    with transaction() as session:
        login = f"c{len(name)}{ord(name[0])}"
        staff_id = services.register(session, login, name, Role.CASHIER, PASSWORD, by="system:test", must_change=False)
        session.add(Workplace(staff_id=staff_id, canteen_id=canteen_id))
    if pin:
        badges.choose_pin(staff_id, pin, PASSWORD, Caller("l" * 64, "a" * 64))
    return Cashier(f"staff:{staff_id}", badges.issue(staff_id, "system:test"))


def a_card(canteen_id: int, **facts: Any) -> str:
    return issue_card(make_elder(canteen_id, **facts).id)


def claims() -> list[dict[str, Any]]:
    return [scan.claim for scan in rows(Scan)]


def cashier_is(page: Page, text: str) -> None:
    expect(page.locator('[data-part="cashier"]')).to_have_text(text)


def begin_shift(counter: Counter, cashier: Cashier, float_: str = "") -> None:
    counter.shoot(cashier.badge)
    expect(counter.page.locator('[data-part="sheet-title"]')).to_have_text("开班")
    if float_:
        counter.tap(float_)
    counter.tap("开始收银")


def open_close(counter: Counter) -> None:
    counter.page.locator('[data-nav="more"]').click()
    counter.tap("日结")
    expect(counter.page.locator('[data-part="sheet-title"]')).to_have_text("日结")


def test_a_badge_opens_the_shift_and_the_next_badge_takes_it_over(
    page: Page, live: Live, complaints: list[str]
) -> None:
    canteen_id = a_canteen()
    chen, li = a_cashier(canteen_id, "陈桂花"), a_cashier(canteen_id, "李秀英")
    first, second = a_card(canteen_id, balance_fen=3250), a_card(canteen_id, balance_fen=3250)
    counter = open_counter(page, live, canteen_id, greeting="请扫工作牌")
    counter.shoot(first)
    counter.sees("stop", "还没开班")

    begin_shift(counter, chen, "¥200")
    cashier_is(page, "收银：陈桂花")
    counter.shoot(first)
    counter.sees("accept", "本人付 ¥5.00")
    counter.shoot(li.badge)
    cashier_is(page, "收银：李秀英")
    counter.shoot(second)
    expect(page.locator(".recent li")).to_have_count(2)

    expect(page.locator('[data-part="banner-text"]')).to_have_text("已交接，现在由 李秀英 收银")
    assert all_sent(page)
    shift_id = rows(TillShift)[0].shift_id
    assert [(one["cashier_ref"], one["shift_id"]) for one in claims()] == [(chen.ref, shift_id), (li.ref, shift_id)]
    assert [(event.kind, event.shift_id) for event in rows(ShiftEvent)] == [("open", shift_id), ("hand-over", shift_id)]
    assert (rows(TillShift)[0].float_fen, rows(TillShift)[0].meal_period) == (20000, "lunch")
    assert complaints == []


def test_who_ate_before_the_badge_is_recorded_and_a_late_shift_opens(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    a_cashier(canteen_id, "陈桂花")
    card = a_card(canteen_id, balance_fen=3250)
    counter = open_counter(page, live, canteen_id, greeting="请扫工作牌")

    counter.shoot(card)
    counter.sees("stop", "还没开班")
    counter.tap_twice("serve")

    counter.sees("accept")
    expect(page.locator(".recent li")).to_have_count(1)
    assert all_sent(page)
    assert claims()[0]["decision"] == "SERVED_ANYWAY"
    assert [(shift.is_late, shift.staff_id) for shift in rows(TillShift)] == [(True, None)]


def test_an_unknown_badge_is_told_and_name_with_pin_opens_instead(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    chen = a_cashier(canteen_id, "陈桂花", PIN)
    counter = open_counter(page, live, canteen_id, greeting="请扫工作牌")

    counter.shoot(badges.make_code())
    counter.sees("stop", "系统里没有这张工作牌")
    counter.page.locator('[data-nav="more"]').click()
    counter.tap("开班 · 交接")
    counter.tap("陈桂花")
    for key in "11112222":
        counter.tap(key)
    expect(page.get_by_role("alert")).to_have_text("密码不对。请再试一次，或扫工作牌。")
    for key in PIN:
        counter.tap(key)
    counter.tap("开始收银")

    cashier_is(page, "收银：陈桂花")
    assert all_sent(page)
    with reading() as session:
        assert session.scalars(select(ShiftEvent.staff_id)).one() == int(chen.ref.removeprefix("staff:"))


def test_a_till_is_closed_in_five_taps_with_a_slip_and_the_next_meal_is_a_late_shift(
    page: Page, live: Live, complaints: list[str]
) -> None:
    canteen_id = a_canteen()
    chen = a_cashier(canteen_id, "陈桂花")
    counter = open_counter(page, live, canteen_id, greeting="请扫工作牌")
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes' }")
    begin_shift(counter, chen, "¥200")
    counter.shoot(a_card(canteen_id))
    counter.sees("accept", "本人付 ¥5.00")
    expect(page.locator(".recent li")).to_have_count(1)
    assert all_sent(page)

    open_close(counter)
    expect(page.locator(".close-lines .sum").first).to_have_text("应有205.00")
    expect(page.locator('[data-part="close-yes"]')).to_be_disabled()
    for key in "200":
        counter.tap(key)
    expect(page.locator('[data-part="difference"]')).to_have_text("差额 -5.00 元")
    expect(page.locator('[data-part="obstacle"]')).to_have_text("现金对不上，请先写备注")
    counter.tap("找零错了")
    counter.tap("日结并打印")

    expect(page.locator(".slip")).to_contain_text("备注：找零错了")
    expect(page.locator(".slip")).to_contain_text("经手人")
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")
    close = rows(CashClose)[0]
    assert (close.expected_fen, close.counted_fen, close.difference_fen, close.note) == (20500, 20000, -500, "找零错了")
    counter.tap("完成")
    counter.shoot(a_card(canteen_id))
    counter.sees("accept", "本人付 ¥5.00")
    expect(page.locator('[data-part="banner-text"]')).to_have_text("今天已经日结：照常用餐，自动记入新的一班")
    assert all_sent(page)
    assert [(shift.is_late, shift.is_closed) for shift in rows(TillShift)] == [(False, True), (True, False)]
    assert claims()[1]["shift_id"] == rows(TillShift)[1].shift_id
    assert complaints == []


def test_what_is_not_uploaded_holds_the_close_up_and_portions_go_with_it(page: Page, live: Live) -> None:
    canteen_id = a_canteen()
    card = a_card(canteen_id, balance_fen=3250)
    counter = open_counter(page, live, canteen_id)
    knows_the_day(page)
    page.route("**/api/v1/scans", lambda route: route.abort())
    counter.shoot(card)
    expect(page.locator(".recent li")).to_have_count(1)

    open_close(counter)
    expect(page.locator(".close-box.stopped")).to_contain_text("未上传 1 笔")
    expect(page.locator('[data-part="obstacle"]')).to_have_text("要先把存着的记录都上传，才能日结")
    page.unroute("**/api/v1/scans")
    counter.tap("现在上传")
    expect(page.locator(".close-box.even")).to_contain_text("未上传 0 笔")
    page.get_by_label("午餐出餐数").click()
    for key in "150":
        counter.tap(key)
    page.get_by_label("实点").click()
    counter.tap("0")
    expect(page.locator('[data-part="difference"]')).to_have_text("对上了，差额 0.00")
    counter.tap("日结并打印")

    expect(page.locator(".slip")).to_contain_text("午餐厨房出餐150")
    assert [(row.meal_period, row.portions) for row in rows(PortionsCooked)] == [("lunch", 150)]
    assert rows(TillShift) == []
