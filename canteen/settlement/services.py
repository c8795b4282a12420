"""The close of a month: findings, then one transaction that freezes and seals."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.audit.services import link_chain, record
from canteen.clock import now
from canteen.core.calendar import next_month, parse_month
from canteen.core.errors import Finding, Refusal
from canteen.db import reading, transaction
from canteen.ledger.locks import hold_month
from canteen.ledger.models import ClosedMonth, Entry
from canteen.oversight.signals.services import look_at_month
from canteen.settlement.donor import sealable_month
from canteen.settlement.drafts import Draft, draft_papers
from canteen.settlement.findings import blocks, find_all, same_name
from canteen.settlement.frozen_rows import digest_month
from canteen.settlement.fund_money import moved_in
from canteen.settlement.funds import canteens_of, drawn_unsealed, hold_fund_month, is_ready
from canteen.settlement.headings import Closing
from canteen.settlement.models import MonthClose, Statement
from canteen.settlement.month import MonthRows, read_month
from canteen.settlement.monthly_grants import MonthlyGrant, due_grants, post_grant
from canteen.settlement.queries import canteen_of
from canteen.settlement.rendering import render_waiting
from canteen.settlement.sealing import seal
from canteen.settlement.totals import (
    Totals,
    added,
    close_totals_from_lines,
    other_entries,
    payable_fen,
    write_rollup,
)
from canteen.sponsors.models import Fund

__all__ = ["CloseResult", "close_month", "render_waiting"]


@dataclass(frozen=True, slots=True)
class CloseResult:
    """What a close found and, where nothing stood against it, sealed. Amounts in fen, by payer."""

    findings: tuple[Finding, ...]
    meals: int
    by_payer_fen: Totals
    statements: tuple[str, ...]
    is_closed: bool

    @property
    def payable_fen(self) -> int:
        """What others than elder and operator owe for the month."""
        return payable_fen(self.by_payer_fen)

    @property
    def is_blocked(self) -> bool:
        """Whether a finding stopped the close, or would stop it."""
        return blocks(self.findings)


def close_month(
    month: str,
    canteen_code: str,
    by: str,
    second: str,
    *,
    dry_run: bool = False,
    host: str = "",
    is_demo: bool = False,
    actor: str = "system:cli",
) -> CloseResult:
    """Close one canteen's month, `2026-11`: all findings, and unless one blocks, the month frozen and sealed.

    `by` and `second` stand on the papers as they are given. With `dry_run` nothing is written. Raises Refusal
    `canteen-unknown` or `month-closed`; ValueError for no month.
    """
    parse_month(month)
    closing = Closing(now(), by, second, host, is_demo)
    if dry_run:
        with reading() as session:
            return _Close(session, canteen_code, month, closing).look()
    look_at_month(canteen_code, month)
    with transaction() as session:
        result = _Close(session, canteen_code, month, closing).carry_out(actor)
    if result.is_closed:
        # What this close and everybody before it did goes into the chain; the tip is no row of the close itself.
        link_chain()
    return result


class _Close:
    """One close while it is carried out: what was read, what is due, what is sealed."""

    def __init__(self, session: Session, canteen_code: str, month: str, closing: Closing) -> None:
        self.session = session
        self.month = month
        self.closing = closing
        self.canteen = canteen_of(session, canteen_code)

    def look(self) -> CloseResult:
        """The findings and totals, nothing written."""
        self._refuse_closed()
        return self._result(self._read(), ())

    def carry_out(self, actor: str) -> CloseResult:
        """Freeze and seal, unless a finding blocks."""
        # Nobody books into the month from here to the commit, and of two who close it one waits and is refused.
        hold_month(self.session, self.canteen.id, self.month)
        self._refuse_closed()
        findings = self._read()
        if blocks(findings):
            return self._result(findings, ())
        self._post_grants()
        self._freeze()
        sealed = [self._seal(draft) for draft in self.drafts]
        sealed += [self._seal(draft, is_own=False) for draft in self._donor_drafts()]
        result = self._result(findings, [statement.number for statement in sealed], is_closed=True)
        self._keep(result)
        subject = f"month:{self.canteen.code}:{self.month}"
        detail = {"statements": list(result.statements), "payable_fen": result.payable_fen}
        record(self.session, "month.close", actor, subject=subject, canteen_id=self.canteen.id, detail=detail)
        return result

    def _refuse_closed(self) -> None:
        if self.session.get(ClosedMonth, (self.canteen.id, self.month)) is not None:
            message = f"{self.canteen.name} {self.month} 已经月结，不能再结一次；更正会记入未结的月份。"
            raise Refusal("month-closed", message, month=self.month, canteen=self.canteen.code)

    def _read(self) -> list[Finding]:
        self.rows: MonthRows = read_month(self.session, self.canteen, self.month)
        last_on = self.rows.period.last_on
        self.monthly: list[MonthlyGrant] = due_grants(self.session, self.canteen, self.rows.versions, last_on)
        self.drafts = draft_papers(self.session, self.rows, self.monthly, self.closing)
        papers = [draft.paper for draft in self.drafts]
        found = find_all(self.session, self.rows, self.monthly, papers, self.closing.at)
        return [*found, *same_name(self.closing.by, self.closing.second)]

    def _post_grants(self) -> None:
        for grant in self.monthly:
            if not grant.is_pending:
                post_grant(self.session, self.canteen, grant, self.rows.period.last_on, self.month)

    def _freeze(self) -> None:
        write_rollup(self.session, self.canteen.id, self.month)
        # Months before, in which nobody ate, end with this one: a record that comes late goes where it is paid.
        # The instant is taken after the grants were booked: what is booked later than it was booked too late.
        frozen_at = now()
        self.frozen = [*self._empty_months_before(), self.month]
        for month in self.frozen:
            self.session.add(ClosedMonth(canteen_id=self.canteen.id, month=month, closed_at=frozen_at))
        self.session.flush()

    def _empty_months_before(self) -> list[str]:
        first = self.session.scalar(select(func.min(Entry.month)).where(Entry.canteen_id == self.canteen.id))
        closed = set(
            self.session.scalars(select(ClosedMonth.month).where(ClosedMonth.canteen_id == self.canteen.id))
        )
        month, found = first or self.month, []
        while month < self.month:
            if month not in closed:
                found.append(month)
            month = next_month(month)
        return found

    def _donor_drafts(self) -> Iterable[Draft]:
        """Statements of the funds for which this canteen was the last to close a month.

        A month in which nobody ate here ends with this one, and a fund that moved elsewhere may have waited for that;
        so may a later month that others have closed.
        """
        for fund in self.session.scalars(select(Fund).order_by(Fund.code)).all():
            for month in self._months_of(fund):
                canteens = canteens_of(self.session, fund, parse_month(month))
                hold_fund_month(self.session, fund, month)
                if is_ready(self.session, fund, canteens, month):
                    found = sealable_month(self.session, fund, canteens, month, self.closing)
                    codes = [canteen.code for canteen in canteens]
                    rows = {"canteens": codes, "entries": sorted(found.entries)}
                    yield Draft("donor", found.paper.addressed_to, found.paper, fund.id, rows, month)

    def _months_of(self, fund: Fund) -> list[str]:
        """The months of a fund that this close may have ended, in order."""
        mine = [
            month for month in self.frozen
            if month == self.month or moved_in(self.session, fund, month)
            if any(one.id == self.canteen.id for one in canteens_of(self.session, fund, parse_month(month)))
        ]  # fmt: skip
        later = drawn_unsealed(self.session, fund) if mine else []
        return [*mine, *(month for month in later if month > self.month)]

    def _seal(self, draft: Draft, is_own: bool = True) -> Statement:
        sealed = seal(draft.paper, self.closing.host, draft.rows)
        statement = Statement(
            number=draft.paper.heading.number,
            kind=draft.kind,
            payer=draft.payer,
            canteen_id=self.canteen.id if is_own else None,
            fund_id=draft.fund_id,
            month=draft.month or self.month,
            total_fen=draft.paper.total_fen,
            sealed_json=sealed.text,
            seal_sha256=sealed.sha256,
            check_code=sealed.check_code,
            sealed_at=self.closing.at,
        )
        self.session.add(statement)
        self.session.flush()
        return statement

    def _keep(self, result: CloseResult) -> None:
        frozen = digest_month(self.session, self.canteen.id, self.month)
        totals: dict[str, Any] = {
            "meals": result.meals,
            "payable_fen": result.payable_fen,
            "by_payer_fen": result.by_payer_fen,
            "statements": list(result.statements),
            **asdict(frozen),
        }
        self.session.add(
            MonthClose(
                canteen_id=self.canteen.id, month=self.month, closed_by=self.closing.by,
                checked_by=self.closing.second or None, closed_at=self.closing.at,
                findings=[asdict(finding) for finding in result.findings], totals=totals,
            )
        )  # fmt: skip
        self.session.flush()

    def _result(
        self, findings: Sequence[Finding], statements: Sequence[str], is_closed: bool = False
    ) -> CloseResult:
        lines = close_totals_from_lines(self.session, self.canteen.id, self.month)
        other = other_entries(self.session, self.canteen.id, self.month)
        planned: Totals = {}
        if not is_closed:
            for grant in self.monthly:
                if not grant.is_pending:
                    planned[grant.payer] = planned.get(grant.payer, 0) + grant.amount_fen
        return CloseResult(
            findings=tuple(findings),
            meals=sum(meal.net for meal in self.rows.sums.values()),
            by_payer_fen=added(lines, other, planned),
            statements=tuple(statements),
            is_closed=is_closed,
        )
