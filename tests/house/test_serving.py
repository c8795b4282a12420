"""`canteen serve` answers, draws papers beside it, and ends soon when it is told to."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil

from canteen.bench.places import free_port, wait_until_alive
from canteen.config import ROOT


def test_it_answers_and_ends_within_ten_seconds_of_being_told(tmp_path: Path) -> None:
    environment = os.environ | {"CANTEEN_HOME": str(tmp_path), "CANTEEN_DATABASE_URL": ""}
    canteen = [sys.executable, "-m", "canteen"]
    subprocess.run([*canteen, "init"], env=environment, cwd=ROOT, check=True, capture_output=True)
    port = free_port()
    server = subprocess.Popen([*canteen, "serve", "--port", str(port)], env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
    wait_until_alive(port)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=10) as page:
        assert "登录" in page.read().decode()
    family = psutil.Process(server.pid).children(recursive=True)

    started = time.monotonic()
    server.send_signal(signal.SIGTERM)
    server.wait(timeout=12)

    assert time.monotonic() - started < 10
    gone, alive = psutil.wait_procs(family, timeout=3)
    assert (bool(gone), alive) == (True, [])


def test_a_port_that_is_none_is_refused(tmp_path: Path) -> None:
    environment = os.environ | {"CANTEEN_HOME": str(tmp_path), "CANTEEN_DATABASE_URL": ""}
    said = subprocess.run(
        [sys.executable, "-m", "canteen", "serve", "--port", "99999"],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert said.returncode == 1
    assert "65535" in said.stderr
