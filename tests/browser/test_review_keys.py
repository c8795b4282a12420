"""The review tray by keyboard: a digit on a line ticks it and chooses that decision of its own kind."""

from playwright.sync_api import Page, expect
from signing_in import PASSWORD, make_staff

from canteen.canteens.models import Workplace
from canteen.core.roles import Role
from canteen.db import transaction
from canteen.oversight.signals.services import look_for_signals
from tests.browser.conftest import Live
from tests.checkin.noon import make_noon
from tests.factories import TODAY, issue_card, make_elder


def test_digits_decide_and_the_next_case_opens(page: Page, live: Live) -> None:
    noon = make_noon(live.app.test_client())
    staff_id = make_staff(Role.MANAGER, "fuzeren")
    with transaction() as session:
        session.add(Workplace(staff_id=staff_id, canteen_id=noon.canteen_id))
    for name in ("王秀英", "李建国"):
        noon.serve(issue_card(make_elder(noon.canteen_id, name).id), decision="SERVED_ANYWAY")
    noon.serve(issue_card(make_elder(noon.canteen_id, "陈玉兰", closed_on=TODAY).id))
    look_for_signals()
    page.goto(live.address + "/login")
    page.fill("#login", "fuzeren")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.goto(live.address + "/review")

    page.focus("#case-signal-1")
    page.keyboard.press("1")
    expect(page.locator("#case-signal-1")).to_be_checked()
    expect(page.locator("input[value=valid]")).to_be_checked()
    page.focus("#case-outcome-1")
    page.keyboard.press("4")
    expect(page.locator("input[value=absorbed]")).to_be_checked()
    page.uncheck("#case-signal-1")
    page.fill("#reason", "说不清 4")
    page.click("main form[action='/review'] button.btn-primary")
    expect(page.locator("#case-outcome-1")).to_have_count(0)

    page.click(".what a >> text=先用餐，稍后核对")
    page.locator("main h1").click()
    page.keyboard.press("5")
    expect(page.locator("input[value=not-a-meal]")).to_be_focused()
    page.fill("#reason", "试扫")
    page.keyboard.press("Enter")
    expect(page.locator("main h1")).to_have_text("停用或去世登记后仍用餐")
