"""The lines of a sheet as they were typed: which elder each means, or what is wrong with it, beside the line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from canteen.checkin.slips.services import MOST_LINES, NewLine
from canteen.core.errors import Refusal
from canteen.web.fields import read_yuan
from canteen.web.refusals import sentence

ROWS = 10
"""Empty lines that a new page offers; a sign sheet has twice as many."""


@dataclass(slots=True)
class TypedLine:
    """One line of the page. `fault`: what is wrong, in words; `place`: its number on the page, from 1."""

    place: int
    number: str
    elder: str
    cash: str
    fault: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed but perhaps a printed number."""
        return not self.elder and not self.cash


def typed_lines(values: Mapping[str, str], count: int) -> list[TypedLine]:
    """What stands in each line."""
    return [
        TypedLine(place, *(values.get(f"{name}-{place}", "").strip()[:60] for name in ("number", "elder", "cash")))
        for place in range(1, count + 1)
    ]


def row_count(values: Mapping[str, str], least: int) -> int:
    """How many lines the page shows."""
    typed = values.get("rows", "")
    return min(max(int(typed) if typed.isdecimal() and len(typed) < 4 else least, least), MOST_LINES)


def read_lines(
    lines: list[TypedLine], sheet_number: str | None, elder_ref: Callable[[str], str]
) -> list[NewLine]:
    """The lines that say something; faults are left at their lines, and then the answer is not to be used."""
    found = []
    for line in lines:
        if line.is_empty:
            if line.number and sheet_number is None:
                line.fault = _("写了单号，还要写是哪位老人。")
            continue
        number = line.number or (f"{sheet_number}-{line.place:02d}" if sheet_number else "")
        cash_fen = read_yuan(line.cash) if line.cash else None
        if not number:
            line.fault = _("请写单号。")
        elif not line.elder:
            line.fault = _("请写是哪位老人。")
        elif line.cash and (cash_fen is None or cash_fen > 100_000):
            line.fault = _("现金要写成数字，比如 5 或 5.50。")
        else:
            ref = _ref(line, elder_ref)
            found += [] if line.fault else [NewLine(number, ref, cash_fen)]
    return found


def _ref(line: TypedLine, elder_ref: Callable[[str], str]) -> str:
    try:
        return elder_ref(line.elder)
    except Refusal as refusal:
        line.fault = sentence(refusal)
        return ""
