"""The strip on the till: it goes when the money has ended, the cashier is told once, and all who eat see the same."""

import json
import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.browser.test_till_book import run
from tests.browser.test_till_sound import what_is_told
from tests.browser.till_hands import open_counter
from tests.conftest import NOON
from tests.factories import (
    batch,
    bind_programme,
    enrol_device,
    issue_card,
    make_canteen,
    make_elder,
    make_fund,
    programme,
    scan,
)

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


def test_who_is_paid_for_is_told_and_shown_like_everybody(page: Page, live: Live) -> None:
    canteen_id = make_canteen()
    bind_programme(canteen_id, programme([GIFT | {"when": {"category": ["low-income"]}}]))
    make_fund("weida", 10_000, sponsor="德康大药房")
    plain = make_elder(canteen_id, "王秀英", balance_fen=9000)
    poor = make_elder(canteen_id, "王秀英", balance_fen=9000, facts={"category": "low-income"})

    told = []
    for elder in (plain, poor):
        told.append(what_is_told(page, live, canteen_id, issue_card(elder.id)))
        page.context.clear_cookies()
        page.evaluate("() => indexedDB.databases().then((all) => Promise.all(all.map((each) => indexedDB.deleteDatabase(each.name))))")
    stages = [re.sub(r"[\d.]+", "", each.pop("stage")) for each in told]

    assert stages[0] == stages[1] and "德康大药房 资助" in stages[0]
    assert told[0] == told[1]
    assert "德康" not in told[1]["display"]


def test_the_day_sheet_tells_a_tablet_that_a_gift_ended_at_another_window(page: Page, live: Live) -> None:
    canteen_id = make_canteen()
    bind_programme(canteen_id, programme([GIFT]))
    make_fund("weida", 500, sponsor="德康大药房")
    elder, tablet = make_elder(canteen_id, balance_fen=9000), enrol_device(canteen_id)
    page.clock.set_fixed_time(NOON)

    found = run(page, live, tablet.bearer, """
      const { Day } = await import("/static/js/checkin/day.js");
      const day = new Day({ has: () => true, say: () => "" });
      const look = async () => {
        day.follow(Book.read(await sheet()));
        const seen = [day.strip, day.usedUp];
        day.usedUp = null;
        return seen;
      };
      const before = await look();
      await fetch("/api/v1/scans", {
        method: "POST", body: given.meal, headers: { Authorization: `Bearer ${given.bearer}`, "Content-Type": "application/json" },
      });
      return [before, await look(), await look()];
    """, meal=json.dumps(batch(scan(elder_ref=elder.ref))))  # fmt: skip

    assert found == [["德康大药房", None], [None, "德康大药房"], [None, None]]
