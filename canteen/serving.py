"""`canteen serve`: the application on granian, ending within ten seconds of SIGTERM."""

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
def serve(host: str, port: int, workers: int) -> None:
    """Serve the application."""
    settings: Settings = current_app.config["CANTEEN"]
    on_sqlite = settings.address.startswith("sqlite")
    if not 0 < port < 65536:
        answer_no("端口要在 1 到 65535 之间。")
    say(f"http://{host}:{port}/")
    # One process on SQLite: it has one writer, which commits what waits together.
    Server(
        "wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1 if on_sqlite else workers,
        blocking_threads=32 if on_sqlite else 8,
        workers_kill_timeout=GRACE_SECONDS,
        log_access=False,
        websockets=False,
        working_dir=ROOT,
    ).serve()


COMMANDS = [serve]
