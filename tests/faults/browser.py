"""The real till page in a real browser that is killed with SIGKILL in the middle of its work, and opened again."""

import os
import random
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from flask import Flask
from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

from tests.browser.conftest import CHROMIUM, Live
from tests.browser.till_hands import Counter, open_counter
from tests.browser.till_memory import SHELF, all_sent, knows_the_day
from tests.conftest import NOON
from tests.faults.accounting import Till
from tests.faults.holdings import Record, Seen, Shown
from tests.faults.lunch import Lunch
from tests.faults.scene import Diner
from tests.faults.wire import Wire

WAYS = (
    "plain", "plain", "half-open", "cut-before", "reset-after-request", "late-answer", "truncate-answer",
    "repeat-request", "kill:after-slot", "kill:before-answer",
)  # fmt: skip
PATIENT = 3
WAITS_MS = (0, 0, 30, 200, 600, 1500)
"""How long after a card the browser has before the next card, or its death."""


class Browser:
    """One tablet's browser with its profile on the disk."""

    def __init__(self, playwright: Playwright, folder: Path, address: str, app: Flask) -> None:
        self.playwright = playwright
        self.folder = folder
        self.live = Live(app, address)
        self.context: BrowserContext | None = None

    def launch(self) -> Page:
        """The browser as the tablet starts it; its clock stands at the lunch's noon."""
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = self.context.pages[0]
        page.clock.set_fixed_time(NOON)
        return page

    def open(self) -> Counter:
        """Launch it and open the till, which goes on from what lies on the disk."""
        page = self.launch()
        page.goto(f"{self.live.address}/till")
        counter = Counter(page, self.live)
        expect(page.locator('[data-part="counter"]')).to_be_visible()
        counter.sees("ready")
        return counter

    def kill(self) -> None:
        """SIGKILL for every process of it."""
        named = f"--user-data-dir={self.folder}"
        for process in psutil.process_iter(["cmdline"]):
            if named in (process.info["cmdline"] or ()):
                doomed = [process, *process.children(recursive=True)]
                for one in doomed:
                    with suppress(ProcessLookupError):
                        os.kill(one.pid, signal.SIGKILL)
                psutil.wait_procs(doomed, timeout=10)
        self.close()

    def close(self) -> None:
        """Let go of it."""
        if self.context is not None:
            with suppress(Error):
                self.context.close()
            self.context = None


class KilledTill:
    """A lunch at a till whose browser is killed again and again."""

    def __init__(self, lunch: Lunch, browser: Browser, wire: Wire) -> None:
        self.lunch = lunch
        self.browser = browser
        self.wire = wire
        self.random = random.Random(f"{lunch.seed}:browser")
        self.forms: dict[str, list[Record]] = {}
        self.seen = Seen()
        self.green: set[str] = set()
        self.queue = list(lunch.scene.diners)
        self.random.shuffle(self.queue)

    def run(self, kills: int) -> None:
        """So many kills, each amid a few cards; then everything is sent."""
        counter = open_counter(self.browser.launch(), self.browser.live, self.lunch.scene.canteen_id)
        knows_the_day(counter.page)
        for number in range(kills):
            for diner in self._next(self.random.randint(1, 3)):
                self._shoot(counter, diner)
            if number % 5 == 2:
                self._open_second_tab(counter)
            self.browser.kill()
            self.lunch.outcome.counted["browsers killed"] += 1
            counter = self._open_and_look()
        self._send_all(counter)
        self.lunch.further.append(self._till(counter))

    def _next(self, count: int) -> list[Diner]:
        """Who comes next; now and then somebody comes again."""
        comes = [self.queue.pop() for _ in range(min(count, len(self.queue)))]
        return comes + ([self.random.choice(comes)] if comes and self.random.random() < 0.2 else [])

    def _shoot(self, counter: Counter, diner: Diner) -> None:
        way = self.random.choice(WAYS)
        if way != "plain":
            self.wire.stack(way)
        counter.shoot(diner.token)
        counter.page.wait_for_timeout(self.random.choice(WAITS_MS))
        stage = counter.page.locator('.stage[data-kind="accept"]')
        if stage.count() and diner.name in stage.inner_text():
            self.green.add(diner.ref)

    def _open_second_tab(self, counter: Counter) -> None:
        second = counter.page.context.new_page()
        second.clock.set_fixed_time(NOON)
        waits = second.locator(".stage-text", has_text="另一个")
        for _ in range(PATIENT):
            second.goto(f"{self.browser.live.address}/till")
            # A page whose script was lost on the bad network stays empty; a cashier loads it again, and so do we.
            with suppress(AssertionError):
                expect(waits).to_be_visible(timeout=12_000)
                break
        expect(waits).to_be_visible()
        self.lunch.outcome.counted["second tabs"] += 1

    def _open_and_look(self) -> Counter:
        """Open it again, and look at what its disk holds before anything of that can be sent."""
        self.wire.is_blocked = True
        counter = self.browser.open()
        for row in counter.page.evaluate(SHELF, "outbox"):
            self._note(row["scan"])
        self.wire.is_blocked = False
        return counter

    def _note(self, record: Record) -> None:
        forms = self.forms.setdefault(record["scan_id"], [])
        if record not in forms:
            forms.append(record)

    def _send_all(self, counter: Counter) -> None:
        self.wire.heal()
        counter.page.reload()
        assert all_sent(counter.page), "the till does not get rid of its outbox"

    def _till(self, counter: Counter) -> Till:
        for record in self.wire.posted:
            self._note(record)
        for forms in self.forms.values():
            forms.sort(key=lambda form: form["decision"] != "ONLINE")
        unsent = [row["scan"]["scan_id"] for row in counter.page.evaluate(SHELF, "outbox") if not row["kept"]]
        for scan_id, diner in self._green_records():
            self.seen.shown.append(Shown(scan_id, True, "browser", None))
            self.lunch.met.add(diner.id)
        return Till("browser", self.forms, self.wire.letters, self.seen, unsent, [])

    def _green_records(self) -> list[tuple[str, Diner]]:
        """For each elder who was shown green a record of that elder; one of no record stands for what was lost."""
        found = []
        for diner in self.lunch.scene.diners:
            if diner.ref in self.green:
                own = [scan_id for scan_id, forms in self.forms.items() if is_of(diner, forms[0])]
                found.append((own[0] if own else f"green:{diner.name}", diner))
        return found


def is_of(diner: Diner, record: dict[str, Any]) -> bool:
    """Whether it is this elder's record."""
    return diner.card == record.get("token_sha256") or diner.ref == record.get("elder_ref")
