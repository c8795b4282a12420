"""A fund's money under its lock: whoever writes here holds the fund's row, as a check-in does, and no elder's."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from canteen.clock import now
from canteen.core import entry as journal
from canteen.core.calendar import month_of
from canteen.core.errors import Refusal
from canteen.core.money import yuan
from canteen.ledger import services as ledger
from canteen.ledger.queries import balance_fen
from canteen.sponsors.gifts import postings
from canteen.sponsors.gifts.models import FundGiving
from canteen.sponsors.holding import lock_fund
from canteen.sponsors.models import Fund

MOST_FEN = 10**13


def locked(session: Session, code: str) -> Fund:
    """The fund of this code, locked until the transaction ends. Raises Refusal `fund-unknown`."""
    fund = lock_fund(session, code)
    if fund is None:
        raise Refusal("fund-unknown", f"没有代码是“{code}”的资金。请核对代码，或先添加。", fund=code)
    return fund


def book(
    session: Session,
    fund: Fund,
    kind: str,
    on: date,
    lines: postings.Postings,
    key: str = "",
    memo: Mapping[str, Any] | None = None,
) -> int:
    """Post an entry of a locked fund and keep its balance; answers the entry's number. Once per key.

    Raises Refusal `fund-short` where the fund does not hold that much.
    """
    entry = journal.Entry(kind, None, on, month_of(on), lines, key=f"gifts:{key}" if key else None, memo=memo)
    return _post(session, fund, entry)


def unbook(session: Session, fund: Fund, entry_id: int, on: date, reason: str) -> int:
    """Post the mirror of an entry of a locked fund, with the reason. Raises Refusal `fund-short`."""
    first = ledger.read(session, entry_id)
    mirror = journal.mirror(first, entry_id, month_of(on))
    return _post(session, fund, replace(mirror, memo={**(first.memo or {}), "reason": reason}))


def _post(session: Session, fund: Fund, entry: journal.Entry) -> int:
    taken = sum(line.amount_fen for line in entry.postings if line.fund_id == fund.id)
    if taken > fund.balance_fen:
        held = yuan(fund.balance_fen)
        raise Refusal("fund-short", f"这笔资金只剩 {held} 元，不够。没有记账。", held=held)
    fund.balance_fen -= taken
    return ledger.post(session, entry)


def level_advance(session: Session, fund: Fund, on: date) -> None:
    """Let a locked fund draw of its open pledges as far as the office allows: up to its ceiling, no further.

    Raises Refusal `advance-used` where more was used already than may now be drawn.
    """
    terms = session.get(FundGiving, fund.id)
    ceiling = (terms.pledge_ceiling_fen or 0) if terms else 0
    wanted = min(ceiling, balance_fen(session, journal.promised(fund.code)))
    more = wanted - balance_fen(session, journal.pledge_advanced(fund.code))
    if -more > fund.balance_fen:
        raise Refusal("advance-used", "认捐的钱已经先用了一部分，现在不能这样改。请等款项到账以后再改。")
    if more:
        book(session, fund, "pledge-advance", on, postings.advanced(fund.code, fund.id, more))


def check_amount(fen: int) -> None:
    """Raises Refusal `amount-zero`."""
    if not 0 < fen <= MOST_FEN:
        raise Refusal("amount-zero", "金额要大于 0。")


def check_day(on: date) -> None:
    """Raises Refusal `day-ahead` for a day that is still to come."""
    if on > (now() + timedelta(days=1)).date() or on.year < 2000:
        raise Refusal("day-ahead", "日期不对：不能在今天以后，也不能早于 2000 年。")


def text(written: str, longest: int) -> str | None:
    """Text with single spaces; nothing as None. Raises Refusal `text-too-long`."""
    kept = " ".join(written.split())
    if len(kept) > longest:
        raise Refusal("text-too-long", f"这一项最多 {longest} 个字，请缩短。", longest=longest)
    return kept or None


def needed(written: str, longest: int) -> str:
    """The same of what must be there. Raises Refusal `needed-text`, `text-too-long`."""
    kept = text(written, longest)
    if kept is None:
        raise Refusal("needed-text", "有一项必填的内容空着，请填写。")
    return kept


@contextmanager
def once() -> Iterator[None]:
    """What stands in the database already is told as such."""
    try:
        yield
    except IntegrityError as error:
        raise already(error) from error


def already(error: IntegrityError) -> Refusal:
    """A form that was sent twice, a number that was used; anything else that breaks is no refusal."""
    said = str(error.orig)
    if "entry_key" in said or "entry.key" in said:
        return Refusal("booked-already", "这一笔刚才已经记过了，没有再记。")
    if "bank_no" in said:
        return Refusal("bank-no-used", "这个银行流水号已经记过一笔付款，没有再记。请核对。")
    if "reverses_id" in said:
        return Refusal("reversed-already", "这一笔已经冲正过了。")
    if "refund_waiting" in said or "fund_refund.fund_id" in said:
        return Refusal("refund-waiting", "这笔资金已经有一份退款申请在等复核。")
    raise error
