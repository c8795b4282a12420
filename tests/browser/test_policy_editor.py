"""The editor of policies in a real browser: recomputed while one types, the keyboard led on, nothing overflowing."""

import tomllib

from playwright.sync_api import Page, Route, expect

from canteen.config import ROOT
from canteen.core.roles import Role
from canteen.db import reading
from canteen.subsidies.drafts.queries import read_draft
from canteen.subsidies.drafts.services import begin_import
from tests.browser.conftest import Live
from tests.browser.test_office_pages import enter, faults

LANZHOU = ROOT / "canteen" / "programmes" / "lanzhou-chengguan.toml"


def test_a_tier_is_raised_and_capped_while_the_page_computes_along(
    page: Page, live: Live, complaints: list[str]
) -> None:
    enter(page, live, Role.OFFICER)
    draft_id = begin_import(tomllib.loads(LANZHOU.read_text(encoding="utf-8")), "staff:1")
    page.goto(f"{live.address}/policies/drafts/{draft_id}")
    two_yuan = page.locator("[data-live=examples]").get_by_text("本人付 ¥2.00")
    expect(two_yuan).to_have_count(0)

    page.locator("#rule-3").get_by_role("link", name="改").click()
    page.get_by_label("固定金额").last.fill("13")
    expect(page.locator("[data-words=pays]")).to_have_text("付 13.00 元")
    expect(two_yuan.first).to_be_visible()

    page.get_by_role("button", name="加一个限额").click()
    amount = page.get_by_label("限额 2：金额")
    expect(amount).to_be_visible()
    expect(page.get_by_label("限额 2：每多久")).to_be_focused()
    amount.fill("lots")
    expect(page.locator("[data-error-for='limit.1.amount']")).to_contain_text("请把金额写成数字")
    amount.fill("300")
    expect(page.locator("[data-error-for='limit.1.amount']")).to_be_hidden()
    expect(page.locator("[data-words='limit.1']")).to_have_text("每月最多补 300.00 元")
    assert faults(page) == []

    def cut(route: Route) -> None:
        route.abort()

    page.route("**/try", cut)
    page.get_by_label("名称").fill("75周岁及以上每餐13元")
    expect(page.locator("[data-status]")).to_have_text("没有网络，下面还是上一次算的。")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#rule-3")).to_contain_text("每月最多补 300.00 元")

    with reading() as session:
        rule = read_draft(session, draft_id).values["version"][0]["rule"][3]
    assert rule["pays"] == {"fixed": "13.00"}
    assert rule["limit"][1] == {"per": "month", "amount": "300.00"}
    assert complaints == []


def test_what_is_typed_before_the_script_is_there_is_computed_too(page: Page, live: Live) -> None:
    enter(page, live, Role.OFFICER)
    draft_id = begin_import(tomllib.loads(LANZHOU.read_text(encoding="utf-8")), "staff:1")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/card_form.js*", hold)

    page.goto(f"{live.address}/policies/drafts/{draft_id}?card=rule-3", wait_until="commit")
    page.get_by_label("固定金额").last.fill("13")
    expect(page.locator("[data-words=pays]")).to_have_text("付 10.00 元")
    held.pop().continue_()

    expect(page.locator("[data-words=pays]")).to_have_text("付 13.00 元")
