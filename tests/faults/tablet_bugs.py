"""Tablets that are wrong in one thing each, by the name of the bug."""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.faults.disk import Disk
from tests.faults.holdings import Answer, Held, Record, Refused
from tests.faults.tablet import Tablet


class NewIdEachTry(Tablet):
    """Makes a new scan id for each sending."""

    def outgoing(self, held: Held) -> Record:
        record = super().outgoing(held)
        anew = f"{record['scan_id']}:{time.monotonic_ns()}"
        return record | {"scan_id": hashlib.sha256(anew.encode()).hexdigest()[:32]}


class DeletesOnRefusal(Tablet):
    """Takes a 4xx for an answer."""

    def on_refused(self, batch: Sequence[Held], refused: Refused) -> None:
        for held in batch:
            self._drop(held.record["scan_id"])


class TakesAnyAnswer(Tablet):
    """Takes what a proxy had kept of an earlier request for the answer to this one."""

    def is_answer_to(self, mark: str, given_back: str | None) -> bool:
        return True


class MatchesByPlace(TakesAnyAnswer):
    """Takes the first answer for the first record, whatever id it names."""

    def match(self, sent: Sequence[Record], results: Sequence[Answer]) -> dict[str, Answer]:
        return {record["scan_id"]: result for record, result in zip(sent, results, strict=False)}


class LyingDisk(Disk):
    """Says that it is safe, and it is not."""

    def sync(self) -> None:
        self._file.flush()


class NeverSyncs(Tablet):
    """Writes without waiting for the disk."""

    def __init__(self, name: str, bearer: str, disk: Disk, *given: Any) -> None:
        disk.close()
        super().__init__(name, bearer, LyingDisk(Path(disk.path)), *given)


class KeepsAfterAnswer(Tablet):
    """Keeps a record in memory, and on the disk only once it is answered."""

    def keep(self, record: Record, token: str | None) -> None:
        self._hold(record, token)

    def change(self, scan_id: str, how: Record) -> None:
        self.held[scan_id].record |= how


class LetsGoAtOnce(Tablet):
    """Forgets a record once it is answered, backed up or not."""

    def let_go(self, backed_up_through: int, epoch: int) -> None:
        super().let_go(2**53, epoch)


class IgnoresEpoch(Tablet):
    """Takes a restored server for the one it knew."""

    def on_new_epoch(self, epoch: int) -> None:
        self.epoch = epoch
