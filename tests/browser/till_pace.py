"""How fast the till answers: one lunch at a real server behind a bad network, on a tablet four times slower than this machine.

Times are marks that the till itself leaves (`till:token`, `till:name`, `till:verdict`, `till:sound`); a sound counts from
the moment it is started on a running AudioContext. Growth is the heap after a forced collection.
"""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect
from sqlalchemy import select, text

from canteen.app import create_app
from canteen.bench.crowd import gather
from canteen.bench.places import NOON, Place, served, sqlite_place
from canteen.canteens.models import Canteen
from canteen.cards.models import MealCard
from canteen.core.token import make_token
from canteen.db import db, reading, transaction
from canteen.devices import services as devices
from canteen.keys import key
from tests.browser.conftest import Live
from tests.browser.proxy import Proxy, proxy_to
from tests.browser.till_hands import Counter

SLOWER = 4
PATIENCE_MS = 20_000
MARKS = """() => {
  const marks = performance.getEntriesByType("mark").filter((mark) => mark.name.startsWith("till:"));
  const begun = marks.findLast((mark) => mark.name === "till:token");
  const after = (name, from) => marks.find((mark) => mark.name === name && from && mark.startTime >= from.startTime);
  const verdict = after("till:verdict", begun);
  const name = after("till:name", begun);
  const sound = after("till:sound", name);
  if (!sound || !verdict) return null;
  return {
    token: begun.startTime, name: name.startTime, verdict: verdict.startTime, sound: sound.startTime,
  };
}"""


# The page's date stands at the server's noon. The driver's own clock would take `performance` along, which measures here.
AT_NOON = f"""(() => {{
  const Real = Date;
  window.Date = class extends Real {{
    constructor(...given) {{ super(...(given.length ? given : ["{NOON}"])); }}
    static now() {{ return Real.parse("{NOON}"); }}
  }};
}})()"""
LEFT = """() => [document.querySelector(".stage").innerText, document.querySelector(".banner").innerText,
  ...performance.getEntriesByType("mark").map((mark) => `${mark.name} ${Math.round(mark.startTime)}`)].join("; ")"""


@dataclass(slots=True)
class Pace:
    """Milliseconds, scan by scan: token to name, token to verdict, verdict to sound."""

    name_ms: list[float] = field(default_factory=list)
    verdict_ms: list[float] = field(default_factory=list)
    sound_ms: list[float] = field(default_factory=list)

    def take(self, marks: dict[str, float]) -> None:
        """One more scan."""
        self.name_ms.append(marks["name"] - marks["token"])
        self.verdict_ms.append(marks["verdict"] - marks["token"])
        # Both happen while one panel is drawn; whichever is first, the cashier waits for the later.
        self.sound_ms.append(max(0.0, marks["sound"] - marks["verdict"]))

    def document(self) -> dict[str, Any]:
        """Medians and 95th percentiles."""
        columns = {"name": self.name_ms, "verdict": self.verdict_ms, "sound": self.sound_ms}
        found: dict[str, Any] = {"scans": len(self.name_ms)}
        for column, values in columns.items():
            found |= {f"{column}_p50_ms": round(statistics.median(values)), f"{column}_p95_ms": round(p95(values))}
        return found


@dataclass(frozen=True, slots=True)
class Weight:
    """What the page weighs after a collection."""

    heap_bytes: int
    listeners: int
    rows: int


@dataclass(frozen=True, slots=True)
class Lunch:
    """A slow tablet at the counter, the network before it, and the cards of those who wait."""

    page: Page
    hands: Counter
    wire: Proxy
    console: CDPSession
    cards: Iterator[str]

    def scan(self, kind: str = "accept") -> dict[str, float]:
        """The next card; answers the marks once its verdict stands and has sounded."""
        self.page.evaluate("() => performance.clearMarks()")
        self.hands.shoot(next(self.cards))
        for _ in range(PATIENCE_MS // 50):
            marks = self.page.evaluate(MARKS)
            if marks:
                break
            self.page.wait_for_timeout(50)
        assert marks, self.page.evaluate(LEFT)
        expect(self.page.locator(f'.stage[data-kind="{kind}"]')).to_be_visible()
        return dict(marks)

    def open_again(self) -> float:
        """Open the page anew and serve the first card; answers how long the opening took until a card could be read, in ms."""
        self.page.reload()
        self.page.wait_for_selector("body[data-knows]")
        took_ms = self.page.evaluate("() => performance.getEntriesByName('till:open')[0].startTime")
        self.scan()
        return float(took_ms)

    def pace(self, scans: int) -> Pace:
        """So many scans in a row."""
        found = Pace()
        for _ in range(scans):
            found.take(self.scan())
        return found

    def back_online(self) -> None:
        """The network is good again: the cashier tries, and what was kept goes up."""
        button = self.page.get_by_role("button", name="现在试试")
        if button.is_visible():
            button.click()
        self.page.wait_for_selector(".banner", state="hidden", timeout=30_000)

    def weigh(self) -> Weight:
        """The heap after a collection, the listeners, and the rows of the tablet's own store."""
        self.console.send("HeapProfiler.collectGarbage")
        metrics = {one["name"]: one["value"] for one in self.console.send("Performance.getMetrics")["metrics"]}
        rows = self.page.evaluate(
            """async () => {
              const { Store } = await import("/static/js/checkin/store.js");
              return (await (await Store.open()).all("outbox")).length;
            }"""
        )
        return Weight(int(metrics["JSHeapUsedSize"]), int(metrics["JSEventListeners"]), int(rows))


def p95(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)]


@contextmanager
def lunch(browser: Browser, elders: int) -> Iterator[Lunch]:
    """A canteen with so many elders, its server in processes of its own, and its till on a slow tablet."""
    with sqlite_place() as place:
        gather(place, elders)
        tokens, code = _tokens_and_code(place)
        with served(place) as port, proxy_to(port) as wire:
            context = browser.new_context(viewport={"width": 1280, "height": 800}, service_workers="block")
            page = context.new_page()
            yield _open(page, wire, tokens, code)
            context.close()


def _open(page: Page, wire: Proxy, tokens: list[str], code: str) -> Lunch:
    page.add_init_script(AT_NOON)
    page.goto(f"{wire.address}/till")
    page.fill("#enrol-code", code)
    page.fill("#enrol-name", "1 号窗口")
    page.get_by_role("button", name="授权并开始").click()
    page.locator('[data-part="sheet-close"]').click()
    page.wait_for_selector("body[data-knows]")
    console = page.context.new_cdp_session(page)
    for domain in ("Performance.enable", "HeapProfiler.enable"):
        console.send(domain)
    console.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    hands = Counter(page, Live(None, wire.address))  # type: ignore[arg-type]
    return Lunch(page, hands, wire, console, iter(tokens))


def _tokens_and_code(place: Place) -> tuple[list[str], str]:
    with create_app(place.settings).app_context():
        # Full wallets, so that every elder is a plain yes: the books are no matter of this measurement.
        with transaction() as session:
            session.execute(text("UPDATE wallet SET balance_fen = 10000"))
        with reading() as session:
            canteen_id = session.scalars(select(Canteen.id)).one()
            cards = session.execute(select(MealCard.serial, MealCard.issue_no).order_by(MealCard.id)).all()
        tokens = [make_token(key("cards"), serial, issue_no) for serial, issue_no in cards]
        code = devices.make_code(canteen_id, key("devices"), "system:bench").code
        for engine in db.engines.values():
            engine.dispose()
    return tokens, code
