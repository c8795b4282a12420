"""Check-ins on PostgreSQL: one call gathers under locks, one call records (migration `check_in`).

A single check-in draws on a free slice of a fund while the fund holds plenty; several records that share a
transaction are decided by what the whole fund holds (migration `fund_slices`).

It speaks to the driver directly: at noon most of the time of a check-in is spent between Python and the database.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from psycopg import Cursor
from psycopg.errors import DeadlockDetected, SerializationFailure, UniqueViolation
from psycopg.types.numeric import Int8
from sqlalchemy import Connection, Engine

from canteen.checkin import round_trips
from canteen.checkin.facts import Question
from canteen.checkin.records import Record
from canteen.checkin.rows import Rows

# The funds come last, held once the elder and the wallet are.
FUNDS = "SELECT check_in_funds(f, %s, %s, %s::text[], %s) FROM "
GATHER = (
    FUNDS + "check_in_facts(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, "
    "%s::text[], %s::text[], %s::date[], %s::date[], '{}', %s::text[]) AS f"
)
RECORD = "SELECT check_in_record(%s::jsonb, %s)"
RECORD_SLICED = "SELECT check_in_record_sliced(%s::jsonb, %s)"
RECORD_APART = "SELECT check_in_record_apart(%s::jsonb, %s)"
GATHER_ALL = (
    FUNDS + "unnest(%s::text[], %s::text[], %s::text[]) AS q(scan, token, ref), "
    "check_in_facts(q.scan, %s, %s, q.token, q.ref, %s, %s, %s, %s, %s, "
    "%s::text[], %s::text[], %s::date[], %s::date[], '{}', %s::text[]) AS f"
)
RECORD_ALL = (
    "SELECT check_in_record(r, %s AND n = jsonb_array_length(p)) "
    "FROM (SELECT %s::jsonb AS p) AS given, jsonb_array_elements(p) WITH ORDINALITY AS q(r, n)"
)
LOCKS = "SELECT check_in_locks(%s::text[], %s::text[], %s::text[])"
KNOWN = (
    "SELECT jsonb_build_object('id', id, 'content_sha256', content_sha256, 'answer', answer, "
    "'decision', decision, 'claim', claim) FROM scan WHERE scan_id = %s"
)
NO_WINDOWS: tuple[list[Any], ...] = ([], [], [], [])
BACKED_UP = "SELECT check_in_backed_up()"


class Clash(Exception):  # noqa: N818 - something to look at again, no fault
    """Somebody else wrote what must be unique first: gather again."""


AGAIN = (SerializationFailure, DeadlockDetected, UniqueViolation, Clash)
"""After these the transaction is tried again."""


class PostgresqlDesk:
    """One transaction of check-ins. `is_shared`: several records share it, each undone by itself."""

    def __init__(self, connection: Connection, is_shared: bool) -> None:
        self.connection = connection
        self.is_shared = is_shared
        raw = connection.connection.driver_connection
        self._cursor: Cursor[Any] = raw.cursor()  # type: ignore[union-attr]

    def _ask(self, statement: str, values: Sequence[Any]) -> Any:
        round_trips.note()
        self._cursor.execute(statement.encode(), values, prepare=True)
        row = self._cursor.fetchone()
        return None if row is None else row[0]

    def _ask_all(self, statement: str, values: Sequence[Any]) -> list[Any]:
        round_trips.note()
        self._cursor.execute(statement.encode(), values, prepare=True)
        return [row[0] for row in self._cursor.fetchall()]

    def lock_all(self, records: Sequence[Record], funds: Sequence[str]) -> None:
        """Take the locks of all records at once, in the one order of all use cases."""
        tokens = [record.token_sha256 for record in records if record.token_sha256 is not None]
        refs = [record.elder_ref for record in records if record.elder_ref is not None]
        self._ask(LOCKS, (tokens, refs, list(funds)))

    def gather(self, question: Question) -> Mapping[str, Any]:
        """What is known of one record, under its locks."""
        dearest_fen = None if self.is_shared else question.dearest_fen
        found: Mapping[str, Any] = self._ask(GATHER, (*_drawing(question, dearest_fen), *_values(question)))
        return found

    def known(self, scan_id: str) -> Mapping[str, Any] | None:
        """The scan of this id, if there is one."""
        found: Mapping[str, Any] | None = self._ask(KNOWN, (scan_id,))
        return found

    def record(self, rows: Rows, probe: bool) -> Mapping[str, Any]:
        """Write the rows; answers the numbers of scan and meal, and what is backed up if asked to probe."""
        alone = RECORD_SLICED if "slices" in rows else RECORD
        statement = RECORD_APART if self.is_shared else alone
        made: Mapping[str, Any] = self._ask(statement, (json.dumps(rows, default=_json), probe))
        if "violated" in made:
            raise Clash(made["violated"])
        return made

    def gather_all(self, questions: Sequence[Question]) -> list[dict[str, Any]]:
        """What is known of each record, in order, under its locks; they differ in record and card only."""
        device_and_canteen, rest = _values(questions[0])[1:3], _values(questions[0])[5:]
        asked = [
            [question.scan_id for question in questions],
            [question.token_sha256 for question in questions],
            [question.elder_ref for question in questions],
        ]
        drawing = _drawing(questions[0], None)
        return self._ask_all(GATHER_ALL, (*drawing, *asked, *device_and_canteen, *rest))

    def record_all(self, rows: Sequence[Rows], probe: bool) -> list[Mapping[str, Any]]:
        """Write the rows of each record, in order; what must be unique and is not undoes them all."""
        return self._ask_all(RECORD_ALL, (probe, json.dumps(list(rows), default=_json)))

    def backed_up(self) -> int | None:
        """The highest scan number below which nothing is in flight; None while somebody is at it."""
        found: int | None = self._ask(BACKED_UP, ())
        return found


@contextmanager
def desk(engine: Engine, is_shared: bool) -> Iterator[PostgresqlDesk]:
    """Open a transaction, commit it durably at the end."""
    with engine.connect() as connection, connection.begin():
        yield PostgresqlDesk(connection, is_shared)


def _values(question: Question) -> tuple[Any, ...]:
    rules, pers, firsts, lasts = (list(column) for column in zip(*question.windows, strict=True)) if question.windows else NO_WINDOWS
    return (
        question.scan_id, Int8(question.device_id), Int8(question.canteen_id), question.token_sha256,
        question.elder_ref, question.service_on, question.meal_period, question.month, Int8(question.month_lock),
        question.programme, rules, pers, firsts, lasts, list(question.vouchers),
    )  # fmt: skip


def _drawing(question: Question, dearest_fen: int | None) -> tuple[Any, ...]:
    """What is asked of the funds; without a dearest meal each is held as a whole."""
    dearest = None if dearest_fen is None else Int8(dearest_fen)
    return Int8(question.canteen_id), question.service_on, list(question.funds), dearest


def _json(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
