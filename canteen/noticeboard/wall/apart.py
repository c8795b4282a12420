"""Figures told so that fewer than five elders never stand behind one, nor behind the difference of two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from canteen.documents.papers import FEWEST_ELDERS
from canteen.documents.papers.notice import NoticeLine


@dataclass(frozen=True, slots=True)
class Part:
    """An amount, and the elders behind it; none: it is about nobody. `is_hidden`: it may not stand alone."""

    code: str
    amount_fen: int
    elders: frozenset[int] = frozenset()
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class _Group:
    codes: tuple[str, ...]
    amount_fen: int
    elders: frozenset[int]
    is_hidden: bool

    @property
    def is_telling(self) -> bool:
        return self.is_hidden or 0 < len(self.elders) < FEWEST_ELDERS


def is_few(elders: Iterable[int]) -> bool:
    """Whether elders stand behind a figure, and so few that they could be recognised."""
    return 0 < len(set(elders)) < FEWEST_ELDERS


def told(parts: Iterable[Part]) -> tuple[NoticeLine, ...]:
    """The parts as lines: one that could tell somebody joins the one with the most elders; parts of nothing go.

    The sum of all stays. A part that is alone stays as it is: whoever tells a sum of all must ask that before.
    """
    groups = [
        _Group((part.code,), part.amount_fen, part.elders, part.is_hidden)
        for part in parts
        if part.amount_fen or part.elders
    ]
    while len(groups) > 1:
        telling = next((group for group in groups if group.is_telling), None)
        if telling is None:
            break
        others = [group for group in groups if group is not telling]
        largest = max(others, key=lambda group: len(group.elders))
        groups = [_joined(telling, group) if group is largest else group for group in others]
    return tuple(NoticeLine(group.codes, group.amount_fen) for group in groups if group.amount_fen)


def _joined(one: _Group, other: _Group) -> _Group:
    # A hidden part is covered by any other amount about people; that one is then known by neither.
    elders = one.elders | other.elders
    return _Group(
        (*other.codes, *one.codes), one.amount_fen + other.amount_fen, elders,
        one.is_hidden and other.is_hidden,
    )  # fmt: skip
