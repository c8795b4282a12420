"""Reads of exported outboxes, and of the numbers that are missing in a tablet's records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from canteen.checkin.models import Scan
from canteen.checkin.outbox_files.models import REVIEW, OutboxFile, OutboxFileScan

MOST_NAMED = 40
"""So many missing numbers are named; a broken device may leave out millions."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One uploaded file, without its content. `fault` says why it waits; None for one that was taken in."""

    id: int
    canteen_id: int
    device_id: int | None
    received_at: datetime
    received_by: str
    state: str
    fault: str | None
    record_count: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that are missing between the first and the last record of one start of a tablet's app.

    `count` of them are; the first few are named.
    """

    device_id: int
    boot_id: str
    missing: tuple[int, ...]
    count: int


def files_of(session: Session, canteen_id: int, device_id: int | None = None) -> list[FileRow]:
    """The files of a canteen, or of one of its devices, newest first."""
    wanted = select(OutboxFile).where(OutboxFile.canteen_id == canteen_id)
    if device_id is not None:
        wanted = wanted.where(OutboxFile.device_id == device_id)
    return [as_row(row) for row in session.scalars(wanted.order_by(OutboxFile.id.desc()).limit(50))]


def files_in_review(session: Session, canteen_id: int) -> list[FileRow]:
    """The files that wait for a person, oldest first."""
    wanted = (OutboxFile.canteen_id == canteen_id, OutboxFile.state == REVIEW)
    return [as_row(row) for row in session.scalars(select(OutboxFile).where(*wanted).order_by(OutboxFile.id))]


def is_from_file(session: Session, scan_ids: Iterable[str]) -> set[str]:
    """Those of these scans that came to us through a file first."""
    wanted = OutboxFileScan.scan_id.in_(list(scan_ids))
    return set(session.scalars(select(OutboxFileScan.scan_id).where(wanted)))


def gaps_of(session: Session, device_id: int) -> list[Gap]:
    """The numbers that are missing in all that a device ever sent, one start of its app after the other."""
    boots = select(Scan.device_id, Scan.boot_id).where(Scan.device_id == device_id).distinct()
    return _gaps(session, boots)


def gaps_in_month(session: Session, canteen_id: int, first_on: date, last_on: date) -> list[Gap]:
    """The numbers that are missing in the starts of which a record lies between these days."""
    boots = (
        select(Scan.device_id, Scan.boot_id)
        .where(Scan.canteen_id == canteen_id, Scan.service_on.between(first_on, last_on))
        .distinct()
    )
    return _gaps(session, boots)


def _gaps(session: Session, boots: Select[int, str]) -> list[Gap]:
    wanted = boots.subquery()
    rows = (
        select(Scan.device_id, Scan.boot_id, func.min(Scan.seq), func.max(Scan.seq), func.count(Scan.seq.distinct()))
        .join(wanted, (wanted.c.device_id == Scan.device_id) & (wanted.c.boot_id == Scan.boot_id))
        .group_by(Scan.device_id, Scan.boot_id)
        .having(func.max(Scan.seq) - func.min(Scan.seq) + 1 > func.count(Scan.seq.distinct()))
        .order_by(Scan.device_id, Scan.boot_id)
    )
    return [
        Gap(device_id, boot, _missing(session, device_id, boot), most - least + 1 - there)
        for device_id, boot, least, most, there in session.execute(rows)
    ]


def _missing(session: Session, device_id: int, boot_id: str) -> tuple[int, ...]:
    # A device may send any number: the holes are read from what is there, not counted through.
    there = session.scalars(
        select(Scan.seq).where(Scan.device_id == device_id, Scan.boot_id == boot_id).distinct().order_by(Scan.seq)
    ).all()
    missing: list[int] = []
    for before, after in pairwise(there):
        missing += range(before + 1, min(after, before + 1 + MOST_NAMED - len(missing)))
    return tuple(missing)


def as_row(row: OutboxFile) -> FileRow:
    """A file as others see it."""
    return FileRow(
        id=row.id, canteen_id=row.canteen_id, device_id=row.device_id, received_at=row.received_at,
        received_by=row.received_by, state=row.state, fault=row.fault, record_count=row.record_count,
    )  # fmt: skip
