"""The menu pages and the card's page in a real browser: whole, legible, open to all, and small enough for 3G."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page

from canteen.canteens.models import Canteen
from canteen.cards.family import renew_family_code
from canteen.core.roles import Role
from canteen.db import transaction
from canteen.keys import key
from tests.browser import axe
from tests.browser.conftest import Live
from tests.factories import TODAY, issue_card, make_canteen, make_elder, publish_menu, top_up
from tests.signing_in import PASSWORD, make_staff

LANGUAGES = ("zh", "en")
MOST_BYTES = 60_000
MONDAY = date(2026, 11, 16)
DISHES = "红烧带鱼\n宫保鸡丁\n番茄炒蛋\n清炒菠菜\n紫菜蛋花汤\n杂粮米饭"


def a_week(name: str = "新城街道幸福里社区老年助餐服务中心") -> int:
    canteen_id = make_canteen(name=name)
    with transaction() as session:
        session.get_one(Canteen, canteen_id).phone = "0931-8461234"
    for number in range(5):
        publish_menu(canteen_id, DISHES, 1500, on=MONDAY + timedelta(days=number))
    return canteen_id


def a_card(canteen_id: int) -> tuple[str, str]:
    elder = make_elder(canteen_id, "阿卜杜热西提·吾买尔", diet="软食、低盐")
    token = issue_card(elder.id)
    top_up(elder.id, 3250, canteen_id)
    return token, renew_family_code(elder.id, key("family-codes"), "system:tests")


def faults(page: Page, least_px: int) -> list[object]:
    found: list[object] = list(axe.violations(page))
    found += axe.small_type(page, least_px)
    found += axe.small_targets(page, 44)
    return found + (["too wide"] if axe.wide(page) else [])


def prepare(page: Page, live: Live, window: tuple[int, int], language: str) -> None:
    page.set_viewport_size({"width": window[0], "height": window[1]})
    page.context.add_cookies([{"name": "canteen_language", "value": language, "url": live.address}])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("window", axe.WINDOWS, ids=lambda window: f"{window[0]}x{window[1]}")
def test_the_cards_page_is_open_to_all(
    page: Page, live: Live, complaints: list[str], window: tuple[int, int], language: str
) -> None:
    token, code = a_card(a_week())
    prepare(page, live, window, language)

    page.goto(f"{live.address}/K/{token}")
    assert page.url == f"{live.address}/card"
    assert faults(page, 20) == []

    page.fill("#code", code)
    page.locator("form button").first.click()
    page.wait_for_selector(".sums")
    assert faults(page, 20) == []

    page.goto(f"{live.address}/card?size=c")
    assert faults(page, 20) == []
    assert complaints == []


def test_the_cards_page_loads_in_sixty_kilobytes(page: Page, live: Live) -> None:
    token, _code = a_card(a_week())
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())) if answer.status == 200 else None)

    page.goto(f"{live.address}/K/{token}", wait_until="networkidle")

    assert 0 < sum(sizes) <= MOST_BYTES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("window", axe.WINDOWS, ids=lambda window: f"{window[0]}x{window[1]}")
def test_the_menu_pages_are_open_to_all(
    page: Page, live: Live, complaints: list[str], window: tuple[int, int], language: str
) -> None:
    canteen_id = a_week()
    make_canteen("nanmen", name="南门社区食堂")
    publish_menu(canteen_id, "还没发布的菜", on=MONDAY + timedelta(days=5), published=False)
    make_staff(Role.ADMINISTRATOR, "wang")
    prepare(page, live, window, language)
    page.goto(f"{live.address}/login")
    page.fill("[name=login]", "wang")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live.address}/")

    for path in ("/menu", f"/menu/{TODAY}", f"/menu/{TODAY}?from={MONDAY}", f"/menu/{MONDAY}"):
        page.goto(live.address + path)
        assert (path, faults(page, 16)) == (path, [])
    assert complaints == []
