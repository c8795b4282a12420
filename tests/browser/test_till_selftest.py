"""A tablet's first minutes: the manager's code from the address, the gun or the camera, then five steps with ticks."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.camera_pictures import CAMERA, address, on_the_table
from tests.browser.conftest import Live
from tests.browser.till_hands import Counter, enrolment_code, open_counter
from tests.factories import make_canteen

SENT = "CANTEEN:TEST/0123456789-XYZ"
KEPT = """async () => {
  const { Store } = await import(new URL("store.js", document.querySelector("script[type=module]").src).href);
  return (await Store.open()).get("settings", "self-test");
}"""


def has_code(page: Page, code: str) -> None:
    expect(page.locator("#enrol-code")).to_have_value(f"{code[:4]} {code[4:]}")
    expect(page.locator("#enrol-name")).to_be_focused()


def ticked(page: Page, step: str, state: str = "ok") -> None:
    expect(page.locator(f'.selftest-overview [data-state="{state}"]', has_text=step)).to_be_visible()


def begin_self_test(page: Page) -> None:
    page.locator('[data-nav="more"]').click()
    page.get_by_role("button", name="平板自检", exact=True).click()


def test_the_code_in_the_address_is_taken_and_leaves_it_at_once(page: Page, live: Live) -> None:
    code = enrolment_code(make_canteen())

    page.goto(f"{live.address}/till#code={code}")

    has_code(page, code)
    assert "#" not in page.url
    page.keyboard.type("1 号窗口")
    page.keyboard.press("Enter")
    expect(page.locator('[data-part="counter"]')).to_be_visible()
    expect(page.get_by_role("heading", name="平板自检")).to_be_visible()


def test_the_code_is_read_by_the_gun_and_by_the_camera(page: Page, live: Live) -> None:
    first, second = enrolment_code(make_canteen()), enrolment_code(make_canteen("ximen", name="西门社区食堂"))
    page.add_init_script(f"({CAMERA})()")
    page.goto(f"{live.address}/till")
    hands = Counter(page, live)

    hands.shoot("https://shitang.cn/menu")
    expect(page.locator("#enrol-fault")).to_contain_text("这不是授权码")
    hands.shoot(f"https://shitang.cn/till#code={first}".upper())
    has_code(page, first)

    hands.tap("用摄像头扫码")
    expect(page.locator(".enrol-video")).to_be_visible()
    page.evaluate("(address) => window.showPicture(address)", address(on_the_table(f"https://shitang.cn/till#code={second}")))
    has_code(page, second)
    expect(page.locator(".enrol-video")).to_be_hidden()
    assert page.evaluate("() => window.told.open") == 0


def test_the_self_test_goes_through_five_steps_and_keeps_what_it_found(page: Page, live: Live) -> None:
    page.add_init_script(f"({CAMERA})()")
    counter = open_counter(page, live, make_canteen())
    begin_self_test(page)

    expect(page.locator(".selftest-verdict")).to_contain_text("能存")
    page.locator(".selftest-step .buttons button").last.click()
    page.evaluate("(address) => window.showPicture(address)", address(on_the_table("https://shitang.cn/any")))
    ticked(page, "摄像头")
    counter.tap("下一步")
    counter.shoot(SENT)
    expect(page.locator(".cell")).to_have_count(len(SENT))
    ticked(page, "扫码枪")
    counter.tap("下一步")
    counter.tap("放一声")
    counter.tap("没听到")
    ticked(page, "声音", "bad")
    expect(page.locator(".selftest-verdict")).to_contain_text("媒体音量")
    counter.tap("听到了")
    counter.tap("下一步")
    expect(page.locator(".selftest-step")).to_contain_text("网络还连着")
    page.route("**/api/**", lambda route: route.abort())
    expect(page.locator(".selftest-step")).to_contain_text("网络断了。")
    counter.shoot(SENT)
    ticked(page, "离线")
    counter.tap("下一步")

    expect(page.locator(".home-screen")).to_contain_text("添加到主屏幕")
    counter.tap("好了")
    kept: dict[str, Any] = page.evaluate(KEPT)
    assert {name: kept[name] for name in ("camera", "gun", "sound", "offline")} == dict.fromkeys(
        ("camera", "gun", "sound", "offline"), True
    )
    assert isinstance(kept["storage"], bool)


def test_a_gun_behind_a_chinese_input_method_is_shown_what_arrived_and_what_to_change(page: Page, live: Live) -> None:
    counter = open_counter(page, live, make_canteen())

    page.keyboard.insert_text("餐厅：测试、零一二三")
    counter.sees("stop", "扫码枪送来了中文")
    counter.tap("扫码枪自检")
    page.keyboard.insert_text("餐厅：测试、零一二三")

    ticked(page, "扫码枪", "bad")
    expect(page.locator(".selftest .advice")).to_contain_text("按一下 Shift 切成英文输入法")
    counter.shoot(SENT[:-4], suffix="")
    expect(page.locator(".selftest .advice")).to_contain_text("少了字符")
    counter.shoot(SENT)
    ticked(page, "扫码枪")
    counter.tap("返回刷卡")
    counter.shoot("6901234567892")
    counter.sees("stop", "这不是就餐卡")
