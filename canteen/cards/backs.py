"""The line of thanks on a card's back: a later slice knows whose name may stand there, this one does not."""

from collections.abc import Callable
from datetime import date

from canteen.canteens.queries import CanteenRow

Line = Callable[[CanteenRow, date], str]
_lines: list[Line] = []


def on_the_back(line: Line) -> Line:
    """Print what this function answers on cards of a canteen that are printed on a day; empty text is no line."""
    _lines.append(line)
    return line


def naming_line(canteen: CanteenRow, on: date) -> str:
    """The line of thanks, empty for none."""
    return "　".join(filter(None, (line(canteen, on) for line in _lines)))
