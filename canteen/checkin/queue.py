"""Group commit for SQLite: what waits together is written by one of those who wait, and committed together.

There is one writer at a time anyway. While one commit is on its way to the disk, others gather here; whoever gets
the pen next writes for all of them, so a slow disk costs one sync for many meals.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


class _Waiting(Generic[Task, Result]):
    def __init__(self, task: Task) -> None:
        self.task = task
        self.is_done = False
        self.result: Result | None = None
        self.failed: BaseException | None = None


class WritingQueue(Generic[Task, Result]):
    """`write_all` gets tasks in the order they came, commits them, and answers one result each."""

    def __init__(self, write_all: Callable[[Sequence[Task]], Sequence[Result]], most: int) -> None:
        self._write_all = write_all
        self._most = most
        self._waiting: deque[_Waiting[Task, Result]] = deque()
        self._pen = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many tasks nobody has begun to write."""
        return len(self._waiting)

    def submit(self, task: Task) -> Result:
        """The result of this task, once it is committed. Raises what its own writing raised."""
        mine: _Waiting[Task, Result] = _Waiting(task)
        self._waiting.append(mine)
        while not mine.is_done:
            with self._pen:
                if not mine.is_done:
                    self._write()
        if mine.failed is not None:
            raise mine.failed
        return mine.result  # type: ignore[return-value]  # done and not failed: there is one

    def _write(self) -> None:
        together = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._most))]
        try:
            results = self._write_all([waiting.task for waiting in together])
        except BaseException as failure:
            for waiting in together:
                waiting.failed, waiting.is_done = failure, True
            return
        for waiting, result in zip(together, results, strict=True):
            waiting.result, waiting.is_done = result, True
