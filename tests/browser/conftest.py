"""A server that a real browser talks to, and that browser: Debian's chromium, without a window."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

CHROMIUM = "/usr/bin/chromium"

expect.set_options(timeout=20_000)  # what is waited for comes at once, but for a machine that has other things to do


@dataclass(frozen=True, slots=True)
class Live:
    """An app that is being served, and its address."""

    app: Flask
    address: str


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's chromium; inside a container it has no sandbox of its own and little shared memory."""
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-dev-shm-usage"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Pages without a service worker, so that what a test plants on the way to the server is not passed by.

    A test of a dead network opens a context of its own: `browser.new_context(service_workers="allow")`.
    """
    return {**browser_context_args, "service_workers": "block"}


@pytest.fixture
def live(sqlite_app: Flask) -> Iterator[Live]:
    """The app on SQLite, served on a free port."""
    server = make_server("127.0.0.1", 0, sqlite_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Live(sqlite_app, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser's console complains of while a test runs, a blocked inline script above all."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on(
        "console", lambda message: found.append(message.text) if "Content Security" in message.text else None
    )
    return found
