"""Money into and out of a wallet. Each act locks the elder before the wallet, and posts to the journal."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.canteens.models import Canteen
from canteen.cards.services import lock_elder
from canteen.clock import now, today
from canteen.core import entry as journal
from canteen.core.calendar import month_of
from canteen.core.errors import Refusal
from canteen.core.money import yuan
from canteen.db import is_postgresql, transaction
from canteen.elders.models import Elder
from canteen.ledger.locks import share_month
from canteen.ledger.queries import open_month
from canteen.ledger.services import post
from canteen.wallets.limits import TOP_UP_LIMIT_FEN, WALLET_CEILING_FEN
from canteen.wallets.models import TopUp, Wallet

METHODS = ("cash", "wechat", "alipay", "transfer", "family")
PAID_OUT = ("cash", "transfer")
KEY = re.compile(r"[0-9A-Za-z._:-]{1,64}")

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class NewTopUp:
    """Money that somebody pays in. `key` is made once and sent again on a retry."""

    key: str
    elder_id: int
    canteen_id: int
    amount_fen: int
    method: str
    actor: str


@dataclass(frozen=True, slots=True)
class NewRefund:
    """Money that is paid back to the elder, with the reason."""

    key: str
    elder_id: int
    canteen_id: int
    amount_fen: int
    method: str
    reason: str
    actor: str


@dataclass(frozen=True, slots=True)
class OpenDay:
    """The day on which a canteen books now, and the month in which that counts."""

    canteen_id: int
    on: date
    month: str


@dataclass(frozen=True, slots=True)
class TopUpDone:
    """What a top-up or refund came to; `balance_fen` is what the wallet held right after it."""

    elder_id: int
    amount_fen: int
    method: str
    balance_fen: int


def ensure_wallets(session: Session, elder_ids: Iterable[int]) -> None:
    """Open a wallet for each of these elders who has none, within the caller's transaction."""
    rows = [{"elder_id": elder_id, "balance_fen": 0} for elder_id in sorted(set(elder_ids))]
    if rows:
        insert = postgresql.insert if is_postgresql(session) else sqlite.insert
        session.execute(insert(Wallet).on_conflict_do_nothing(), rows)


def lock_wallet(session: Session, elder_id: int) -> Wallet:
    """Take a wallet's lock, opening it first if need be; the elder must be locked already."""
    ensure_wallets(session, [elder_id])
    rows = select(Wallet).where(Wallet.elder_id == elder_id).with_for_update()
    return session.scalars(rows, execution_options={"populate_existing": True}).one()


def top_up(wanted: NewTopUp) -> TopUpDone:
    """Take money in, once per key: the same key answers the same for ever.

    Raises Refusal `key-form`, `key-reused`, `method-unknown`, `amount-zero`, `top-up-limit`,
    `wallet-ceiling`, `wallet-frozen`, `account-ended`, `elder-unknown`, `month-closed`.
    """
    return once_more(lambda session: record_top_up(session, wanted))


def record_top_up(session: Session, wanted: NewTopUp) -> TopUpDone:
    """The same within the caller's transaction."""
    check_key(wanted.key)
    if wanted.method not in METHODS:
        raise Refusal("method-unknown", "没有这种付款方式。请选现金、微信、支付宝、转账或家属代充。")
    day = open_day(session, wanted.canteen_id)
    elder = lock_elder(session, wanted.elder_id)
    known = _answered(session, wanted.key, wanted.elder_id, wanted.amount_fen, wanted.method)
    if known is not None:
        return known
    refuse_frozen(elder)
    wallet = lock_wallet(session, wanted.elder_id)
    _check_limits(wanted.amount_fen, wallet.balance_fen)
    money = account_of(wanted.method)
    postings = (
        journal.Posting(money, wanted.amount_fen),
        journal.Posting(journal.WALLET, -wanted.amount_fen, elder_id=elder.id),
    )
    entry_id = book(session, "top-up", day, postings, {"method": wanted.method})
    wallet.balance_fen += wanted.amount_fen
    done = TopUpDone(elder.id, wanted.amount_fen, wanted.method, wallet.balance_fen)
    _keep(session, wanted, done, entry_id)
    record(session, "topped-up", wanted.actor, f"elder:{elder.ref}", wanted.canteen_id, _detail(done))
    return done


def refund(wanted: NewRefund) -> TopUpDone:
    """Pay money back, once per key. Raises Refusal as `top_up` does, `refund-reason`, `refund-too-much`."""
    return once_more(lambda session: _refund(session, wanted))


def _refund(session: Session, wanted: NewRefund) -> TopUpDone:
    check_key(wanted.key)
    reason = " ".join(wanted.reason.split())
    if not reason or len(reason) > 200:
        raise Refusal("refund-reason", "请写退款原因，最多 200 个字。")
    if wanted.method not in PAID_OUT:
        raise Refusal("method-unknown", "退款只能用现金或转账。")
    day = open_day(session, wanted.canteen_id)
    elder = lock_elder(session, wanted.elder_id)
    known = _answered(session, wanted.key, wanted.elder_id, -wanted.amount_fen, wanted.method)
    if known is not None:
        return known
    refuse_frozen(elder)
    wallet = lock_wallet(session, wanted.elder_id)
    if wanted.amount_fen <= 0:
        raise Refusal("amount-zero", "金额要大于 0。")
    if wanted.amount_fen > wallet.balance_fen:
        held = yuan(wallet.balance_fen)
        raise Refusal("refund-too-much", f"钱包里只有 {held} 元，退不了这么多。", held=held)
    memo = {"method": wanted.method, "reason": reason}
    done, entry_id = pay_out(session, wallet, wanted.amount_fen, day, memo)
    _keep(session, wanted, done, entry_id)
    detail = _detail(done) | {"reason": reason}
    record(session, "refunded", wanted.actor, f"elder:{elder.ref}", wanted.canteen_id, detail)
    return done


