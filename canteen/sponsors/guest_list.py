"""A sponsor's list of named guests, read from a file: by identity number as rosters are, or by card number.

Whoever is not registered is named by row and left out; the file never registers anybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.cards.queries import by_serial
from canteen.core.errors import Finding, Refusal
from canteen.core.names import kept_name
from canteen.elders.models import Elder
from canteen.elders.queries import elder_by_number
from canteen.elders.roster import RosterFinding, RosterRefused, read_roster
from canteen.elders.roster.cells import Sheet, SheetRow, folded
from canteen.elders.roster.columns import HEADER_WITHIN, plain_heading
from canteen.elders.roster.files import read_sheets
from canteen.elders.roster.rows import is_footer

NAME_HEADINGS = ("姓名", "老人姓名", "长者姓名", "申请人姓名")
CARD_HEADINGS = ("卡号", "就餐卡号", "助餐卡号")
MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class ReadGuests:
    """Whom a list names: the elders found, and a finding for each row that is left out or differs."""

    elder_ids: tuple[int, ...]
    faults: tuple[RosterFinding, ...]  # rows that hold no identity number that could be anybody's
    doubts: tuple[Finding, ...]  # people who are not registered, or under another name

    @property
    def findings(self) -> list[Finding]:
        """Both together in the order of rows, in Chinese."""
        faults = [Finding(fault.code, "warn", fault.message, str(fault.row)) for fault in self.faults]
        return sorted([*faults, *self.doubts], key=lambda finding: int(finding.where))


@dataclass(frozen=True, slots=True)
class CardLine:
    """One row of a list by card number."""

    row: int
    serial: str
    name: str


def read_guests(session: Session, data: bytes, today: date) -> ReadGuests:
    """Find the elders that a file names. Raises RosterRefused for a file that is no such list."""
    try:
        roster = read_roster(data, today)
    except RosterRefused as refused:
        if refused.code != "header-missing":
            raise
        return _by_cards(session, _card_lines(read_sheets(data), refused))
    findings: list[Finding] = []
    found: list[int] = []
    for row in roster.rows:
        elder = elder_by_number(session, row.identity)
        if elder is None:
            findings.append(_unknown(row.row))
            continue
        found.append(elder.id)
        findings += _name_differs(row.row, row.name, elder.name)
    return ReadGuests(tuple(dict.fromkeys(found)), roster.faults, tuple(findings))


def _by_cards(session: Session, lines: Iterable[CardLine]) -> ReadGuests:
    found: list[int] = []
    findings: list[Finding] = []
    for line in lines:
        elder = _holder(session, line.serial)
        if elder is None:
            findings.append(_unknown(line.row))
            continue
        differs = _name_differs(line.row, line.name, elder.name) if line.name else []
        # A card number has no check digit: under another name it is somebody else's, mistyped.
        findings += differs
        if not differs:
            found.append(elder.id)
    return ReadGuests(tuple(dict.fromkeys(found)), (), tuple(findings))


def _holder(session: Session, serial: str) -> Elder | None:
    try:
        card = by_serial(session, serial)
    except Refusal:
        return None
    return session.scalars(select(Elder).where(Elder.id == card.elder_id)).first()


def _card_lines(sheets: Iterable[Sheet], refused: RosterRefused) -> list[CardLine]:
    for sheet in sheets:
        for header in islice(sheet.rows(), HEADER_WITHIN):
            headings = [plain_heading(header.text(column)) for column in range(len(header.cells))]
            card = next((at for at, heading in enumerate(headings) if heading in CARD_HEADINGS), None)
            if card is not None:
                name = next((at for at, heading in enumerate(headings) if heading in NAME_HEADINGS), None)
                return _lines(sheet, header, card, name)
    raise refused


def _lines(sheet: Sheet, header: SheetRow, card: int, name: int | None) -> list[CardLine]:
    lines: list[CardLine] = []
    for row in sheet.rows():
        if row.number <= header.number or row.is_empty or is_footer(row):
            continue
        if len(lines) >= MOST_ROWS:
            raise RosterRefused("too-many-rows", limit=str(MOST_ROWS))
        named = kept_name(row.text(name)) if name is not None else ""
        lines.append(CardLine(row.number, folded(row.text(card)), named))
    return lines


def _unknown(row: int) -> Finding:
    return Finding(
        "guest-unknown", "warn", f"第 {row} 行 没有登记过这位老人，没有列入。请先登记，再导入名单。", str(row)
    )


def _name_differs(row: int, name: str, known: str) -> list[Finding]:
    if kept_name(name) == known:
        return []
    return [Finding("guest-name", "warn", f"第 {row} 行 姓名和登记的不一样，请核对是不是同一位。", str(row))]
