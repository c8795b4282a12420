"""Tables of a fund's meals by canteen and by age band, put together until no cell and no difference names anybody.

A cell stands where nobody or at least five elders stand behind it; else the row joins its neighbour. A row is one
group of canteens in every table it can be subtracted from: a paper over months takes the groups that its months
have in common, and where it ends within a month, groups that hold in each stretch of days of that month.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from canteen.documents.papers import FEWEST_ELDERS, AgeBandLine, CanteenLine
from canteen.settlement.fund_meals import full_meals
from canteen.settlement.merging import (
    BANDS,
    Use,
    age_bands,
    band_groups,
    band_label,
    bands_of,
    elder_count,
    stretches,
)

Key = TypeVar("Key", bound=Hashable)
Uses = Sequence[Use]
Cells = Callable[[Uses], list[Uses]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A month of a fund, or the part of it that a range takes: all of its meals, and those that are taken."""

    uses: Uses
    taken: Uses
    is_whole: bool

    def units(self) -> list[Uses]:
        """What must stand by itself: the month; of a part, each stretch of days of its month."""
        return [self.uses] if self.is_whole else list(stretches(self.uses))


def all_of(uses: Uses) -> list[Uses]:
    """One cell: the meals."""
    return [uses]


def full_and_part(uses: Uses) -> list[Uses]:
    """The cells of a row: all meals, those paid whole, those paid in part."""
    return [uses, [use for use in uses if use.is_full], [use for use in uses if not use.is_full]]


def is_safe(uses: Uses, cells: Cells) -> bool:
    """Whether nobody or at least five elders stand behind each cell."""
    return all(not cell or elder_count(cell) >= FEWEST_ELDERS for cell in cells(uses))


def tells_full(pieces: Sequence[Piece]) -> bool:
    """Whether full and part can be told apart: of whole months always, of parts of a month where each stretch allows.

    How many of all meals were full every monthly statement says; a range that cuts a month would say it of days.
    """
    return all(piece.is_whole or all(is_safe(unit, full_and_part) for unit in piece.units()) for piece in pieces)


def canteen_lines(pieces: Sequence[Piece], names: Sequence[tuple[int, str]]) -> tuple[CanteenLine, ...]:
    """The rows of the table by canteen, in the order of `names`: a canteen's number and name."""
    taken = [use for piece in pieces for use in piece.taken]
    tells = tells_full(pieces) and all(_month_cells(piece) is full_and_part for piece in pieces)
    titles = dict(names)
    groups = in_common([_canteens(piece, list(titles), full_and_part if tells else all_of) for piece in pieces])
    return tuple(
        _canteen_line(
            tuple(titles[key] for key in group), [use for use in taken if use.canteen_id in group],
            tells=tells, counts=len(pieces) == 1 and pieces[0].is_whole,
        )
        for group in groups or [tuple(titles)]
    )  # fmt: skip


def _month_cells(piece: Piece) -> Cells:
    """What the rows of a month's own statement tell: full and part of no meal where few elders stand behind either."""
    return full_and_part if is_safe(piece.uses, full_and_part) else all_of


def _canteens(piece: Piece, canteen_ids: Sequence[int], cells: Cells) -> list[tuple[int, ...]]:
    """The groups of the month's own statement, whatever a longer one tells; of a part of it, those that also hold in
    each of its stretches. Finer groups in the longer one would tell of the month what its own statement does not.
    """
    own = groups_of(canteen_ids, [piece.uses], lambda use: use.canteen_id, _month_cells(piece))
    if piece.is_whole:
        return own
    return in_common([own, groups_of(canteen_ids, piece.units(), lambda use: use.canteen_id, cells)])


def _canteen_line(names: tuple[str, ...], uses: Uses, *, tells: bool, counts: bool) -> CanteenLine:
    return CanteenLine(
        names=names,
        meals=sum(use.meals for use in uses),
        full_meals=full_meals(uses) if tells else None,
        amount_fen=sum(use.amount_fen for use in uses),
        elders=elder_count(uses) if counts else 0,
    )


def band_lines(pieces: Sequence[Piece]) -> tuple[AgeBandLine, ...]:
    """The table by age band. Over months it tells meals alone: how many elders are new in a band tells of one."""
    if len(pieces) == 1 and pieces[0].is_whole:
        return age_bands(pieces[0].taken)
    groups = in_common([_bands(piece) for piece in pieces if piece.uses])
    lines = []
    for group in groups:
        uses = [use for piece in pieces for use in _in_bands(piece, group)]
        if uses:
            lines.append(AgeBandLine(band_label(sorted(group)), 0, sum(use.meals for use in uses)))
    return tuple(lines)


def _bands(piece: Piece) -> list[tuple[int, ...]]:
    """A month's own groups; of a part of one, those that also hold in each of its stretches."""
    groups = band_groups(piece.uses)
    if piece.is_whole:
        return groups
    bands = bands_of(piece.uses)
    held = groups_of(range(len(BANDS)), piece.units(), lambda use: bands[use.elder_id], all_of)
    return in_common([groups, held])


def _in_bands(piece: Piece, group: Sequence[int]) -> list[Use]:
    # An elder stands all month in the band of its last meal, so that months and parts of them add up.
    bands = bands_of(piece.uses)
    return [use for use in piece.taken if bands[use.elder_id] in group]


def groups_of(
    keys: Iterable[Key], units: Sequence[Uses], key_of: Callable[[Use], Key], cells: Cells
) -> list[tuple[Key, ...]]:
    """Neighbouring keys put together until every cell of each group stands in every unit."""
    by_key: list[dict[Key, list[Use]]] = []
    for unit in units:
        shelf: dict[Key, list[Use]] = {}
        for use in unit:
            shelf.setdefault(key_of(use), []).append(use)
        by_key.append(shelf)

    def holds(group: Sequence[Key]) -> bool:
        return all(is_safe([use for key in group for use in shelf.get(key, ())], cells) for shelf in by_key)

    found: list[tuple[Key, ...]] = []
    gathered: tuple[Key, ...] = ()
    for key in keys:
        gathered = (*gathered, key)
        if holds(gathered):
            found.append(gathered)
            gathered = ()
    while gathered and found and not holds(gathered):
        gathered = (*found.pop(), *gathered)
    return [*found, gathered] if gathered else found


def in_common(partitions: Sequence[Sequence[tuple[Key, ...]]]) -> list[tuple[Key, ...]]:
    """The finest groups that are made of whole groups of every partition, in the order of their first keys."""
    found: list[tuple[Key, ...]] = []
    for group in (group for partition in partitions for group in partition):
        touched = [one for one in found if set(one) & set(group)]
        found = [one for one in found if one not in touched]
        found.append(tuple(dict.fromkeys(key for one in [*touched, group] for key in one)))
    order = {key: place for place, key in enumerate(key for part in partitions[:1] for group in part for key in group)}
    sorted_groups = [tuple(sorted(group, key=lambda key: order[key])) for group in found]
    return sorted(sorted_groups, key=lambda group: order[group[0]])