def pay_out(
    session: Session, wallet: Wallet, amount_fen: int, day: OpenDay, memo: Mapping[str, str]
) -> tuple[TopUpDone, int]:
    """Book a refund of this much from a locked wallet; answers what it came to and the entry's number.

    `memo` names at least the `method`, cash or transfer.
    """
    method = memo["method"]
    postings = (
        journal.Posting(journal.WALLET, amount_fen, elder_id=wallet.elder_id),
        journal.Posting(account_of(method), -amount_fen),
    )
    entry_id = book(session, "refund", day, postings, memo)
    wallet.balance_fen -= amount_fen
    return TopUpDone(wallet.elder_id, -amount_fen, method, wallet.balance_fen), entry_id


def open_day(session: Session, canteen_id: int) -> OpenDay:
    """Today in a canteen's own time, and its open month, which nobody closes until the transaction ends.

    The first lock of every use case that books: month, elder, wallet.
    """
    on = today_at(session, canteen_id)
    month = month_of(on)
    while True:
        share_month(session, canteen_id, month)
        # Whoever closed it while we waited made the next one the open one.
        still_open = open_month(session, canteen_id, month_of(on))
        if still_open == month:
            return OpenDay(canteen_id, on, month)
        month = still_open


def book(
    session: Session, kind: str, day: OpenDay, postings: tuple[journal.Posting, ...], memo: Mapping[str, str]
) -> int:
    """Post an entry of this day; answers its number."""
    return post(session, journal.Entry(kind, day.canteen_id, day.on, day.month, postings, memo=memo))


def today_at(session: Session, canteen_id: int) -> date:
    """The day it is in a canteen's time zone. Raises Refusal `canteen-unknown`."""
    zone = session.scalar(select(Canteen.time_zone).where(Canteen.id == canteen_id))
    if zone is None:
        raise Refusal("canteen-unknown", "没有这个食堂。")
    return today(zone)


def account_of(method: str) -> str:
    """Where the money of a method lies: coins and notes in the till, the rest at the bank.

    代充 (family) is money that relatives send; what they hand over in notes is cash.
    """
    return journal.CASH if method == "cash" else journal.BANK


def refuse_frozen(elder: Elder) -> None:
    """A dead elder's wallet is the heirs', a closed account is nobody's: nothing goes in or out of either."""
    if elder.closed_on is not None:
        raise Refusal("account-ended", "账户已注销，不能充值或退款。")
    if elder.died_on is not None:
        raise Refusal("wallet-frozen", "已登记去世，钱包已冻结。余额请用“销户”退给继承人。")


def check_key(key: str) -> None:
    """Raises Refusal `key-form` for a key that could not be found again."""
    if not KEY.fullmatch(key):
        raise Refusal("key-form", "编号（key）要用 1 到 64 个字母、数字、点、横线、下划线或冒号。")


def once_more(act: Callable[[Session], Answer]) -> Answer:
    """Run an act in a transaction; a key that another process took meanwhile is known the second time."""
    try:
        with transaction() as session:
            return act(session)
    except IntegrityError:
        with transaction() as session:
            return act(session)


def key_reused() -> Refusal:
    """The same key came with other content."""
    return Refusal("key-reused", "这个编号（key）已经用在另一笔上，内容不一样。请换一个编号。")


def _answered(session: Session, key: str, elder_id: int, amount_fen: int, method: str) -> TopUpDone | None:
    row = session.scalars(select(TopUp).where(TopUp.key == key)).first()
    if row is None:
        return None
    if (row.elder_id, row.amount_fen, row.method) != (elder_id, amount_fen, method):
        raise key_reused()
    return TopUpDone(row.elder_id, row.amount_fen, row.method, row.balance_fen)


def _check_limits(amount_fen: int, held_fen: int) -> None:
    if amount_fen <= 0:
        raise Refusal("amount-zero", "金额要大于 0。")
    if amount_fen > TOP_UP_LIMIT_FEN:
        most = _whole(TOP_UP_LIMIT_FEN)
        raise Refusal("top-up-limit", f"一次最多充 {most} 元。", most=most)
    if held_fen + amount_fen > WALLET_CEILING_FEN:
        most, room = _whole(WALLET_CEILING_FEN), yuan(max(WALLET_CEILING_FEN - held_fen, 0))
        raise Refusal(
            "wallet-ceiling", f"钱包最多存 {most} 元，现在最多还能充 {room} 元。", most=most, room=room
        )


def _whole(fen: int) -> str:
    return yuan(fen).removesuffix(".00").replace(",", "")


def _keep(session: Session, wanted: NewTopUp | NewRefund, done: TopUpDone, entry_id: int) -> None:
    session.add(
        TopUp(
            key=wanted.key, elder_id=done.elder_id, canteen_id=wanted.canteen_id, amount_fen=done.amount_fen,
            method=done.method, balance_fen=done.balance_fen, entry_id=entry_id, received_at=now(),
            received_by=wanted.actor,
        )
    )  # fmt: skip
    session.flush()


def _detail(done: TopUpDone) -> dict[str, object]:
    return {"amount_fen": done.amount_fen, "method": done.method}
