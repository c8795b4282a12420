"""Reads of a fund's sealed statements: months and longer."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from canteen.settlement.models import Statement
from canteen.settlement.queries import StatementLine, statements_of
from canteen.sponsors.models import Fund


def papers_of(session: Session, sponsor_id: int) -> list[StatementLine]:
    """Every sealed statement of this sponsor's funds, months and longer, newest first."""
    return _papers(session, select(Fund.id).where(Fund.sponsor_id == sponsor_id))


def fund_papers(session: Session, fund_id: int) -> list[StatementLine]:
    """Every sealed statement of one fund, months and longer, newest first."""
    return _papers(session, select(Fund.id).where(Fund.id == fund_id))


def _papers(session: Session, fund_ids: Select[int]) -> list[StatementLine]:
    wanted = select(Statement).where(Statement.kind == "donor", Statement.fund_id.in_(fund_ids))
    newest_first = wanted.order_by(Statement.month.desc(), Statement.id.desc())
    return statements_of(session, session.scalars(newest_first).all())
