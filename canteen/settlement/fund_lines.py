"""The lines behind a fund's money: gifts with their receipts, goods, expenses, refunds, as a statement lists them.

What was booked and reversed before anybody was told is not listed. What a sealed statement told and was reversed
since stands below zero.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.config import Settings
from canteen.documents.papers import ExpenseLine, GoodsLine, ReceivedLine, RefundLine
from canteen.ledger.models import Entry
from canteen.sponsors.gifts.listing import quantity
from canteen.sponsors.gifts.models import FundExpense, FundRefund, GiftPaper, GoodsGift
from canteen.sponsors.models import Fund, Gift

WAYS = {"bank": "银行转账", "cash": "现金", "platform": "募捐平台"}
BASES = {"invoice": "按发票", "market": "按市场价", "estimate": "按估价"}
EXPENSES = {
    "helpers": "助餐员补贴", "equipment": "添置设备", "delivery": "送餐", "upkeep": "场地和运行", "other": "其他",
}  # fmt: skip
RELATIONS = {"giver": "捐赠方", "successor": "捐赠方的继承人或承继单位", "charity": "协议约定的其他慈善组织"}
MOST_GIFTS = 200
"""With more of them, those without a receipt are told by day and way together."""

Row = TypeVar("Row")
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class FundLines:
    """What came and left beside meals, each by its day."""

    gifts: tuple[ReceivedLine, ...]
    goods: tuple[GoodsLine, ...]
    expenses: tuple[ExpenseLine, ...]
    refunds: tuple[RefundLine, ...]


@dataclass(frozen=True, slots=True)
class _Booked:
    """An entry to be told; `first` is what it reverses."""

    id: int
    on: date
    first: int | None


def read_lines(session: Session, fund: Fund, entries: Iterable[int]) -> FundLines:
    """The lines of these entries."""
    wanted = _told(session, set(entries))
    return FundLines(
        gifts=_together(_gifts(session, fund, wanted)),
        goods=tuple(_goods(session, fund, wanted)),
        expenses=tuple(_expenses(session, fund, wanted)),
        refunds=tuple(_refunds(session, fund, wanted)),
    )


def _told(session: Session, entries: set[int]) -> list[_Booked]:
    """The entries without those that were reversed within, nor their reversals."""
    rows: list[_Booked] = []
    numbers, zone = sorted(entries), ZoneInfo(Settings().default_zone)
    for start in range(0, len(numbers), 500):
        found = select(Entry).where(Entry.id.in_(numbers[start : start + 500]))
        for entry in session.scalars(found):
            # A reversal is about the day of what it reverses, and is told on its own.
            on = entry.posted_at.astimezone(zone).date() if entry.reverses_id else entry.service_on
            rows.append(_Booked(entry.id, on, entry.reverses_id))
    undone = {row.first for row in rows if row.first in entries}
    told = [row for row in rows if row.id not in undone and row.first not in undone]
    return sorted(told, key=lambda row: (row.on, row.id))


def _each(
    wanted: Sequence[_Booked],
    rows: Iterable[tuple[int, Row]],
    as_line: Callable[[Row], Line],
    reversed_line: Callable[[Line, date], Line],
) -> list[Line]:
    """A line for each entry that has a row, or reverses one that has."""
    found = dict(rows)
    lines = []
    for entry in wanted:
        if entry.id in found:
            lines.append(as_line(found[entry.id]))
        elif entry.first in found:
            lines.append(reversed_line(as_line(found[entry.first]), entry.on))
    return lines


def _gifts(session: Session, fund: Fund, wanted: Sequence[_Booked]) -> list[ReceivedLine]:
    # The mirror of a reversed gift has a row of its own, which stands for the entry that reverses.
    rows = (
        select(Gift, GiftPaper)
        .outerjoin(GiftPaper, GiftPaper.gift_id == Gift.id)
        .where(Gift.fund_id == fund.id, Gift.amount_fen > 0)
    )
    found = ((gift.entry_id, (gift, paper)) for gift, paper in session.execute(rows))
    return _each(wanted, found, _gift, _gift_reversed)


def _gift(row: tuple[Gift, GiftPaper | None]) -> ReceivedLine:
    gift, paper = row
    if paper is None or paper.way is None:
        return ReceivedLine(gift.received_on, "到账", gift.receipt_no or "", gift.amount_fen)
    return ReceivedLine(
        gift.received_on, WAYS[paper.way], paper.receipt_number or "", gift.amount_fen,
        paper.receipt_code or "", paper.receipt_issuer or "",
    )  # fmt: skip


def _gift_reversed(line: ReceivedLine, on: date) -> ReceivedLine:
    return replace(line, on=on, way=f"冲正 {line.on.isoformat()} 到账", amount_fen=-line.amount_fen)


def _together(lines: Sequence[ReceivedLine]) -> tuple[ReceivedLine, ...]:
    if len(lines) <= MOST_GIFTS:
        return tuple(lines)
    plain: dict[tuple[date, str], list[ReceivedLine]] = defaultdict(list)
    for line in lines:
        if not line.receipt_no and line.amount_fen > 0:
            plain[line.on, line.way].append(line)
    sums = [
        ReceivedLine(on, f"{way} {len(group)} 笔", "", sum(line.amount_fen for line in group))
        for (on, way), group in plain.items()
    ]
    others = [line for line in lines if line.receipt_no or line.amount_fen <= 0]
    return tuple(sorted([*others, *sums], key=lambda line: line.on))


def _goods(session: Session, fund: Fund, wanted: Sequence[_Booked]) -> list[GoodsLine]:
    rows = session.scalars(select(GoodsGift).where(GoodsGift.fund_id == fund.id))
    return _each(wanted, ((row.entry_id, row) for row in rows), _goods_line, _goods_reversed)


def _goods_line(row: GoodsGift) -> GoodsLine:
    basis = f"{BASES[row.basis]}（{row.basis_source}）"
    return GoodsLine(row.received_on, row.what, quantity(row.quantity_milli), row.unit, row.value_fen, basis)


def _goods_reversed(line: GoodsLine, on: date) -> GoodsLine:
    return replace(line, on=on, what=f"冲正：{line.what}", value_fen=-line.value_fen)


def _expenses(session: Session, fund: Fund, wanted: Sequence[_Booked]) -> list[ExpenseLine]:
    rows = select(FundExpense, Canteen.name).outerjoin(Canteen, Canteen.id == FundExpense.canteen_id)
    found = session.execute(rows.where(FundExpense.fund_id == fund.id))
    pairs = ((row.entry_id, (row, name)) for row, name in found)
    return _each(wanted, pairs, _expense, _expense_reversed)


def _expense(row: tuple[FundExpense, str | None]) -> ExpenseLine:
    paid, canteen = row
    return ExpenseLine(paid.paid_on, EXPENSES[paid.kind], paid.what, canteen or "", paid.amount_fen)


def _expense_reversed(line: ExpenseLine, on: date) -> ExpenseLine:
    return replace(line, on=on, what=f"冲正：{line.what}", amount_fen=-line.amount_fen)


def _refunds(session: Session, fund: Fund, wanted: Sequence[_Booked]) -> list[RefundLine]:
    rows = session.execute(
        select(FundRefund, Entry.service_on)
        .join(Entry, Entry.id == FundRefund.entry_id)
        .where(FundRefund.fund_id == fund.id)
    )
    return _each(wanted, ((row.entry_id or 0, (row, on)) for row, on in rows), _refund, _refund_reversed)


def _refund(row: tuple[FundRefund, date]) -> RefundLine:
    paid, on = row
    return RefundLine(on, RELATIONS[paid.relation], paid.amount_fen)


def _refund_reversed(line: RefundLine, on: date) -> RefundLine:
    return replace(line, on=on, to=f"冲正：{line.to}", amount_fen=-line.amount_fen)
