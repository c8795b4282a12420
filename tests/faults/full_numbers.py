"""The full numbers: `make faults FULL=1`, or one part of them with `PART=sqlite`, `postgresql` or `browser`.

Each lunch writes its row into docs/evidence/faults.json as soon as it is done, so that an interrupted run loses one
lunch at most, which pytest's -k runs alone; faults.md is made from that file.
"""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Playwright

from canteen.config import Settings
from tests.faults.accounting import Finding
from tests.faults.browser import Browser, KilledTill
from tests.faults.conftest import SetLunch
from tests.faults.lunch import Size
from tests.faults.points import LATE, POINTS
from tests.faults.replaying import comparable, replayed_totals
from tests.faults.table import keep_row

LUNCHES = 10
BIG = Size(elders=400, cuts=206, kills=7, crashes=24, jumps=12, patience_s=0.4)
RUNNING_OUT_FEN = 150 * 200
BROWSER_LUNCHES = 4
QUEUE = Size(elders=160, cuts=0, kills=0, crashes=0)
KILLS = 50


@pytest.mark.parametrize("number", range(1, LUNCHES + 1))
def test_a_lunch_of_four_hundred(set_lunch: SetLunch, settings: Settings, number: int) -> None:
    # In every second lunch the sponsor's money runs out.
    size = replace(BIG, budget_fen=RUNNING_OUT_FEN) if number % 2 else BIG
    lunch = set_lunch(f"full-{number}", size)

    outcome = lunch.run()

    one, other = (replayed_totals(lunch, seed) for seed in ("one order", "another"))
    if comparable(one) != comparable(other):
        outcome.findings.append(Finding("order-matters", outcome.seed, f"{one} and {other}"))
    keep_row(settings.address.partition(":")[0].partition("+")[0], outcome)
    assert not outcome.findings, outcome.says()
    assert outcome.cuts.total() >= size.cuts
    assert all(outcome.kills[point] >= size.kills for point in (*POINTS, *LATE))


@pytest.mark.parametrize("number", range(1, BROWSER_LUNCHES + 1))
def test_fifty_browser_kills(
    sqlite_lunch: SetLunch, sqlite_app: Flask, playwright: Playwright, tmp_path: Path, number: int
) -> None:
    lunch = sqlite_lunch(f"browser-full-{number}", QUEUE, is_ticking=False)
    wire = lunch.wires[0]
    browser = Browser(playwright, tmp_path / "profile", f"http://127.0.0.1:{wire.port}", sqlite_app)

    with closing(browser):
        outcome = lunch.run(lambda _here, _there: KilledTill(lunch, browser, wire).run(KILLS))

    keep_row("browser", outcome)
    assert not outcome.findings, outcome.says()
    assert outcome.counted["browsers killed"] == KILLS
