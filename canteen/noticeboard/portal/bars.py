"""Where the bars of the page stand, in the units of their drawing: the template draws them and reckons nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from canteen.noticeboard.portal.money import Money
from canteen.noticeboard.portal.queries import MonthLine, SponsorPage

WIDTH, SLOT = 1000, 62
FULL = 72  # of the tallest column; its number stands above it, its month below
BASE = 94


@dataclass(frozen=True, slots=True)
class Column:
    """A month's column: where it stands, how high, and what it counts."""

    x: int
    y: int
    height: int
    middle: int
    line: MonthLine


@dataclass(frozen=True, slots=True)
class Bar:
    """Received money as one bar of a thousand units: used, other expenses and returned, left."""

    used: int
    gone: int


def bar(money: Money) -> Bar:
    """The shares of what was received."""
    whole = max(money.received_fen, money.spent_fen, 1)
    used = _share(money.used_fen, whole)
    return Bar(used, min(_share(money.expenses_fen + money.returned_fen, whole), WIDTH - used))


def charts(page: SponsorPage) -> Mapping[str, tuple[Column, ...]]:
    """The columns of each fund's months, by the fund's code."""
    return {fund.code: columns(fund.months) for part in page.parts for fund in part.funds}


def columns(months: Sequence[MonthLine]) -> tuple[Column, ...]:
    """A column for each line, the tallest as high as the drawing allows."""
    most = max((line.meals for line in months), default=0)
    return tuple(_column(place, line, most) for place, line in enumerate(months))


def _column(place: int, line: MonthLine, most: int) -> Column:
    height = max(0, line.meals) * FULL // most if most > 0 else 0
    x = place * SLOT + 8
    return Column(x, BASE - height, height, x + (SLOT - 16) // 2, line)


def _share(fen: int, whole: int) -> int:
    return min(max(fen, 0) * WIDTH // whole, WIDTH)
