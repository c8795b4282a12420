"""A bad network between browser and server: a TCP proxy that can cut, hang, delay, reset and repeat.

It looks at bytes only as far as it must to know where a request ends. `way` says what becomes of a connection's next
bytes; it may be changed at any moment and holds for connections that are open already.
"""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

THROUGH = "through"
CUT = "cut"  # nobody answers the door, and whoever is inside is thrown out
HUNG = "hung"  # the request goes in and nothing ever comes back
HALF_OPEN = "half-open"  # the request is swallowed: the server never hears of it
RESET = "reset"  # the server has done its work, its answer is thrown away
REPEATED = "repeated"  # the server gets every request twice, the browser one answer

BLOCK = 65536


@dataclass
class Proxy:
    """The proxy's address and its ways. `delay_s` holds every answer back; `requests` counts what reached the server."""

    port: int
    target: tuple[str, int]
    way: str = THROUGH
    delay_s: float = 0.0
    requests: int = 0
    open: set[socket.socket] = field(default_factory=set)

    @property
    def address(self) -> str:
        """Where the browser goes."""
        return f"http://127.0.0.1:{self.port}"

    def go(self, way: str, delay_s: float = 0.0) -> None:
        """From now on the network is like this."""
        self.way, self.delay_s = way, delay_s
        if way == CUT:
            for each in list(self.open):
                _close(each)

    def carry(self, browser: socket.socket) -> None:
        """One connection of the browser, until either side has had enough."""
        self.open.add(browser)
        with suppress(OSError):
            request = _request(browser)
            if request and self.way != CUT:
                self._answer(browser, request)
        self.open.discard(browser)
        _close(browser)

    def _answer(self, browser: socket.socket, request: bytes) -> None:
        """One request a connection: the server is asked to close too."""
        way = self.way
        if way == HALF_OPEN:
            return self._wait(way)
        answer = self._ask(request)
        if way == REPEATED:
            answer = self._ask(request)
        if way == HUNG:
            return self._wait(way)
        if way == RESET:
            browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return browser.close()
        time.sleep(self.delay_s)
        return browser.sendall(answer)

    def _wait(self, way: str) -> None:
        while self.way == way:
            time.sleep(0.05)

    def _ask(self, request: bytes) -> bytes:
        head, _blank, body = request.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
        with socket.create_connection(self.target, timeout=60) as server:
            server.sendall(b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body)
            self.requests += 1
            parts = []
            while part := server.recv(BLOCK):
                parts.append(part)
        return b"".join(parts)


@contextmanager
def proxy_to(port: int) -> Iterator[Proxy]:
    """A proxy in front of a server on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        proxy = Proxy(door.getsockname()[1], ("127.0.0.1", port))
        threading.Thread(target=_let_in, args=(door, proxy), daemon=True).start()
        yield proxy
        proxy.go(CUT)
        door.shutdown(socket.SHUT_RDWR)


def _let_in(door: socket.socket, proxy: Proxy) -> None:
    while True:
        try:
            browser, _address = door.accept()
        except OSError:
            return
        if proxy.way == CUT:
            _close(browser)
        else:
            threading.Thread(target=proxy.carry, args=(browser,), daemon=True).start()


def _request(browser: socket.socket) -> bytes:
    """A whole request, by its Content-Length; empty when the browser has gone."""
    got = b""
    while b"\r\n\r\n" not in got:
        part = browser.recv(BLOCK)
        if not part:
            return b""
        got += part
    head, _blank, body = got.partition(b"\r\n\r\n")
    while len(body) < _length(head):
        part = browser.recv(BLOCK)
        if not part:
            return b""
        body += part
    return head + b"\r\n\r\n" + body


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _colon, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


def _close(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
