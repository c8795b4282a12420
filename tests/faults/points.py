"""Where a server may be killed: named points of a check-in, put there from outside.

A request that carries `X-Fault: <point>` arms the point; whichever check-in passes it next dies there, with the whole
process, by SIGKILL. On PostgreSQL a check-in is written by one function of the database: there triggers of the test's
own call out from between its statements.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from psycopg import Connection
from sqlalchemy import Engine, event

from canteen.checkin import counter, postgresql, sqlite

POINTS = ("after-verify", "after-slot", "after-postings", "before-commit", "after-commit", "before-answer")
LATE = ("late-price", "late-refusal")
"""Committed, and the answer held back past the tablet's patience: it shows another price, or green against a no."""
WITHIN = ("after-slot", "after-postings")
HELD_BACK_S = 1.25
SLOW_S = 0.8

TRIGGERS = """
CREATE FUNCTION fault_point() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('faults.point', true) = TG_ARGV[0] THEN
        RAISE NOTICE 'fault-point %%', TG_ARGV[0];
        PERFORM pg_sleep(0.3);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER fault_slot AFTER INSERT ON meal FOR EACH ROW EXECUTE FUNCTION fault_point('after-slot');
CREATE TRIGGER fault_postings AFTER INSERT ON meal_share FOR EACH ROW EXECUTE FUNCTION fault_point('after-postings');
"""


class Points:
    """What one server process has armed. `log` gets one line for each death."""

    def __init__(self, log: Path) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.armed: str | None = None

    def arm(self, point: str) -> None:
        """Die at the next passing of this point."""
        self.armed = point

    def reach(self, point: str) -> None:
        """A check-in passes here; `slow:<point>` holds it up there for a while and harms nobody."""
        if self.armed == f"slow:{point}":
            self.armed = None
            time.sleep(SLOW_S)
        elif self.armed == point:
            self.die(point)

    def die(self, point: str) -> None:
        """End this process as a power cut would."""
        os.write(self._log, point.encode() + b"\n")
        os.kill(os.getpid(), signal.SIGKILL)

    def hold_back(self, point: str) -> None:
        """The answer is ready and committed; it never leaves."""
        time.sleep(HELD_BACK_S)
        self.die(point)


def install(points: Points, engine: Engine) -> None:
    """Put all points into this process."""
    counter.decide = _then(points, "after-verify", counter.decide)
    event.listen(engine, "commit", lambda _connection: points.reach("before-commit"))
    if engine.dialect.name == "postgresql":
        postgresql.desk = _left(points, postgresql.desk)
        _inside_postgresql(points)
    else:
        sqlite.desk = _left(points, sqlite.desk)
        _inside_sqlite(points)


def _then(points: Points, point: str, act: Callable[..., Any]) -> Callable[..., Any]:
    def acted(*given: Any) -> Any:
        done = act(*given)
        points.reach(point)
        return done

    return acted


def _left(points: Points, desk: Callable[..., Any]) -> Callable[..., Any]:
    @contextmanager
    def committed(*given: Any) -> Iterator[Any]:
        with desk(*given) as opened:
            yield opened
        points.reach("after-commit")

    return committed


def _inside_sqlite(points: Points) -> None:
    write = sqlite.SqliteDesk._write

    def written(self: sqlite.SqliteDesk, statement: str, values: Any = ()) -> int:
        number = write(self, statement, values)
        if statement is sqlite.MEAL:
            points.reach("after-slot")
        elif statement is sqlite.SHARE:
            points.reach("after-postings")
        return number

    sqlite.SqliteDesk._write = written  # type: ignore[method-assign]


def _inside_postgresql(points: Points) -> None:
    record = postgresql.PostgresqlDesk.record

    def recorded(self: postgresql.PostgresqlDesk, rows: Any, probe: bool) -> Any:
        if points.armed in WITHIN:
            raw: Connection[Any] = self.connection.connection.driver_connection  # type: ignore[assignment]
            raw.add_notice_handler(lambda said: _called(points, said.message_primary or ""))
            raw.execute("SELECT set_config('faults.point', %s, true)", (points.armed,))
        return record(self, rows, probe)

    postgresql.PostgresqlDesk.record = recorded  # type: ignore[method-assign]


def _called(points: Points, message: str) -> None:
    if message.startswith("fault-point "):
        points.die(message.removeprefix("fault-point "))
