"""The screenshots in docs/pictures, taken of the demonstration: `make pictures`."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from canteen.config import ROOT
from canteen.demo.district import PASSWORD
from canteen.elders.models import Elder
from tests.browser.conftest import Live
from tests.browser.proxy import CUT
from tests.browser.test_till_offline import Lunch, lunch, wire  # noqa: F401 - fixtures
from tests.factories import rows
from tests.stories.office import type_command

TARGET = ROOT / "docs" / "pictures"
LOOKED_AT = ROOT / "instance" / "pictures"  # every page at every size, to look at
SIZES = {"": (1280, 800), "-800": (800, 1280), "-360": (360, 740)}
ROSTER = ROOT / "tests" / "data" / "roster-plain" / "roster.xlsx"


@pytest.fixture
def district(live: Live) -> Live:
    assert type_command("demo", "--elders", "60", "--months", "1").exit_code == 0
    return live


def test_pictures(district: Live, page: Page, tmp_path: Path) -> None:
    TARGET.mkdir(exist_ok=True)
    address = district.address
    _shoot(page, f"{address}/till?state=accept", "till", tmp_path)
    _shoot(page, f"{address}/till?state=already", "till-already", tmp_path)
    page.set_viewport_size({"width": 1280, "height": 800})
    _shoot(page, f"{address}/login", "login", tmp_path)
    _enter(page, address, "fuzeren")
    elder = rows(Elder)[7]
    pages = {
        "home": "/", "elders": "/elders", "elder": f"/elders/{elder.ref}", "card": f"/cards/{elder.ref}",
        "wallet": f"/wallets/{elder.ref}", "cards": "/cards", "menu": "/menu", "devices": "/devices", "funds": "/funds",
        "close-list": "/close", "close": "/close/2026-10?canteen=xingfuli", "review": "/review",
        "day": "/days/2026-11-19", "slips": "/slips", "visits": "/visits", "certificate": "/certificate",
        "elder-new": "/elders/new", "import": "/elders/import",
    }  # fmt: skip
    for name, path in pages.items():
        _shoot(page, address + path, name, tmp_path)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{address}/elders/import")
    page.set_input_files("input[type=file]", str(ROSTER))
    page.locator("form:has(input[type=file]) button[type=submit]").click()
    _shoot(page, None, "elders-import", tmp_path)
    for name in ("till", "elders-import", "elder", "close"):
        shutil.copy(tmp_path / f"{name}.png", TARGET / f"{name}.png")
    LOOKED_AT.mkdir(parents=True, exist_ok=True)
    for picture in tmp_path.glob("*.png"):
        shutil.copy(picture, LOOKED_AT)
    assert {path.name for path in TARGET.glob("*.png")} >= {
        "till.png",
        "elders-import.png",
        "elder.png",
        "close.png",
    }


def test_policies(district: Live, page: Page, tmp_path: Path) -> None:
    address = district.address
    _enter(page, address, "fuhe")
    _shoot(page, f"{address}/policies", "policies", tmp_path)
    _shoot(page, f"{address}/policies/demo-district", "policy-history", tmp_path)
    _shoot(page, f"{address}/policies/vocabulary/working-days", "working-days", tmp_path)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{address}/policies/drafts/1/review")
    _shoot(page, None, "policy-review", tmp_path)
    page.get_by_role("button", name="试算", exact=True).click()
    expect(page.locator(".trial-sentence")).to_be_visible()
    _shoot(page, None, "policy-trial", tmp_path)
    page.goto(f"{address}/policies")
    page.get_by_role("button", name="复制为新版本").click()
    draft = page.url.split("?")[0].split("#")[0]
    _shoot(page, f"{draft}?card=rule-1#rule-1", "policy-editor", tmp_path)
    _shoot(page, f"{address}/meals/700/why", "why", tmp_path)
    for path in ("", "/policy"):
        _shoot(page, f"{address}/c/xingfuli{path}", f"canteen{path.replace('/', '-')}", tmp_path)
    for name in ("policies", "policy-editor", "policy-trial", "why"):
        shutil.copy(tmp_path / f"{name}.png", TARGET / f"{name}.png")
    LOOKED_AT.mkdir(parents=True, exist_ok=True)
    for picture in tmp_path.glob("*.png"):
        shutil.copy(picture, LOOKED_AT)


def test_four_frames_of_a_lunch_with_a_network_cut(lunch: Lunch) -> None:  # noqa: F811 - the fixture
    page, counter = lunch.page, lunch.counter
    page.set_viewport_size({"width": 1280, "height": 800})
    lunch.shoot(0)
    counter.sees("accept", "余额")
    _frame(page, 1)
    lunch.wire.go(CUT)
    for at in (1, 2, 3):
        lunch.shoot(at)
        counter.sees("accept", "离线已记")
    _frame(page, 2)
    counter.shoot("0" * 17)
    counter.sees("stop", "系统里没有这张卡")
    _frame(page, 3)
    lunch.back_online()
    expect(page.locator(".banner")).to_contain_text("都上传好了")
    lunch.shoot(4)
    counter.sees("accept", "余额")
    _frame(page, 4)


def _enter(page: Page, address: str, login: str) -> None:
    page.goto(f"{address}/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")


def _frame(page: Page, number: int) -> None:
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)  # the answer's one fade
    page.screenshot(path=TARGET / f"lunch-{number}.png")


def _shoot(page: Page, address: str | None, name: str, folder: Path) -> None:
    for ending, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        if address:
            page.goto(address)
        page.evaluate("document.fonts.ready")
        page.evaluate("document.querySelector(location.hash || 'body').scrollIntoView({ behavior: 'instant' })")
        page.wait_for_timeout(300)
        page.screenshot(path=folder / f"{name}{ending}.png")
