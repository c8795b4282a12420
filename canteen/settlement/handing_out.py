"""Handing out the papers of a period: the archived files under names that people can read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from canteen.audit.services import record
from canteen.core.calendar import Period, months_of, parse_month
from canteen.db import reading, transaction
from canteen.settlement import archive
from canteen.settlement.models import Statement
from canteen.settlement.queries import StatementLine, canteen_of, fund_canteens, statements_of
from canteen.settlement.rendering import archived
from canteen.settlement.reports.periods import named


@dataclass(frozen=True, slots=True)
class HandedOut:
    """One statement's files as they were given out. `sha256` is the PDF's."""

    number: str
    kind: str
    payer: str
    total_fen: int
    pdf: str
    xlsx: str
    sha256: str
    xlsx_sha256: str


def sealed_in(session: Session, period: Period, canteen_code: str | None) -> Sequence[Statement]:
    """The statements sealed for the months within a period, of one canteen or all, in order of sealing.

    A fund's statement is every one of its canteens'; that of a quarter, year or range is there when just that period
    is asked for. Raises Refusal `canteen-unknown`.
    """
    months = [month for month in months_of(period) if _within(month, period)]
    of_month = Statement.month.in_(months) & Statement.period.is_(None)
    wanted = select(Statement).where(or_(of_month, Statement.period == named(period).text)).order_by(Statement.id)
    if canteen_code is None:
        return session.scalars(wanted).all()
    canteen = canteen_of(session, canteen_code)
    wanted = wanted.where(or_(Statement.canteen_id == canteen.id, Statement.kind == "donor"))
    return [
        found for found in session.scalars(wanted) if found.canteen_id or canteen.code in fund_canteens(found)
    ]


def _within(month: str, period: Period) -> bool:
    whole = parse_month(month)
    return period.first_on <= whole.first_on and whole.last_on <= period.last_on


def hand_out(
    period: Period,
    canteen_code: str | None,
    out: Path,
    actor: str = "system:cli",
    advance: Callable[[int, int], None] | None = None,
) -> list[HandedOut]:
    """Copy the archived papers of a period into a folder, rendering first what never was.

    Raises Refusal `canteen-unknown`, `paper-not-printable` or `rendering-failed`.
    """
    with reading() as session:
        statements = statements_of(session, sealed_in(session, period, canteen_code))
    given: list[HandedOut] = []
    taken: set[str] = set()
    for done, statement in enumerate(statements, start=1):
        given.append(_give(statement, out, taken))
        if advance is not None:
            advance(done, len(statements))
    with transaction() as session:
        numbers = [paper.number for paper in given]
        record(
            session,
            "statements.hand-out",
            actor,
            subject=f"period:{period.text}",
            detail={"numbers": numbers},
        )
    return given


def _give(statement: StatementLine, out: Path, taken: set[str]) -> HandedOut:
    files = archived(statement.id)
    paths = {}
    for ending, file in files.items():
        paths[ending] = out / _free_name(file.name, statement.number, taken)
        archive.hand_out(file.content, paths[ending])
    return HandedOut(
        number=statement.number, kind=statement.kind, payer=statement.payer, total_fen=statement.total_fen,
        pdf=str(paths["pdf"]), xlsx=str(paths["xlsx"]), sha256=files["pdf"].sha256,
        xlsx_sha256=files["xlsx"].sha256,
    )  # fmt: skip


def _free_name(name: str, number: str, taken: set[str]) -> str:
    """The file's own name; two rosters of one month, or two funds of one sponsor, are told apart by number."""
    if name in taken:
        stem, _, ending = name.rpartition(".")
        name = f"{stem}_{number}.{ending}"
    taken.add(name)
    return name


def take(statement: StatementLine, ending: str, actor: str) -> bytes:
    """One archived file for somebody in the office; that it was taken is recorded."""
    content = archived(statement.id)[ending].content
    with transaction() as session:
        record(
            session,
            "statement.taken",
            actor,
            subject=f"statement:{statement.number}",
            detail={"format": ending},
        )
    return content
