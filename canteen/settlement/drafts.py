"""The papers of a month, before they are sealed: who gets one, under which number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from canteen.checkin.slips.queries import slip_meals
from canteen.documents.papers import Heading, SealedPaper
from canteen.settlement.addressee import Addressee, addressees, settlement_paper
from canteen.settlement.canteen_sheet import canteen_paper, read_takings
from canteen.settlement.findings import carried_count
from canteen.settlement.headings import Closing
from canteen.settlement.month import MonthRows
from canteen.settlement.monthly_grants import MonthlyGrant
from canteen.settlement.roster import roster_paper

WORDS = {"settlement": "gov", "collective": "col"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper that is ready to be sealed, with whom it is for."""

    kind: str
    payer: str
    paper: SealedPaper
    fund_id: int | None = None
    rows: Mapping[str, Any] | None = None
    month: str = ""  # an earlier month that ended with this one; empty: the month that is closed


def draft_papers(
    session: Session, rows: MonthRows, monthly: Sequence[MonthlyGrant], closing: Closing
) -> list[Draft]:
    """The canteen's own papers: a settlement and a roster for each authority, the collective's, the operator's sheet."""
    found = addressees(rows, monthly)
    remarks = _remarks(session, rows)
    drafts = []
    for place, addressee in enumerate(found):
        heading = _heading(rows, closing, _word(WORDS[addressee.kind], place))
        paper = settlement_paper(rows, addressee, monthly, heading, remarks)
        drafts.append(Draft(addressee.kind, addressee.name, paper))
    for place, addressee in enumerate(_with_roster(found)):
        heading = _heading(rows, closing, _word("roster", place))
        drafts.append(Draft("roster", addressee.name, roster_paper(rows, addressee, heading)))
    takings = read_takings(session, rows.canteen.id, rows.month)
    sheet = canteen_paper(rows, monthly, takings, _heading(rows, closing, "canteen"), remarks)
    drafts.append(Draft("canteen", rows.canteen.operator_name or rows.canteen.name, sheet))
    return drafts


def _with_roster(found: Sequence[Addressee]) -> list[Addressee]:
    """Authorities get a roster; a collective gets one where no authority does, so that somebody can check who ate."""
    authorities = [addressee for addressee in found if addressee.kind == "settlement"]
    return authorities or list(found)


def _word(word: str, place: int) -> str:
    return word if place == 0 or word == "col" else f"{word}{place + 1}"


def _heading(rows: MonthRows, closing: Closing, word: str) -> Heading:
    canteen = rows.canteen
    unit = canteen.reporting_unit or canteen.operator_name or canteen.name
    return closing.heading(
        code=canteen.code,
        word=word,
        period=rows.period,
        unit_name=unit,
        canteen_name=canteen.name,
        zone=canteen.time_zone,
    )


def _remarks(session: Session, rows: MonthRows) -> list[str]:
    """Sentences under the tables: records that wait, and meals that came from paper."""
    found = []
    waiting = carried_count(session, rows.canteen, rows.period)
    if waiting:
        found.append(f"另有 {waiting} 条记录仍在核查，本期不付款，核定后作为调整列入以后月份。")
    eaten = [number for number, meal in rows.sums.items() if meal.net > 0]
    on_paper = len(slip_meals(session, eaten))
    if on_paper:
        found.append(f"本食堂本期用餐中，凭纸条或签到表补记 {on_paper:,} 份，均经第二人核准。")
    return found
