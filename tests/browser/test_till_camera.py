"""The camera at the counter: what it reads, what it says when it cannot, and that one card is one meal."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect
from sqlalchemy import func, select

from canteen.checkin.models import Meal
from canteen.core.token import check_character
from canteen.db import reading
from tests.browser.camera_pictures import CAMERA, Looks, address, film, seen
from tests.browser.conftest import CHROMIUM, Live
from tests.browser.till_hands import Counter, open_counter
from tests.factories import bind_programme, four_yuan, issue_card, make_canteen, make_elder, publish_menu

BODY = "26VW0XBARFEZWPGG"
TOKEN = BODY + check_character(BODY)
OTHER_BODY = "0123456789ABCDEF"
OTHER = OTHER_BODY + check_character(OTHER_BODY)
FAKE_CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]

HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
MODULE = "(name) => import(new URL(name, document.querySelector('script[type=module]').src).href)"


def of(token: str) -> str:
    return f"HTTPS://SHITANG.CN/K/{token}"


@pytest.fixture
def canteen_id() -> int:
    canteen_id = make_canteen()
    bind_programme(canteen_id, four_yuan())
    publish_menu(canteen_id, "红烧带鱼", 1500)
    return canteen_id


def a_card(canteen_id: int, name: str) -> str:
    return issue_card(make_elder(canteen_id, name, balance_fen=3250).id)


def meals() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Meal)) or 0


def eye_is(page: Page, state: str) -> None:
    expect(page.locator(f'.reader[data-eye="{state}"]')).to_be_visible()


def hint_is(page: Page, hint: str) -> None:
    expect(page.locator(f'.reader[data-hint="{hint}"]')).to_be_visible()


@pytest.fixture
def filmed(playwright: Playwright, live: Live, canteen_id: int, tmp_path: Path) -> Iterator[Callable[..., Counter]]:
    """A counter whose browser has Chromium's own fake camera, showing a film of one picture."""
    browsers = []

    def start(looks: Looks, *tokens: str) -> Counter:
        path = film(tmp_path / "card.mjpeg", seen(looks, *map(of, tokens)))
        args = ["--no-sandbox", "--disable-dev-shm-usage", *FAKE_CAMERA, f"--use-file-for-fake-video-capture={path}"]
        browsers.append(playwright.chromium.launch(executable_path=CHROMIUM, args=args))
        return open_counter(browsers[-1].new_page(locale="zh-CN"), live, canteen_id, is_watched=True)

    yield start
    for browser in browsers:
        browser.close()


def test_a_clear_card_is_served(filmed: Callable[..., Counter], canteen_id: int) -> None:
    counter = filmed("clear", a_card(canteen_id, "欧阳秀英"))

    counter.sees("accept", "欧阳秀英")
    expect(counter.page.locator(".reader-place")).not_to_be_empty()
    assert meals() == 1


def test_a_blurred_card_is_asked_for_again(filmed: Callable[..., Counter], canteen_id: int) -> None:
    counter = filmed("blurred", a_card(canteen_id, "欧阳秀英"))

    counter.sees("unclear", "请把卡放平")
    assert meals() == 0


def test_in_the_dark_the_till_asks_for_light(filmed: Callable[..., Counter], canteen_id: int) -> None:
    counter = filmed("dark", a_card(canteen_id, "欧阳秀英"))

    counter.sees("unclear", "光线太暗")
    hint_is(counter.page, "dark")


def test_a_bare_table_is_no_card(filmed: Callable[..., Counter]) -> None:
    counter = filmed("none")

    eye_is(counter.page, "open")
    counter.page.wait_for_timeout(2500)
    counter.sees("ready", "请刷卡")
    hint_is(counter.page, "")


def test_of_two_cards_in_view_none_is_taken(filmed: Callable[..., Counter], canteen_id: int) -> None:
    counter = filmed("two", a_card(canteen_id, "欧阳秀英"), a_card(canteen_id, "赵德福"))

    hint_is(counter.page, "two")
    counter.sees("ready", "请刷卡")
    assert meals() == 0


@pytest.fixture
def watched(page: Page, live: Live, canteen_id: int, complaints: list[str]) -> Iterator[Counter]:
    """A counter with a camera that shows what it is told to; the strict policy of the page forbids nothing of it."""
    page.add_init_script(f"({CAMERA})()")
    counter = open_counter(page, live, canteen_id, is_watched=True)
    eye_is(page, "open")
    yield counter
    assert complaints == []


def show(page: Page, *texts: str, looks: Looks = "clear") -> None:
    page.evaluate("(address) => window.showPicture(address)", address(seen(looks, *texts)))


def test_one_card_after_the_other_is_one_meal_each(watched: Counter, page: Page, canteen_id: int) -> None:
    cards = [(a_card(canteen_id, name), name) for name in ("欧阳秀英", "赵德福", "李建国")]

    for token, name in cards:
        show(page, of(token))
        watched.sees("accept", name)
    show(page, of(cards[2][0]), "https://example.com/menu")
    page.wait_for_timeout(1500)

    assert meals() == 3
    watched.sees("accept", "李建国")


