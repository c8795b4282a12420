"""What a tablet holds, and what the test itself saw of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.faults.disk import Disk

Record = dict[str, Any]
Answer = dict[str, Any]


class Unreachable(Exception):
    """No answer, or none that can be read."""


class Refused(Exception):
    """The server says no to the whole request."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"{status} {body[:200]!r}")
        self.status = status


class Killed(Exception):
    """The page dies here."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """What the day sheet says of a card: whose, what the elder pays, what the tablet may take from the wallet."""

    elder_ref: str
    elder_fen: int
    wallet_offline_fen: int
    is_revoked: bool = False


@dataclass(slots=True)
class Held:
    """A record on the tablet. `commit_no` None: the server has not answered its present form."""

    record: Record
    token: str | None = None
    is_answered: bool = False
    commit_no: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the cashier saw: green or red, by whose word, at which price."""

    scan_id: str
    is_green: bool
    by: str
    elder_fen: int | None


@dataclass(slots=True)
class Seen:
    """What the test itself saw of a tablet; the tablet knows nothing of it, and no crash undoes it."""

    shown: list[Shown] = field(default_factory=list)
    answers: list[tuple[int, str, str, Answer]] = field(default_factory=list)
    """Epoch, scan id, decision sent, and the answer, in the order they came."""
    offsets: dict[str, set[timedelta]] = field(default_factory=dict)
    """By scan id the tablet's clock errors at seeing and at each sending."""
    failures: list[str] = field(default_factory=list)
    paid: list[str] = field(default_factory=list)
    """Letters that were answered."""
    refused: set[str] = field(default_factory=set)
    """Letters that were answered with a no."""


@dataclass(slots=True)
class Letter:
    """An act that is posted until it is answered; `key` is its own id in `body`."""

    path: str
    key: str
    body: dict[str, Any]


def durable_records(disk: Disk) -> dict[str, list[Record]]:
    """By scan id every form a record had on the disk, first to last."""
    forms: dict[str, list[Record]] = {}
    for line in disk.read():
        if line["do"] == "keep":
            forms[line["record"]["scan_id"]] = [line["record"]]
        elif line["do"] == "decide" and line["scan_id"] in forms:
            forms[line["scan_id"]].append(forms[line["scan_id"]][-1] | line["how"])
    return forms


def durable_letters(disk: Disk) -> Iterable[Letter]:
    """Every act that was ever on the disk."""
    for line in disk.read():
        if line["do"] == "letter":
            yield Letter(line["path"], line["key"], line["body"])


def who(record: Record) -> str:
    """By what the tablet knows whose record it is."""
    return str(record.get("token_sha256") or record.get("elder_ref"))


def instant_text(instant: datetime) -> str:
    """An instant as tablets write it."""
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
