"""Writing the journal: the only place that inserts entries and postings."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from canteen.clock import now
from canteen.core import entry as journal
from canteen.core.errors import Refusal
from canteen.db import is_postgresql
from canteen.ledger.models import Account, ClosedMonth, Entry, Posting


def post(session: Session, entry: journal.Entry) -> int:
    """Append one entry within the caller's transaction and answer its id.

    Raises Refusal `month-closed` if the entry's month is closed for its canteen.
    """
    _refuse_closed(session, entry)
    open_accounts(session, {posting.account for posting in entry.postings})
    row = Entry(
        kind=entry.kind, canteen_id=entry.canteen_id, service_on=entry.service_on, month=entry.month,
        posted_at=now(), meal_id=entry.meal_id, reverses_id=entry.reverses_id, key=entry.key,
        memo=dict(entry.memo) if entry.memo else None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add_all(
        Posting(
            entry_id=row.id, account_code=line.account, amount_fen=line.amount_fen,
            elder_id=line.elder_id, fund_id=line.fund_id,
        )
        for line in entry.postings
    )  # fmt: skip
    session.flush()
    return row.id


def reverse(session: Session, entry_id: int, month: str) -> int:
    """Post the mirror of an entry into `month`; a second reversal of one entry breaks the unique index."""
    return post(session, journal.mirror(read(session, entry_id), entry_id, month))


def read(session: Session, entry_id: int) -> journal.Entry:
    """One entry as it was posted, postings in their order. Raises Refusal `entry-unknown`."""
    row = session.get(Entry, entry_id)
    if row is None:
        raise Refusal("entry-unknown", "没有这笔账。")
    lines = session.scalars(select(Posting).where(Posting.entry_id == entry_id).order_by(Posting.id))
    return journal.Entry(
        kind=row.kind, canteen_id=row.canteen_id, service_on=row.service_on, month=row.month,
        postings=tuple(
            journal.Posting(line.account_code, line.amount_fen, line.elder_id, line.fund_id) for line in lines
        ),
        meal_id=row.meal_id, reverses_id=row.reverses_id, key=row.key, memo=row.memo,
    )  # fmt: skip


def open_accounts(session: Session, codes: Iterable[str]) -> None:
    """Make sure that these accounts exist; two writers that open one at once agree."""
    rows = [{"code": code, "kind": journal.account_kind(code)} for code in sorted(codes)]
    if rows:
        insert = postgresql.insert if is_postgresql(session) else sqlite.insert
        session.execute(insert(Account).values(rows).on_conflict_do_nothing())


def _refuse_closed(session: Session, entry: journal.Entry) -> None:
    if entry.canteen_id is None:
        return
    if session.get(ClosedMonth, (entry.canteen_id, entry.month)) is not None:
        raise Refusal("month-closed", f"{entry.month} 已经月结，不能再记账；更正会记入未结的月份。", month=entry.month)
