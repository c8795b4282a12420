"""The real till, killed in the middle of its work: what it showed green is in the books, once."""

from contextlib import closing
from pathlib import Path

from flask import Flask
from playwright.sync_api import Playwright

from tests.faults.browser import Browser, KilledTill
from tests.faults.conftest import SetLunch
from tests.faults.lunch import Size

KILLS = 6
QUEUE = Size(elders=40, cuts=0, kills=0, crashes=0)


def test_six_browser_kills_lose_double_and_make_up_nothing(
    sqlite_lunch: SetLunch, sqlite_app: Flask, playwright: Playwright, tmp_path: Path
) -> None:
    lunch = sqlite_lunch("browser-1", QUEUE, is_ticking=False)
    wire = lunch.wires[0]
    browser = Browser(playwright, tmp_path / "profile", f"http://127.0.0.1:{wire.port}", sqlite_app)

    with closing(browser):
        outcome = lunch.run(lambda _here, _there: KilledTill(lunch, browser, wire).run(KILLS))

    assert not outcome.findings, outcome.says()
    assert outcome.counted["browsers killed"] == KILLS
    assert outcome.counted["records on the tablets"] >= KILLS
