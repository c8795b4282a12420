"""`canteen serve`: the application on granian, with the work that waits beside it; ends within ten seconds of SIGTERM."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import click
from flask import current_app
from granian.constants import Interfaces, SSLProtocols
from granian.server import Server

from canteen.clock import now
from canteen.config import ROOT, Settings
from canteen.lan import keeping
from canteen.lan.addresses import in_address, lan_addresses
from canteen.lan.keeping import Shown
from canteen.lan.plain import steps_on
from canteen.lan.steps import DEFAULT_STEPS_PORT, Ports, keep_ports
from canteen.web.console import answer_no, refusals_end, say

GRACE_SECONDS = 8
LOOK_SECONDS = 30
WARNED = {
    "expired": "证书已经到期，平板会拒绝连接。",
    "expires-soon": "证书不到 30 天就要到期，请尽快换新的。",
    "authority-expires-soon": "自己的根证书快到期了：请运行 canteen certificate --anew，再给每台平板重新装一次。",
}


@click.command()
@click.option("--host", help="Address to listen at; 127.0.0.1, or with --lan every address of this computer.")
@click.option("--port", default=8000, show_default=True)
@click.option("--lan", is_flag=True, help="With TLS, for tablets on the canteen's own network.")
@click.option("--steps-port", default=DEFAULT_STEPS_PORT, show_default=True, help="Plain-http port of the steps for tablets.")
@click.option("--workers", default=1, show_default=True, help="Processes; SQLite always has one.")
@click.option("--work/--no-work", default=True, show_default=True, help="Also render papers and do what else waits.")
@refusals_end
def serve(host: str | None, port: int, lan: bool, steps_port: int, workers: int, work: bool) -> None:
    """Serve the application."""
    settings: Settings = current_app.config["CANTEEN"]
    if not (0 < port < 65536 and 0 < steps_port < 65536):
        answer_no("端口要在 1 到 65535 之间。")
    host = host or ("0.0.0.0" if lan else "127.0.0.1")  # noqa: S104 - tablets on the network are to reach it
    with ExitStack() as beside:
        shown = _prepare(settings, host, Ports(port, steps_port), beside) if lan else None
        if not shown:
            say(f"http://{host}:{port}/")
        beside.enter_context(_worker(work))
        _server(settings, host, port, workers, shown).serve()


def _server(settings: Settings, host: str, port: int, workers: int, shown: Shown | None) -> Any:
    on_sqlite = settings.address.startswith("sqlite")
    # One process on SQLite: it has one writer, which commits what waits together.
    return Server(
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
        ssl_cert=shown.certificate_file if shown else None,
        ssl_key=shown.key_file if shown else None,
        ssl_protocol_min=SSLProtocols.tls12,  # tablets of Android 9 and older know no newer one
    )


def _prepare(settings: Settings, host: str, ports: Ports, beside: ExitStack) -> Shown:
    """The certificate, what is to be said of it, and the page of steps beside the server."""
    shown, renewed = keeping.ensure(settings, now())
    keep_ports(settings, ports)
    if renewed:
        say("已为食堂的网络做好证书。" if shown.is_own else "")
    for warning in shown.warnings(now()):
        say(WARNED.get(warning, ""))
    reached = [in_address(address) for address in lan_addresses()] or [host]
    for address in reached:
        say(f"https://{address}:{ports.till}/till")
    if shown.is_own:
        try:
            beside.enter_context(steps_on(current_app._get_current_object(), host, ports.steps))  # type: ignore[attr-defined]
            say(f"平板第一次用，先打开 http://{reached[0]}:{ports.steps}/ 按步骤装证书。")
        except OSError:
            say(f"端口 {ports.steps} 被占用，装证书的步骤页没有打开。请换一个：--steps-port。")
        say(f"根证书的指纹（SHA-256）：{shown.authority_fingerprint}")
    beside.enter_context(_watch(shown.certificate_file))
    return shown


@contextmanager
def _watch(path: Path) -> Iterator[None]:
    """Let the server's processes start anew, one after the other, when the certificate's file is another one."""
    ended = Event()

    def look() -> None:
        before = path.stat().st_mtime_ns
        while not ended.wait(LOOK_SECONDS):
            after = path.stat().st_mtime_ns if path.exists() else before
            if after != before and hasattr(signal, "SIGHUP"):
                os.kill(os.getpid(), signal.SIGHUP)
            before = after

    Thread(target=look, daemon=True).start()
    try:
        yield
    finally:
        ended.set()


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
