"""Check-ins on SQLite: a write transaction has the whole database to itself, so looking and writing need no locks.

Statements in process cost microseconds and a commit milliseconds, so what waits together is committed together
(`queue`), each record in a savepoint of its own.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from canteen.checkin import round_trips
from canteen.checkin.facts import Question
from canteen.checkin.records import Record
from canteen.checkin.rows import Rows

ELDER = """
SELECT e.id, e.ref, e.name, e.born_on, e.died_on, e.closed_on, e.community, e.diet, c.state AS card,
    coalesce(c.serial, (SELECT serial FROM meal_card WHERE elder_id = e.id AND state = 'active'
        ORDER BY id DESC LIMIT 1)) AS serial,
    l.canteen_id IS NOT NULL AS listed, l.distance_m, e.home_canteen_id AS home, w.balance_fen
FROM elder e
LEFT JOIN meal_card c ON c.token_sha256 = :token
LEFT JOIN canteen_elder l ON l.elder_id = e.id AND l.canteen_id = :canteen
LEFT JOIN wallet w ON w.elder_id = e.id
WHERE e.id = {whose}
"""
BY_TOKEN = ELDER.format(whose="(SELECT elder_id FROM meal_card WHERE token_sha256 = :token)")
BY_REF = ELDER.format(whose="(SELECT id FROM elder WHERE ref = :ref)")
KNOWN = "SELECT id, content_sha256, decision, claim, answer FROM scan WHERE scan_id = ?"
STANDING = """
SELECT (SELECT number FROM revision WHERE name = 'standing'), (SELECT number FROM revision WHERE name = 'epoch'),
    EXISTS (SELECT 1 FROM closed_month WHERE canteen_id = :canteen AND month = :month),
    (SELECT max(month) FROM closed_month WHERE canteen_id = :canteen),
    EXISTS (SELECT 1 FROM meal_cancel WHERE scan_id = :scan)
"""
DEVICE = """
SELECT name, enrolled_at, last_contact_at, revoked_at IS NOT NULL OR lost_at IS NOT NULL, lease_until
FROM device WHERE id = ?
"""
MENU = """
SELECT price_fen, dishes FROM menu
WHERE canteen_id = ? AND service_on = ? AND meal_period = ? AND published_at IS NOT NULL
"""
FACTS = """
SELECT kind, value, until_on IS NULL OR until_on >= :day FROM elder_fact
WHERE elder_id = :elder AND withdrawn_at IS NULL AND from_on <= :day
    AND (until_on IS NULL OR until_on >= date(:day, '-60 days'))
ORDER BY from_on, id
"""
SLOT = """
SELECT m.id, m.canteen_id, m.served_at, d.name
FROM meal m LEFT JOIN scan s ON s.meal_id = m.id LEFT JOIN device d ON d.id = s.device_id
WHERE m.elder_id = ? AND m.service_on = ? AND m.meal_period = ? AND m.kind = 'slot' AND m.cancelled_at IS NULL
LIMIT 1
"""
USED = """
SELECT sum(meals), sum(amount_fen) FROM meal_share
WHERE elder_id = ? AND rule_id = ? AND programme_code = ? AND service_on BETWEEN ? AND ?
    AND (? <> 'meal-period' OR meal_period = ?)
"""
FUND = """
SELECT f.id, f.code, f.balance_fen, f.per_meal_fen, f.per_day_fen, f.is_for_named_guests AS named,
    (SELECT drawn_fen FROM fund_day WHERE fund_id = f.id AND service_on = :day) AS drawn_fen
FROM fund f
WHERE f.code = :code AND (f.begins_on IS NULL OR f.begins_on <= :day) AND (f.ends_on IS NULL OR f.ends_on >= :day)
    AND (f.is_for_all_canteens OR EXISTS (SELECT 1 FROM fund_canteen
        WHERE fund_id = f.id AND canteen_id = :canteen))
    AND (NOT f.is_for_named_guests OR EXISTS (SELECT 1 FROM fund_guest
        WHERE fund_id = f.id AND elder_id = :elder))
