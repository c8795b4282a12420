"""The screen that faces the diners: large, whole, open to all, in every state."""

import pytest
from playwright.sync_api import Page

from tests.browser import axe
from tests.browser.conftest import Live

STATES = ("closed", "ready", "ready-long", "accept", "accept-amount", "accept-long", "again", "stop", "unclear")
LOOK = """() => {
  const field = document.querySelector(".display-field");
  const size = (each) => each ? parseFloat(getComputedStyle(each).fontSize) : 999;
  return [
    field.scrollHeight <= field.clientHeight + 1 && field.scrollWidth <= field.clientWidth + 1,
    Math.min(...[".display-verdict", ".display-called", ".display-pay"].map((each) => size(field.querySelector(each)))),
  ];
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("window", axe.WINDOWS, ids=lambda window: f"{window[0]}x{window[1]}")
def test_the_diners_screen_is_whole_large_and_open_to_all(
    page: Page, live: Live, complaints: list[str], window: tuple[int, int], language: str
) -> None:
    page.set_viewport_size({"width": window[0], "height": window[1]})
    page.context.add_cookies([{"name": "canteen_language", "value": language, "url": live.address}])
    # On a phone the longest names shrink a step so that nothing is cut.
    least_px = 60 if window[0] <= 700 else 96
    faults = []

    for state in STATES:
        page.goto(f"{live.address}/till/display?state={state}")
        page.wait_for_selector(f'[data-shown="{state}"]')
        page.evaluate("() => document.fonts.ready")
        is_whole, smallest_px = page.evaluate(LOOK)
        found = axe.violations(page) + axe.small_type(page, 18 if window[0] <= 700 else 24)
        faults += [(state, fault) for fault in found]
        faults += [(state, smallest_px)] if not is_whole or smallest_px < least_px else []

    assert faults == []
    assert complaints == []
