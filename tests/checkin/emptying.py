"""Thirty tills draw on one fund at the same time until it is empty: a round is a day, with money for so many meals."""

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event

from canteen.db import db
from canteen.sponsors.gifts.services import NewMoney, receive_money
from tests.checkin.racing import FIRST_NOON, without_sync
from tests.factories import TODAY, Tablet, batch, scan

FULL_FEN, LAST_FEN = 500, 300
"""What the fund's rule pays of a meal, and what the fund holds beside full shares."""
RULES = [
    {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "5.00"}},
    {"id": "aid", "title": "补到8元", "payer": "government", "pays": {"down_to": "8.00"}},
]
Part = tuple[int, int, int]
"""What fund, government and elder pay of a meal of 15.00."""


@dataclass(frozen=True, slots=True)
class Tills:
    """Tablets, and cards enough for each of them to serve somebody after the fund is empty."""

    tablets: Sequence[Tablet]
    cards: Sequence[str]
    prepare: Callable[[], None] | None = None


def empty(app: Flask, tills: Tills, meals: Sequence[int]) -> list[Counter[Part | str]]:
    """For each day give the fund money for so many meals and a part of one; what was paid how often on that day."""
    fork = multiprocessing.get_context("fork")
    gate = fork.Barrier(len(tills.tablets) + 1)
    pipes, processes = [], []
    for number in range(len(tills.tablets)):
        here, there = fork.Pipe(duplex=False)
        process = fork.Process(target=_stand_at_till, args=(app, tills, number, meals, gate, there), daemon=True)
        process.start()
        there.close()
        pipes.append(here)
        processes.append(process)
    for day, count in enumerate(meals):
        receive_money(NewMoney(f"day-{day}", "weida", count * FULL_FEN + LAST_FEN, TODAY, "bank"), "staff:1")
        gate.wait(60)  # They serve,
        gate.wait(60)  # and have served.
    served = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join(30)
    return [sum(together, Counter()) for together in zip(*served, strict=True)]


def exact(meals: int, tills: int) -> Counter[Part | str]:
    """How it must be: so many full shares, one part, and nobody after that stands still."""
    after = {(FULL_FEN, 200, 800): meals, (LAST_FEN, 400, 800): 1, (0, 700, 800): tills - 1}
    return Counter({part: count for part, count in after.items() if count})


def _stand_at_till(app: Flask, tills: Tills, number: int, meals: Sequence[int], gate: Any, pipe: Any) -> None:
    for engine in db.engines.values():
        engine.dispose(close=False)  # The connections belong to the process that made them.
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", without_sync)
    if tills.prepare is not None:
        tills.prepare()
    served: list[Counter[Part | str]] = []
    for day, count in enumerate(meals):
        os.environ["CANTEEN_NOW"] = (FIRST_NOON + timedelta(days=day)).isoformat()
        queue = tills.cards[number : count + len(tills.tablets) : len(tills.tablets)]
        gate.wait(60)
        served.append(Counter(_serve(app, tills.tablets[number], card) for card in queue))
        gate.wait(60)
    pipe.send(served)
    pipe.close()


def _serve(app: Flask, tablet: Tablet, card: str) -> Part | str:
    try:
        answer = app.test_client().post("/api/v1/scans", json=batch(scan(card)), headers=tablet.headers)
        [result] = answer.get_json()["results"]
    except Exception as failure:  # A till that stands still is what this looks for.
        return type(failure).__name__
    if (result["state"], result["code"]) != ("MEAL", None):
        return f"{result['state']} {result['code']}"
    shares = Counter({share["payer"]: share["fen"] for share in result["shares"]})
    return shares["sponsor:weida"], shares["government"], result["elder_fen"]
