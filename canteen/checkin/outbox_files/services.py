"""What can happen to an exported outbox: it is received, taken in like a sync, or set aside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.checkin import services as checkin
from canteen.checkin.counter import Sender
from canteen.checkin.models import Scan
from canteen.checkin.outbox_files.models import DISMISSED, REVIEW, TAKEN, OutboxFile, OutboxFileScan
from canteen.checkin.outbox_files.queries import FileRow, as_row
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.devices.credentials import open_secret
from canteen.devices.models import Device
from canteen.devices.queries import DeviceIdentity, by_ref
from canteen.devices.sealing import Opened, SealedFile, SealError, open_file, read_file

BEGUN, LETTERS, FOREIGN = "begun", "letters", "foreign"
"""Faults of a file in review: its taking-in was cut short (uploaded again it goes on), the server refused some of its
letters, or it is of no device of this canteen. `no-file`, `altered` and `not-ours` are those of the seal."""
MOST_BYTES = 24 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came in. `opened` and `device` are there if it is to be taken in now."""

    file: FileRow
    device: DeviceIdentity | None = None
    opened: Opened | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: its records by state and how many of them were new, and letters that were refused."""

    file: FileRow
    states: dict[str, int]
    new: int
    refused_letters: int


def receive(content: bytes, canteen_id: int, device_key: bytes, outbox_key: bytes, by: str) -> Received:
    """Keep a file as it came, and open it. Altered, cut or foreign, it waits whole for a person.

    The same file again is the file that is there already. Raises Refusal `outbox-file-size`.
    """
    if not content or len(content) > MOST_BYTES:
        raise Refusal("outbox-file-size", "请选平板导出的文件，最大 24 MB。")
    digest = sha256(content).hexdigest()
    with transaction() as session:
        known = session.scalars(select(OutboxFile).where(OutboxFile.sha256 == digest)).first()
        if known is not None and (known.canteen_id != canteen_id or known.fault != BEGUN):
            return Received(as_row(known))
        row = known or OutboxFile(
            canteen_id=canteen_id, sha256=digest, received_at=now(), received_by=by, content=content, record_count=0,
            state=REVIEW, fault=BEGUN,
        )  # fmt: skip
        session.add(row)
        try:
            device, opened = _open(session, content, canteen_id, device_key, outbox_key)
        except SealError as error:
            row.fault, device, opened = error.fault, None, None
        row.device_id = device.id if device else None
        row.record_count = len(opened.records) if opened else 0
        session.flush()
        record(session, "outbox-file-received", by, f"outbox-file:{row.id}", canteen_id, {"fault": row.fault or ""})
        return Received(as_row(row), device, opened)


def take_in(received: Received, refused_letters: int, anchor_key: bytes, by: str) -> Taken:
    """Check in every record of an opened file, as if the tablet had sent it now; what is known answers as it did."""
    device, opened = received.device, received.opened
    if device is None or opened is None:
        return Taken(received.file, {}, 0, 0)
    known = _known(opened.records)
    sender = Sender(device.id, device.ref, device.canteen_id, anchor_key)
    states: dict[str, int] = {}
    new: list[str] = []
    for batch in _batches(opened.records):
        # The tablet's clock is off by what it last reported: there is no sending time in a file to measure it by.
        answer = checkin.check_in(sender, now() + _clock_error(device.ref), batch)
        for raw, result in zip(batch, answer.results, strict=True):
            states[str(result["state"])] = states.get(str(result["state"]), 0) + 1
            scan_id = raw.get("scan_id") if isinstance(raw, dict) else None
            if isinstance(scan_id, str) and scan_id not in known and result.get("commit_no") is not None:
                new.append(scan_id)
    with transaction() as session:
        row = session.get_one(OutboxFile, received.file.id)
        session.add_all(OutboxFileScan(scan_id=scan_id, outbox_file_id=row.id) for scan_id in dict.fromkeys(new))
        row.state, row.fault = (REVIEW, LETTERS) if refused_letters else (TAKEN, None)
        detail = {"records": len(opened.records), "new": len(new), "refused_letters": refused_letters}
        record(session, "outbox-file-taken", by, f"outbox-file:{row.id}", row.canteen_id, detail)
        return Taken(as_row(row), states, len(new), refused_letters)


def dismiss(file_id: int, reason: str, by: str) -> FileRow:
    """Set a file aside that cannot be taken in, with the reason. Raises Refusal `outbox-file-unknown`,
    `outbox-file-reason`, `outbox-file-settled`."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > 200:
        raise Refusal("outbox-file-reason", "请写明为什么不要这个文件，最多 200 个字。")
    with transaction() as session:
        row = session.get(OutboxFile, file_id, with_for_update=True)
        if row is None:
            raise Refusal("outbox-file-unknown", "没有这个文件。")
        if row.state != REVIEW:
            raise Refusal("outbox-file-settled", "这个文件已经处理过了。")
        row.state = DISMISSED
        record(session, "outbox-file-dismissed", by, f"outbox-file:{row.id}", row.canteen_id, {"reason": reason})
        return as_row(row)


def _open(
    session: Session, content: bytes, canteen_id: int, device_key: bytes, outbox_key: bytes
) -> tuple[DeviceIdentity, Opened]:
    file = read_file(content)
    device = session.scalars(select(Device).where(Device.ref == file.device_id)).first()
    if device is None or device.canteen_id != canteen_id:
        raise SealError(FOREIGN)
    if not file.is_by(_secret(device, device_key, file)):
        raise SealError("altered")
    return DeviceIdentity(device.id, device.ref, device.canteen_id), open_file(file, outbox_key)


def _secret(device: Device, device_key: bytes, file: SealedFile) -> str:
    try:
        return open_secret(device_key, device.ref, device.secret_cipher)
    except InvalidTag:
        raise SealError("not-ours") from None


def _known(records: Sequence[Any]) -> set[str]:
    ids = [raw.get("scan_id") for raw in records if isinstance(raw, dict)]
    texts = [each for each in ids if isinstance(each, str)]
    found: set[str] = set()
    with reading() as session:
        for first in range(0, len(texts), checkin.MOST_RECORDS):
            some = texts[first : first + checkin.MOST_RECORDS]
            found |= set(session.scalars(select(Scan.scan_id).where(Scan.scan_id.in_(some))))
    return found


def _batches(records: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(records), checkin.MOST_RECORDS):
        yield records[first : first + checkin.MOST_RECORDS]


def _clock_error(ref: str) -> timedelta:
    with reading() as session:
        told = by_ref(session, ref).report
    return timedelta(milliseconds=told.clock_error_ms if told else 0)
