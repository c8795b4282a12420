"""Reading the journal: closed months and balances."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.core.calendar import next_month
from canteen.ledger.models import ClosedMonth, Entry, Posting


def is_closed(session: Session, canteen_id: int, month: str) -> bool:
    """Whether this canteen's month (2026-11) is closed."""
    return session.get(ClosedMonth, (canteen_id, month)) is not None


def open_month(session: Session, canteen_id: int, month: str) -> str:
    """This month if it is open, else the first open one after the last closed month."""
    if not is_closed(session, canteen_id, month):
        return month
    last = session.scalar(
        select(func.max(ClosedMonth.month)).where(ClosedMonth.canteen_id == canteen_id)
    )
    return next_month(last or month)


def closed_months(session: Session, canteen_id: int) -> list[str]:
    """Every closed month of a canteen, oldest first."""
    rows = select(ClosedMonth.month).where(ClosedMonth.canteen_id == canteen_id).order_by(ClosedMonth.month)
    return list(session.scalars(rows))


def balance_fen(session: Session, account: str, elder_id: int | None = None) -> int:
    """The sum of an account's postings, in fen, debit positive; of one elder where one is named."""
    rows = select(func.coalesce(func.sum(Posting.amount_fen), 0)).where(Posting.account_code == account)
    if elder_id is not None:
        rows = rows.where(Posting.elder_id == elder_id)
    return int(session.scalar(rows) or 0)


def balances_fen(session: Session, canteen_id: int, month: str) -> dict[str, int]:
    """Each account's sum over one canteen's month, in fen, debit positive."""
    rows = (
        select(Posting.account_code, func.sum(Posting.amount_fen))
        .join(Entry, Entry.id == Posting.entry_id)
        .where(Entry.canteen_id == canteen_id, Entry.month == month)
        .group_by(Posting.account_code)
        .order_by(Posting.account_code)
    )
    return {code: int(total) for code, total in session.execute(rows)}
