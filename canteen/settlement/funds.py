"""Which canteens a fund's month waits for, and what its earlier months' statements say."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.checkin.models import Meal, MealShare
from canteen.core import entry as journal
from canteen.core.calendar import Period, parse_month
from canteen.db import is_postgresql
from canteen.ledger.models import ClosedMonth, Entry, Posting
from canteen.settlement.models import Statement
from canteen.settlement.month import versions_in_force
from canteen.sponsors.models import Fund, FundCanteen

FUND_MONTH_LOCKS = 0x46 << 48  # keeps these keys apart from those of other advisory locks


def canteens_of(session: Session, fund: Fund, period: Period) -> list[Canteen]:
    """The canteens whose close the fund's statement waits for, by code.

    Those that the fund is bound to; where it is bound to none, those that served meals in the month under a rule
    that names it. Whoever drew on it belongs to them. One that did not exist yet does not.
    """
    bound = set(session.scalars(select(FundCanteen.canteen_id).where(FundCanteen.fund_id == fund.id)))
    served = set(session.scalars(select(Meal.canteen_id).where(Meal.month == period.text).distinct()))
    drew = set(
        session.scalars(
            select(MealShare.canteen_id)
            .where(MealShare.fund_id == fund.id, MealShare.month == period.text)
            .distinct()
        )
    )
    wanted = bound or {canteen for canteen in served if _names_fund(session, canteen, fund.code, period)}
    after = datetime.combine(period.last_on, time.max, tzinfo=UTC)
    found = session.scalars(select(Canteen).where(Canteen.id.in_(wanted | drew)).order_by(Canteen.code))
    return [canteen for canteen in found if canteen.created_at <= after or canteen.id in served | drew]


def _names_fund(session: Session, canteen_id: int, code: str, period: Period) -> bool:
    versions = versions_in_force(session, canteen_id, period)
    return any(part.get("fund") == code for version in versions for part in (*version.rules, *version.grants))


def hold_fund_month(session: Session, fund: Fund, month: str) -> None:
    """Wait until nobody else looks whether this fund's month is ready, and let nobody until the transaction ends.

    Of two canteens that close at once neither would see the other's close, and each would leave the statement to it.
    No row is locked: tills draw on the fund meanwhile.
    """
    if is_postgresql(session):
        year, _, number = month.partition("-")
        key = FUND_MONTH_LOCKS | fund.id << 16 | int(year) * 12 + int(number)
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def is_ready(session: Session, fund: Fund, canteens: Sequence[Canteen], month: str) -> bool:
    """Whether every canteen of the fund has closed the month and no statement of it is sealed yet.

    A month waits for those before it: one that was told first would tell what was drawn in them.
    """
    if not _is_closed(session, canteens, month):
        return False
    for earlier in drawn_unsealed(session, fund):
        if earlier < month and not _is_closed(session, canteens_of(session, fund, parse_month(earlier)), earlier):
            return False
    sealed = select(Statement.id).where(
        Statement.fund_id == fund.id, Statement.month == month, Statement.period.is_(None)
    )
    return session.scalars(sealed).first() is None


def drawn_unsealed(session: Session, fund: Fund) -> list[str]:
    """The months in which canteens drew on the fund and of which no statement is sealed, earliest first."""
    drawn = (
        select(Entry.month)
        .join(Posting, Posting.entry_id == Entry.id)
        .where(Posting.account_code == journal.fund(fund.code), Entry.canteen_id.is_not(None))
        .distinct()
    )
    sealed = select(Statement.month).where(Statement.fund_id == fund.id, Statement.period.is_(None))
    return sorted(set(session.scalars(drawn)) - set(session.scalars(sealed)))


def _is_closed(session: Session, canteens: Sequence[Canteen], month: str) -> bool:
    closed = set(session.scalars(select(ClosedMonth.canteen_id).where(ClosedMonth.month == month)))
    return {canteen.id for canteen in canteens} <= closed


def monthly_statements(session: Session, fund: Fund, before: str | None = None) -> list[Statement]:
    """A fund's sealed monthly statements, earliest first; with `before` those of earlier months than that."""
    found = select(Statement).where(Statement.fund_id == fund.id, Statement.period.is_(None))
    if before is not None:
        found = found.where(Statement.month < before)
    return list(session.scalars(found.order_by(Statement.month)))


def sealed_document(statement: Statement) -> Mapping[str, Any]:
    """What was sealed: `paper`, `rows`, `host`."""
    document: Mapping[str, Any] = json.loads(statement.sealed_json)
    return document


def paper_values(statement: Statement) -> Mapping[str, Any]:
    """The plain values of a sealed paper."""
    values: Mapping[str, Any] = sealed_document(statement)["paper"]
    return values
