"""`canteen serve`: the application on granian, with the work that waits beside it; ends within ten seconds of SIGTERM."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from granian.constants import Interfaces
from granian.server import Server

from canteen.config import ROOT, Settings
from canteen.web.console import answer_no, say

GRACE_SECONDS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes; SQLite always has one.")
@click.option("--work/--no-work", default=True, show_default=True, help="Also render papers and do what else waits.")
def serve(host: str, port: int, workers: int, work: bool) -> None:
    """Serve the application."""
    settings: Settings = current_app.config["CANTEEN"]
    on_sqlite = settings.address.startswith("sqlite")
    if not 0 < port < 65536:
        answer_no("端口要在 1 到 65535 之间。")
    say(f"http://{host}:{port}/")
    with _worker(work):
        # One process on SQLite: it has one writer, which commits what waits together.
        Server(
            "wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=1 if on_sqlite else workers,
            blocking_threads=32 if on_sqlite else 8,
            workers_kill_timeout=GRACE_SECONDS,
            log_access=False,  # a request line may hold a card's token
            websockets=False,
            working_dir=ROOT,
        ).serve()


@contextmanager
def _worker(is_wanted: bool) -> Iterator[None]:
    """`canteen work` as a process of its own, so that a paper that is being drawn slows no scan."""
    if not is_wanted:
        yield
        return
    worker = subprocess.Popen([sys.executable, "-m", "canteen", "work"], cwd=ROOT, stdin=subprocess.DEVNULL)  # noqa: S603
    try:
        yield
    finally:
        worker.terminate()
        try:
            worker.wait(timeout=1)
        except subprocess.TimeoutExpired:
            worker.kill()


COMMANDS = [serve]
