"""A TCP proxy between one tablet and the server, which does to the network what happens in a canteen.

It takes in a whole request, decides by its seed what becomes of it, and closes the connection after each answer. A
fault may be ordered for the next request (`stack`), or is dealt from the deck until that is used up.
"""

import json
import random
import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from tests.faults.holdings import Letter

CUTS = (
    "cut-before", "cut-request", "corrupt-request", "reset-after-request", "half-open", "half-open-before",
    "late-answer", "late-request", "truncate-answer", "repeat-request", "repeat-answer",
)  # fmt: skip
WAITING_CUTS = ("half-open", "half-open-before", "late-answer", "late-request")
"""Cuts of which the tablet learns only by its own patience."""
LONGEST_S = 20.0
API = "/api/v1/"


class Wire:
    """One tablet's way to the server at `upstream`, a port of this machine."""

    def __init__(self, upstream: int, seed: str, patience_s: float) -> None:
        self.upstream = upstream
        self.patience_s = patience_s
        self.random = random.Random(seed)
        self.deck: list[str] = []
        self.chance = 0.5
        self.injected: Counter[str] = Counter()
        self.is_blocked = False
        """Nothing of the API goes through; what the page itself consists of does."""
        self.posted: list[dict[str, Any]] = []
        """Every record that was sent, in its form at that time."""
        self.letters: list[Letter] = []
        """Every other act that was sent."""
        self._stacked: deque[str] = deque()
        self._last_answer: bytes | None = None
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stack(self, fault: str) -> None:
        """Let this happen to the next request of the tablet: a cut, or `kill:<point>` for the server."""
        self._stacked.append(fault)

    def heal(self) -> None:
        """No faults from now on."""
        with self._lock:
            self.deck.clear()
            self._stacked.clear()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        client.settimeout(LONGEST_S)
        try:
            request = read_request(client)
            if request:
                self._act(self._deal(request), client, request)
        except OSError:
            pass
        finally:
            client.close()

    def _deal(self, request: bytes) -> str:
        path = request.split(b" ", 2)[1].decode("latin-1")
        with self._lock:
            if self.is_blocked and path.startswith(API):
                return "cut-before"
            if not path.startswith(API) or not request.startswith(b"POST"):
                return "plain"
            self._note(path, json.loads(request.partition(b"\r\n\r\n")[2]))
            if self._stacked:
                return self._stacked.popleft()
            if self.deck and self.random.random() < self.chance:
                return self.deck.pop()
        return "plain"

    def _note(self, path: str, body: dict[str, Any]) -> None:
        key = body.get("cancel_id") or body.get("id")
        if path == f"{API}scans":
            self.posted += body["records"]
        elif key is not None:
            self.letters.append(Letter(path, key, body))

    def _act(self, fault: str, client: socket.socket, request: bytes) -> None:
        if fault.startswith("kill:"):
            self._forward(client, with_header(request, f"X-Fault: {fault.removeprefix('kill:')}"))
            return
        if fault == "plain":
            self._forward(client, request)
            return
        with self._lock:
            self.injected[fault] += 1
        act: Callable[[socket.socket, bytes], None] = getattr(self, "_" + fault.replace("-", "_"))
        act(client, request)

    def _forward(self, client: socket.socket, request: bytes) -> None:
        answer = self._ask(request)
        if not answer:
            reset(client)
            return
        if request.startswith(b"POST"):
            self._last_answer = answer
        client.sendall(answer)

    def _ask(self, request: bytes) -> bytes:
        """The server's whole answer; nothing where it is down or died over it."""
        try:
            with socket.create_connection(("127.0.0.1", self.upstream), timeout=LONGEST_S) as server:
                server.sendall(with_header(request, "Connection: close"))
                return read_all(server)
        except OSError:
            return b""

    def _cut_before(self, client: socket.socket, request: bytes) -> None:
        reset(client)

    def _cut_request(self, client: socket.socket, request: bytes) -> None:
        head = request.index(b"\r\n\r\n") + 4
        sent = request[: head + self.random.randrange(max(1, len(request) - head))]
        try:
            with socket.create_connection(("127.0.0.1", self.upstream), timeout=LONGEST_S) as server:
                server.sendall(sent)
                reset(server)
        except OSError:
            pass
        reset(client)

    def _corrupt_request(self, client: socket.socket, request: bytes) -> None:
        # Bytes that stand in no JSON: what is changed into other sound JSON, TLS and no server must catch.
        broken, head = bytearray(request), request.index(b"\r\n\r\n") + 4
        for _ in range(3):
            if len(request) > head:
                broken[self.random.randrange(head, len(request))] = self.random.choice((0x00, 0xFF))
        self._forward(client, bytes(broken))

    def _reset_after_request(self, client: socket.socket, request: bytes) -> None:
        threading.Thread(target=self._ask, args=(request,), daemon=True).start()
        time.sleep(self.random.uniform(0, 0.01))
        reset(client)

    def _half_open(self, client: socket.socket, request: bytes) -> None:
        self._ask(request)
        wait_for_end(client)

    def _half_open_before(self, client: socket.socket, request: bytes) -> None:
        wait_for_end(client)

    def _late_answer(self, client: socket.socket, request: bytes) -> None:
        self._last_answer = answer = self._ask(request)
        time.sleep(self.patience_s * 1.2)
        client.sendall(answer)

    def _late_request(self, client: socket.socket, request: bytes) -> None:
        # The tablet has long decided, and perhaps sent its decision, when this arrives.
        wait_for_end(client)
        time.sleep(self.random.uniform(0, self.patience_s))
        self._ask(request)

    def _truncate_answer(self, client: socket.socket, request: bytes) -> None:
        answer = self._ask(request)
        client.sendall(answer[: self.random.randrange(max(1, len(answer)))])
        client.shutdown(socket.SHUT_WR)

    def _repeat_request(self, client: socket.socket, request: bytes) -> None:
        again = threading.Thread(target=self._ask, args=(request,), daemon=True)
        again.start()
        self._forward(client, request)
        again.join(LONGEST_S)

    def _repeat_answer(self, client: socket.socket, request: bytes) -> None:
        # What a proxy on the way had kept of an earlier request.
        if self._last_answer is None:
            reset(client)
        else:
            client.sendall(self._last_answer)


def read_request(client: socket.socket) -> bytes:
    """One HTTP request with its body."""
    taken = b""
    while b"\r\n\r\n" not in taken:
        more = client.recv(65536)
        if not more:
            return b""
        taken += more
    head, _, body = taken.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        more = client.recv(65536)
        if not more:
            return b""
        body += more
    return head + b"\r\n\r\n" + body


def read_all(server: socket.socket) -> bytes:
    """Everything until the other side closes; nothing if it broke off before the end of its answer."""
    taken = b""
    while more := server.recv(65536):
        taken += more
    return taken


def with_header(request: bytes, header: str) -> bytes:
    """The request with one more header, before the others."""
    line, _, rest = request.partition(b"\r\n")
    if header.startswith("Connection"):
        kept = [one for one in rest.split(b"\r\n\r\n", 1)[0].split(b"\r\n") if not one.lower().startswith(b"connection:")]
        rest = b"\r\n".join(kept) + b"\r\n\r\n" + rest.split(b"\r\n\r\n", 1)[1]
    return line + b"\r\n" + header.encode() + b"\r\n" + rest


def reset(connection: socket.socket) -> None:
    """Close with a reset in place of a goodbye."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def wait_for_end(client: socket.socket) -> None:
    """Stay silent until the tablet gives up."""
    while client.recv(4096):
        pass
