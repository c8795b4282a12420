"""The strip on the till: it goes when the money has ended, the cashier is told once, and all who eat see the same."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.browser.till_hands import open_counter
from tests.factories import bind_programme, issue_card, make_canteen, make_elder, make_fund, programme

GIFT = {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "5.00"}}
ENDED = "德康大药房的资助今天已用完"


def test_a_gift_that_ends_between_two_scans_is_told_once_and_the_strip_goes(page: Page, live: Live) -> None:
    canteen_id = make_canteen()
    bind_programme(canteen_id, programme([GIFT]))
    make_fund("weida", 500, sponsor="德康大药房")
    cards = [issue_card(make_elder(canteen_id, name, balance_fen=9000).id) for name in ("甲", "乙", "丙")]
    counter = open_counter(page, live, canteen_id)
    stage = page.locator(".stage-text")
    expect(stage).to_contain_text("今日爱心餐：德康大药房 资助")

    counter.shoot(cards[0])
    counter.sees("accept", "甲")
    expect(stage).to_contain_text("今日爱心餐：德康大药房 资助")
    counter.shoot(cards[1])
    counter.sees("accept", "乙")
    expect(stage).to_contain_text(ENDED)
    expect(stage).not_to_contain_text("今日爱心餐")
    counter.shoot(cards[2])
    counter.sees("accept", "丙")
    expect(stage).not_to_contain_text(ENDED)
    expect(stage).not_to_contain_text("今日爱心餐")
