"""今天谁还没来 at the till, and the pages around it: names and one tap, with or without a network."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert

from canteen.checkin.absences.models import AbsenceTick
from canteen.checkin.models import Meal
from canteen.clock import now
from canteen.db import transaction
from tests.browser.conftest import Live
from tests.browser.test_till_counter import a_canteen, a_diner
from tests.browser.till_hands import open_counter
from tests.factories import TODAY, rows

NEAR_THE_END = "2026-11-20T04:40:00Z"  # 12:40, lunch ends at 13:00


def eats_every_friday(canteen_id: int, elder_id: int) -> None:
    with transaction() as session:
        for weeks in (1, 2, 3, 4):
            on = TODAY - timedelta(weeks=weeks)
            session.execute(
                insert(Meal).values(
                    kind="slot", elder_id=elder_id, canteen_id=canteen_id, service_on=on, meal_period="lunch",
                    month=on.isoformat()[:7], channel="dine-in", price_fen=1500, elder_fen=500, wallet_fen=0,
                    cash_fen=500, absorbed_fen=0, credit_fen=0, facts={}, trace=[], served_at=now(),
                )
            )  # fmt: skip


def test_who_has_not_come_is_asked_after_without_a_network_and_the_tick_arrives(
    page: Page, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    canteen_id = a_canteen()
    _stranger, _card = a_diner(canteen_id, "不常来")
    came, token = a_diner(canteen_id, "来了的")
    missing, _other = a_diner(canteen_id, "张桂兰")
    for elder_id in (came, missing):
        eats_every_friday(canteen_id, elder_id)
    counter = open_counter(page, live, canteen_id)
    expect(page.locator('[data-part="absent-hint"]')).to_be_hidden()
    monkeypatch.setenv("CANTEEN_NOW", NEAR_THE_END)
    page.clock.set_fixed_time(NEAR_THE_END)

    counter.shoot(token)
    counter.sees("accept", "来了的")
    expect(page.locator('[data-part="absent-hint"]')).to_have_text("还有 1 位没来")
    page.route("**/api/v1/**", lambda route: route.abort())
    counter.tap("更多")
    counter.tap("今天谁还没来")
    expect(page.locator(".absent-row")).to_have_count(1)
    expect(page.locator(".absent-row")).to_contain_text("张桂兰")
    page.get_by_role("button", name="已打电话：张桂兰").click()
    expect(page.locator(".absent-row")).to_contain_text("已打电话 ✓")
    counter.tap("返回刷卡")
    expect(page.locator('[data-part="absent-hint"]')).to_be_hidden()

    page.unroute("**/api/v1/**")
    page.reload()
    counter.sees("ready")
    for _look in range(100):
        if rows(AbsenceTick):
            break
        page.wait_for_timeout(100)
    assert [(tick.elder_id, tick.state) for tick in rows(AbsenceTick)] == [(missing, "phoned")]
    counter.tap("更多")
    counter.tap("今天谁还没来")
    expect(page.locator(".absent-row")).to_contain_text("已打电话 ✓")
