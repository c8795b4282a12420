"""A fund's statement for one month, over all of its canteens: what came in, what it paid, for how many."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.core.calendar import Period, previous_month
from canteen.documents.papers import DonationReceipt, DonorStatement, UseLine
from canteen.settlement.funds import (
    FundMoney,
    meals_since_start,
    paper_values,
    read_meals,
    read_money,
    statement_before,
)
from canteen.settlement.headings import Closing
from canteen.settlement.merging import age_bands, chart_columns, elder_count, stretches, use_lines
from canteen.sponsors.models import Fund, Sponsor


def donor_paper(
    session: Session, fund: Fund, canteens: Sequence[Canteen], period: Period, closing: Closing
) -> DonorStatement:
    """The statement of one fund and month; nobody can be recognised in it."""
    before = statement_before(session, fund, period.text)
    money = read_money(session, fund, period.text, before)
    meals = read_meals(session, fund, period.text)
    merged = stretches(meals.uses)
    sponsor = session.get_one(Sponsor, fund.sponsor_id)
    follows = before is not None and before.month == previous_month(period.text)
    names = tuple(canteen.name for canteen in canteens)
    recipients = dict.fromkeys(canteen.operator_name or canteen.name for canteen in canteens)
    return DonorStatement(
        heading=closing.heading(
            code=fund.code,
            word="donor",
            period=period,
            unit_name=_together(list(recipients)),
            canteen_name="、".join(names),
            zone=canteens[0].time_zone,
        ),
        addressed_to=sponsor.display_name,
        fund_name=fund.title,
        canteen_names=names,
        recipient="、".join(recipients),
        opening_fen=money.opening_fen,
        gifts=money.gifts,
        closing_fen=money.closing_fen,
        total_fen=money.used_fen,
        undisbursed_fen=None,
        meals=sum(use.meals for use in meals.uses),
        full_meals=meals.full_meals,
        elders=elder_count([use for use in meals.uses if use.meals > 0]),
        previous_meals=paper_values(before)["meals"] if before is not None and follows else None,
        chart=chart_columns(merged),
        chart_unit="日",
        flow=meals.flow,
        lines=(*use_lines(merged), *_other_lines(money, period)),
        age_bands=age_bands(meals.uses),
        receipt=_receipt(money),
        commercial=False,
        agreement=_agreement(fund),
        returned_fen=money.returned_fen,
        meals_since_start=meals_since_start(session, fund, period.text),
    )


def _together(names: Sequence[str]) -> str:
    """The first name, and how many there are: the head of a page has room for one."""
    return names[0] if len(names) == 1 else f"{names[0]}等 {len(names)} 家"


def _other_lines(money: FundMoney, period: Period) -> list[UseLine]:
    """What the fund paid beside meals: grants, and what was drawn late in a sealed month. No elder stands behind it."""
    beside = [*money.grants, *([("往期补记", money.earlier_fen)] if money.earlier_fen else [])]
    return [UseLine(period.first_on, period.last_on, title, 0, None, fen, 0) for title, fen in beside]


def _receipt(money: FundMoney) -> DonationReceipt | None:
    numbers = [gift.receipt_no for gift in money.gifts if gift.receipt_no]
    return DonationReceipt("见票据", "、".join(numbers), "见票据") if numbers else None


def _agreement(fund: Fund) -> str:
    if fund.begins_on is None and fund.ends_on is None:
        return ""
    begins = fund.begins_on.isoformat() if fund.begins_on else ""
    return f"{begins} 至 {fund.ends_on.isoformat() if fund.ends_on else '长期'}"
