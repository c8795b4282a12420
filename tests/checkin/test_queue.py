"""What waits together is committed together."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from canteen.checkin.queue import WritingQueue


def test_those_who_wait_for_a_commit_share_the_next_one() -> None:
    batches: list[list[int]] = []
    first_is_writing, others_wait = threading.Event(), threading.Event()

    def write_all(tasks: Sequence[int]) -> Sequence[int]:
        batches.append(list(tasks))
        if len(batches) == 1:
            first_is_writing.set()
            others_wait.wait(10)
        return [10 * task for task in tasks]

    queue: WritingQueue[int, int] = WritingQueue(write_all, most=8)
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(queue.submit, 0)
        first_is_writing.wait(10)
        others = [pool.submit(queue.submit, number) for number in range(1, 6)]
        while queue.waiting < 5:
            threading.Event().wait(0.001)
        others_wait.set()
        results = [first.result(10), *[other.result(10) for other in others]]

    assert results == [0, 10, 20, 30, 40, 50]
    assert batches[0] == [0]
    assert sorted(batches[1]) == [1, 2, 3, 4, 5]


def test_a_commit_that_fails_is_told_to_all_who_shared_it_and_the_next_goes_on() -> None:
    failures = [OSError("disk full")]

    def write_all(tasks: Sequence[int]) -> Sequence[int]:
        if failures:
            raise failures.pop()
        return tasks

    queue: WritingQueue[int, int] = WritingQueue(write_all, most=8)

    with pytest.raises(OSError, match="disk full"):
        queue.submit(1)
    assert queue.submit(2) == 2
