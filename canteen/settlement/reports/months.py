"""The months that a longer statement is made of: as they were sealed, else as they stand now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.core.calendar import Period, month_of, parse_month, previous_month
from canteen.documents.papers import DonorStatement, FourAmounts, FundStatement
from canteen.ledger.models import ClosedMonth
from canteen.settlement.donor import month_of_fund
from canteen.settlement.fund_meals import read_uses
from canteen.settlement.fund_money import Told, entries_told, moved_in, told_before
from canteen.settlement.funds import canteens_of, monthly_statements, sealed_document
from canteen.settlement.headings import Closing
from canteen.settlement.merging import Use
from canteen.settlement.models import Statement
from canteen.settlement.papers import paper_of
from canteen.sponsors.models import Fund


@dataclass(frozen=True, slots=True)
class MonthPart:
    """One month: its paper, its meals one by one, its canteens. `number` is empty where no statement is sealed."""

    period: Period
    paper: DonorStatement
    uses: tuple[Use, ...]
    canteens: tuple[Canteen, ...]
    number: str = ""
    seal_sha256: str = ""
    waits_for: tuple[str, ...] | None = None  # names of canteens that have not closed it; None: nothing is waited for


def month_parts(session: Session, fund: Fund, months: Sequence[str], closing: Closing) -> list[MonthPart]:
    """The parts in order. A month that no canteen's meals belong to has no statement, and is waited for only where
    money moved in it after the last one that has.
    """
    sealed = {statement.month: statement for statement in monthly_statements(session, fund)}
    return list(_Months(session, fund, closing, sealed).parts(months))


class _Months:
    """Reads months one after the other; what one has told the next does not tell again."""

    def __init__(
        self, session: Session, fund: Fund, closing: Closing, sealed: Mapping[str, Statement]
    ) -> None:
        self.session, self.fund, self.closing, self.sealed = session, fund, closing, sealed
        self.told: Told | None = None

    def parts(self, months: Sequence[str]) -> list[MonthPart]:
        return [self._part(month) for month in months]

    def _part(self, month: str) -> MonthPart:
        if month in self.sealed:
            return self._sealed(self.sealed[month])
        canteens = tuple(canteens_of(self.session, self.fund, parse_month(month)))
        later = [one for one in self.sealed if one > month]
        if later and any(one < month for one in self.sealed):
            return self._between(month, canteens)
        if later:
            return self._before_all(month, canteens, self.sealed[min(later)])
        return self._open(month, canteens)

    def _sealed(self, statement: Statement) -> MonthPart:
        codes = (sealed_document(statement).get("rows") or {}).get("canteens", ())
        uses = tuple(read_uses(self.session, self.fund, [statement.month]))
        ids = {use.canteen_id for use in uses}
        found = self.session.scalars(
            select(Canteen).where(Canteen.code.in_(codes) | Canteen.id.in_(ids)).order_by(Canteen.code)
        )
        paper = paper_of(statement.sealed_json, statement.seal_sha256, statement.check_code)
        return MonthPart(
            parse_month(statement.month), cast(DonorStatement, paper), uses, tuple(found), statement.number,
            statement.seal_sha256,
        )  # fmt: skip

    def _between(self, month: str, canteens: tuple[Canteen, ...]) -> MonthPart:
        """Two sealed months and none between: what was booked then, the later one told."""
        told = told_before(self.session, self.fund, month)
        found = month_of_fund(self.session, self.fund, canteens, month, self.closing, told, frozenset())
        opening = found.paper.opening_fen
        nothing = FourAmounts(0, 0, 0, 0)
        paper = replace(
            _without_meals(found.paper), gifts=(), goods=(), expenses=(), refunds=(), closing_fen=opening,
            total_fen=0, returned_fen=0, moved=nothing, receipt=None,
        )  # fmt: skip
        return MonthPart(parse_month(month), paper, (), canteens)

    def _before_all(self, month: str, canteens: tuple[Canteen, ...], first: Statement) -> MonthPart:
        """A month before the first statement: its money stands in that statement's opening balance."""
        only = entries_told(self.session, self.fund, first)
        found = month_of_fund(self.session, self.fund, canteens, month, self.closing, None, only)
        return MonthPart(parse_month(month), found.paper, found.uses, canteens)

    def _open(self, month: str, canteens: tuple[Canteen, ...]) -> MonthPart:
        told = self.told if self.told and self.told.month == previous_month(month) else None
        told = told or told_before(self.session, self.fund, month)
        found = month_of_fund(self.session, self.fund, canteens, month, self.closing, told)
        known = told.entries if told else frozenset()
        self.told = Told(month, found.paper.closing_fen, found.paper.meals, known | found.entries)
        closed = set(self.session.scalars(select(ClosedMonth.canteen_id).where(ClosedMonth.month == month)))
        waits = tuple(canteen.name for canteen in canteens if canteen.id not in closed)
        is_running = month >= month_of(self.closing.at.date())
        is_waited_for = waits or is_running or moved_in(self.session, self.fund, month)
        return MonthPart(
            parse_month(month), found.paper, found.uses, canteens, waits_for=waits if is_waited_for else None
        )


def _without_meals(paper: FundStatement) -> FundStatement:
    return replace(
        paper, meals=0, full_meals=0, elders=0, chart=(), flow=None, lines=(), age_bands=(), meals_fen=0,
        canteens=(), previous_meals=None,
    )  # fmt: skip
