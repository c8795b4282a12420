"""The screenshots in docs/pictures, taken of the demonstration: `make pictures`."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page

from canteen.config import ROOT
from canteen.demo.district import PASSWORD
from canteen.elders.models import Elder
from tests.browser.conftest import Live
from tests.factories import rows
from tests.stories.office import type_command

TARGET = ROOT / "docs" / "pictures"
LOOKED_AT = ROOT / "test-results" / "pictures"  # every page at every size, to look at
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
    page.goto(f"{address}/login")
    page.fill("[name=login]", "fuzeren")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    elder = rows(Elder)[7]
    pages = {
        "home": "/", "elders": "/elders", "elder": f"/elders/{elder.ref}", "card": f"/cards/{elder.ref}",
        "wallet": f"/wallets/{elder.ref}", "cards": "/cards", "menu": "/menu", "devices": "/devices", "funds": "/funds",
        "close-list": "/close", "close": "/close/2026-10?canteen=xingfuli", "review": "/review",
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


def _shoot(page: Page, address: str | None, name: str, folder: Path) -> None:
    for ending, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        if address:
            page.goto(address)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=folder / f"{name}{ending}.png")
