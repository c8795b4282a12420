"""A fund's money on the sponsor's page: what came, what went, and of what was used as much as may be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from canteen.core import entry as journal
from canteen.ledger.models import Entry, Posting
from canteen.sponsors.gifts.queries import NO_MEALS, sums_of


@dataclass(frozen=True, slots=True)
class Money:
    """In fen. `used_fen` is what may be told of the use; all else is exact up to the evening of the page."""

    pledged_fen: int = 0
    received_fen: int = 0
    used_fen: int = 0
    expenses_fen: int = 0
    returned_fen: int = 0

    @property
    def left_fen(self) -> int:
        """剩余: received less used, expenses and what went back. Below zero: pledged money was drawn already."""
        return self.received_fen - self.used_fen - self.expenses_fen - self.returned_fen

    @property
    def spent_fen(self) -> int:
        """What is gone of what was received."""
        return self.received_fen - self.left_fen


def total(parts: Iterable[Money]) -> Money:
    """Several funds together."""
    held = list(parts)
    return Money(**{name.name: sum(getattr(one, name.name) for one in held) for name in fields(Money)})


def received_and_gone(session: Session, code: str, until: datetime) -> Money:
    """What the journal says up to an instant of everything but the use."""
    sums = sums_of(session, [journal.fund(code), journal.promised(code)], until)
    on_fund = {kind: fen for (account, kind), fen in sums.items() if account == journal.fund(code)}
    return Money(
        pledged_fen=sum(fen for (account, _), fen in sums.items() if account == journal.promised(code)),
        received_fen=-on_fund.get("gift", 0),
        expenses_fen=on_fund.get("fund-expense", 0),
        returned_fen=on_fund.get("fund-refund", 0),
    )


def used_by_month(session: Session, code: str, sealed: dict[str, datetime]) -> dict[str, int]:
    """What sealed months used, each as its statement says: what was booked in it before it was sealed.

    What was booked into a month after that counts with the next statement.
    """
    used = dict.fromkeys(sealed, 0)
    first = aliased(Entry)
    rows = (
        select(Entry.month, Entry.posted_at, Posting.amount_fen)
        .join(Entry, Entry.id == Posting.entry_id)
        .outerjoin(first, first.id == Entry.reverses_id)
        .where(
            Posting.account_code == journal.fund(code), Entry.month.in_(sealed),
            func.coalesce(first.kind, Entry.kind).not_in(NO_MEALS),
        )
    )  # fmt: skip
    in_time = rows.with_only_columns(Entry.month, func.sum(Posting.amount_fen)).group_by(Entry.month)
    for month, at in sealed.items():
        for _, fen in session.execute(in_time.where(Entry.month == month, Entry.posted_at <= at)):
            used[month] += int(fen)
        for _, posted_at, fen in session.execute(rows.where(Entry.month == month, Entry.posted_at > at)):
            later = (
                one for one, sealed_at in sorted(sealed.items()) if one > month and posted_at <= sealed_at
            )
            if (counted := next(later, None)) is not None:
                used[counted] += fen
    return used


def holds_nothing(session: Session, code: str, until: datetime) -> bool:
    """Whether nothing could be drawn on the fund any more at an instant."""
    rows = (
        select(func.coalesce(func.sum(Posting.amount_fen), 0))
        .join(Entry, Entry.id == Posting.entry_id)
        .where(Posting.account_code == journal.fund(code), Entry.posted_at <= until)
    )
    return int(session.scalar(rows) or 0) >= 0
