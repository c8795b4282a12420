"""Cards on sheets to the millimetre: 85.6 × 54, eight or ten on A4, backs mirrored to meet them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from canteen.documents.fitting import text_mm
from canteen.documents.papers import Card

CARD_MM = (85.6, 54.0)
SHEET_MM = (210.0, 297.0)
CUT_MM, CUT_GAP_MM = 4.0, 1.0
LIST_ROWS = 30
NAME_SIZES_PT = (22.0, 18.0, 15.0, 12.5, 11.0)
NAME_ROOM_MM = 45.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Grid:
    """How cards stand on a sheet; lengths in millimetres."""

    key: str
    columns: int
    rows: int
    gap_x: float
    gap_y: float
    bleed: float

    @property
    def block(self) -> tuple[float, float]:
        """The size of all cards together."""
        width, height = CARD_MM
        return (
            self.columns * width + (self.columns - 1) * self.gap_x,
            self.rows * height + (self.rows - 1) * self.gap_y,
        )

    @property
    def margins(self) -> tuple[float, float]:
        """What is left of the sheet at the left and at the top."""
        return (SHEET_MM[0] - self.block[0]) / 2, (SHEET_MM[1] - self.block[1]) / 2

    def place(self, index: int, *, mirrored: bool = False) -> tuple[float, float]:
        """Left and top of a card; on the back of a sheet turned over its long edge, left and right change."""
        row, column = divmod(index, self.columns)
        if mirrored:
            column = self.columns - 1 - column
        left, top = self.margins
        return left + column * (CARD_MM[0] + self.gap_x), top + row * (CARD_MM[1] + self.gap_y)

    def css(self) -> str:
        """The places as classes: p0, p1 … from the left and q0, q1 … mirrored."""
        rules = []
        for index in range(self.columns * self.rows):
            for letter, mirrored in (("p", False), ("q", True)):
                left, top = self.place(index, mirrored=mirrored)
                rules.append(f".{self.key} .{letter}{index}{{left:{left:.3f}mm;top:{top:.3f}mm}}")
        return "".join(rules)


GRIDS = {
    "8-up": Grid("up8", 2, 4, 6.0, 6.0, 2.0),
    "10-up": Grid("up10", 2, 5, 6.0, 2.0, 0.0),
}


def chunks(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """The items in groups of at most that many."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def name_class(card: Card) -> str:
    """How large a name is printed: 22 points, or less where ten characters would not fit."""
    for size in NAME_SIZES_PT:
        if text_mm(card.name, size, 700) <= NAME_ROOM_MM:
            return f"n{size:g}".replace(".", "-")
    return "wrapped"
