"""Vouchers: credited once per key, expired when their last day is over. Check-ins use them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.cards.services import lock_elder
from canteen.clock import now
from canteen.core import entry as journal
from canteen.core.calendar import month_of
from canteen.core.errors import Refusal
from canteen.db import is_postgresql, transaction
from canteen.ledger.services import post
from canteen.wallets.limits import VOUCHER_LIMIT_FEN
from canteen.wallets.models import Voucher, VoucherKind
from canteen.wallets.queries import voucher_balance_fen
from canteen.wallets.services import check_key, key_reused, once_more, refuse_frozen, today_at

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class NewVoucher:
    """A credit of one kind; `expires_on` is the last day on which it can be used."""

    key: str
    kind: str
    elder_id: int
    amount_fen: int
    expires_on: date
    actor: str


def credit(wanted: NewVoucher) -> int:
    """Credit a voucher, once per key; answers what the elder then holds of the kind, in fen.

    A kind that was never heard of is opened by its first voucher.
    Raises Refusal `key-form`, `key-reused`, `voucher-kind`, `amount-zero`, `voucher-limit`,
    `voucher-expired`, `wallet-frozen`, `account-ended`, `elder-unknown`.
    """
    return once_more(lambda session: record_credit(session, wanted))


def record_credit(session: Session, wanted: NewVoucher) -> int:
    """The same within the caller's transaction."""
    check_key(wanted.key)
    _check(wanted)
    elder = lock_elder(session, wanted.elder_id)
    known = session.scalars(select(Voucher).where(Voucher.key == wanted.key)).first()
    if known is not None:
        return _answered(session, known, wanted)
    refuse_frozen(elder)
    on = today_at(session, elder.home_canteen_id)
    if wanted.expires_on < on:
        raise Refusal("voucher-expired", "最后有效日已经过了，请核对日期。")
    ensure_kind(session, wanted.kind)
    postings = _promised(wanted.kind, wanted.elder_id, wanted.amount_fen)
    # Vouchers are the office's, not a canteen's: no canteen's close has a say in when they are given out.
    entry_id = post(session, journal.Entry("voucher-credit", None, on, month_of(on), postings))
    balance_fen = voucher_balance_fen(session, wanted.elder_id, wanted.kind) + wanted.amount_fen
    row = Voucher(
        key=wanted.key, kind_code=wanted.kind, elder_id=wanted.elder_id, amount_fen=wanted.amount_fen,
        left_fen=wanted.amount_fen, balance_fen=balance_fen, expires_on=wanted.expires_on, entry_id=entry_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    detail = {
        "kind": wanted.kind,
        "amount_fen": wanted.amount_fen,
        "expires_on": wanted.expires_on.isoformat(),
    }
    record(session, "voucher-credited", wanted.actor, f"elder:{elder.ref}", detail=detail)
    return balance_fen


def ensure_kind(session: Session, code: str, title: str = "") -> None:
    """Open a voucher kind if it is new, within the caller's transaction."""
    insert = postgresql.insert if is_postgresql(session) else sqlite.insert
    session.execute(insert(VoucherKind).values(code=code, title=title or code).on_conflict_do_nothing())


def expire_vouchers(on: date) -> int:
    """Take back what is left of vouchers whose last day is before `on`; answers how many there were."""
    expired = 0
    while True:
        with transaction() as session:
            count = _expire_some(session, on)
        expired += count
        if count < AT_ONCE:
            return expired


def _expire_some(session: Session, on: date) -> int:
    over = (
        select(Voucher.id, Voucher.elder_id)
        .where(Voucher.expires_on < on, Voucher.expired_at.is_(None))
        .order_by(Voucher.elder_id, Voucher.id)
        .limit(AT_ONCE)
    )
    found = session.execute(over).all()
    for voucher_id, elder_id in found:
        # The elder is locked before the voucher, as at the till, and what is left is read under the lock.
        lock_elder(session, elder_id)
        rows = select(Voucher).where(Voucher.id == voucher_id).with_for_update()
        voucher = session.scalars(rows, execution_options={"populate_existing": True}).one()
        if voucher.expired_at is None:
            _expire(session, voucher, on)
    return len(found)


def _expire(session: Session, voucher: Voucher, on: date) -> None:
    if voucher.left_fen:
        postings = _promised(voucher.kind_code, voucher.elder_id, -voucher.left_fen)
        memo = {"voucher": voucher.id}
        post(session, journal.Entry("voucher-expiry", None, on, month_of(on), postings, memo=memo))
    voucher.left_fen, voucher.expired_at = 0, now()
    session.flush()


def _promised(kind: str, elder_id: int, fen: int) -> tuple[journal.Posting, ...]:
    return (
        journal.Posting(f"voucher-promised:{kind}", fen, elder_id=elder_id),
        journal.Posting(f"voucher:{kind}", -fen, elder_id=elder_id),
    )


def _check(wanted: NewVoucher) -> None:
    if not (wanted.kind and len(wanted.kind) <= 60 and wanted.kind.isprintable()) or ":" in wanted.kind:
        raise Refusal("voucher-kind", "服务券种类的代码最多 60 个字符，不能有冒号，比如 gulou-year。")
    if wanted.amount_fen <= 0:
        raise Refusal("amount-zero", "金额要大于 0。")
    if wanted.amount_fen > VOUCHER_LIMIT_FEN:
        raise Refusal("voucher-limit", "一张服务券最多 10000 元，请核对金额。")


def _answered(session: Session, known: Voucher, wanted: NewVoucher) -> int:
    kept = (known.kind_code, known.elder_id, known.amount_fen, known.expires_on)
    if kept != (wanted.kind, wanted.elder_id, wanted.amount_fen, wanted.expires_on):
        raise key_reused()
    if known.balance_fen is not None:
        return known.balance_fen
    return voucher_balance_fen(session, known.elder_id, known.kind_code)
