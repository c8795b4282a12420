"""A month's meals by canteen and age, so coarse that five elders stand behind every cell that is not empty.

Columns are merged for all canteens at once, and canteens for all columns: so a sum of a row or a column is a sum of
whole cells, and no cell comes out by subtracting others. Rows and columns are those of the month's statement, or
unions of them, so that the statement's own tables give nothing away either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from canteen.documents.papers import FEWEST_ELDERS
from canteen.settlement.merging import BANDS, Use, band_groups, bands_of, elder_count

Ages = tuple[int, int | None]
Canteens = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """Meals and fen of a group of canteens and ages: nought, or of five elders and more of whom nothing was taken back."""

    meals: int = 0
    amount_fen: int = 0
    is_empty: bool = True
    elders: frozenset[int] = field(default=frozenset(), repr=False)

    @property
    def is_small(self) -> bool:
        """Whether it would tell of fewer than five elders."""
        return not self.is_empty and len(self.elders) < FEWEST_ELDERS


@dataclass(frozen=True, slots=True)
class Table:
    """Rows are canteens, put together where they were too small; columns are ages, from the youngest on."""

    ages: tuple[Ages, ...]
    canteens: tuple[Canteens, ...]
    cells: tuple[tuple[Cell, ...], ...]


Bands = tuple[int, ...]  # places in BANDS, neighbours
Grid = Mapping[tuple[int, int], Cell]  # by canteen and place in BANDS


def table(uses: Sequence[Use], units: Sequence[Canteens]) -> Table | None:
    """The finest table of a month that keeps the rule; `units` are the canteens as the statement puts them together.

    None where fewer than five elders ate in the month.
    """
    if elder_count(uses) < FEWEST_ELDERS:
        return None
    bands = bands_of(uses)
    grid = _grid(uses, bands)
    held = [unit for unit in units if any(use.canteen_id in unit for use in uses)]
    by_size = sorted(
        held, key=lambda unit: (-elder_count([use for use in uses if use.canteen_id in unit]), unit)
    )
    columns = [group for group in band_groups(uses) if any(band in group for band in bands.values())]
    found = [_with_rows(grid, rows, columns) for rows in _row_groups(by_size)]
    whole = [one for one in found if one is not None]
    return max(whole, key=lambda one: (len(one.ages) * len(one.canteens), len(one.ages)), default=None)


def _row_groups(by_size: Sequence[Canteens]) -> list[tuple[Canteens, ...]]:
    """All units apart; then the smallest two, three … of them together, at last all of them."""
    return [
        tuple(by_size),
        *((*by_size[:kept], _together(by_size[kept:])) for kept in range(len(by_size) - 2, -1, -1)),
    ]


def _together(units: Sequence[Canteens]) -> Canteens:
    return tuple(canteen for unit in units for canteen in unit)


def _with_rows(grid: Grid, rows: tuple[Canteens, ...], bands: Sequence[Bands]) -> Table | None:
    """The finest columns for these rows: the statement's, joined until every cell is large enough."""
    groups = list(bands)
    while True:
        cells = tuple(tuple(_cell(grid, row, group) for group in groups) for row in rows)
        small = [place for row in cells for place, cell in enumerate(row) if cell.is_small]
        if not small:
            return Table(tuple((BANDS[group[0]][0], BANDS[group[-1]][1]) for group in groups), rows, cells)
        if len(groups) == 1:
            return None
        groups = _joined(groups, small[0], cells)


def _joined(groups: list[Bands], place: int, cells: Sequence[Sequence[Cell]]) -> list[Bands]:
    """The column at a place put together with the smaller of its neighbours."""
    beside = [other for other in (place - 1, place + 1) if 0 <= other < len(groups)]
    other = min(beside, key=lambda at: sum(len(row[at].elders) for row in cells))
    low, high = min(place, other), max(place, other)
    return [*groups[:low], groups[low] + groups[high], *groups[high + 1 :]]


def _grid(uses: Sequence[Use], bands: Mapping[int, int]) -> Grid:
    # Of whom something was taken back may be left out of a sum by another: nobody hides behind that elder.
    corrected = {use.elder_id for use in uses if use.meals < 0}
    shelf: dict[tuple[int, int], list[Use]] = defaultdict(list)
    for use in uses:
        shelf[use.canteen_id, bands[use.elder_id]].append(use)
    return {
        place: Cell(
            sum(use.meals for use in held),
            sum(use.amount_fen for use in held),
            False,
            frozenset(use.elder_id for use in held) - corrected,
        )
        for place, held in shelf.items()
    }


def _cell(grid: Grid, row: Canteens, group: Bands) -> Cell:
    return _sum([grid.get((canteen, band), Cell()) for canteen in row for band in group])


def _sum(cells: Sequence[Cell]) -> Cell:
    return Cell(
        sum(cell.meals for cell in cells),
        sum(cell.amount_fen for cell in cells),
        all(cell.is_empty for cell in cells),
        frozenset().union(*(cell.elders for cell in cells)),
    )