def test_what_is_no_card_is_named_and_a_card_beside_it_is_taken(
    watched: Counter, page: Page, canteen_id: int
) -> None:
    token = a_card(canteen_id, "欧阳秀英")

    show(page, "134567890123456789")
    watched.sees("stop", "这是付款码")
    show(page, "https://example.com/menu")
    watched.sees("stop", "这不是就餐卡")
    show(page, "https://example.com/menu", of(token))
    watched.sees("accept", "欧阳秀英")


def test_the_light_is_offered_in_the_dark_and_goes_on(watched: Counter, page: Page) -> None:
    show(page, of(TOKEN), looks="dark")
    hint_is(page, "dark")

    page.locator(".reader-torch").click()

    expect(page.locator(".reader-torch")).to_have_text("关掉补光")
    assert page.evaluate("() => window.told.torch") == [True]


def test_the_camera_rests_while_nobody_sees_the_page(watched: Counter, page: Page) -> None:
    page.evaluate(HIDE, True)
    eye_is(page, "starting")
    assert page.evaluate("() => window.told.open") == 0

    page.evaluate(HIDE, False)

    eye_is(page, "open")
    assert page.evaluate("() => window.told.open") == 1


def test_a_camera_taken_by_another_app_is_said_and_comes_back(watched: Counter, page: Page) -> None:
    page.evaluate("() => { window.told.fails = 'NotReadableError'; window.told.stream.getTracks()[0].dispatchEvent(new Event('ended')); }")
    watched.sees("stop", "摄像头打不开")
    eye_is(page, "busy")
    page.get_by_role("button", name="怎么打开").first.click()
    expect(page.locator(".sheet .advice")).to_contain_text("关掉别的用摄像头的程序")

    page.evaluate("() => { window.told.fails = ''; }")

    expect(page.locator('.reader[data-eye="open"]')).to_be_visible(timeout=15000)


def test_whoever_has_only_a_gun_says_so_and_the_tablet_remembers(watched: Counter, page: Page) -> None:
    watched.tap("更多")
    watched.tap("读卡方式")
    watched.tap("只用扫码枪")
    eye_is(page, "gun")
    assert page.evaluate("() => window.told.open") == 0

    page.reload()

    expect(page.locator(".reader")).to_contain_text("扫码枪已就绪")
    eye_is(page, "gun")
    assert page.evaluate("() => window.told.open") == 0


def test_the_same_card_for_twenty_seconds_is_one_presentation(page: Page, live: Live) -> None:
    page.goto(f"{live.address}/till?state=ready")
    page.wait_for_selector("[data-shown]")

    def given(scene: list[tuple[float, float, list[str]]]) -> Any:
        """Ten pictures a second from one second to another, with these codes in view."""
        return page.evaluate(
            """async (scene) => {
              const { Sight } = await import("/static/js/checkin/sight.js");
              const light = { luma: 140, isTextured: false, grid: new Uint8Array(8100) };
              const given = [];
              let hints = "";
              const sight = new Sight({ onCode: (text) => given.push(text), onHint: (hint) => { hints += hint + " "; } });
              for (const [from, until, texts] of scene) {
                for (let at = from * 1000; at < until * 1000; at += 100) sight.see({ texts, isDamaged: false, light }, at);
              }
              return { given, hints: hints.trim() };
            }""",
            scene,
        )

    assert given([(0, 20, [TOKEN])])["given"] == [TOKEN]
    assert given([(0, 5, [TOKEN]), (5, 5.9, []), (5.9, 9, [TOKEN])])["given"] == [TOKEN]
    assert given([(0, 5, [TOKEN]), (5, 6.2, []), (6.2, 9, [TOKEN])])["given"] == [TOKEN, TOKEN]
    # A camera that stands still for a while shows nothing and takes nothing away.
    assert given([(0, 5, [TOKEN]), (5, 5.1, []), (25, 25.5, [TOKEN])])["given"] == [TOKEN]
    # Two cards: none, until one of them goes; the one that was served before stays served.
    two = given([(0, 3, [TOKEN, OTHER]), (3, 6, [OTHER])])
    assert (two["given"], two["hints"]) == ([OTHER], "two")
    assert given([(0, 3, [TOKEN]), (3, 6, [TOKEN, OTHER]), (6, 9, [TOKEN])])["given"] == [TOKEN]
    assert given([(0, 3, [TOKEN, "https://example.com"])])["given"] == [TOKEN]
    # What carries no check character counts at the second equal read.
    assert given([(0, 0.1, ["https://example.com"]), (0.1, 3, [])])["given"] == []
    assert given([(0, 0.2, ["https://example.com"])])["given"] == ["https://example.com"]


def test_the_screen_stays_on_while_a_shift_is_open(page: Page, live: Live) -> None:
    page.goto(f"{live.address}/till?state=ready")
    page.wait_for_selector("[data-shown]")

    locks = page.evaluate(
        """async () => {
          const { Awake } = await import("/static/js/checkin/awake.js");
          const { Bus } = await import("/static/js/checkin/bus.js");
          const locks = [];
          Object.defineProperty(navigator, "wakeLock", { value: { request: async (kind) => {
            locks.push(kind);
            return { released: false, release: async () => { locks.push("released"); } };
          } } });
          const bus = new Bus();
          new Awake(bus).begin();
          for (const shift of [null, { shift_id: "s1" }, { shift_id: "s1" }, null]) {
            bus.tell("shift", shift);
            await new Promise((go) => setTimeout(go));
          }
          return locks;
        }"""
    )

    assert locks == ["screen", "released"]
