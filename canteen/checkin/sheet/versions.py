"""Which version of the sheet said what, so that a tablet that has one is sent only what changed.

A version is named by what it says: two that say the same bear the same name, in whichever process they were made.
Of each only a digest of every elder's line is kept, in the database, so that any process and one that was started
anew can tell what changed since.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from canteen.checkin.models import SheetVersion
from canteen.checkin.sheet.document import DIGEST, Content
from canteen.db import is_postgresql

KEPT = 40
"""Versions kept of each canteen: some half an hour of a busy noon. Whoever comes with an older one gets it all."""
HEADS = ("place", "menus", "badges")
ENTRY = struct.Struct(f"16s{DIGEST}s")


@dataclass(frozen=True, slots=True)
class Known:
    """The digests of one version: of the parts that belong to nobody, and of each elder's line by ref."""

    heads: Mapping[str, bytes]
    digests: Mapping[str, bytes]


def known(session: Session, canteen_id: int, version: str) -> Known | None:
    """What a version of a canteen's sheet said, if it is still known."""
    rows = select(SheetVersion.digests).where(
        SheetVersion.canteen_id == canteen_id, SheetVersion.version == version
    )
    packed = session.scalar(rows)
    return None if packed is None else _unpack(packed)


def keep(session: Session, canteen_id: int, content: Content, at: datetime) -> None:
    """Remember what this version said, and forget the oldest. Joins a transaction; twice is once."""
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    row = {"canteen_id": canteen_id, "version": content.version, "made_at": at, "digests": _pack(content)}
    made = session.scalars(
        insert(SheetVersion).values(row).on_conflict_do_nothing().returning(SheetVersion.id)
    ).first()
    if made is not None:
        newest = select(SheetVersion.id).where(SheetVersion.canteen_id == canteen_id)
        oldest = newest.order_by(SheetVersion.id.desc()).offset(KEPT).limit(1).scalar_subquery()
        session.execute(
            delete(SheetVersion).where(SheetVersion.canteen_id == canteen_id, SheetVersion.id <= oldest)
        )


def _pack(content: Content) -> bytes:
    lines = (ENTRY.pack(ref.encode(), line.digest) for ref, line in content.lines.items())
    return b"".join([*(content.heads[name] for name in HEADS), *lines])


def _unpack(packed: bytes) -> Known:
    first = len(HEADS) * DIGEST
    heads = {name: packed[DIGEST * at : DIGEST * (at + 1)] for at, name in enumerate(HEADS)}
    entries = ENTRY.iter_unpack(packed[first:])
    return Known(heads, {ref.rstrip(b"\0").decode(): digest for ref, digest in entries})
