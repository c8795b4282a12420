"""What stands on a sponsor's page: every figure as it may be told on the last evening at eight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.core.calendar import parse_month
from canteen.documents.papers import FEWEST_ELDERS
from canteen.ledger.models import Entry
from canteen.noticeboard.portal import reading
from canteen.noticeboard.portal.money import Money, holds_nothing, received_and_gone, total, used_by_month
from canteen.noticeboard.portal.releasing import Released, release
from canteen.noticeboard.portal.tables import Table
from canteen.sponsors.agreements import queries as agreements
from canteen.sponsors.agreements.queries import AgreementRow
from canteen.sponsors.gifts.models import GiftPaper
from canteen.sponsors.gifts.queries import giving
from canteen.sponsors.models import Fund, FundCanteen, Gift

UPDATED = time(20)
LINES_SHOWN = 10
MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month, or months in a row where one had too few elders; fen. `until_on`: how far an open month is told."""

    months: tuple[str, ...]
    meals: int
    amount_fen: int
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class DayLine:
    """Days in a row that are told as one."""

    from_on: date
    until_on: date
    meals: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class MonthTable:
    """A month's meals by canteen and age, the canteens by name."""

    month: str
    table: Table
    names: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """Money that came, and its receipt if one was written."""

    on: date
    amount_fen: int
    receipt: str | None


