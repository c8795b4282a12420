"""The served process of a fault run: the real application, killed and started anew.

A parent that has imported and made the application forks one server after another, so a life costs milliseconds.
Nothing of this is known to the application: the points and planted bugs are put into it from here.
"""

import ctypes
import logging
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from canteen.app import APIS, PAGES, create_app
from canteen.config import Settings
from canteen.db import db
from tests.faults import plants
from tests.faults.points import LATE, Points, install

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.serve", *(f"canteen.{name}.views" for name in PAGES),
                              *(f"canteen.{name}.api" for name in APIS)])  # fmt: skip
DIE_WITH_PARENT = 1
PORTS = range(20_000, 30_000)  # below those that the system deals out, so that nobody else gets it between two lives


@dataclass(frozen=True, slots=True)
class LunchClock:
    """The lunch's own time, the same in every process: a fixed noon and what has passed since."""

    noon: datetime
    began_s: float

    def now(self) -> datetime:
        """The instant in the canteen."""
        return self.noon + timedelta(seconds=time.monotonic() - self.began_s)


@dataclass(frozen=True, slots=True)
class Served:
    """What is to be served, and how. `backup_mark`: a file with the number up to which records are backed up."""

    home: Path
    database_url: str
    port: int
    log: Path
    clock: LunchClock
    is_ticking: bool = True
    plant: str | None = None
    backup_mark: Path | None = None


class Lives:
    """The server's lives one after the other, from outside."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self._orders, theirs = FORKS.Pipe()
        self._parent = FORKS.Process(target=keep_alive, args=(served, theirs), daemon=True)
        self._parent.start()
        theirs.close()

    def begin(self) -> None:
        """Serve, and serve anew after each death."""
        self._order("go")
        until = time.monotonic() + 30
        while not _answers(self.served.port):
            if time.monotonic() > until:
                raise RuntimeError("the server of the fault run does not come up")
            time.sleep(0.005)

    def pause(self) -> None:
        """Kill the life there is, and have none."""
        self._order("pause")

    def end(self) -> None:
        """No life any more."""
        self._orders.send("end")
        self._parent.join(10)
        self._parent.close()

    def deaths(self) -> list[str]:
        """At which points the server was killed, in order."""
        return self.served.log.read_text().split() if self.served.log.exists() else []

    def _order(self, order: str) -> None:
        self._orders.send(order)
        if not self._orders.poll(30):
            raise RuntimeError("the parent of the fault run's server is gone")
        self._orders.recv()


def free_port() -> int:
    """A port nobody listens on."""
    for port in PORTS[os.getpid() % 5_000 :]:
        try:
            socket.create_server(("127.0.0.1", port)).close()
            return port
        except OSError:
            continue
    raise RuntimeError("no free port")


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def keep_alive(served: Served, orders: Connection) -> None:
    """The parent: makes the application once, and forks a server whenever there is none."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.ERROR)
    os.environ |= {
        "CANTEEN_HOME": str(served.home), "CANTEEN_DATABASE_URL": served.database_url,
        "CANTEEN_NOW": served.clock.noon.isoformat(),
    }  # fmt: skip
    app = create_app(Settings(home=served.home, database_url=served.database_url))
    points = Points(served.log)
    with app.app_context():
        install(points, db.engine)
        if served.plant is not None:
            plants.plant(served.plant, app, points)
        if served.backup_mark is not None:
            plants.back_up_only_to(served.backup_mark)
    _rule(app, served, points, orders)


def _rule(app: Flask, served: Served, points: Points, orders: Connection) -> None:
    life, is_wanted = 0, False
    while True:
        if is_wanted and not life:
            life = _fork(app, served, points)
        ended = os.pidfd_open(life) if life else None
        ready = wait([orders] if ended is None else [orders, ended])
        if ended is not None:
            os.close(ended)
        if orders in ready:
            order = _read(orders)
            is_wanted = order == "go"
            if life and not is_wanted:
                os.kill(life, signal.SIGKILL)
                os.waitpid(life, 0)
                life = 0
            if order == "end":
                return
            orders.send("done")
        elif life:
            os.waitpid(life, 0)
            life = 0


def _read(orders: Connection) -> str:
    try:
        order: str = orders.recv()
    except EOFError:
        return "end"  # who ordered the lunch is gone
    return order


def _fork(app: Flask, served: Served, points: Points) -> int:
    life = os.fork()
    if life:
        return life
    try:
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
        _live(app, served, points)
    finally:
        os._exit(1)


def _live(app: Flask, served: Served, points: Points) -> None:
    faulty = FaultyApp(app, served, points)
    make_server("127.0.0.1", served.port, faulty, threaded=True).serve_forever()


class FaultyApp:
    """The application with the lunch's clock, and with an answer that may never leave."""

    def __init__(self, app: Flask, served: Served, points: Points) -> None:
        self.app = app
        self.served = served
        self.points = points

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """One request."""
        if self.served.is_ticking:
            os.environ["CANTEEN_NOW"] = self.served.clock.now().isoformat()
        fault = environ.get("HTTP_X_FAULT", "")
        if fault and fault not in LATE:
            self.points.arm(fault)
        answer = b"".join(self.app(environ, start_response))
        self.points.reach("before-answer")
        if fault in LATE:
            self.points.hold_back(fault)
        return [answer]
