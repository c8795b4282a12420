"""What of a month belongs to a range of days. A range never cuts days that are told together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from canteen.core.calendar import Period
from canteen.core.errors import Refusal
from canteen.documents.papers import (
    ExpenseLine,
    FundStatement,
    GiftLine,
    GoodsLine,
    ReceivedLine,
    RefundLine,
    UseLine,
)
from canteen.settlement.cells import Piece
from canteen.settlement.fund_meals import full_meals
from canteen.settlement.merging import Use, stretches
from canteen.settlement.reports.months import MonthPart

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slice:
    """A month, or the days of it that a range takes, with the money and the meals of these days."""

    part: MonthPart
    first_on: date
    last_on: date
    opening_fen: int
    closing_fen: int
    gifts: tuple[ReceivedLine, ...]
    goods: tuple[GoodsLine, ...]
    expenses: tuple[ExpenseLine, ...]
    refunds: tuple[RefundLine, ...]
    lines: tuple[UseLine, ...]
    uses: tuple[Use, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all of the month is in it."""
        return (self.first_on, self.last_on) == (self.part.period.first_on, self.part.period.last_on)

    @property
    def piece(self) -> Piece:
        """Its meals, with those of the whole month beside them."""
        return Piece(self.part.uses, self.uses, self.is_whole)

    @property
    def people(self) -> tuple[UseLine, ...]:
        """The lines behind which elders stand."""
        return tuple(line for line in self.lines if line.elders)

    @property
    def meals(self) -> int:
        """Meals that the fund helped to pay."""
        return sum(line.meals for line in self.lines)

    @property
    def meals_fen(self) -> int:
        """What these meals took."""
        return sum(line.amount_fen for line in self.people)

    @property
    def full_meals(self) -> int:
        """Of these, paid whole."""
        return self.part.paper.full_meals if self.is_whole else full_meals(self.uses)


def cut(parts: Sequence[MonthPart], period: Period) -> list[Slice]:
    """The days of each month that lie in the period. Raises Refusal `report-cut`."""
    _check_edges(parts, period)
    return [_slice(part, period) for part in parts]


def _slice(part: MonthPart, period: Period) -> Slice:
    first, last = max(part.period.first_on, period.first_on), min(part.period.last_on, period.last_on)
    paper = part.paper
    told = paper if isinstance(paper, FundStatement) else None
    gifts = [_received(gift) for gift in paper.gifts]
    refunds = list(told.refunds) if told else _untold_refund(part)
    goods, expenses = (told.goods, told.expenses) if told else ((), ())

    def place(on: date) -> int:
        """Before, within or after the days taken; what is told late belongs to the month's first day."""
        day = min(max(on, part.period.first_on), part.period.last_on)
        return -1 if day < first else 1 if day > last else 0

    def flow(where: int) -> int:
        came = sum(gift.amount_fen for gift in gifts if place(gift.on) == where)
        used = sum(line.amount_fen for line in paper.lines if place(line.until_on) == where)
        spent = sum(line.amount_fen for line in expenses if place(line.on) == where)
        return came - used - spent - sum(line.amount_fen for line in refunds if place(line.on) == where)

    opening = paper.opening_fen + flow(-1)
    return Slice(
        part, first, last, opening, opening + flow(0),
        gifts=tuple(gift for gift in gifts if place(gift.on) == 0),
        goods=tuple(line for line in goods if place(line.on) == 0),
        expenses=tuple(line for line in expenses if place(line.on) == 0),
        refunds=tuple(line for line in refunds if place(line.on) == 0),
        lines=tuple(line for line in paper.lines if place(line.until_on) == 0),
        uses=tuple(use for use in part.uses if place(use.on) == 0),
    )  # fmt: skip


def _received(gift: GiftLine) -> ReceivedLine:
    if isinstance(gift, ReceivedLine):
        return gift
    return ReceivedLine(gift.on, gift.way, gift.receipt_no, gift.amount_fen)


def _untold_refund(part: MonthPart) -> list[RefundLine]:
    """Statements sealed before tell what went back as one figure."""
    returned = part.paper.returned_fen
    return [RefundLine(part.period.last_on, "退回（见月报）", returned)] if returned else []


def _check_edges(parts: Sequence[MonthPart], period: Period) -> None:
    """Refuse a range whose first or last day lies within days that its month tells together."""
    for part in (parts[0], parts[-1]):
        for stretch in stretches(part.uses):
            first = max(min(use.on for use in stretch), part.period.first_on)
            last = max(*(use.on for use in stretch), part.period.first_on)
            if first < period.first_on <= last:
                raise _cuts("开始", first, last, period.first_on, [first, last + DAY], period)
            if first <= period.last_on < last:
                raise _cuts("结束", first, last, period.last_on, [first - DAY, last], period)


def _cuts(edge: str, first: date, last: date, asked: date, works: list[date], period: Period) -> Refusal:
    fits = [
        day for day in works
        if (day <= period.last_on if edge == "开始" else day >= period.first_on)
    ]  # fmt: skip
    dates = " 或 ".join(day.isoformat() for day in fits or works)
    return Refusal(
        "report-cut-first" if edge == "开始" else "report-cut-last",
        f"{first.isoformat()} 至 {last.isoformat()} 用餐的老人少，明细合在一起列，不能从中间切开。{edge}日期请改成 {dates}。",
        first=first.isoformat(), last=last.isoformat(), asked=asked.isoformat(), dates=dates,
    )  # fmt: skip
