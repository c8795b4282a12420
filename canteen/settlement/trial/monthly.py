"""The grants by month and year that a trial's version would pay, and what was paid beside the meals before."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.core.calendar import Period
from canteen.core.programme import Programme, Version
from canteen.core.rules import Grant
from canteen.ledger.queries import is_closed
from canteen.settlement.month import versions_in_force
from canteen.settlement.monthly_grants import MonthlyGrant, booked_grants, due_grants, granted_fen, holds
from canteen.settlement.totals import Totals, added, close_totals_from_lines, other_entries
from canteen.settlement.trial.meals import look


@dataclass(frozen=True, slots=True)
class Before:
    """What the month came to, by payer: all of it as the close says it, and without the grants by the month."""

    by_payer: Totals
    without_monthly: Totals
    booked: tuple[MonthlyGrant, ...]

    @property
    def granted(self) -> Totals:
        """What the grants that are booked already came to, by payer."""
        return _by_payer(self.booked)


def read_before(session: Session, canteen_id: int, period: Period) -> Before:
    """What a canteen's month comes to as it stands: for an open one what its close would say."""
    month = period.text
    with look(session):
        lines = close_totals_from_lines(session, canteen_id, month)
    with look(session):
        other = other_entries(session, canteen_id, month)
    with look(session):
        booked = booked_grants(session, canteen_id, month)
        planned = _planned(session, canteen_id, period)
    lessened = {payer: -fen for payer, fen in _by_payer(booked).items()}
    return Before(added(lines, other, _by_payer(planned)), added(lines, other, lessened), tuple(booked))


def _planned(session: Session, canteen_id: int, period: Period) -> list[MonthlyGrant]:
    """The grants that the close of an open month would book."""
    if is_closed(session, canteen_id, period.text):
        return []
    canteen = session.get_one(Canteen, canteen_id)
    due = due_grants(session, canteen, versions_in_force(session, canteen_id, period), period.last_on)
    return [grant for grant in due if not grant.is_pending]


def last_version(programme: Programme, period: Period) -> Version | None:
    """The version whose grants are due for a month: of those that govern one of its days, the last."""
    days = range(period.last_on.toordinal(), period.first_on.toordinal() - 1, -1)
    governing = (programme.version_on(date.fromordinal(day)) for day in days)
    return next((version for version in governing if version is not None), None)


Held = Callable[[str], int]


def due_by_payer(
    session: Session, canteen: Canteen, programme: Programme, period: Period, before: Before, held: Held
) -> Totals:
    """What the grants by month and year of this programme come to, by payer; `held`: what a fund has left."""
    version = last_version(programme, period)
    if version is None:
        return {}
    totals: Totals = {}
    for grant in version.grants:
        if grant.per == "meal" or grant.assessed or grant.payer in ("family", "voucher"):
            continue
        if holds(grant, canteen, version.meals, period.last_on):
            left = _left(session, canteen, programme, grant, period, before)
            if grant.payer == "sponsor":
                left = [*left, held(grant.fund or "")]
            fen = max(min([grant.month_fen(period.last_on.month), *left]), 0)
            totals[grant.account] = totals.get(grant.account, 0) + fen
    return totals


def _left(
    session: Session, canteen: Canteen, programme: Programme, grant: Grant, period: Period, before: Before
) -> list[int]:
    """What its limits in money leave; what it was booked with for this very month is not used yet."""
    own = sum(
        booked.amount_fen
        for booked in before.booked
        if (booked.programme_code, booked.grant_id) == (programme.id, grant.id)
    )
    return [
        limit.amount_fen + own
        - granted_fen(session, canteen.id, programme.id, grant.id, per=limit.per, on=period.last_on)
        for limit in grant.limits
        if limit.amount_fen is not None and limit.per in ("month", "year")
    ]  # fmt: skip


def _by_payer(grants: Iterable[MonthlyGrant]) -> Totals:
    totals: Totals = {}
    for grant in grants:
        totals[grant.payer] = totals.get(grant.payer, 0) + grant.amount_fen
    return totals
