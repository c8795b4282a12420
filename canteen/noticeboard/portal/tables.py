"""A month's meals by canteen and age, so coarse that five elders stand behind every cell that is not empty.

Columns are merged for all canteens at once, and canteens for all columns: so a sum of a row or a column is a sum of
whole cells, and no cell comes out by subtracting others. The columns are those of the month's statement or unions of
them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from canteen.documents.papers import FEWEST_ELDERS
from canteen.settlement.merging import BANDS

Ages = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Eaten:
    """What a fund paid for one elder's meals at one canteen in a month; fen. The age is that of the last meal."""

    canteen_id: int
    elder_id: int = field(repr=False)
    age_years: int
    meals: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Meals and fen of a group of canteens and ages; nought, or of five elders and more."""

    meals: int
    amount_fen: int
    elders: frozenset[int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows are canteens, put together where they were too small; columns are ages, from the youngest on."""

    ages: tuple[Ages, ...]
    canteens: tuple[tuple[int, ...], ...]
    cells: tuple[tuple[Cell, ...], ...]


Grid = Mapping[tuple[int, Ages], Cell]
EMPTY = Cell(0, 0, frozenset())


def table(eaten: Sequence[Eaten]) -> Table | None:
    """The finest table that keeps the rule; None where fewer than five elders ate in the month."""
    if len({one.elder_id for one in eaten}) < FEWEST_ELDERS:
        return None
    size: dict[int, set[int]] = defaultdict(set)
    for one in eaten:
        size[one.canteen_id].add(one.elder_id)
    by_size = sorted(size, key=lambda canteen: (-len(size[canteen]), canteen))
    ages = _statement_bands(eaten)
    grid = _grid(eaten, ages)
    found = [_with_rows(grid, rows, ages) for rows in _row_groups(by_size)]
    return max(
        (one for one in found if one), key=lambda one: (len(one.ages) * len(one.canteens), len(one.ages))
    )


def _row_groups(by_size: Sequence[int]) -> list[tuple[tuple[int, ...], ...]]:
    """All canteens apart; then the smallest two, three … of them together, at last all of them."""
    apart = [tuple((canteen,) for canteen in by_size)]
    return apart + [
        (*((canteen,) for canteen in by_size[:kept]), tuple(by_size[kept:]))
        for kept in range(len(by_size) - 2, -1, -1)
    ]


def _with_rows(grid: Grid, rows: tuple[tuple[int, ...], ...], bands: Sequence[Ages]) -> Table | None:
    """The finest columns for these rows: the statement's, joined until every cell is large enough."""
    groups: list[tuple[Ages, ...]] = [(band,) for band in bands]
    while True:
        cells = tuple(tuple(_cell(grid, row, group) for group in groups) for row in rows)
        small = [
            place for row in cells for place, cell in enumerate(row) if 0 < len(cell.elders) < FEWEST_ELDERS
        ]
        if not small:
            return Table(tuple((group[0][0], group[-1][1]) for group in groups), rows, cells)
        if len(groups) == 1:
            return None
        groups = _joined(groups, small[0], cells)


def _joined(
    groups: list[tuple[Ages, ...]], place: int, cells: Sequence[Sequence[Cell]]
) -> list[tuple[Ages, ...]]:
    """The column at a place put together with the smaller of its neighbours."""
    beside = [other for other in (place - 1, place + 1) if 0 <= other < len(groups)]
    other = min(beside, key=lambda at: sum(len(row[at].elders) for row in cells))
    low, high = min(place, other), max(place, other)
    return [*groups[:low], groups[low] + groups[high], *groups[high + 1 :]]


def _statement_bands(eaten: Sequence[Eaten]) -> list[Ages]:
    """The age bands as the statement of the month merges them: small ones join their neighbour."""
    merged: list[tuple[Ages, int]] = []
    for band in BANDS:
        elders = len({one.elder_id for one in eaten if _is_within(one, band)})
        if merged and merged[-1][1] < FEWEST_ELDERS:
            (low, _), before = merged.pop()
            merged.append(((low, band[1]), before + elders))
        else:
            merged.append((band, elders))
    if len(merged) > 1 and merged[-1][1] < FEWEST_ELDERS:
        ((_, high), last), ((low, _), before) = merged.pop(), merged.pop()
        merged.append(((low, high), before + last))
    return [band for band, elders in merged if elders]


def _is_within(one: Eaten, band: Ages) -> bool:
    return band[0] <= one.age_years and (band[1] is None or one.age_years <= band[1])


def _grid(eaten: Sequence[Eaten], bands: Sequence[Ages]) -> Grid:
    held: dict[tuple[int, Ages], list[Eaten]] = defaultdict(list)
    for one in eaten:
        held[one.canteen_id, next(band for band in bands if _is_within(one, band))].append(one)
    return {
        place: Cell(
            sum(one.meals for one in those),
            sum(one.amount_fen for one in those),
            frozenset(one.elder_id for one in those),
        )
        for place, those in held.items()
    }


def _cell(grid: Grid, row: Sequence[int], group: Sequence[Ages]) -> Cell:
    held = [grid.get((canteen, band), EMPTY) for canteen in row for band in group]
    return Cell(
        sum(cell.meals for cell in held),
        sum(cell.amount_fen for cell in held),
        frozenset().union(*(cell.elders for cell in held)),
    )
