"""How long a fund will last at this pace."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from canteen.core import entry as journal
from canteen.ledger.models import Entry, Posting
from canteen.sponsors.gifts.queries import NO_MEALS
from canteen.sponsors.models import Fund

PACE_DAYS = 28
WARN_DAYS = 10


@dataclass(frozen=True, slots=True)
class Forecast:
    """Whole days that a fund lasts at the pace of its last service days; `used_fen` is what those days drew."""

    left_fen: int
    used_fen: int
    days: int
    last_on: date

    @property
    def days_left(self) -> int:
        """Service days that what is left pays in full: left ÷ (used ÷ days), rounded down."""
        return self.left_fen * self.days // self.used_fen

    @property
    def mean_fen(self) -> int:
        """A service day's mean use in fen, rounded to the nearest."""
        return (2 * self.used_fen + self.days) // (2 * self.days)

    @property
    def is_short(self) -> bool:
        """Whether it is time to tell somebody."""
        return self.days_left <= WARN_DAYS


@dataclass(frozen=True, slots=True)
class ShortFund:
    """A fund that is drawn on these days and will not last."""

    code: str
    title: str
    forecast: Forecast


def forecast(session: Session, code: str) -> Forecast | None:
    """A fund's forecast by the mean of the last 28 service days that drew on it; None where none ever did."""
    fund = session.scalars(select(Fund).where(Fund.code == code)).one()
    return _of(fund.held_fen, _days(session, [code], None).get(code, []))


def short_funds(session: Session, today: date) -> list[ShortFund]:
    """Funds that meals drew on in the last four weeks and that last ten days or less, by code."""
    rows = select(Fund).where(or_(Fund.ends_on.is_(None), Fund.ends_on >= today)).order_by(Fund.code)
    funds = list(session.scalars(rows))
    # Older days cannot be among the last 28 of a fund that is drawn on once a week.
    days = _days(session, [fund.code for fund in funds], today - timedelta(weeks=PACE_DAYS))
    found = []
    for fund in funds:
        told = _of(fund.held_fen, days.get(fund.code, []))
        if told is not None and told.is_short and told.last_on >= today - timedelta(days=PACE_DAYS):
            found.append(ShortFund(fund.code, fund.title, told))
    return found


def _of(left_fen: int, days: list[tuple[date, int]]) -> Forecast | None:
    if not days:
        return None
    return Forecast(left_fen, sum(fen for _on, fen in days), len(days), days[0][0])


def _days(session: Session, codes: Iterable[str], since: date | None) -> dict[str, list[tuple[date, int]]]:
    """What each of a fund's last service days drew, newest first; a day whose meals were all cancelled is none."""
    accounts = {journal.fund(code): code for code in codes}
    first, fen = aliased(Entry), func.sum(Posting.amount_fen)
    rows = (
        select(Posting.account_code, Entry.service_on, fen)
        .join(Entry, Entry.id == Posting.entry_id)
        .outerjoin(first, first.id == Entry.reverses_id)
        .where(Posting.account_code.in_(accounts), func.coalesce(first.kind, Entry.kind).not_in((*NO_MEALS, "grant")))
        .group_by(Posting.account_code, Entry.service_on)
        .having(fen > 0)
        .order_by(Entry.service_on.desc())
    )
    if since is not None:
        rows = rows.where(Entry.service_on > since)
    found: dict[str, list[tuple[date, int]]] = {}
    for account, on, drawn in session.execute(rows):
        days = found.setdefault(accounts[account], [])
        if len(days) < PACE_DAYS:
            days.append((on, int(drawn)))
    return found
