"""One card held up at sixteen tills in the same instant, day after day."""

import multiprocessing
import os
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

from canteen.checkin import postgresql, services, sqlite
from canteen.checkin.models import Meal
from canteen.db import db
from tests.factories import Tablet, batch, rows, scan

FIRST_NOON = datetime(2026, 1, 1, 4, 0, tzinfo=UTC)
Prepare = Callable[[], None]


def race(
    app: Flask, tablets: list[Tablet], token: str, rounds: int, prepare: Prepare | None = None
) -> list[list[str]]:
    """Every process scans the card once a round, all released together; the states of each round.

    The processes are forked from this one and last for all rounds; a round is a day, so the card is the same.
    """
    fork = multiprocessing.get_context("fork")
    gate = fork.Barrier(len(tablets))
    pipes, processes = [], []
    for tablet in tablets:
        here, there = fork.Pipe(duplex=False)
        work = (app, tablet, token, rounds, gate, there, prepare)
        process = fork.Process(target=_stand_at_till, args=work, daemon=True)
        process.start()
        there.close()
        pipes.append(here)
        processes.append(process)
    states = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join(30)
    return [list(together) for together in zip(*states, strict=True)]


def slot_meals(rounds: int) -> list[int]:
    """How many slot meals stand for each round's day."""
    found = Counter(meal.service_on for meal in rows(Meal, kind="slot", cancelled_at=None))
    return [found[(FIRST_NOON + timedelta(days=day)).date()] for day in range(rounds)]


def _stand_at_till(
    app: Flask, tablet: Tablet, token: str, rounds: int, gate: Any, pipe: Any, prepare: Prepare | None
) -> None:
    for engine in db.engines.values():
        engine.dispose(close=False)  # The connections belong to the process that made them.
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", without_sync)
    if prepare is not None:
        prepare()
    client, states = app.test_client(), []
    for day in range(rounds):
        noon = FIRST_NOON + timedelta(days=day)
        os.environ["CANTEEN_NOW"] = noon.isoformat()
        body = batch(scan(token))
        gate.wait(60)
        answer = client.post("/api/v1/scans", json=body, headers=tablet.headers)
        states.append(answer.get_json()["results"][0]["state"])
    pipe.send(states)
    pipe.close()


def without_sync(connection: sqlite3.Connection, _record: object) -> None:
    # Who comes first is asked here, not what survives a power cut: three thousand syncs would say nothing more.
    connection.execute("PRAGMA synchronous=OFF")


class _Looked(Exception):  # noqa: N818 - carries what was seen, out of the transaction
    def __init__(self, found: Any) -> None:
        self.found = found


class _Peeking:
    """A desk that looks, and lets go of every lock before anything is written."""

    def __init__(self, desk: Any) -> None:
        self.connection = desk.connection
        self._desk = desk

    def gather(self, question: Any) -> Any:
        raise _Looked(self._desk.gather(question))


class _Believing:
    """A desk that writes by what was seen before."""

    def __init__(self, desk: Any, found: Any) -> None:
        self.connection = desk.connection
        self._desk = desk
        self._found = found

    def gather(self, question: Any) -> Any:
        return self._found

    def record(self, wanted: Any, probe: bool) -> Any:
        return self._desk.record(wanted, probe)


class CheckThenAct(services.Counters):
    """The planted bug: looks in one transaction, writes in the next."""

    def together(self, task: Any) -> list[dict[str, Any]]:
        [record] = task.records
        with self._desk(db.engines.get("read", self.engine)) as desk:
            try:
                self.counter(_Peeking(desk), task).check_in(record)
            except _Looked as looked:
                found = looked.found
        with self._desk(self.engine) as desk:
            return [self.counter(_Believing(desk, found), task).check_in(record)]

    def _desk(self, engine: Engine) -> Any:
        return postgresql.desk(engine, False) if engine.dialect.name == "postgresql" else sqlite.desk(engine)


def plant() -> None:
    """Put the bug in the place of the real counters, in this process."""
    services.use(db.engine, CheckThenAct(db.engine, services.counters_of(db.engine).cache))


