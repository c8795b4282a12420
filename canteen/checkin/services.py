"""The check-in: a batch of records in, an answer for each, nothing given before its commit is durable."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from canteen.checkin import postgresql, sqlite
from canteen.checkin.counter import Answer, Counter, Desk, Sender, Sync, backed_up_of
from canteen.checkin.queue import WritingQueue
from canteen.checkin.records import BadRecord, Record, read_record
from canteen.checkin.serving_time import Receipt, make_anchor, service_date
from canteen.checkin.standing import StandingCache, standing_cache
from canteen.checkin.together import check_in_all
from canteen.clock import now
from canteen.db import db, is_postgresql, reading

MOST_RECORDS = 500
TOGETHER = 50
"""Records of a batch that share a transaction: a sync must not hold its elders' locks for long."""
TRIES = 6

AnyRecord = Record | BadRecord


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """What a device is told: one answer a record, in the order sent, and what it needs for the next time."""

    epoch: int
    anchor: str
    backed_up_through: int
    results: list[Answer]


def check_in(sender: Sender, sent_at: datetime, raw_records: Sequence[object]) -> BatchAnswer:
    """Check in every record of a batch; a broken one spoils nothing but itself. Opens its transactions itself."""
    received_at = now()
    sync = Sync(Receipt(received_at, received_at - sent_at))
    records = [read_record(raw) for raw in raw_records]
    counters = counters_of(db.engine)
    results = counters.check_in(sender, sync, records)
    return BatchAnswer(
        epoch=counters.cache.now().epoch,
        anchor=make_anchor(sender.anchor_key, sender.ref, received_at),
        backed_up_through=counters.backed_up.number,
        results=results,
    )


def backed_up_through() -> int:
    """The highest scan number below which nothing is in flight and all is durable. Opens its own look."""
    known = counters_of(db.engine).backed_up
    with reading() as session:
        connection = session.connection()
        kind: Any = postgresql.PostgresqlDesk if is_postgresql(session) else sqlite.SqliteDesk
        desk: Desk = kind(connection, False) if is_postgresql(session) else kind(connection)
        known.note(desk.backed_up())
    return known.number


@dataclass(frozen=True, slots=True)
class _Task:
    sender: Sender
    sync: Sync
    records: Sequence[AnyRecord]


class Counters:
    """How one process checks in on one database."""

    def __init__(self, engine: Engine, cache: StandingCache) -> None:
        self.engine = engine
        self.cache = cache
        self.backed_up = backed_up_of(engine)

    def check_in(self, sender: Sender, sync: Sync, records: Sequence[AnyRecord]) -> list[Answer]:
        """An answer for each record, in their order."""
        if len(records) == 1:
            return self.together(_Task(sender, sync, records))
        results: list[Answer] = []
        for first in range(0, len(records), TOGETHER):
            results += self.together(_Task(sender, sync, records[first : first + TOGETHER]))
        return results

    def together(self, task: _Task) -> list[Answer]:
        """The records of one transaction."""
        raise NotImplementedError

    def counter(self, desk: Desk, task: _Task) -> Counter:
        """A counter at this desk."""
        return Counter(desk, task.sender, task.sync, self.cache, self.backed_up)


class PostgresqlCounters(Counters):
    """One transaction a record, or one for some fifty of a batch; tried again after a deadlock or a clash."""

    def together(self, task: _Task) -> list[Answer]:
        """The records of one transaction."""
        for attempt in range(TRIES):
            try:
                return self._once(task, is_shared=len(task.records) > 1)
            except postgresql.AGAIN:
                if attempt == TRIES - 1:
                    raise
                # Two that stood in each other's way would meet again without the jitter.
                time.sleep(random.uniform(0.2, 1.0) * 0.01 * 2**attempt)  # noqa: S311 - no secret
                self.cache.again()
        raise AssertionError("unreachable")

    def _once(self, task: _Task, is_shared: bool) -> list[Answer]:
        with postgresql.desk(self.engine, is_shared) as desk:
            counter = self.counter(desk, task)
            if is_shared:
                desk.lock_all([record for record in task.records if isinstance(record, Record)], self._funds(task))
                return check_in_all(counter, desk, task.records)
            return [counter.check_in(record) for record in task.records]

    def _funds(self, task: _Task) -> list[str]:
        """The funds that the sender's canteen draws on today; an older record's are locked as they come."""
        place = self.cache.now().places.get(task.sender.canteen_id)
        version = place and place.version_on(service_date(task.sync.receipt.received_at, place.zone)[0])
        return sorted(version.codes("sponsor")) if version else []


class SqliteCounters(Counters):
    """One writer, which commits what waits together; a savepoint for each record."""

    def __init__(self, engine: Engine, cache: StandingCache) -> None:
        super().__init__(engine, cache)
        self._queue: WritingQueue[_Task, list[Answer] | Exception] = WritingQueue(self._write_all, most=64)

    def together(self, task: _Task) -> list[Answer]:
        """The records of one task, committed with those of others that wait."""
        results = self._queue.submit(task)
        if isinstance(results, Exception):
            raise results
        return results

    def _write_all(self, tasks: Sequence[_Task]) -> Sequence[list[Answer] | Exception]:
        with sqlite.desk(self.engine) as desk:
            return [self._one(desk, task) for task in tasks]

    def _one(self, desk: sqlite.SqliteDesk, task: _Task) -> list[Answer] | Exception:
        counter = self.counter(desk, task)
        try:
            with desk.savepoint():
                return [self._apart(desk, counter, record) for record in task.records]
        except Exception as failure:
            return failure

    def _apart(self, desk: sqlite.SqliteDesk, counter: Counter, record: AnyRecord) -> Answer:
        with desk.savepoint():
            return counter.check_in(record)


_counters: WeakKeyDictionary[Engine, Counters] = WeakKeyDictionary()


def counters_of(engine: Engine) -> Counters:
    """The counters of this process on one database."""
    found = _counters.get(engine)
    if found is None:
        kind: Any = PostgresqlCounters if engine.dialect.name == "postgresql" else SqliteCounters
        found = _counters.setdefault(engine, kind(engine, standing_cache()))
    return found


def use(engine: Engine, counters: Counters) -> None:
    """Let this process check in through other counters: how a test plants a fault that another test must find."""
    _counters[engine] = counters
