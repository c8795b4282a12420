"""Reads of a fund's sealed statements: months and longer; and the periods for which one can be made."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from canteen.core.calendar import month_of, next_month
from canteen.core.errors import Refusal
from canteen.settlement.fund_money import first_month
from canteen.settlement.models import Statement
from canteen.settlement.queries import StatementLine, fund_canteens, statements_of
from canteen.sponsors.agreements.queries import fund_nature
from canteen.sponsors.models import Fund


@dataclass(frozen=True, slots=True)
class FundPaper:
    """A sealed statement of a fund on its page; `period` is the month's or the longer period's text."""

    number: str
    period: str
    total_fen: int
    meals: int
    line: StatementLine
    has_certificate: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A quarter or a year for which a statement can be made: 2026-Q4, 2026."""

    period: str
    is_over: bool


def papers_of(session: Session, sponsor_id: int) -> list[StatementLine]:
    """Every sealed statement of this sponsor's funds, months and longer, newest first."""
    return statements_of(session, _papers(session, select(Fund.id).where(Fund.sponsor_id == sponsor_id)))


def fund_papers(session: Session, fund_id: int, codes: set[str] | None = None) -> list[FundPaper]:
    """Every sealed statement of one fund, newest first; with `codes` those about one of these canteens."""
    found = _papers(session, select(Fund.id).where(Fund.id == fund_id))
    if codes is not None:
        found = [one for one in found if codes & set(fund_canteens(one))]
    is_commercial = fund_nature(session, fund_id) == "sponsorship"
    lines = statements_of(session, found)
    return [_fund_paper(one, line, is_commercial) for one, line in zip(found, lines, strict=True)]


def _fund_paper(statement: Statement, line: StatementLine, is_commercial: bool) -> FundPaper:
    paper = json.loads(statement.sealed_json)["paper"]
    return FundPaper(
        number=statement.number,
        period=statement.period or statement.month,
        total_fen=statement.total_fen,
        meals=paper["meals"],
        line=line,
        has_certificate=paper["meals"] > 0 and not paper["commercial"] and not is_commercial,
    )


def _papers(session: Session, fund_ids: Select[int]) -> Sequence[Statement]:
    wanted = select(Statement).where(Statement.kind == "donor", Statement.fund_id.in_(fund_ids))
    return session.scalars(wanted.order_by(Statement.month.desc(), Statement.id.desc())).all()


def offers(session: Session, fund_id: int, today: date) -> list[Offer]:
    """The quarters and years since the fund began that are not sealed, the newest first, up to the running ones."""
    fund = session.get_one(Fund, fund_id)
    month, last = first_month(session, fund) or month_of(fund.created_at.date()), month_of(today)
    sealed = set(session.scalars(select(Statement.period).where(Statement.fund_id == fund_id)))
    found: dict[str, bool] = {}
    while month <= last:
        year, quarter = month[:4], (int(month[5:]) + 2) // 3
        found[f"{year}-Q{quarter}"] = last > f"{year}-{3 * quarter:02d}"
        found[year] = last > f"{year}-12"
        month = next_month(month)
    ordered = sorted(found, key=lambda period: (period[:4], period.partition("-")[2] or "Q5"), reverse=True)
    return [Offer(period, found[period]) for period in ordered if period not in sealed]


def require_mine(session: Session, number: str, codes: set[str] | None) -> None:
    """Raises Refusal `statement-unknown` for a number that is none, or about others' canteens: both alike."""
    found = session.scalars(select(Statement).where(Statement.number == number)).first()
    if found is None or (codes is not None and not codes & set(fund_canteens(found))):
        raise Refusal("statement-unknown", "没有这份结算单。")
