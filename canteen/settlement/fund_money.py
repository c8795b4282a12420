"""A fund's money in a month, as the journal says: what came, what left, what was told already.

Gifts, expenses, refunds and pledges belong to no canteen, so no close stops anybody from booking one into a month
whose statement is sealed. A sealed statement keeps the numbers of the entries that it told; what it did not tell
the next one tells, with its own day. What canteens draw cannot come late that way: their months are closed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from canteen.core import entry as journal
from canteen.documents.papers import FourAmounts
from canteen.ledger.models import Entry, Posting
from canteen.settlement.funds import monthly_statements, sealed_document
from canteen.settlement.models import Statement
from canteen.sponsors.models import Fund


@dataclass(frozen=True, slots=True)
class Told:
    """What the monthly statements before a month have told: up to which month, and which entries."""

    month: str
    closing_fen: int
    meals: int
    entries: frozenset[int]


@dataclass(frozen=True, slots=True)
class Move:
    """What entries of one kind moved on one account in a month; `entry_id` None where canteens booked them. Fen."""

    entry_id: int | None
    kind: str
    month: str
    account: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class FundMoney:
    """A fund's month, in fen: opening + received − drawn − earlier − expenses − refunded = closing.

    All of it is money received; what may be drawn of pledges is `advance_fen` and in none of the balances.
    `earlier_fen` was drawn in an earlier month after that month's statement was sealed. `lines`: the numbers of the
    entries that this month lists; `entries`: those that need not be told any more, the opening balance's among them.
    """

    opening_fen: int
    received_fen: int
    drawn_fen: int
    earlier_fen: int
    expenses_fen: int
    refunded_fen: int
    closing_fen: int
    moved: FourAmounts
    since_start: FourAmounts
    open_pledge_fen: int
    advance_fen: int
    lines: frozenset[int]
    entries: frozenset[int]

    @property
    def undisbursed_fen(self) -> int:
        """已用未拨付 at the end of the month."""
        return self.since_start.used_fen - self.since_start.paid_over_fen


def told_before(session: Session, fund: Fund, month: str) -> Told | None:
    """What the sealed monthly statements of earlier months told; None where there are none."""
    statements = monthly_statements(session, fund, month)
    if not statements:
        return None
    entries: set[int] = set()
    for statement in statements:
        entries |= entries_told(session, fund, statement)
    paper = sealed_document(statements[-1])["paper"]
    closing = _closing(session, fund, statements[-1].month, paper)
    return Told(statements[-1].month, closing, paper["meals"], frozenset(entries))


def entries_told(session: Session, fund: Fund, statement: Statement) -> frozenset[int]:
    """The entries that need not be told any more since this statement was sealed."""
    listed = (sealed_document(statement).get("rows") or {}).get("entries")
    # One sealed before entries were kept told what had been booked by then.
    return frozenset(_booked(session, fund, statement.month, statement.sealed_at) if listed is None else listed)


def _closing(session: Session, fund: Fund, month: str, paper: Mapping[str, Any]) -> int:
    """The closing balance that was sealed; in old papers what pledges let draw was in it."""
    closing = int(paper["closing_fen"])
    if "since_start" in paper:
        return closing
    return closing - balance_fen(moves(session, fund, month), journal.pledge_advanced(fund.code))


def _booked(session: Session, fund: Fund, month: str, sealed_at: datetime) -> Iterable[int]:
    ids = (
        select(Entry.id)
        .join(Posting, Posting.entry_id == Entry.id)
        .where(
            Posting.account_code.in_(_accounts(fund.code)), Entry.canteen_id.is_(None), Entry.month <= month,
            Entry.posted_at <= sealed_at,
        )
    )  # fmt: skip
    return session.scalars(ids)


def moves(session: Session, fund: Fund, month: str, until: date | None = None) -> list[Move]:
    """All that moved the fund's accounts up to a month, in one look: nothing booked meanwhile comes between.

    With `until`, only what is about days up to that one. A reversal counts with what it reverses.
    """
    first = aliased(Entry)
    number = case((Entry.canteen_id.is_(None), Entry.id), else_=None)
    kind = func.coalesce(first.kind, Entry.kind)
    rows = (
        select(number, kind, Entry.month, Posting.account_code, func.sum(Posting.amount_fen))
        .join(Entry, Entry.id == Posting.entry_id)
        .outerjoin(first, first.id == Entry.reverses_id)
        .where(Posting.account_code.in_(_accounts(fund.code)), Entry.month <= month)
        .group_by(number, kind, Entry.month, Posting.account_code)
    )
    if until is not None:
        rows = rows.where(Entry.service_on <= until)
    return [
        Move(entry_id, of, booked, account, int(fen))
        for entry_id, of, booked, account, fen in session.execute(rows)
    ]


def moved_in(session: Session, fund: Fund, month: str) -> bool:
    """Whether anything was booked on the fund in a month."""
    found = select(Entry.id).join(Posting, Posting.entry_id == Entry.id)
    return session.scalars(
        found.where(Posting.account_code == journal.fund(fund.code), Entry.month == month).limit(1)
    ).first() is not None  # fmt: skip


def first_month(session: Session, fund: Fund) -> str | None:
    """The month in which anything was first booked for the fund; None: nothing yet."""
    found = select(func.min(Entry.month)).join(Posting, Posting.entry_id == Entry.id)
    return session.scalar(found.where(Posting.account_code.in_(_accounts(fund.code))))


def _accounts(code: str) -> list[str]:
    return [
        journal.fund(code), journal.pledge(code), journal.promised(code), journal.pledge_advanced(code),
        journal.paid_over(code), journal.goods(code),
    ]  # fmt: skip


def read_money(
    session: Session, fund: Fund, month: str, told: Told | None, only: frozenset[int] | None = None
) -> FundMoney:
    """The fund's roll-forward for a month, after what was told before it; of entries of no canteen `only` these."""
    found = [
        move for move in moves(session, fund, month)
        if only is None or move.entry_id is None or move.entry_id in only
    ]  # fmt: skip
    account = journal.fund(fund.code)
    now_told = [
        move for move in found
        if move.entry_id is not None
        and (move.month == month if told is None else move.entry_id not in told.entries)
    ]  # fmt: skip
    known = told.entries if told else frozenset()
    on_fund: dict[str, int] = defaultdict(int)
    for move in now_told:
        if move.account == account:
            on_fund[move.kind] += move.amount_fen
    drawn = _drawn(found, account, lambda move: move.month == month)
    closing = -_received_on(found, account)
    opening = (
        told.closing_fen if told else -_received_on([move for move in found if move.month < month], account)
    )
    received, expenses, refunded = -on_fund["gift"], on_fund["fund-expense"], on_fund["fund-refund"]
    earlier = opening + received - drawn - expenses - refunded - closing
    advance = balance_fen(found, journal.pledge_advanced(fund.code))
    return FundMoney(
        opening_fen=opening,
        received_fen=received,
        drawn_fen=drawn,
        earlier_fen=earlier,
        expenses_fen=expenses,
        refunded_fen=refunded,
        closing_fen=closing,
        moved=FourAmounts(
            pledged_fen(now_told, fund.code), received, drawn + earlier, balance_fen(now_told, journal.paid_over(fund.code))
        ),
        since_start=since_start(found, fund.code),
        open_pledge_fen=balance_fen(found, journal.promised(fund.code)),
        advance_fen=advance,
        lines=frozenset(move.entry_id for move in now_told if move.entry_id is not None),
        entries=frozenset(move.entry_id for move in found if move.entry_id is not None) - known,
    )


def since_start(found: Sequence[Move], code: str) -> FourAmounts:
    """The four amounts of all these moves, each from the journal."""
    account = journal.fund(code)
    received = -sum(move.amount_fen for move in found if move.account == account and move.kind == "gift")
    return FourAmounts(
        pledged_fen(found, code), received, _drawn(found, account), balance_fen(found, journal.paid_over(code))
    )


def _drawn(found: Iterable[Move], account: str, counts: Callable[[Move], bool] = lambda _move: True) -> int:
    """What meals and grants took: what canteens booked on the fund."""
    return sum(
        move.amount_fen for move in found if move.account == account and move.entry_id is None and counts(move)
    )


def _received_on(found: Iterable[Move], account: str) -> int:
    """The fund's account without what pledges let it draw."""
    return sum(move.amount_fen for move in found if move.account == account and move.kind != "pledge-advance")


def pledged_fen(found: Iterable[Move], code: str) -> int:
    account = journal.pledge(code)
    return -sum(move.amount_fen for move in found if move.account == account and move.kind == "pledge")


def balance_fen(found: Iterable[Move], account: str) -> int:
    return sum(move.amount_fen for move in found if move.account == account)
