"""A small HTTP client for load: keep-alive connections, bodies made beforehand, every latency kept.

It runs in a process of its own so that making requests and answering them do not share one interpreter.
"""

import json
import socket
import sys
import threading
import time
from typing import Any


def post_all(port: int, bearers: list[str], bodies: list[bytes], connections: int) -> dict[str, Any]:
    """POST every body to /api/v1/scans over so many connections; answers seconds, latencies and outcomes.

    `bearers`: whose tablet sends each body.
    """
    waiting = iter(zip(bearers, bodies, strict=True))
    lock = threading.Lock()
    latencies: list[float] = []
    outcomes: dict[str, int] = {}

    def carry() -> None:
        connection = _Connection(port)
        while True:
            with lock:
                sent = next(waiting, None)
            if sent is None:
                return
            started = time.perf_counter()
            answer = connection.post(*sent)
            took = time.perf_counter() - started
            with lock:
                latencies.append(took)
                for result in answer["results"]:
                    key = f"{result['state']}:{result['code']}"
                    outcomes[key] = outcomes.get(key, 0) + 1

    threads = [threading.Thread(target=carry) for _ in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"seconds": time.perf_counter() - started, "latencies": latencies, "outcomes": outcomes}


class _Connection:
    """One keep-alive connection that speaks just enough HTTP."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = (
            f"POST /api/v1/scans HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        )
        self.buffer = b""

    def post(self, bearer: str, body: bytes) -> dict[str, Any]:
        own = f"Authorization: Bearer {bearer}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.socket.sendall((self.head + own).encode() + body)
        head = self._until(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"unexpected answer: {head[:200]!r}")
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        while len(self.buffer) < length:
            self.buffer += self._receive()
        content, self.buffer = self.buffer[:length], self.buffer[length:]
        answer: dict[str, Any] = json.loads(content)
        return answer

    def _until(self, mark: bytes) -> bytes:
        while mark not in self.buffer:
            self.buffer += self._receive()
        head, _, self.buffer = self.buffer.partition(mark)
        return head

    def _receive(self) -> bytes:
        chunk = self.socket.recv(65536)
        if not chunk:
            raise RuntimeError("the server closed the connection")
        return chunk


def main() -> None:
    """Read `{port, bearers, bodies, connections}` from standard input, print what came of it."""
    task = json.load(sys.stdin)
    bodies = [body.encode() for body in task["bodies"]]
    json.dump(post_all(task["port"], task["bearers"], bodies, task["connections"]), sys.stdout)


if __name__ == "__main__":
    main()
