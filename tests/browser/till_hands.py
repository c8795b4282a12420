"""A cashier's hands for tests: a tablet that is enrolled through its page, a scanner gun, keys and buttons."""

import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from canteen.devices import services as devices
from canteen.keys import key
from tests.browser.conftest import Live
from tests.conftest import NOON

SIGNS = {"/": "Slash", ".": "Period", "-": "Minus", ":": "Semicolon", "=": "Equal", "#": "Digit3"}
SUFFIXES: dict[str, dict[str, Any]] = {
    "Enter": {"key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13},
    "Tab": {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9},
}


@dataclass(frozen=True, slots=True)
class Counter:
    """A till's page with the hands at it."""

    page: Page
    live: Live

    def shoot(self, text: str, gap_ms: int = 5, suffix: str = "Enter", pause_ms: int = 5) -> None:
        """The gun reads a code: a burst of keys, then its suffix, at a pace that no busy machine changes."""
        console = self.page.context.new_cdp_session(self.page)
        begins = time.time()
        strokes = [(_stroke(character), at * gap_ms) for at, character in enumerate(text)]
        if suffix:
            strokes.append((SUFFIXES[suffix], strokes[-1][1] + pause_ms))
        for stroke, at_ms in strokes:
            event = {**stroke, "timestamp": begins + at_ms / 1000}
            console.send("Input.dispatchKeyEvent", {"type": "keyDown", **event})
            console.send("Input.dispatchKeyEvent", {"type": "keyUp", **event, "text": ""})
        console.detach()

    def sees(self, kind: str, text: str = "") -> None:
        """The stage shows this kind of answer, with this text in it."""
        expect(self.page.locator(f'.stage[data-kind="{kind}"]')).to_be_visible()
        if text:
            expect(self.page.locator(".stage-text")).to_contain_text(text)

    def tap(self, label: str) -> None:
        """Tap a button by its words."""
        self.page.get_by_role("button", name=label, exact=True).click()

    def tap_twice(self, action: str) -> None:
        """Tap a button of the stage, wait as long as it wants, tap again."""
        button = self.page.locator(f'[data-action="{action}"]')
        button.click()
        self.page.wait_for_timeout(600)
        button.click()


def open_counter(
    page: Page, live: Live, canteen_id: int, is_watched: bool = False, greeting: str = "请刷卡"
) -> Counter:
    """Enrol the tablet with a code, as its manager would, put the self-test off, and wait for the idle stage.

    Where a camera watches, a card in view would put the self-test off by itself: the page is opened anew.
    """
    # The page's clock stands at the server's noon, else every scan would be minutes off.
    page.clock.set_fixed_time(NOON)
    page.goto(f"{live.address}/till")
    page.fill("#enrol-code", enrolment_code(canteen_id))
    page.fill("#enrol-name", "1 号窗口")
    page.get_by_role("button", name="授权并开始").click()
    counter = Counter(page, live)
    if is_watched:
        expect(page.locator('[data-part="counter"]')).to_be_visible()
        page.reload()
    else:
        page.locator('[data-part="sheet-close"]').click()
        counter.sees("ready", greeting)
    expect(page.locator('[data-part="canteen"]')).to_have_text("北门社区食堂")
    return counter


def stored(page: Page) -> list[dict[str, Any]]:
    """The scans that lie in the tablet's outbox."""
    return list(
        page.evaluate(
            """async () => {
              const { Store } = await import("/static/js/checkin/store.js");
              return (await Store.open()).all("outbox");
            }"""
        )
    )


def enrolment_code(canteen_id: int) -> str:
    """A fresh code, as the manager's page would show it."""
    return devices.make_code(canteen_id, key("devices"), "system:tests").code


def _stroke(character: str) -> dict[str, Any]:
    name = SIGNS.get(character) or ("Digit" if character.isdigit() else "Key") + character.upper()
    return {"key": character, "code": name, "text": character}
