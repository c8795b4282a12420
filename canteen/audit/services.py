"""Recording acts, and linking them into the chain."""

import hashlib
import json
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from canteen.audit.models import AuditEvent, AuditLink
from canteen.clock import now
from canteen.db import is_postgresql, transaction

START = "0" * 64
CHAIN_LOCK = 7_301_001  # one linker at a time, on PostgreSQL an advisory lock of this number


def record(
    session: Session,
    act: str,
    actor: str,
    subject: str | None = None,
    canteen_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append one act within the caller's transaction, not yet linked.

    `actor` is `staff:<id>`, `device:<ref>` or `system:<account>`; `subject` and `detail` never hold a name, an
    identity number or a token.
    """
    session.add(
        AuditEvent(at=now(), act=act, actor=actor, subject=subject, canteen_id=canteen_id, detail=detail)
    )


def link_chain(batch: int = 5000) -> int:
    """Link every committed event that is not linked yet, in one order, in batches; answers how many."""
    linked = 0
    while True:
        with transaction() as session:
            count = link_batch(session, batch)
        linked += count
        if count < batch:
            return linked


def link_batch(session: Session, batch: int) -> int:
    """Link up to `batch` waiting events within the caller's transaction."""
    if is_postgresql(session):
        session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": CHAIN_LOCK})
    tip = session.scalars(select(AuditLink).order_by(AuditLink.number.desc()).limit(1)).first()
    number, sha256 = (tip.number, tip.sha256) if tip else (0, START)
    waiting = (
        select(AuditEvent)
        .where(~select(AuditLink.event_id).where(AuditLink.event_id == AuditEvent.id).exists())
        .order_by(AuditEvent.id)
        .limit(batch)
    )
    count = 0
    for event in session.scalars(waiting):
        number, sha256, count = number + 1, chained(sha256, event), count + 1
        session.add(AuditLink(number=number, event_id=event.id, sha256=sha256))
    session.flush()
    return count


def chained(before: str, event: AuditEvent) -> str:
    """SHA-256 over the link before and every column of the event, as canonical JSON."""
    columns = [
        event.id, event.at.isoformat(), event.act, event.actor, event.canteen_id, event.subject, event.detail,
    ]  # fmt: skip
    text_ = json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text_}".encode()).hexdigest()
