"""Reading closed months, sealed statements and the months that wait to be closed."""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.checkin.models import Meal
from canteen.core.calendar import next_month
from canteen.core.errors import Refusal
from canteen.settlement.models import MonthClose, Paper, Statement
from canteen.settlement.totals import (
    close_totals_from_journal,
    close_totals_from_lines,
    close_totals_from_rollup,
)

__all__ = [
    "all_statements",
    "canteen_of",
    "close_of",
    "close_totals_from_journal",
    "close_totals_from_lines",
    "close_totals_from_rollup",
    "fund_canteens",
    "months",
    "statements_of",
    "verified_statement",
]


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of one canteen on the list: how it stands, and what it came to once closed. Fen."""

    canteen_code: str
    canteen_name: str
    month: str
    meals: int
    closed_at: datetime | None
    payable_fen: int | None


@dataclass(frozen=True, slots=True)
class ClosedMonthFacts:
    """A closed month: who, when, what was found, the totals."""

    month: str
    closed_by: str
    checked_by: str | None
    closed_at: datetime
    findings: tuple[dict[str, Any], ...]
    totals: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A sealed statement on a page, with its archived files by format (name by format; empty: being made)."""

    id: int
    number: str
    kind: str
    payer: str
    month: str
    total_fen: int
    check_code: str
    seal_sha256: str
    sealed_at: datetime
    files: dict[str, str]
    period: str | None = None  # 2026-Q4; None: the month


def canteen_of(session: Session, code: str) -> Canteen:
    """The canteen of this code. Raises Refusal `canteen-unknown`."""
    canteen = session.scalars(select(Canteen).where(Canteen.code == code)).one_or_none()
    if canteen is None:
        message = f"没有代码为 {code} 的食堂。请核对代码，或先建立这个食堂。"
        raise Refusal("canteen-unknown", message, canteen=code)
    return canteen


def months(session: Session, canteens: Sequence[Canteen], today_month: str) -> list[MonthLine]:
    """Every month with meals of these canteens and the closed ones, newest first."""
    lines = [line for canteen in canteens for line in _months_of(session, canteen, today_month)]
    return sorted(lines, key=lambda line: (line.month, line.canteen_code), reverse=True)


def _months_of(session: Session, canteen: Canteen, today_month: str) -> list[MonthLine]:
    counted = (
        select(Meal.month, func.count())
        .where(Meal.canteen_id == canteen.id, Meal.cancelled_at.is_(None))
        .group_by(Meal.month)
    )
    meals = {month: int(count) for month, count in session.execute(counted)}
    closes = {
        close.month: close
        for close in session.scalars(select(MonthClose).where(MonthClose.canteen_id == canteen.id))
    }
    found = []
    for month in _span(meals.keys() | closes.keys(), today_month):
        close = closes.get(month)
        found.append(
            MonthLine(
                canteen_code=canteen.code, canteen_name=canteen.name, month=month,
                meals=close.totals["meals"] if close else meals.get(month, 0),
                closed_at=close.closed_at if close else None,
                payable_fen=close.totals["payable_fen"] if close else None,
            )
        )  # fmt: skip
    return found


def _span(seen: set[str], today_month: str) -> list[str]:
    """From the first month with anything in it to the running one, none left out."""
    month, last = min(seen, default=today_month), max([*seen, today_month])
    found = [month]
    while month < last:
        month = next_month(month)
        found.append(month)
    return found


def close_of(session: Session, canteen_id: int, month: str) -> ClosedMonthFacts | None:
    """How a month was closed; None while it is open."""
    found = session.scalars(
        select(MonthClose).where(MonthClose.canteen_id == canteen_id, MonthClose.month == month)
    ).one_or_none()
    if found is None:
        return None
    return ClosedMonthFacts(
        month=found.month, closed_by=found.closed_by, checked_by=found.checked_by, closed_at=found.closed_at,
        findings=tuple(found.findings), totals=dict(found.totals),
    )  # fmt: skip


def statements_of(session: Session, statements: Sequence[Statement]) -> list[StatementLine]:
    """These statements with their archived files."""
    files: dict[int, dict[str, str]] = {statement.id: {} for statement in statements}
    for paper in session.scalars(select(Paper).where(Paper.statement_id.in_(files.keys()))):
        files[paper.statement_id][paper.format] = paper.file_name
    return [_line(statement, files[statement.id]) for statement in statements]


def all_statements(session: Session, canteen_codes: Sequence[str]) -> list[StatementLine]:
    """Every sealed statement about one of these canteens, newest first."""
    ids = set(session.scalars(select(Canteen.id).where(Canteen.code.in_(canteen_codes))))
    every = session.scalars(select(Statement).order_by(Statement.month.desc(), Statement.id))
    mine = [one for one in every if one.canteen_id in ids or set(fund_canteens(one)) & set(canteen_codes)]
    return statements_of(session, mine)


def fund_canteens(statement: Statement) -> list[str]:
    """The codes of the canteens that a donor's statement is about, as sealed; none for any other kind."""
    if statement.kind != "donor":
        return []
    rows = json.loads(statement.sealed_json).get("rows") or {}
    return list(rows.get("canteens", ()))


def verified_statement(session: Session, number: str, check_code: str) -> StatementLine | None:
    """The statement of this number, if this is its check code; None alike where either is wrong."""
    found = session.scalars(select(Statement).where(Statement.number == number)).one_or_none()
    # Compared in a time that does not tell how much of the code is right.
    wanted = found.check_code if found else "-" * len(check_code)
    if not hmac.compare_digest(wanted.encode(), check_code.encode()) or found is None:
        return None
    return statements_of(session, [found])[0]


def _line(statement: Statement, files: dict[str, str]) -> StatementLine:
    return StatementLine(
        id=statement.id, number=statement.number, kind=statement.kind, payer=statement.payer,
        month=statement.month, total_fen=statement.total_fen, check_code=statement.check_code,
        seal_sha256=statement.seal_sha256, sealed_at=statement.sealed_at, files=files, period=statement.period,
    )  # fmt: skip
