"""What was booked for a meal: its entries with their lines, what it drew on funds, which vouchers it used."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.checkin.why.explanation import EntryRow, FundDraw, MealThen, PaidShare, PostingRow, VoucherDraw
from canteen.ledger.models import Entry, Posting
from canteen.sponsors.models import Fund
from canteen.wallets.models import Voucher


def entries_of(session: Session, meal_no: int) -> tuple[EntryRow, ...]:
    """Every entry about a meal with its postings, in the order of their numbers."""
    rows = session.execute(
        select(Entry, Posting)
        .outerjoin(Posting, Posting.entry_id == Entry.id)
        .where(Entry.meal_id == meal_no)
        .order_by(Entry.id, Posting.id)
    ).all()
    postings: dict[int, list[PostingRow]] = {}
    for entry, posting in rows:
        lines = postings.setdefault(entry.id, [])
        if posting is not None:
            lines.append(PostingRow(posting.account_code, posting.amount_fen))
    entries = {entry.id: entry for entry, _ in rows}
    return tuple(
        EntryRow(number, row.kind, row.month, row.posted_at, row.reverses_id, tuple(postings[number]))
        for number, row in entries.items()
    )


def fund_draws(session: Session, shares: Sequence[PaidShare], entry_no: int | None) -> tuple[FundDraw, ...]:
    """What each fund paid for the meal, grants included, and what it held before, added up from the journal."""
    drawn: dict[str, int] = {}
    for share in shares:
        kind, _, code = share.payer.partition(":")
        if kind == "sponsor":
            drawn[code] = drawn.get(code, 0) + share.fen
    if not drawn:
        return ()
    held = dict.fromkeys(drawn, 0)
    rows = (
        select(Posting.account_code, func.sum(Posting.amount_fen))
        .where(Posting.account_code.in_([f"fund:{code}" for code in drawn]), Posting.entry_id < (entry_no or 0))
        .group_by(Posting.account_code)
    )
    for account, fen in session.execute(rows):
        held[account.partition(":")[2]] = -int(fen)
    titles = dict(session.execute(select(Fund.code, Fund.title).where(Fund.code.in_(drawn))).all())
    return tuple(FundDraw(code, titles.get(code, code), fen, held[code]) for code, fen in drawn.items())


def voucher_draws(session: Session, meal: MealThen) -> tuple[VoucherDraw, ...]:
    """Which vouchers the meal used, in the order in which it used them."""
    used = [(int(number), int(fen)) for number, fen in meal.facts.get("vouchers") or ()]
    if not used:
        return ()
    rows = select(Voucher.id, Voucher.kind_code, Voucher.expires_on)
    there = {
        number: (kind, expires_on)
        for number, kind, expires_on in session.execute(rows.where(Voucher.id.in_([number for number, _ in used])))
    }
    return tuple(
        VoucherDraw(number, there.get(number, (None, None))[0], fen, there.get(number, (None, None))[1])
        for number, fen in used
    )
