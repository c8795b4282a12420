"""Breaking a database by hand, as nobody should: guards off, then one direct edit."""

import sqlite3

from sqlalchemy import text

from canteen.db import db


def run(*statements: str) -> int:
    """Run statements past every layer of ours; answers how many rows the last one changed."""
    if db.engine.dialect.name == "sqlite":
        # A connection of its own, on which foreign keys are not looked at.
        connection = sqlite3.connect(str(db.engine.url.database), timeout=30, isolation_level=None)
        changed = [connection.execute(statement).rowcount for statement in statements]
        connection.close()
        return changed[-1]
    with db.engine.begin() as session:
        return [session.execute(text(statement)).rowcount for statement in statements][-1]


def lay_bare(*tables: str) -> None:
    """Turn tables into plain copies of themselves: no trigger, no unique index, no check, no foreign key."""
    cascade = " CASCADE" if db.engine.dialect.name == "postgresql" else ""
    for table in tables:
        run(
            f"CREATE TABLE bare AS SELECT * FROM {table}",
            f"DROP TABLE {table}{cascade}",
            f"ALTER TABLE bare RENAME TO {table}",
        )


def edit(table: str, statement: str) -> None:
    """One direct edit of a table whose guards are taken away first."""
    lay_bare(table)
    assert run(statement), "the edit must change a row, or it breaks nothing"
