"""A statement over months: the sum of its months, told so that no two statements subtracted tell of anybody."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.core import entry as journal
from canteen.core.calendar import Period, month_of, months_of
from canteen.documents.papers import (
    FEWEST_ELDERS,
    CountLine,
    FourAmounts,
    FundStatement,
    UseLine,
)
from canteen.ledger.models import Entry, Posting
from canteen.settlement.cells import band_lines, canteen_lines, tells_full
from canteen.settlement.donor import parties_of, receipt_of
from canteen.settlement.fund_meals import meals_since_start, read_flow
from canteen.settlement.fund_money import balance_fen, moves, since_start
from canteen.settlement.funds import monthly_statements, paper_values
from canteen.settlement.headings import Closing
from canteen.settlement.merging import elder_count
from canteen.settlement.reports import periods
from canteen.settlement.reports.cutting import Slice
from canteen.sponsors.models import Fund


def summed(session: Session, fund: Fund, slices: Sequence[Slice], period: Period, closing: Closing) -> FundStatement:
    """The statement of a quarter, a year or a range."""
    canteens = canteens_in(slices)
    parties = parties_of(session, fund, canteens, period, closing.host)
    pieces = [one.piece for one in slices]
    gifts = tuple(gift for one in slices for gift in one.gifts)
    refunds = tuple(line for one in slices for line in one.refunds)
    expenses = tuple(line for one in slices for line in one.expenses)
    lines = joined([line for one in slices for line in one.lines])
    is_told = tells_full(pieces)
    ever, advance, promised = _at_end(session, fund, slices[-1])
    return FundStatement(
        heading=parties.heading(fund, "donor", period, closing),
        addressed_to=parties.addressed_to,
        fund_name=fund.title,
        canteen_names=parties.canteen_names,
        recipient=parties.recipient,
        opening_fen=slices[0].opening_fen,
        gifts=gifts,
        closing_fen=slices[-1].closing_fen,
        total_fen=sum(line.amount_fen for line in lines) + sum(line.amount_fen for line in expenses),
        undisbursed_fen=ever.used_fen - ever.paid_over_fen,
        meals=sum(one.meals for one in slices),
        full_meals=sum(one.full_meals for one in slices) if is_told else 0,
        elders=_elders_of(slices),
        at_least=not all(one.is_whole for one in slices),
        previous_meals=_meals_before(session, fund, period),
        chart=_chart(slices),
        chart_unit="月",
        flow=read_flow(session, fund, [month_of(one.first_on) for one in slices]),
        lines=lines,
        age_bands=band_lines(pieces),
        receipt=receipt_of(gifts),
        commercial=parties.commercial,
        agreement=parties.agreement,
        returned_fen=sum(line.amount_fen for line in refunds),
        meals_since_start=_since(session, fund, slices[-1]),
        hotline=parties.hotline,
        notice_url=parties.notice_url,
        goods=tuple(line for one in slices for line in one.goods),
        expenses=expenses,
        refunds=refunds,
        canteens=canteen_lines(pieces, [(canteen.id, canteen.name) for canteen in canteens]),
        meals_fen=sum(one.meals_fen for one in slices),
        moved=_moved(session, fund, slices),
        since_start=ever,
        open_pledge_fen=promised,
        advance_fen=advance,
        tells_full=is_told,
        tells_band_elders=len(pieces) == 1 and pieces[0].is_whole,
        filing=parties.filing,
        months=tuple(one.part.number for one in slices if one.part.number),
    )


def _elders_of(slices: Sequence[Slice]) -> int:
    """How many elders ate. Where a range cuts a month, in fives: else two ranges would say that one came between."""
    count = elder_count([use for one in slices for use in one.uses if use.meals > 0])
    if all(one.is_whole for one in slices) or count < FEWEST_ELDERS:
        return count
    return count // FEWEST_ELDERS * FEWEST_ELDERS


def canteens_in(slices: Iterable[Slice]) -> list[Canteen]:
    """The canteens of all these months, by code."""
    found = {canteen.id: canteen for one in slices for canteen in one.part.canteens}
    return sorted(found.values(), key=lambda canteen: canteen.code)


def joined(lines: Sequence[UseLine]) -> tuple[UseLine, ...]:
    """The lines as their months told them. A month of fewer than five elders joins the days beside it, as one line."""
    groups: list[list[UseLine]] = []
    for line in (line for line in lines if line.elders):
        if groups and (groups[-1][0].from_on, groups[-1][0].until_on) == (line.from_on, line.until_on):
            groups[-1].append(line)
        elif groups and (_elders(groups[-1]) < FEWEST_ELDERS or line.elders < FEWEST_ELDERS):
            groups[-1] = [_one([*groups[-1], line])]
        else:
            groups.append([line])
    told = [line for group in groups for line in group]
    return (*told, *(line for line in lines if not line.elders))


def _elders(group: Sequence[UseLine]) -> int:
    return max(line.elders for line in group)


def _one(lines: Sequence[UseLine]) -> UseLine:
    """One line about all; at least as many elders stand behind it as behind the largest."""
    names = dict.fromkeys(name for line in lines for name in line.meal_period.split("、"))
    return UseLine(
        from_on=min(line.from_on for line in lines),
        until_on=max(line.until_on for line in lines),
        meal_period="、".join(names),
        meals=sum(line.meals for line in lines),
        unit_fen=None,
        amount_fen=sum(line.amount_fen for line in lines),
        elders=_elders(lines),
    )


def _chart(slices: Sequence[Slice]) -> tuple[CountLine, ...]:
    """A column for each month since the fund began; none where nothing was paid in any.

    Months in a row stand in one column until nobody or five elders stand behind it.
    """
    if not any(one.people for one in slices):
        return ()
    begun = next(number for number, one in enumerate(slices) if not _is_blank(one))
    return tuple(
        CountLine(_months(group), sum(one.meals for one in group), sum(one.meals_fen for one in group))
        for group in _columns(slices[begun:])
    )


def _columns(slices: Sequence[Slice]) -> list[list[Slice]]:
    found: list[list[Slice]] = []
    gathered: list[Slice] = []
    for one in slices:
        gathered.append(one)
        if _stands(gathered):
            found.append(gathered)
            gathered = []
    while gathered and found and not _stands(gathered):
        gathered = [*found.pop(), *gathered]
    return [*found, gathered] if gathered else found


def _stands(group: Sequence[Slice]) -> bool:
    uses = [use for one in group for use in one.uses]
    return not uses or elder_count(uses) >= FEWEST_ELDERS


def _months(group: Sequence[Slice]) -> str:
    return _month(group[0]) if len(group) == 1 else f"{_month(group[0])} 至 {_month(group[-1])}"


def _is_blank(one: Slice) -> bool:
    """A month before the fund began: nothing there, nothing came."""
    return not (one.opening_fen or one.gifts or one.lines or one.part.number)


def _month(one: Slice) -> str:
    month = month_of(one.first_on)
    return month if one.is_whole else f"{month}（{one.first_on.day}–{one.last_on.day} 日）"


def _meals_before(session: Session, fund: Fund, period: Period) -> int | None:
    """The meals of the quarter or year before, where every month of it is sealed."""
    earlier = periods.before(period)
    if earlier is None:
        return None
    wanted = set(months_of(earlier))
    found = [one for one in monthly_statements(session, fund) if one.month in wanted]
    return sum(int(paper_values(one)["meals"]) for one in found) if len(found) == len(wanted) else None


def _since(session: Session, fund: Fund, last: Slice) -> int | None:
    return meals_since_start(session, fund, month_of(last.last_on)) if last.is_whole else None


def _moved(session: Session, fund: Fund, slices: Sequence[Slice]) -> FourAmounts:
    """The four amounts of the period: the months' own where they tell them, else by day."""
    told = [_of_slice(session, fund, one) for one in slices]
    return FourAmounts(
        pledged_fen=sum(one.pledged_fen for one in told),
        received_fen=sum(one.received_fen for one in told),
        used_fen=sum(one.used_fen for one in told),
        paid_over_fen=sum(one.paid_over_fen for one in told),
    )


