"""A sheet as it was found: numbered rows of cells, before anyone asks what they mean."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

Cell = str | int | float | Decimal | None
"""Text, a number as the spreadsheet holds it, or nothing. Days become ISO text, formulas their last value."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row; `number` is the sheet's own, from one. `formulas` are the columns (from 0) that calculate."""

    number: int
    cells: tuple[Cell, ...]
    formulas: frozenset[int] = frozenset()

    def text(self, column: int) -> str:
        """The cell as trimmed text, empty where there is nothing."""
        return as_text(self.cells[column]).strip() if column < len(self.cells) else ""

    @property
    def is_empty(self) -> bool:
        """Whether every cell is empty or white space."""
        return not self.formulas and all(not as_text(cell).strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; `rows()` reads it from its first row each time it is called."""

    title: str
    rows: Callable[[], Iterator[SheetRow]]


def as_text(cell: object) -> str:
    """A cell as a person reads it: 5.0 is 5, a day is 2026-11-20, nothing is an empty text."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def folded(text: str) -> str:
    """Full width to half width, white space out: how words of a cell are compared."""
    if text.isascii():
        return "".join(text.split())
    kept = unicodedata.normalize("NFKC", text)
    return "".join(c for c in kept if not c.isspace() and unicodedata.category(c) != "Cf")
