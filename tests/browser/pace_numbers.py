"""The full numbers of the till's pace: `make pace`. Each network has a row in docs/evidence/pace.json."""

import json

from playwright.sync_api import Browser

from canteen.config import ROOT
from tests.browser.proxy import CUT, HUNG, THROUGH
from tests.browser.till_pace import SLOWER, Lunch, Pace, Weight, lunch, p95

TARGET = ROOT / "docs" / "evidence" / "pace.json"
ELDERS = 1500
SCANS = 300
FIRST = 50


def test_the_tills_pace_on_every_network(browser: Browser) -> None:
    with lunch(browser, ELDERS) as counter:
        counter.wire.go(THROUGH, delay_s=0.15)
        found = {"cpu_slower": SLOWER, "elders": ELDERS, "latency_150_ms": three_hundred(counter)}
        found["opening_ms"] = sorted(round(counter.open_again()) for _ in range(5))
        counter.wire.go(THROUGH, delay_s=0.7)
        found["slow_700_ms"] = counter.pace(20).document()
        found["hung"] = hung(counter, 5).document()
        counter.wire.go(CUT)
        counter.pace(4)
        found["dead"] = counter.pace(60).document()
    TARGET.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def three_hundred(counter: Lunch) -> dict[str, object]:
    """Three hundred scans in a row, and what they left behind."""
    first = counter.pace(FIRST)
    before = counter.weigh()
    rest = counter.pace(SCANS - FIRST)
    after = counter.weigh()
    whole = Pace(first.name_ms + rest.name_ms, first.verdict_ms + rest.verdict_ms, first.sound_ms + rest.sound_ms)
    early, late = rest.verdict_ms[:100], rest.verdict_ms[-100:]
    return whole.document() | grown(before, after) | {"verdict_p95_late_to_early": round(p95(late) / p95(early), 2)}


def grown(before: Weight, after: Weight) -> dict[str, int]:
    """What the scans left behind."""
    return {
        "heap_grew_bytes": after.heap_bytes - before.heap_bytes,
        "listeners_grew": after.listeners - before.listeners,
        "rows_grew": after.rows - before.rows,
    }


def hung(counter: Lunch, rounds: int) -> Pace:
    """Three scans a round while the server hangs: from the fourth on the till would not wait any more."""
    found = Pace()
    for _ in range(rounds):
        counter.wire.go(THROUGH)
        counter.back_online()
        counter.wire.go(HUNG)
        took = counter.pace(3)
        found.name_ms += took.name_ms
        found.verdict_ms += took.verdict_ms
        found.sound_ms += took.sound_ms
    return found
