"""A cashier's hands for tests: a tablet that is enrolled through its page, a scanner gun, keys and buttons."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from canteen.devices import services as devices
from canteen.keys import key
from tests.browser.conftest import Live
from tests.conftest import NOON

PLAIN_KEYS = {"/": "Slash", ".": "Period", "-": "Minus"}


@dataclass(frozen=True, slots=True)
class Counter:
    """A till's page with the hands at it."""

    page: Page
    live: Live

    def shoot(self, text: str, gap_ms: int = 0, suffix: str = "Enter") -> None:
        """The gun reads a code: a burst of keys, then its suffix."""
        for character in text:
            self.page.keyboard.press(_key(character))
            if gap_ms:
                self.page.wait_for_timeout(gap_ms)
        if suffix:
            self.page.keyboard.press(suffix)

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


def open_counter(page: Page, live: Live, canteen_id: int) -> Counter:
    """Enrol the tablet with a code, as its manager would, and wait for the idle stage."""
    # The page's clock stands at the server's noon, else every scan would be minutes off.
    page.clock.set_fixed_time(NOON)
    page.goto(f"{live.address}/till")
    page.fill("#enrol-code", _code(canteen_id))
    page.fill("#enrol-name", "1 号窗口")
    page.get_by_role("button", name="授权并开始").click()
    counter = Counter(page, live)
    counter.sees("ready", "请刷卡")
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


def _code(canteen_id: int) -> str:
    return devices.make_code(canteen_id, key("devices"), "system:tests").code


def _key(character: str) -> str:
    if character == ":":
        return "Shift+Semicolon"
    if character in PLAIN_KEYS:
        return PLAIN_KEYS[character]
    return f"Digit{character}" if character.isdigit() else f"Key{character.upper()}"
