"""The period lock: whoever books into a month shares it, whoever closes the month holds it alone.

On PostgreSQL an advisory lock that lasts as long as the transaction. Never a row lock: every check-in would write
to that row. On SQLite a write transaction has the whole database to itself, and nothing is needed.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from canteen.db import is_postgresql

MONTH_LOCKS = 0x4D << 48  # keeps these keys apart from those of other advisory locks


def month_lock_key(canteen_id: int, month: str) -> int:
    """The advisory lock's number of one canteen's month, `2026-11`."""
    year, _, number = month.partition("-")
    return MONTH_LOCKS | canteen_id << 16 | int(year) * 12 + int(number)


def share_month(session: Session, canteen_id: int, month: str) -> None:
    """Keep this month from being closed until the transaction ends. The first lock that a use case takes."""
    if is_postgresql(session):
        key = month_lock_key(canteen_id, month)
        session.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": key})


def hold_month(session: Session, canteen_id: int, month: str) -> None:
    """Wait until nobody books into this month, and let nobody until the transaction ends."""
    if is_postgresql(session):
        session.execute(
            text("SELECT pg_advisory_xact_lock(:key)"), {"key": month_lock_key(canteen_id, month)}
        )
