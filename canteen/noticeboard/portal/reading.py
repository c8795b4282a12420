"""A fund's meals as the sponsor's page reads them: sealed months from their statements, open ones record by record."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.checkin.models import MealShare
from canteen.core import entry as journal
from canteen.core.calendar import parse_month
from canteen.ledger.models import Entry, Posting
from canteen.noticeboard.portal.releasing import Record
from canteen.noticeboard.portal.tables import Table, table
from canteen.settlement.cells import Piece, canteen_lines
from canteen.settlement.fund_meals import read_uses
from canteen.settlement.funds import canteens_of
from canteen.settlement.models import Statement
from canteen.sponsors.models import Fund


@dataclass(frozen=True, slots=True)
class SealedMonth:
    """What the sealed statement of a month says: 份, and the days as it tells them."""

    month: str
    sealed_at: datetime
    meals: int
    lines: tuple[tuple[date, date, int, int], ...]  # first and last day, meals, fen


def sealed_months(session: Session, fund_id: int, until: datetime) -> list[SealedMonth]:
    """The months of a fund whose statement was sealed by an instant, the oldest first."""
    rows = select(Statement).where(
        Statement.fund_id == fund_id, Statement.kind == "donor", Statement.period.is_(None),
        Statement.sealed_at <= until,
    )  # fmt: skip
    return [_sealed(row) for row in session.scalars(rows.order_by(Statement.month))]


def _sealed(statement: Statement) -> SealedMonth:
    paper: dict[str, Any] = json.loads(statement.sealed_json)["paper"]
    days: dict[tuple[date, date], tuple[int, int]] = {}
    for line in paper["lines"]:
        if line["meals"] or line["elders"]:
            place = date.fromisoformat(line["from_on"]), date.fromisoformat(line["until_on"])
            meals, fen = days.get(place, (0, 0))
            days[place] = meals + line["meals"], fen + line["amount_fen"]
    lines = tuple((*place, *told) for place, told in sorted(days.items()))
    return SealedMonth(statement.month, statement.sealed_at, paper["meals"], lines)


def open_records(
    session: Session, fund: Fund, sealed: Collection[str], until: datetime
) -> dict[str, list[Record]]:
    """What came into months without a sealed statement up to an instant, by month."""
    is_first = Entry.reverses_id.is_(None)
    posted = (
        select(Entry.meal_id, is_first.label("is_first"), func.min(Entry.posted_at).label("posted_at"))
        .join(Posting, Posting.entry_id == Entry.id)
        .where(Posting.account_code == journal.fund(fund.code), Entry.meal_id.is_not(None))
        .where(Entry.month.not_in(sealed), Entry.posted_at <= until)
        .group_by(Entry.meal_id, is_first)
        .subquery()
    )
    keys = (
        MealShare.month, MealShare.meal_id, MealShare.elder_id, MealShare.service_on, posted.c.posted_at, MealShare.meals,
    )  # fmt: skip
    rows = (
        select(*keys, func.sum(MealShare.amount_fen))
        .join(posted, (posted.c.meal_id == MealShare.meal_id) & (posted.c.is_first == (MealShare.meals > 0)))
        .where(MealShare.fund_id == fund.id, MealShare.is_grant.is_(False), MealShare.month.not_in(sealed))
        .group_by(*keys)
    )
    found: dict[str, list[Record]] = {}
    for month, meal_id, elder_id, on, posted_at, meals, fen in session.execute(rows):
        if fen:
            found.setdefault(month, []).append(Record(meal_id, elder_id, on, posted_at, int(fen), meals))
    return found


def month_table(session: Session, fund: Fund, month: str) -> Table | None:
    """A sealed month's meals by canteen and age, in rows and columns made of those of its statement."""
    uses = read_uses(session, fund, [month])
    canteens = [(row.id, str(row.id)) for row in canteens_of(session, fund, parse_month(month))]
    lines = canteen_lines([Piece(uses, uses, is_whole=True)], canteens)
    return table(uses, [tuple(int(number) for number in line.names) for line in lines])


def elders_in(session: Session, fund_id: int, months: Collection[str]) -> frozenset[int]:
    """Whom the fund helped in these months."""
    rows = (
        select(MealShare.elder_id)
        .where(MealShare.fund_id == fund_id, MealShare.month.in_(months), MealShare.is_grant.is_(False))
        .group_by(MealShare.elder_id)
        .having(func.sum(MealShare.amount_fen) > 0)
    )
    return frozenset(session.scalars(rows))
