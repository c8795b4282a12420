"""Reads of wallets, vouchers and closings. History is read from the journal, which is the truth."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.core.entry import WALLET
from canteen.core.errors import Refusal
from canteen.elders.models import CanteenElder, Elder
from canteen.ledger.models import Entry, Posting
from canteen.wallets.models import AccountClosing, Voucher, VoucherKind, Wallet


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a wallet's history. `amount_fen` above zero came in; `kind` is the entry's."""

    entry_id: int
    kind: str
    service_on: date
    posted_at: datetime
    amount_fen: int
    canteen_name: str | None
    method: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """One voucher as the elder's page shows it."""

    kind: str
    title: str
    amount_fen: int
    left_fen: int
    expires_on: date
    is_expired: bool


@dataclass(frozen=True, slots=True)
class ClosingRow:
    """A closing that was asked for. `receiver`: elder, proxy, heir."""

    id: int
    elder_id: int
    elder_ref: str
    elder_name: str
    home_canteen_id: int
    receiver: str
    receiver_name: str | None
    relation: str | None
    evidence: str | None
    amount_fen: int
    method: str
    asked_by: str
    asked_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    refused_at: datetime | None


def balance_fen(session: Session, elder_id: int) -> int:
    """What an elder's wallet holds; zero for one that was never opened."""
    return session.scalar(select(Wallet.balance_fen).where(Wallet.elder_id == elder_id)) or 0


def voucher_balance_fen(session: Session, elder_id: int, kind: str) -> int:
    """What an elder holds of a voucher kind that has not expired by the run."""
    rows = select(func.coalesce(func.sum(Voucher.left_fen), 0)).where(
        Voucher.elder_id == elder_id, Voucher.kind_code == kind
    )
    return int(session.scalar(rows) or 0)


def vouchers(session: Session, elder_id: int, on: date) -> list[VoucherRow]:
    """An elder's vouchers in the order in which they are used: what expires first."""
    rows = (
        select(Voucher, VoucherKind.title)
        .join(VoucherKind, VoucherKind.code == Voucher.kind_code)
        .where(Voucher.elder_id == elder_id)
        .order_by(Voucher.expires_on, Voucher.id)
    )
    return [
        VoucherRow(row.kind_code, title, row.amount_fen, row.left_fen, row.expires_on, row.expires_on < on)
        for row, title in session.execute(rows)
    ]


def history(session: Session, elder_id: int, limit: int = 50) -> list[Movement]:
    """What went into and out of an elder's wallet, newest first."""
    rows = (
        select(Entry, Posting.amount_fen, Canteen.name)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Canteen, Canteen.id == Entry.canteen_id, isouter=True)
        .where(Posting.account_code == WALLET, Posting.elder_id == elder_id)
        .order_by(Entry.id.desc())
        .limit(limit)
    )
    return [_movement(entry, fen, name) for entry, fen, name in session.execute(rows)]


def closing(session: Session, closing_id: int) -> ClosingRow:
    """One closing. Raises Refusal `closing-unknown`."""
    found = session.execute(
        select(AccountClosing, Elder).join(Elder).where(AccountClosing.id == closing_id)
    ).first()
    if found is None:
        raise Refusal("closing-unknown", "没有这份销户申请。")
    return _closing(*found)


def closings_of(session: Session, elder_id: int) -> list[ClosingRow]:
    """Every closing that was asked for an elder, newest first."""
    rows = select(AccountClosing, Elder).join(Elder).where(AccountClosing.elder_id == elder_id)
    return [_closing(row, elder) for row, elder in session.execute(rows.order_by(AccountClosing.id.desc()))]


def waiting_closings(session: Session, canteen_ids: list[int]) -> list[ClosingRow]:
    """Closings that wait for a second person, of elders on the lists of these canteens, oldest first."""
    listed = select(CanteenElder.elder_id).where(CanteenElder.canteen_id.in_(canteen_ids))
    rows = (
        select(AccountClosing, Elder)
        .join(Elder)
        .where(AccountClosing.approved_at.is_(None), AccountClosing.refused_at.is_(None))
        .where(AccountClosing.elder_id.in_(listed))
        .order_by(AccountClosing.id)
    )
    return [_closing(row, elder) for row, elder in session.execute(rows)]


def _movement(entry: Entry, fen: int, canteen_name: str | None) -> Movement:
    memo = entry.memo or {}
    return Movement(
        entry_id=entry.id, kind=entry.kind, service_on=entry.service_on, posted_at=entry.posted_at,
        amount_fen=-fen, canteen_name=canteen_name, method=memo.get("method"), reason=memo.get("reason"),
    )  # fmt: skip


def _closing(row: AccountClosing, elder: Elder) -> ClosingRow:
    return ClosingRow(
        id=row.id, elder_id=row.elder_id, elder_ref=elder.ref, elder_name=elder.name,
        home_canteen_id=elder.home_canteen_id, receiver=row.receiver, receiver_name=row.receiver_name,
        relation=row.relation, evidence=row.evidence, amount_fen=row.amount_fen, method=row.method,
        asked_by=row.asked_by, asked_at=row.asked_at, approved_by=row.approved_by,
        approved_at=row.approved_at, refused_at=row.refused_at,
    )  # fmt: skip
