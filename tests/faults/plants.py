"""Bugs planted in the served process, each by its name: what the accounting must find again by name."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from canteen.checkin import cancelling, changing, counter, services, sqlite
from canteen.core.errors import Refusal
from canteen.db import db
from tests.checkin.racing import CheckThenAct
from tests.faults.points import Points


def plant(name: str, app: Flask, points: Points) -> None:
    """Put the bug of this name into the process; within the application's context."""
    PLANTS[name](app, points)


def back_up_only_to(mark: Path) -> None:
    """Let `backed_up_through` be what a backup holds, as a number in a file says."""
    note = counter.BackedUp.note

    def noted(self: counter.BackedUp, number: int | None) -> None:
        note(self, None if number is None else min(number, int(mark.read_text())))

    counter.BackedUp.note = noted  # type: ignore[method-assign]


def _outcome_in_its_own_transaction(app: Flask, points: Points) -> None:
    write = sqlite.SqliteDesk._write

    def written(self: sqlite.SqliteDesk, statement: str, values: Any = ()) -> int:
        if statement is sqlite.SCAN:
            for step in ("COMMIT", "BEGIN IMMEDIATE", "SAVEPOINT record", "SAVEPOINT record"):
                self._raw.execute(step)
            points.reach("between")
        return write(self, statement, values)

    sqlite.SqliteDesk._write = written  # type: ignore[method-assign]


def _no_unique_slot(app: Flask, points: Points) -> None:
    gather = sqlite.SqliteDesk.gather

    def blind(self: sqlite.SqliteDesk, question: Any) -> Any:
        return {**gather(self, question), "slot": None}

    _drop_slot_index()
    sqlite.SqliteDesk.gather = blind  # type: ignore[method-assign]


def _check_then_act(app: Flask, points: Points) -> None:
    class Slow(CheckThenAct):
        def together(self, task: Any) -> Any:
            if len(task.records) > 1:
                ones = [type(task)(task.sender, task.sync, [record]) for record in task.records]
                return [answer for one in ones for answer in self.together(one)]
            with sqlite.desk(self.engine) as desk:
                known = desk.known(task.records[0].scan_id)
            return [known["answer"]] if known else super().together(task)

        def counter(self, desk: Any, task: Any) -> Any:
            time.sleep(0.2)
            return super().counter(desk, task)

    _drop_slot_index()
    services.use(db.engine, Slow(db.engine, services.counters_of(db.engine).cache))


def _answer_before_commit(app: Flask, points: Points) -> None:
    class Early(services.SqliteCounters):
        def _write_all(self, tasks: Any) -> Any:
            results: list[Any] = []
            written = threading.Event()

            def write() -> None:
                with app.app_context(), sqlite.desk(self.engine) as desk:
                    results.extend(self._one(desk, task) for task in tasks)
                    written.set()
                    time.sleep(0.5)
                    points.reach("answered-uncommitted")

            threading.Thread(target=write, daemon=True).start()
            written.wait(5)
            return results

    services.use(db.engine, Early(db.engine, services.counters_of(db.engine).cache))


def _decision_applied_twice(app: Flask, points: Points) -> None:
    keep, change = changing._keep_promise, changing.change_decision

    def anew(connection: Any, scan_row_id: int, record: Any, actor: str) -> Any:
        connection.execute(text("UPDATE scan SET decision = 'ONLINE' WHERE id = :id"), {"id": scan_row_id})
        return change(connection, scan_row_id, record, actor)

    def forgetful(session: Any, scan: Any, record: Any) -> None:
        meal = session.get_one(changing.Meal, scan.meal_id)
        means = (meal.wallet_fen, meal.cash_fen, meal.credit_fen)
        keep(session, scan, record)
        session.flush()
        meal.wallet_fen, meal.cash_fen, meal.credit_fen = means

    counter.differs = lambda known, record: record.decision != "ONLINE"
    counter.change_decision = anew
    changing._keep_promise = forgetful


def _wallet_outside_lock(app: Flask, points: Points) -> None:
    together, draw = services.SqliteCounters.together, sqlite.SqliteDesk._draw
    read: dict[int, int] = {}

    def stale(self: services.SqliteCounters, task: Any) -> Any:
        with db.engines["read"].connect() as connection:
            found = connection.execute(text("SELECT elder_id, balance_fen FROM wallet"))
            read.update({row[0]: row[1] for row in found})
        time.sleep(0.2)
        return together(self, task)

    def overwrite(self: sqlite.SqliteDesk, rows: Any, meal: Any) -> None:
        fen, elder_id = rows.pop("wallet_fen", 0), meal["elder_id"]
        draw(self, rows, meal)
        if fen:
            balance = (read[elder_id] - fen, elder_id)
            self._write("UPDATE wallet SET balance_fen = max(0, ?) WHERE elder_id = ?", balance)

    services.SqliteCounters.together = stale  # type: ignore[method-assign]
    sqlite.SqliteDesk._draw = overwrite  # type: ignore[method-assign]


def _batch_aborted_by_one(app: Flask, points: Points) -> None:
    read = services.read_record

    def strict(raw: object) -> Any:
        record = read(raw)
        if isinstance(record, services.BadRecord):
            raise Refusal("bad-request", "记录不完整。")
        return record

    services.read_record = strict


def _promise_ignored(app: Flask, points: Points) -> None:
    changing._keep_promise = lambda session, scan, record: None


def _cancel_applied_twice(app: Flask, points: Points) -> None:
    cancel = cancelling._cancel_scan

    def again(session: Any, scan_id: str, wanted: Any) -> Any:
        known = cancelling._answered(session, wanted.cancel_id, scan_id=scan_id)
        if known is not None and known["wallet_fen"]:
            meal = session.get_one(cancelling.Meal, known["meal_no"])
            session.get_one(cancelling.Wallet, meal.elder_id).balance_fen += known["wallet_fen"]
        return cancel(session, scan_id, wanted)

    cancelling._cancel_scan = again


def _repeats_charged_again(app: Flask, points: Points) -> None:
    again = counter.Counter._again

    def charged(self: counter.Counter, record: Any, found: Any) -> Any:
        draw = text(
            "UPDATE wallet SET balance_fen = max(0, balance_fen - :fen) "
            "WHERE elder_id = (SELECT elder_id FROM scan WHERE id = :id)"
        )
        fen = found.known.answer.get("wallet_fen") or 0
        self.desk.connection.execute(draw, {"fen": fen, "id": found.known.id})
        return again(self, record, found)

    counter.Counter._again = charged  # type: ignore[method-assign]


def _drop_slot_index() -> None:
    with db.engine.begin() as connection:
        connection.execute(text("DROP INDEX IF EXISTS uq_meal_slot"))
    for engine in db.engines.values():
        engine.dispose()  # each life opens its own


PLANTS: dict[str, Callable[[Flask, Points], None]] = {
    "outcome-in-its-own-transaction": _outcome_in_its_own_transaction,
    "no-unique-slot": _no_unique_slot,
    "check-then-act": _check_then_act,
    "answer-before-commit": _answer_before_commit,
    "decision-applied-twice": _decision_applied_twice,
    "wallet-outside-lock": _wallet_outside_lock,
    "batch-aborted-by-one": _batch_aborted_by_one,
    "promise-ignored": _promise_ignored,
    "cancel-applied-twice": _cancel_applied_twice,
    "repeats-charged-again": _repeats_charged_again,
}
