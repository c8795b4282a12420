"""A still picture of the database for long reads, so that no check-in waits for a report.

On SQLite an open reader can keep the writer from committing, so a copy is made first and read instead; on
PostgreSQL one repeatable-read transaction sees one moment and stands in nobody's way.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from canteen.db import db


@contextmanager
def snapshot() -> Iterator[Session]:
    """A session on the database as it is at this moment; nothing written in it is kept."""
    if db.engine.dialect.name == "postgresql":
        still = db.engine.execution_options(isolation_level="REPEATABLE READ")
        with Session(still) as session:
            yield session
            session.rollback()
        return
    # Beside the database and not in /tmp: the copy holds what the database holds.
    folder = Path(db.engine.url.database or ".").parent
    with tempfile.TemporaryDirectory(prefix=".snapshot-", dir=folder) as scratch:
        path = Path(scratch) / "copy.db"
        _copy(path)
        engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
        with Session(engine) as session:
            yield session
        engine.dispose()


def _copy(path: Path) -> None:
    engine = db.engines.get("read", db.engine)
    connection = engine.raw_connection()
    try:
        # Outside any transaction: VACUUM refuses to run within one.
        connection.cursor().execute("VACUUM INTO ?", (str(path),))
    finally:
        connection.close()
