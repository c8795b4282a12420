"""Sheets of paper and the blocks on them. Every height is known here, so every page number is too."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from canteen.documents.layout.table import Style, TableView, view
from canteen.documents.model import Table

BINDING_MM, MARGIN_MM = 25, 12
LANDSCAPE_MM = (297 - 2 * MARGIN_MM, 210 - BINDING_MM - MARGIN_MM)
PORTRAIT_MM = (210 - BINDING_MM - MARGIN_MM, 297 - 2 * MARGIN_MM)
HEADER_MM, FOOTER_MM = 8.0, 9.0
FEWEST_ROWS = 4  # of a table that is begun near the foot of a page
TITLE_MM, NOTE_MM, GAP_MM = 6.5, 5.0, 4.0


@dataclass(frozen=True, slots=True)
class Block:
    """Something of a known height; `name` is the macro that draws it from `data`."""

    name: str
    height_mm: float
    data: Any = None
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page."""

    shape: str  # landscape, portrait, or what its own style sheet calls it
    blocks: tuple[Block, ...]
    no: int = 0
    of: int = 0
    plain: bool = False  # without header and footer: a certificate
    title: str = ""  # in the header, where it is not the paper's own
    measure: str = "单位：元、人次"


@dataclass(frozen=True, slots=True)
class Breakable:
    """A table that may stand on several pages."""

    table: Table
    style: Style

    def height_mm(self, rows: int, subtotals: bool, last: bool) -> float:
        """What a part of that many rows takes, its title and gap included."""
        feet = 0
        if self.table.total is not None and self.table.rows:
            feet = 2 * subtotals + last
        return (
            TITLE_MM
            + self.style.head_mm
            + max(rows, 1) * self.style.row_mm
            + feet * self.style.foot_mm
            + (NOTE_MM if last and self.table.note else 0)
            + GAP_MM
        )


@dataclass
class Flow:
    """Places blocks one under the other and begins a page when the next has no room."""

    shape: str
    room_mm: float
    pages: list[list[Block]] = field(default_factory=lambda: [[]])
    left_mm: float = field(init=False)

    def __post_init__(self) -> None:
        self.left_mm = self.room_mm

    def place(self, parts: Iterable[Block | Breakable]) -> "Flow":
        """Place them in order."""
        for part in parts:
            if isinstance(part, Block):
                self._put(part)
            else:
                self._put_table(part)
        return self

    def sheets(self) -> list[Sheet]:
        """The pages so far, not yet numbered."""
        return [Sheet(self.shape, tuple(page)) for page in self.pages if page]

    def _put(self, block: Block) -> None:
        if self.pages[-1] and (block.new_page or block.height_mm > self.left_mm):
            self.pages.append([])
            self.left_mm = self.room_mm
        self.pages[-1].append(block)
        self.left_mm -= block.height_mm

    def _put_table(self, part: Breakable) -> None:
        rows = len(part.table.rows)
        whole = part.height_mm(rows, subtotals=False, last=True)
        if whole <= self.left_mm:
            self._put(Block("table", whole, view(part.table, part.style)))
            return
        first = self._rows_in(part, self.left_mm)
        if first < FEWEST_ROWS:
            if whole <= self.room_mm:
                self._put(Block("table", whole, view(part.table, part.style), new_page=True))
                return
            self.pages.append([])
            self.left_mm = self.room_mm
            first = self._rows_in(part, self.left_mm)
        for page in part.table.pages(first, self._rows_in(part, self.room_mm)):
            height = part.height_mm(len(page.rows), subtotals=True, last=page.is_last)
            self._put(Block("table", height, view(part.table, part.style, page), new_page=page.first_no > 1))

    def _rows_in(self, part: Breakable, room_mm: float) -> int:
        # Counted as if it were the last part, so that the total never falls on a page of its own.
        return int((room_mm - part.height_mm(0, subtotals=True, last=True)) / part.style.row_mm) + 1


def numbered(sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """The sheets with 第 X 页 共 Y 页."""
    return tuple(replace(sheet, no=no, of=len(sheets)) for no, sheet in enumerate(sheets, start=1))


def side_by_side(table: Table, style: Style, columns: int, rows_each: int) -> list[tuple[TableView, ...]]:
    """A long narrow table as groups of neighbouring parts; sums stand under the last part of all alone."""
    rows_each = min(rows_each, -(-len(table.rows) // columns)) or 1
    parts = table.pages(rows_each)
    views = [
        replace(view(table, style, part), feet=view(table, style, part).feet[-1:] if part.is_last else ())
        for part in parts
    ]
    return [tuple(views[start : start + columns]) for start in range(0, len(views), columns)]
