"""What a tablet remembers, for tests: its outbox, its day sheet, and the raw bytes on its disk."""

from typing import Any

from playwright.sync_api import Page

SHELF = """async (shelf) => {
  const { Store } = await import("/static/js/checkin/store.js");
  return (await Store.open()).all(shelf);
}"""


def unsent(page: Page) -> list[dict[str, Any]]:
    """The scans that the server has not answered."""
    return [row["scan"] for row in page.evaluate(SHELF, "outbox") if row["kept"] is None]


def letters(page: Page) -> list[dict[str, Any]]:
    """What else the server has to hear: cancellations, cash meals."""
    return list(page.evaluate(SHELF, "letters"))


def kept(page: Page) -> list[dict[str, Any]]:
    """The scans that are answered and wait for a backup."""
    return [row["scan"] for row in page.evaluate(SHELF, "outbox") if row["kept"] is not None]


def all_sent(page: Page) -> bool:
    """Wait until the server has answered for everything the tablet holds; whether it has."""
    for _ in range(150):
        if not unsent(page) and not letters(page):
            return True
        page.wait_for_timeout(100)
    return False


def knows_the_day(page: Page) -> None:
    """Wait until the tablet has its day sheet and its card hashes; from then on a test may look without a network."""
    page.wait_for_selector("body[data-knows]")
    page.evaluate("async () => { await import('/static/js/checkin/store.js'); }")
