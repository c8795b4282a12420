"""The database: one object, two ways in.

`transaction()` is how a use case writes: it opens, commits or rolls back, and refuses to nest, so
that "what happened together is recorded together" has one place to be true.  `reading()` is how a
page reads.

On SQLite the two differ: with the driver's default settings four processes that added to one
balance lost updates silently, so a write transaction takes the write lock at once (BEGIN
IMMEDIATE), and reads go through a second engine with a deferred BEGIN.  In rollback-journal mode
an open reader blocks the writer's commit: keep `reading()` short.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Engine, Integer, MetaData, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

# WAL with two connections could corrupt a file before these releases; the rollback journal never did.
FIXED_WAL = ((3, 44, 6), (3, 50, 7), (3, 51, 3))


class Model(DeclarativeBase):
    """What every table is declared from."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


Id = BigInteger().with_variant(Integer, "sqlite")
Fen = BigInteger
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; a naive one is refused, since nobody could say which hour it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


db = SQLAlchemy(metadata=Model.metadata)


def init_db(app: Flask, address: str) -> None:
    """Attach the database to the application; on SQLite with a second engine for reading."""
    is_sqlite = address.startswith("sqlite")
    app.config["SQLALCHEMY_DATABASE_URI"] = address
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(is_sqlite)
    if is_sqlite:
        Path(address.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        app.config["SQLALCHEMY_BINDS"] = {"read": {"url": address, **_engine_options(True)}}
    db.init_app(app)
    if is_sqlite:
        with app.app_context():
            _prepare_sqlite(db.engine, "BEGIN IMMEDIATE")
            _prepare_sqlite(db.engines["read"], "BEGIN DEFERRED")


def _engine_options(is_sqlite: bool) -> dict[str, Any]:
    # What a statement was sent with is names and addresses, and would stand in the message of its failure.
    told = {"hide_parameters": True}
    if is_sqlite:
        return {"connect_args": {"timeout": 30}, **told}
    return {"pool_size": 4, "max_overflow": 8, "pool_pre_ping": False, **told}


def _prepare_sqlite(engine: Engine, begin: str) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in pragmas(sqlite3.sqlite_version_info):
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)


def pragmas(version: tuple[int, ...]) -> list[str]:
    """Journal mode and sync level by which an answered scan survives a power cut, for this engine."""
    wal = is_wal_sound(version)
    journal = ["PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"]
    rollback = ["PRAGMA journal_mode=TRUNCATE", "PRAGMA synchronous=EXTRA"]
    return ["PRAGMA foreign_keys=ON", "PRAGMA busy_timeout=30000", *(journal if wal else rollback)]


def is_wal_sound(version: tuple[int, ...]) -> bool:
    """Whether this SQLite release is free of the WAL corruption of 3.7.0 to 3.51.2."""
    if version >= FIXED_WAL[-1]:
        return True
    return any(version[:2] == fixed[:2] and version >= fixed for fixed in FIXED_WAL)


_open: ContextVar[bool] = ContextVar("canteen_transaction_open", default=False)


@contextmanager
def transaction() -> Iterator[Session]:
    """Open one write transaction: commit at the end, roll back on any error, never nest."""
    if _open.get():
        raise RuntimeError("a transaction is already open: join it by taking its session")
    token = _open.set(True)
    try:
        with Session(db.engine, expire_on_commit=False) as session, session.begin():
            # Take SQLite's write lock now and not at the first write: what is read must still be true then.
            session.connection()
            yield session
    finally:
        _open.reset(token)


@contextmanager
def reading() -> Iterator[Session]:
    """Open a read-only look at the database; nothing written in it is kept."""
    engine = db.engines.get("read", db.engine)
    with Session(engine, expire_on_commit=False) as session:
        try:
            yield session
        finally:
            session.rollback()


def is_postgresql(session: Session) -> bool:
    """Whether this session speaks to PostgreSQL; the two databases lock differently."""
    return session.get_bind().dialect.name == "postgresql"
