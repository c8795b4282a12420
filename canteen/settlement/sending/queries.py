"""Reading what was sent."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.core.calendar import Period, parse_period
from canteen.core.errors import Refusal
from canteen.settlement.models import Statement
from canteen.settlement.queries import fund_canteens
from canteen.settlement.sending.models import StatementSending
from canteen.settlement.sending.outcome import State
from canteen.sponsors.agreements.queries import masked_email
from canteen.sponsors.models import Fund, Sponsor

LAST_STATES = (State.FAILED.value, State.UNKNOWN.value)


@dataclass(frozen=True, slots=True)
class SendingRow:
    """One sending on a page. The address is masked; `reason` is a code."""

    id: int
    way: str
    masked_address: str
    asked_by: str
    asked_at: datetime
    state: str
    tries: int
    next_try_at: datetime
    ended_at: datetime | None
    reason: str | None
    told_by: str | None


@dataclass(frozen=True, slots=True)
class Sendable:
    """A sealed donor statement and whom it goes to. `email` is personal data: not for logs, pages or errors."""

    statement_id: int
    number: str
    period: Period
    receiver: str
    total_fen: int
    canteen_codes: tuple[str, ...]
    canteen_names: tuple[str, ...]
    host: str
    sponsor_id: int
    email: str | None


def sendable(session: Session, number: str) -> Sendable:
    """The sealed donor statement of this number. Raises Refusal `statement-unknown`, `statement-not-donors`."""
    found = session.scalars(select(Statement).where(Statement.number == number)).one_or_none()
    if found is None:
        raise Refusal("statement-unknown", "没有这份结算单。")
    if found.kind != "donor" or found.fund_id is None:
        raise Refusal("statement-not-donors", "只有捐赠方的对账单能这样发送。")
    rows = select(Sponsor).join(Fund, Fund.sponsor_id == Sponsor.id).where(Fund.id == found.fund_id)
    sponsor = session.scalars(rows).one()
    document = json.loads(found.sealed_json)
    return Sendable(
        found.id, found.number, parse_period(found.period or found.month), found.payer, found.total_fen,
        tuple(fund_canteens(found)), tuple(document["paper"].get("canteen_names", ())), document.get("host", ""),
        sponsor.id, sponsor.contact_email,
    )  # fmt: skip


def sendings(session: Session, statement_id: int) -> list[SendingRow]:
    """Each time that a statement was sent, the newest first."""
    rows = select(StatementSending).where(StatementSending.statement_id == statement_id)
    return [_row(row) for row in session.scalars(rows.order_by(StatementSending.id.desc()))]


def last_states(session: Session) -> dict[str, str]:
    """How the last sending of each statement stands, by number; those never sent are not in it."""
    rows = select(Statement.number, StatementSending.state).join(
        StatementSending, StatementSending.statement_id == Statement.id
    )
    newest = select(func.max(StatementSending.id)).group_by(StatementSending.statement_id)
    found = session.execute(rows.where(StatementSending.id.in_(newest)))
    return {row.number: row.state for row in found}


def stuck(session: Session, canteen_codes: Iterable[str]) -> list[tuple[str, str]]:
    """Number and state of the statements of these canteens whose last sending failed or may have failed."""
    mine = set(canteen_codes)
    newest = select(func.max(StatementSending.id)).group_by(StatementSending.statement_id)
    rows = (
        select(Statement, StatementSending.state)
        .join(StatementSending, StatementSending.statement_id == Statement.id)
        .where(StatementSending.id.in_(newest), StatementSending.state.in_(LAST_STATES))
        .order_by(Statement.id)
    )
    return [
        (found.number, state) for found, state in session.execute(rows) if mine & set(fund_canteens(found))
    ]


def _row(row: StatementSending) -> SendingRow:
    return SendingRow(
        row.id, row.way, masked_email(row.address), row.asked_by, row.asked_at, row.state, row.tries, row.next_try_at,
        row.ended_at, row.reason, row.told_by,
    )  # fmt: skip
