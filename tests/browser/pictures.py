"""The screenshots in docs/pictures, taken of the demonstration: `make pictures`."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from canteen.config import ROOT
from canteen.demo.district import PASSWORD
from canteen.elders.models import Elder
from canteen.settlement.models import Statement
from canteen.settlement.rendering import render_one
from canteen.sponsors.agreements.models import Agreement, Naming
from tests.browser.conftest import Live
from tests.browser.proxy import CUT
from tests.browser.test_till_offline import Lunch, lunch, wire  # noqa: F401 - fixtures
from tests.factories import only, rows
from tests.stories.office import type_command

TARGET = ROOT / "docs" / "pictures"
LOOKED_AT = ROOT / "instance" / "pictures"  # every page at every size, to look at
SIZES = {"": (1280, 800), "-800": (800, 1280), "-360": (360, 740)}
ROSTER = ROOT / "tests" / "data" / "roster-plain" / "roster.xlsx"


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """A browser that has Chinese letters of its own, as every phone has: public pages bring none along."""
    fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    ours = ROOT / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
    fonts.write_text(
        "<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig>"
        f"<include ignore_missing='yes'>/etc/fonts/fonts.conf</include><dir>{ours}</dir></fontconfig>"
    )
    return {**browser_type_launch_args, "env": {**os.environ, "FONTCONFIG_FILE": str(fonts)}}


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


def test_sponsors(live: Live, page: Page, tmp_path: Path) -> None:
    said = type_command("demo", "--elders", "240", "--months", "2")
    assert said.exit_code == 0
    links = dict(line.split("  ") for line in said.messages.splitlines() if "  /" in line)
    address, agreement = live.address, f"{live.address}/agreements/{only(Agreement, number='示慈协2026-01').id}"
    _enter(page, address, "guanli")
    office = {
        "sponsors": f"{address}/sponsors", "agreement": agreement, "naming": f"{agreement}/namings/{only(Naming, object='canteen').id}",
        "gifts": f"{address}/funds/dekang/gifts", "notices": f"{address}/notices",
    }  # fmt: skip
    for name, path in office.items():
        _shoot(page, path, name, tmp_path)
    # A sponsor has no account: what follows is read by links.
    page.context.clear_cookies()
    page.goto(address + links["捐赠方查看页"])
    _shoot(page, f"{address}/s", "sponsor-page", tmp_path)
    named_day = only(Naming, object="day", name="德康大药房").id
    _shoot(page, f"{address}/s/days/{named_day}", "named-day", tmp_path)
    (tmp_path / "named-day-card.png").write_bytes(page.request.get(f"{address}/s/days/{named_day}.png").body())
    _shoot(page, f"{address}/thanks/dekang", "thanks", tmp_path)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(address + links["大屏"])
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)
    page.screenshot(path=tmp_path / "board.png")
    for name in ("sponsors", "agreement", "naming", "gifts", "sponsor-page", "thanks", "board", "named-day-card"):
        shutil.copy(tmp_path / f"{name}.png", TARGET)
    LOOKED_AT.mkdir(parents=True, exist_ok=True)
    for picture in tmp_path.glob("*.png"):
        shutil.copy(picture, LOOKED_AT)
    _papers(page, address)


def _papers(page: Page, address: str) -> None:
    """A month's statement, the notice and the wall as they are printed, page by page."""
    statement = only(Statement, number="DEKANG-2026-09-donor-v1")
    render_one(statement.id)
    _enter(page, address, "guanli")
    papers = {
        "statement": f"/statements/{statement.number}.pdf",
        "notice-poster": "/notices/2026-09/poster.pdf?canteen=dekang", "wall-poster": "/notices/wall.pdf?canteen=dekang",
    }  # fmt: skip
    for name, path in papers.items():
        answer = page.request.get(address + path)
        assert answer.ok, f"{path}: {answer.status}"
        _draw_pages(answer.body(), name)


def _draw_pages(pdf: bytes, name: str) -> None:
    """Each page as a small picture: statement-1.png, statement-2.png, …"""
    draw = ["pdftoppm", "-r", "60", "-png", "-", str(TARGET / name)]
    subprocess.run(draw, input=pdf, check=True)


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
