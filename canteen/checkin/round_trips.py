"""How many statements or batches a check-in sends to the database; BEGIN and COMMIT are not counted."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Sent(threading.local):
    count = 0


_sent = _Sent()


class Counted:
    """What was sent while it was looked at."""

    def __init__(self, before: int) -> None:
        self._before = before
        self._after: int | None = None

    @property
    def count(self) -> int:
        """So many, up to now or to the end of the look."""
        return (_sent.count if self._after is None else self._after) - self._before

    def end(self) -> None:
        """Count no further."""
        self._after = _sent.count


def note() -> None:
    """One statement or batch is sent."""
    _sent.count += 1


@contextmanager
def counted() -> Iterator[Counted]:
    """Look at what this thread sends."""
    look = Counted(_sent.count)
    try:
        yield look
    finally:
        look.end()