@dataclass(frozen=True, slots=True)
class FundPart:
    """One fund of the page. `state`: waiting, empty, running, used-up, over."""

    code: str
    title: str
    nature: str  # donation, sponsorship
    state: str
    begins_on: date | None
    ends_on: date | None
    money: Money
    meals: int
    elders: int  # rounded down to fives
    months: tuple[MonthLine, ...]
    days: tuple[DayLine, ...]
    table: MonthTable | None
    table_months: tuple[str, ...]
    agreements: tuple[AgreementRow, ...]
    receipts: tuple[ReceiptLine, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """All funds of one nature: donations, or commercial sponsorship; the two are never added up."""

    nature: str
    money: Money
    meals: int
    elders: int
    funds: tuple[FundPart, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask: a canteen with its telephone."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class SponsorPage:
    """A sponsor's page."""

    display_name: str
    as_of: datetime
    parts: tuple[Part, ...]
    contacts: tuple[Contact, ...]


def last_evening(at: datetime, zone: str) -> datetime:
    """The last time that it was eight in the evening."""
    local = at.astimezone(ZoneInfo(zone))
    evening = datetime.combine(local.date(), UPDATED, local.tzinfo)
    return (
        evening
        if evening <= local
        else datetime.combine(local.date() - timedelta(days=1), UPDATED, local.tzinfo)
    )


def sponsor_page(
    session: Session, sponsor_id: int, at: datetime, zone: str, month: str | None = None
) -> SponsorPage:
    """The page as it stands since the last evening at eight. `month`: whose table by canteen and age is wanted."""
    evening = last_evening(at, zone)
    today = at.astimezone(ZoneInfo(zone)).date()
    funds = list(session.scalars(select(Fund).where(Fund.sponsor_id == sponsor_id).order_by(Fund.id)))
    told = [_fund(session, fund, evening, today, month) for fund in funds]
    return SponsorPage(
        agreements.display_name_on(session, sponsor_id, today),
        evening,
        tuple(
            _part(session, nature, [one for one in told if one.nature == nature])
            for nature in ("donation", "sponsorship")
            if any(one.nature == nature for one in told)
        ),
        contacts(session, [fund.id for fund in funds]),
    )


def contacts(session: Session, fund_ids: Sequence[int] = ()) -> tuple[Contact, ...]:
    """The canteens that may be called: those that the funds are bound to, else the first three."""
    bound = set(session.scalars(select(FundCanteen.canteen_id).where(FundCanteen.fund_id.in_(fund_ids))))
    rows = list(session.scalars(select(Canteen).where(Canteen.phone.is_not(None)).order_by(Canteen.id)))
    asked = [row for row in rows if row.id in bound] or rows
    return tuple(Contact(row.name, row.phone) for row in asked[:3] if row.phone)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of a fund's meals, and whom it concerns."""

    months: tuple[MonthLine, ...]
    days: tuple[DayLine, ...]
    elders: frozenset[int]
    table_months: tuple[str, ...]
    holds_back_few: bool


def _fund(session: Session, fund: Fund, evening: datetime, today: date, month: str | None) -> FundPart:
    told = _told(session, fund, evening)
    used = sum(line.amount_fen for line in told.months)
    money = replace(received_and_gone(session, fund.code, evening), used_fen=used)
    fed_by = tuple(agreements.fund_agreements(session, fund.id))
    begins_on = min((row.begins_on for row in fed_by), default=fund.begins_on)
    ends_on = max((row.ends_on for row in fed_by), default=fund.ends_on)
    shown = month if month in told.table_months else next(reversed(told.table_months), None)
    is_empty = holds_nothing(session, fund.code, evening) and not told.holds_back_few
    return FundPart(
        code=fund.code,
        title=fund.title,
        nature=agreements.fund_nature(session, fund.id) or "donation",
        state=_state(money, used, is_empty, begins_on, ends_on, today),
        begins_on=begins_on,
        ends_on=ends_on,
        money=money,
        meals=sum(line.meals for line in told.months),
        elders=_in_fives(told.elders),
        months=told.months[-MONTHS_SHOWN:],
        days=told.days[: -LINES_SHOWN - 1 : -1],
        table=_table(session, fund, shown) if shown else None,
        table_months=told.table_months,
        agreements=fed_by,
        receipts=_receipts(session, fund, evening),
    )


def _part(session: Session, nature: str, funds: Sequence[FundPart]) -> Part:
    # One elder may be helped by two funds, so the sum would count some twice: of all together there are at least so
    # many as of the largest.
    return Part(
        nature,
        total(one.money for one in funds),
        sum(one.meals for one in funds),
        max(one.elders for one in funds),
        tuple(funds),
    )


def _told(session: Session, fund: Fund, evening: datetime) -> _Told:
    sealed = reading.sealed_months(session, fund.id, evening)
    used = used_by_month(session, fund.code, {one.month: one.sealed_at for one in sealed})
    lines, told_months, elders = _sealed_lines(session, fund, sealed, used)
    days = [DayLine(*line) for one in sealed if one.month in told_months for line in one.lines]
    few = False
    records = reading.open_records(session, fund, {one.month for one in sealed}, evening)
    for month in sorted(records):
        released = release(records[month], _evenings(month, evening))
        few = few or released.holds_back_few
        if released.stretches:
            lines.append(_open_line(month, released))
            days += [DayLine(s.from_on, s.until_on, s.meals, s.amount_fen) for s in released.stretches]
            elders |= frozenset().union(*(stretch.elders for stretch in released.stretches))
    lines.sort(key=lambda line: line.months)
    days.sort(key=lambda line: (line.until_on, line.from_on))
    return _Told(tuple(lines), tuple(days), elders, tuple(told_months), few)


def _sealed_lines(
    session: Session, fund: Fund, sealed: Sequence[reading.SealedMonth], used: dict[str, int]
) -> tuple[list[MonthLine], list[str], frozenset[int]]:
    """The sealed months as lines, those with too few elders together with what follows; the months told alone."""
    lines: list[MonthLine] = []
    alone: list[str] = []
    gathered: list[reading.SealedMonth] = []
    elders: frozenset[int] = frozenset()
    for one in sealed:
        gathered.append(one)
        helped = reading.elders_in(session, fund.id, [past.month for past in gathered])
        if 0 < len(helped) < FEWEST_ELDERS:
            continue
        elders |= helped
        if helped and len(gathered) == 1:
            alone.append(one.month)
        fen = sum(used[past.month] for past in gathered)
        if helped or fen:
            months = tuple(past.month for past in gathered)
            lines.append(MonthLine(months, sum(past.meals for past in gathered), fen))
        gathered = []
    return lines, alone, elders


def _open_line(month: str, released: Released) -> MonthLine:
    return MonthLine(
        (month,),
        sum(stretch.meals for stretch in released.stretches),
        sum(stretch.amount_fen for stretch in released.stretches),
        released.stretches[-1].until_on,
    )


def _evenings(month: str, last: datetime) -> list[datetime]:
    """Every evening at eight from the first day of a month to the last one that has been."""
    first = parse_month(month).first_on
    days = (last.date() - first).days + 1
    return [datetime.combine(first + timedelta(days=day), UPDATED, last.tzinfo) for day in range(days)]


def _in_fives(elders: frozenset[int]) -> int:
    """Rounded down to fives: so the number never tells that one more came."""
    return len(elders) // FEWEST_ELDERS * FEWEST_ELDERS


def _state(
    money: Money, used: int, is_empty: bool, begins_on: date | None, ends_on: date | None, today: date
) -> str:
    if ends_on is not None and ends_on < today:
        return "over"
    if begins_on is not None and today < begins_on:
        return "waiting"
    if not money.received_fen and not used:
        return "empty"
    return "used-up" if is_empty else "running"


def _table(session: Session, fund: Fund, month: str) -> MonthTable | None:
    made = reading.month_table(session, fund, month)
    if made is None:
        return None
    known = {row.id: row.name for row in session.scalars(select(Canteen))}
    return MonthTable(month, made, tuple(tuple(known[canteen] for canteen in row) for row in made.canteens))


def _receipts(session: Session, fund: Fund, evening: datetime) -> tuple[ReceiptLine, ...]:
    """The money that came and was not reversed. Of a fund of many givers none: each gift is somebody else's."""
    if giving(session, fund.id).is_for_many:
        return ()
    rows = (
        select(Gift, GiftPaper)
        .join(Entry, Entry.id == Gift.entry_id)
        .outerjoin(GiftPaper, GiftPaper.gift_id == Gift.id)
        .where(Gift.fund_id == fund.id, Gift.amount_fen > 0, Entry.posted_at <= evening)
        .order_by(Gift.received_on.desc(), Gift.id.desc())
    )
    return tuple(
        ReceiptLine(gift.received_on, gift.amount_fen, _receipt(gift, paper))
        for gift, paper in session.execute(rows)
        if paper is None or paper.reversed_at is None
    )


def _receipt(gift: Gift, paper: GiftPaper | None) -> str | None:
    if paper is not None and paper.receipt_code:
        return f"{paper.receipt_code} {paper.receipt_number}"
    return gift.receipt_no or None
