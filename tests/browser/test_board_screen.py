"""The board on a television and in smaller windows: whole, large, open to all; it looks again by itself."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from canteen.core.roles import Role
from canteen.db import transaction
from canteen.menus.models import Menu
from canteen.noticeboard.board.services import make_link, revoke_link
from canteen.sponsors.agreements.naming import Leave, Wish, give_naming
from canteen.sponsors.agreements.services import allot
from tests.browser import axe
from tests.browser.conftest import Live
from tests.browser.test_office_pages import enter
from tests.browser.test_office_pages import faults as office_faults
from tests.factories import bind_programme, make_canteen, make_fund, programme, publish_menu
from tests.sponsors.agreed import make_agreement, make_sponsor

LONG = "江门市新会区维达纸业慈善基金会与万胜皮制品厂爱心联盟"  # 26 characters
DISHES = ("红烧带鱼", "宫保鸡丁", "番茄炒蛋", "清炒菠菜", "香菇青菜", "紫菜蛋花汤", "杂粮米饭", "时令水果")
RULES = [
    {"id": f"from-{age}", "title": f"{age}岁起", "payer": "government", "group": "tier",
     "when": {"age": {"from": age, "to": age + 9}}, "pays": {"fixed": pays}}
    for age, pays in ((60, "3.00"), (70, "6.00"), (80, "9.00"))
]  # fmt: skip
GIFT = {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "aixin", "pays": {"fixed": "1.00"}}
WINDOWS = ((1920, 1080), *axe.WINDOWS)
LEAST_PX = {1920: 36, 1280: 24, 800: 24, 360: 20}


def a_board() -> tuple[int, str]:
    """A board with the longest of everything: a place's name, two names, eight dishes on two pages."""
    canteen_id = make_canteen(name="新城街道幸福里社区老年助餐服务中心")
    bind_programme(canteen_id, programme([*RULES, GIFT]))
    make_fund("aixin", 100_000, sponsor="上海市浦东新区某某街道爱心企业联合会慈善基金会敬老会")
    agreed = make_agreement(make_sponsor("维达纸业有限公司", LONG))
    wish = Wish("canteen", LONG, date(2026, 11, 1), date(2027, 10, 31), canteen_id)
    give_naming(agreed, wish, Leave("村委会", date(2026, 10, 30)), None, "system:tests")
    make_fund("weida", 100_000, sponsor="维达纸业有限公司")
    allot(agreed, "weida", 100_000, "system:tests")
    publish_menu(canteen_id, "\n".join(DISHES), 1500)
    return canteen_id, make_link(canteen_id, "system:tests")


@pytest.mark.parametrize(("language", "theme"), [("zh", "dark"), ("en", "light")])
def test_the_board_is_whole_large_and_open_to_all(
    page: Page, live: Live, complaints: list[str], language: str, theme: str
) -> None:
    _canteen_id, token = a_board()
    faults = []

    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{live.address}/board/{token}?lang={language}&theme={theme}")
        page.evaluate("() => document.fonts.ready")
        found = axe.violations(page) + axe.small_type(page, LEAST_PX[width]) + ["wide"] * axe.wide(page)
        found += ["high"] * (width > 800 and page.evaluate("() => document.documentElement.scrollHeight > innerHeight"))
        faults += [(width, fault) for fault in found]
        assert LONG in page.inner_text("h1") and page.title()

    enter(page, live, Role.ADMINISTRATOR, language)
    page.goto(f"{live.address}/canteens/beimen/board")
    page.locator("form.act .btn-outline-primary").click()
    expect(page.locator(".board-address")).to_be_visible()
    faults += office_faults(page)

    assert faults == []
    assert complaints == []


def test_the_board_turns_its_pages_looks_again_and_keeps_what_it_had(page: Page, live: Live) -> None:
    canteen_id, token = a_board()
    page.clock.install()
    page.goto(f"{live.address}/board/{token}")
    screen = page.locator(".screen")
    expect(screen.get_by_text("红烧带鱼")).to_be_visible()

    page.clock.run_for(16_000)
    expect(screen.get_by_text("时令水果")).to_be_visible()
    with transaction() as session:
        session.query(Menu).one().dishes = "小米粥"
    page.clock.run_for(60_000)
    expect(screen.get_by_text("小米粥")).to_be_visible()
    page.route("**/board/*", lambda route: route.abort())
    page.clock.run_for(60_000)
    expect(screen.get_by_text("没有网络，这是 12:00 的内容")).to_be_visible()
    expect(screen.get_by_text("小米粥")).to_be_visible()
    page.unroute("**/board/*")
    revoke_link(canteen_id, "system:tests")
    page.clock.run_for(60_000)
    expect(screen.get_by_text("大屏打不开")).to_be_visible()


def test_nothing_turns_where_nothing_may_move(page: Page, live: Live) -> None:
    _canteen_id, token = a_board()
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{live.address}/board/{token}")

    for dish in DISHES:
        expect(page.get_by_text(dish)).to_be_visible()