def _of_slice(session: Session, fund: Fund, one: Slice) -> FourAmounts:
    if one.is_whole and isinstance(one.part.paper, FundStatement):
        return one.part.paper.moved
    code = fund.code
    pledged = -_booked(session, journal.pledge(code), one.first_on, one.last_on, "pledge")
    paid = _booked(session, journal.paid_over(code), one.first_on, one.last_on, "pay-over")
    received = sum(gift.amount_fen for gift in one.gifts)
    return FourAmounts(pledged, received, sum(line.amount_fen for line in one.lines), paid)


def _booked(session: Session, account: str, first: date, last: date, kind: str) -> int:
    entries = (
        select(func.coalesce(func.sum(Posting.amount_fen), 0))
        .join(Entry, Entry.id == Posting.entry_id)
        .where(
            Posting.account_code == account, Entry.service_on.between(first, last), Entry.kind.in_((kind, "reversal"))
        )
    )  # fmt: skip
    return int(session.scalar(entries) or 0)


def _at_end(session: Session, fund: Fund, last: Slice) -> tuple[FourAmounts, int, int]:
    """Since the start; what may be drawn of pledges; what of them is open: at the end of the period."""
    paper = last.part.paper
    if last.is_whole and last.part.number and isinstance(paper, FundStatement):
        return paper.since_start, paper.advance_fen, paper.open_pledge_fen
    found = moves(session, fund, month_of(last.last_on), None if last.is_whole else last.last_on)
    return (
        since_start(found, fund.code),
        balance_fen(found, journal.pledge_advanced(fund.code)),
        balance_fen(found, journal.promised(fund.code)),
    )


def as_draft(paper: FundStatement) -> FundStatement:
    """The same as a draft: marked on every page, without a number that anybody could take for a sealed one."""
    number = f"{paper.heading.number.rpartition('-v')[0]}-草稿"
    return replace(paper, heading=replace(paper.heading, number=number, draft=True))
