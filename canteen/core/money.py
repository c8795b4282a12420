"""Money is whole fen, from the file to the paper; a float never stands for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NewType

Money = NewType("Money", int)
"""An amount in fen: `Money(1500)` is fifteen yuan."""

NOTHING = Money(0)

_YUAN = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?")


def parse_yuan(text: str) -> Money:
    """Read an amount as people write it: `"9"`, `"9.5"` or `"9.00"` yuan.

    Raises ValueError for a sign, a thousands comma, more than two decimals, or anything that is no amount.
    """
    written = _YUAN.fullmatch(text)
    if written is None:
        raise ValueError(f"not an amount in yuan with at most two decimals: {text!r}")
    return Money(int(written[1]) * 100 + int((written[2] or "").ljust(2, "0")))


def parse_signed_yuan(text: str) -> Money:
    """The same for amounts that may lessen something, `"-9.00"`. Raises ValueError."""
    if text.startswith("-"):
        return Money(-parse_yuan(text[1:]))
    return parse_yuan(text)


def yuan(fen: int) -> str:
    """The amount as papers and pages print it: `1,234.50`."""
    return _decimal(fen, f"{abs(fen) // 100:,}")


def plain_yuan(fen: int) -> str:
    """The amount as files hold it, without commas: `1234.50`."""
    return _decimal(fen, str(abs(fen) // 100))


def _decimal(fen: int, whole: str) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole}.{abs(fen) % 100:02d}"


def split_by_weights(amount: int, weights: Sequence[tuple[str, int]]) -> list[tuple[str, Money]]:
    """Divide an amount among named parts in proportion to whole-number weights, to the fen.

    Every part gets the floor of its share; the fen left over go one each to the largest remainders, ties to
    the part written first. The parts come back in the order given and always sum to the amount.
    Raises ValueError for a negative amount, no parts, or a weight below 1.
    """
    if amount < 0 or not weights or any(weight < 1 for _, weight in weights):
        raise ValueError("a split needs an amount of at least 0 and weights of at least 1")
    total = sum(weight for _, weight in weights)
    parts = [divmod(amount * weight, total) for _, weight in weights]
    left_over = amount - sum(floor for floor, _ in parts)
    # sorted() is stable, so equal remainders keep the order in which the parts are written.
    by_remainder = sorted(range(len(parts)), key=lambda at: -parts[at][1])
    favoured = set(by_remainder[:left_over])
    return [(name, Money(parts[at][0] + (at in favoured))) for at, (name, _) in enumerate(weights)]
