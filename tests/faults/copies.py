"""Copies of a lunch's database: to restore from, and to replay its records into."""

import shutil
from dataclasses import replace
from pathlib import Path

import psycopg

from canteen.config import Settings
from canteen.db import db


def copy_of(settings: Settings, name: str) -> Settings:
    """The same database under another name, as it is now. Nobody may be at it."""
    let_go()
    if settings.database_url.startswith("sqlite"):
        path = Path(settings.database_url.removeprefix("sqlite:///"))
        shutil.copy(path, path.with_name(f"{name}.db"))
        return replace(settings, database_url=f"sqlite:///{path.with_name(name)}.db")
    whole = _named(settings)
    _maintain(settings, f"DROP DATABASE IF EXISTS {whole}_{name} WITH (FORCE)")
    _maintain(settings, f"CREATE DATABASE {whole}_{name} TEMPLATE {whole}")
    return replace(settings, database_url=settings.database_url.replace(whole, f"{whole}_{name}"))


def put_back(kept: Settings, settings: Settings) -> None:
    """Throw the database away and take the copy in its place."""
    let_go()
    if settings.database_url.startswith("sqlite"):
        there = settings.database_url.removeprefix("sqlite:///")
        Path(f"{there}-journal").unlink(missing_ok=True)
        shutil.copy(kept.database_url.removeprefix("sqlite:///"), there)
        return
    _maintain(settings, f"DROP DATABASE {_named(settings)} WITH (FORCE)")
    _maintain(settings, f"CREATE DATABASE {_named(settings)} TEMPLATE {_named(kept)}")


def throw_away(copy: Settings) -> None:
    """Remove a copy."""
    if copy.database_url.startswith("sqlite"):
        Path(copy.database_url.removeprefix("sqlite:///")).unlink()
    else:
        _maintain(copy, f"DROP DATABASE IF EXISTS {_named(copy)} WITH (FORCE)")


def let_go() -> None:
    """Close this process's connections."""
    for engine in db.engines.values():
        engine.dispose()


def _named(settings: Settings) -> str:
    return settings.database_url.partition("?")[0].rsplit("/", 1)[1]


def _maintain(settings: Settings, statement: str) -> None:
    address = settings.database_url.replace("postgresql+psycopg://", "postgresql://")
    address = address.replace(f"/{_named(settings)}", "/postgres")
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(address, autocommit=True) as connection:
        # A server that was killed leaves its backend behind for a moment.
        connection.execute(others, (_named(settings),))
        connection.execute(statement)
