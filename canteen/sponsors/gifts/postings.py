"""The postings of what comes to a fund and leaves it beside meals; each sums to zero (docs/ledger.md)."""

from canteen.core import entry as journal
from canteen.core.entry import Posting

Postings = tuple[Posting, ...]


def received(code: str, fund_id: int, fen: int) -> Postings:
    """Money that came to a fund."""
    return Posting(journal.BANK_FUNDS, fen), Posting(journal.fund(code), -fen, fund_id=fund_id)


def returned(code: str, fund_id: int, fen: int) -> Postings:
    """Money of a fund that went back to the giver."""
    return received(code, fund_id, -fen)


def pledged(code: str, fen: int) -> Postings:
    """Money promised to a fund; nothing of it can be drawn."""
    return Posting(journal.promised(code), fen), Posting(journal.pledge(code), -fen)


def met(code: str, fen: int) -> Postings:
    """Money that had been promised, and came."""
    return pledged(code, -fen)


def advanced(code: str, fund_id: int, fen: int) -> Postings:
    """More of the open pledges that may be drawn; below zero, less."""
    return Posting(journal.pledge_advanced(code), fen), Posting(journal.fund(code), -fen, fund_id=fund_id)


def valued(code: str, fen: int) -> Postings:
    """Goods given, by their value."""
    return Posting(journal.goods(code), fen), Posting(journal.in_kind(code), -fen)


def spent(code: str, fund_id: int, kind: str, fen: int) -> Postings:
    """An expense that is no meal, and the fund's money released for it."""
    return (
        Posting(journal.spent(code, kind), fen),
        Posting(journal.BANK_FUNDS, -fen),
        Posting(journal.fund(code), fen, fund_id=fund_id),
        Posting(journal.released(code), -fen),
    )


def paid_over(code: str, fen: int) -> Postings:
    """Money that goes to the operator for meals that used the fund. The fund itself was drawn at the meal."""
    return Posting(journal.paid_over(code), fen), Posting(journal.BANK_FUNDS, -fen)
