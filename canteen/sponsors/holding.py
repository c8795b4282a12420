"""What a fund holds: on PostgreSQL a fund with plenty is cut into slices, so that tills do not wait for each other.

To read it, `Fund.held_fen`. To take from it or decide by it, `lock_fund`: then `balance_fen` is all there is, and no
meal draws on the fund meanwhile. To give back, adding to `balance_fen` is enough.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.db import is_postgresql
from canteen.sponsors.models import Fund


def lock_fund(session: Session, code: str) -> Fund | None:
    """The fund of this code, its row locked and what its slices held recalled; None where there is none."""
    row = select(Fund).where(Fund.code == code).with_for_update(key_share=True)
    fund = session.scalars(row.execution_options(populate_existing=True)).first()
    if fund is not None and is_postgresql(session):
        session.execute(select(func.check_in_recall(fund.id)))
        session.refresh(fund)
    return fund
