"""A tablet's disk: what was written outlives a crash of the page, what was synced a power cut too."""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Line = dict[str, Any]


class Disk:
    """A journal of lines in a real file, never rewritten: what it holds at the end is what was durable."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("ab")
        self._synced = 0

    def write(self, line: Line) -> None:
        """Append a line; not yet safe."""
        self._file.write(json.dumps(line).encode() + b"\n")

    def sync(self) -> None:
        """Make safe all that was written; returns when it is."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._synced = self._file.tell()

    def read(self) -> Iterator[Line]:
        """Every line that is there, a torn one left out."""
        self._file.flush()
        for text in self.path.read_bytes().split(b"\n"):
            try:
                yield json.loads(text)
            except ValueError:
                continue

    def cut_power(self, chance: random.Random) -> None:
        """The power fails: of what was not synced, the end is lost, maybe in the middle of a line."""
        self._file.flush()
        unsafe = self._file.tell() - self._synced
        self._file.close()
        with self.path.open("r+b") as file:
            file.truncate(self._synced + (chance.randrange(unsafe) if unsafe else 0))
        self._file = self.path.open("ab")
        self._file.write(b"\n")
        self.sync()

    def close(self) -> None:
        """No writing any more."""
        self._file.close()