"""
VOUCHERS = """
SELECT id, kind_code, left_fen FROM voucher
WHERE elder_id = ? AND kind_code = ? AND left_fen > 0 AND expires_on >= ? AND expired_at IS NULL
ORDER BY expires_on, id
"""
MEAL_COLUMNS = (
    "kind", "elder_id", "canteen_id", "service_on", "meal_period", "month", "channel", "price_fen", "elder_fen",
    "wallet_fen", "cash_fen", "absorbed_fen", "credit_fen", "programme_code", "version_on", "authority",
    "age_years", "facts", "trace", "served_at",
)  # fmt: skip
SCAN_COLUMNS = (
    "id", "scan_id", "device_id", "canteen_id", "content_sha256", "claim", "boot_id", "seq", "decision", "seen_at",
    "received_at", "service_on", "meal_period", "elder_id", "state", "code", "meal_id", "answer",
)  # fmt: skip
ENTRY_COLUMNS = ("kind", "canteen_id", "service_on", "month", "posted_at", "meal_id")
POSTING_COLUMNS = ("entry_id", "account_code", "amount_fen", "elder_id", "fund_id")
SHARE_COLUMNS = (
    "meal_id", "elder_id", "canteen_id", "service_on", "meal_period", "month", "is_grant", "programme_code",
    "rule_id", "payer", "payee", "authority", "fund_id", "levels", "amount_fen", "meals",
)  # fmt: skip
EVENT_COLUMNS = ("at", "act", "actor", "canteen_id", "subject", "detail")


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608


MEAL, SCAN, ENTRY = _insert("meal", MEAL_COLUMNS), _insert("scan", SCAN_COLUMNS), _insert("entry", ENTRY_COLUMNS)
POSTING, SHARE = _insert("posting", POSTING_COLUMNS), _insert("meal_share", SHARE_COLUMNS)
EVENT = _insert("audit_event", EVENT_COLUMNS)


class SqliteDesk:
    """One transaction of check-ins, shared by all that waited together."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]

    def _one(self, statement: str, values: Any = ()) -> Any:
        round_trips.note()
        return self._raw.execute(statement, values).fetchone()

    def _all(self, statement: str, values: Any = ()) -> list[Any]:
        round_trips.note()
        return self._raw.execute(statement, values).fetchall()

    def _write(self, statement: str, values: Any = ()) -> int:
        round_trips.note()
        return self._raw.execute(statement, values).lastrowid or 0

    def lock_all(self, records: Sequence[Record], funds: Sequence[str]) -> None:
        """Nothing to lock: this transaction is the only one that writes."""

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What goes wrong inside is undone by itself."""
        self._raw.execute("SAVEPOINT record")
        try:
            yield
        except BaseException:
            self._raw.execute("ROLLBACK TO record")
            self._raw.execute("RELEASE record")
            raise
        self._raw.execute("RELEASE record")

    def gather(self, question: Question) -> Mapping[str, Any]:
        """What is known of one record."""
        day = question.service_on.isoformat()
        place = {"canteen": question.canteen_id, "month": question.month, "scan": question.scan_id}
        standing, epoch, closed, last_closed, held = self._one(STANDING, place)
        known = self.known(question.scan_id)
        if known is not None:
            return {"standing": standing, "known": known}
        elder = self._elder(question)
        found: dict[str, Any] = {
            "standing": standing, "epoch": epoch, "closed": closed, "last_closed": last_closed, "held": held,
            "device": self._one(DEVICE, (question.device_id,)),
            "menu": self._one(MENU, (question.canteen_id, day, question.meal_period)),
            "elder": elder,
        }  # fmt: skip
        if elder is not None:
            found |= self._of_elder(elder["id"], question, day)
        return found

    def known(self, scan_id: str) -> Mapping[str, Any] | None:
        """The scan of this id, if there is one."""
        row = self._one(KNOWN, (scan_id,))
        if row is None:
            return None
        return {
            "id": row[0], "content_sha256": row[1], "decision": row[2], "claim": json.loads(row[3]),
            "answer": json.loads(row[4]),
        }  # fmt: skip

    def record(self, rows: Rows, probe: bool) -> Mapping[str, Any]:
        """Write the rows; answers the numbers of scan and meal, and what is backed up."""
        scan_id: int = self._one("SELECT coalesce(max(id), 0) + 1 FROM scan")[0]
        meal_id = self._meal(rows) if "meal" in rows else None
        answer = rows["scan"]["answer"] | {"commit_no": scan_id}
        event = rows["event"]
        if meal_id is not None:
            answer["meal_no"] = meal_id
            event = event | {"subject": f"meal:{meal_id}"}
        scan = rows["scan"] | {"id": scan_id, "meal_id": meal_id, "answer": answer}
        self._write(SCAN, _values(scan, SCAN_COLUMNS))
        self._write(EVENT, _values(event, EVENT_COLUMNS))
        if "contact" in rows:
            contact = (_plain(rows["contact"]["at"]), _plain(rows["contact"]["lease_until"]), scan["device_id"])
            self._write(
                "UPDATE device SET last_contact_at = ?, lease_until = ? "
                "WHERE id = ? AND revoked_at IS NULL AND lost_at IS NULL",
                contact,
            )
        return {"scan": scan_id, "meal": meal_id, "backed_up_through": scan_id}

    def backed_up(self) -> int | None:
        """The highest scan number; numbers are drawn one transaction after the other."""
        found: int | None = self._one("SELECT max(id) FROM scan")[0]
        return found

    def _elder(self, question: Question) -> dict[str, Any] | None:
        statement = BY_REF if question.token_sha256 is None else BY_TOKEN
        named = {"token": question.token_sha256, "ref": question.elder_ref, "canteen": question.canteen_id}
        round_trips.note()
        cursor = self._raw.execute(statement, named)
        row = cursor.fetchone()
        return None if row is None else _named(cursor, row)

    def _of_elder(self, elder_id: int, question: Question, day: str) -> dict[str, Any]:
        whose = {"elder": elder_id, "day": day}
        period = question.meal_period
        used = []
        for rule_id, per, first, last in question.windows:
            values = (elder_id, rule_id, question.programme, first.isoformat(), last.isoformat(), per, period)
            meals, fen = self._one(USED, values)
            if meals is not None:
                used.append((rule_id, per, meals, fen))
        return {
            "facts": self._all(FACTS, whose),
            "slot": self._one(SLOT, (elder_id, day, period)),
            "used": used,
            "funds": [fund for code in question.funds for fund in self._fund(code, elder_id, question, day)],
            "vouchers": [
                row for kind in question.vouchers for row in self._all(VOUCHERS, (elder_id, kind, day))
            ],
        }

    def _fund(self, code: str, elder_id: int, question: Question, day: str) -> Iterator[dict[str, Any]]:
        round_trips.note()
        whose = {"code": code, "day": day, "canteen": question.canteen_id, "elder": elder_id}
        cursor = self._raw.execute(FUND, whose)
        for row in cursor.fetchall():
            yield _named(cursor, row)

    def _meal(self, rows: Rows) -> int:
        meal = rows["meal"]
        meal_id = self._write(MEAL, _values(meal, MEAL_COLUMNS))
        for account in rows.get("accounts", ()):
            self._write("INSERT INTO account (code, kind) VALUES (:code, :kind) ON CONFLICT DO NOTHING", account)
        entry = meal | {"kind": "meal", "posted_at": rows["scan"]["received_at"], "meal_id": meal_id}
        entry_id = self._write(ENTRY, _values(entry, ENTRY_COLUMNS))
        for posting in rows["postings"]:
            self._write(POSTING, _values(posting | {"entry_id": entry_id}, POSTING_COLUMNS))
        for share in rows["shares"]:
            self._write(SHARE, _values(meal | {"meal_id": meal_id, "meals": 1} | share, SHARE_COLUMNS))
        self._draw(rows, meal)
        return meal_id

    def _draw(self, rows: Rows, meal: Rows) -> None:
        if "wallet_fen" in rows:
            taken = (rows["wallet_fen"], meal["elder_id"])
            self._write("UPDATE wallet SET balance_fen = balance_fen - ? WHERE elder_id = ?", taken)
        for fund in rows.get("funds", ()):
            self._write("UPDATE fund SET balance_fen = balance_fen - ? WHERE id = ?", (fund["fen"], fund["id"]))
            if fund["daily"]:
                self._write(
                    "INSERT INTO fund_day (fund_id, service_on, drawn_fen) VALUES (?, ?, ?) "
                    "ON CONFLICT (fund_id, service_on) DO UPDATE SET drawn_fen = drawn_fen + excluded.drawn_fen",
                    (fund["id"], _plain(meal["service_on"]), fund["fen"]),
                )
        for voucher in rows.get("vouchers", ()):
            left = (voucher["fen"], voucher["id"])
            self._write("UPDATE voucher SET left_fen = left_fen - ? WHERE id = ?", left)


@contextmanager
def desk(engine: Engine) -> Iterator[SqliteDesk]:
    """Open the write transaction, commit it durably at the end."""
    with engine.connect() as connection, connection.begin():
        yield SqliteDesk(connection)


def _named(cursor: sqlite3.Cursor, row: Sequence[Any]) -> dict[str, Any]:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def _values(row: Mapping[str, Any], columns: Sequence[str]) -> list[Any]:
    return [_plain(row.get(column)) for column in columns]


def _plain(value: Any) -> Any:
    """A value as SQLAlchemy keeps it in SQLite: instants and days as text, JSON as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value
