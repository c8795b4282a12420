"""A fund's statement for one month, over all of its canteens: what came in, what it paid, for how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.config import Settings
from canteen.core.calendar import Period, parse_month, previous_month
from canteen.core.errors import Refusal
from canteen.documents.model import NotPrintable
from canteen.documents.pages import paper_of
from canteen.documents.papers import DonationReceipt, FundStatement, Heading, ReceivedLine, UseLine
from canteen.settlement.cells import Piece, band_lines, canteen_lines
from canteen.settlement.fund_lines import FundLines, read_lines
from canteen.settlement.fund_meals import full_meals, meals_since_start, read_flow, read_grants, read_uses
from canteen.settlement.fund_money import FundMoney, Told, read_money, told_before
from canteen.settlement.headings import Closing
from canteen.settlement.merging import Use, chart_columns, elder_count, stretches, use_lines
from canteen.sponsors.agreements.queries import display_name_on, fund_agreements, fund_nature
from canteen.sponsors.gifts.queries import giving
from canteen.sponsors.models import Fund


@dataclass(frozen=True, slots=True)
class FundMonth:
    """A month of a fund as it is read now: its paper, its meals one by one, and the entries that it tells."""

    paper: FundStatement
    uses: tuple[Use, ...]
    entries: frozenset[int]


def month_of_fund(
    session: Session,
    fund: Fund,
    canteens: Sequence[Canteen],
    month: str,
    closing: Closing,
    told: Told | None,
    only: frozenset[int] | None = None,
) -> FundMonth:
    """The statement of one fund and month, after what was `told` before it; nobody can be recognised in it.

    With `only`, no other entries of the fund itself are looked at.
    """
    period = parse_month(month)
    money = read_money(session, fund, month, told, only)
    lines = read_lines(session, fund, money.lines)
    uses = read_uses(session, fund, [month])
    merged = stretches(uses)
    piece = Piece(uses, uses, is_whole=True)
    follows = told is not None and told.month == previous_month(month)
    parties = parties_of(session, fund, canteens, period, closing.host)
    people = use_lines(merged)
    paper = FundStatement(
        heading=parties.heading(fund, "donor", period, closing),
        addressed_to=parties.addressed_to,
        fund_name=fund.title,
        canteen_names=parties.canteen_names,
        recipient=parties.recipient,
        opening_fen=money.opening_fen,
        gifts=lines.gifts,
        closing_fen=money.closing_fen,
        total_fen=money.drawn_fen + money.earlier_fen + money.expenses_fen,
        undisbursed_fen=money.undisbursed_fen,
        meals=sum(use.meals for use in uses),
        full_meals=full_meals(uses),
        elders=elder_count([use for use in uses if use.meals > 0]),
        previous_meals=told.meals if told is not None and follows else None,
        chart=chart_columns(merged),
        chart_unit="日",
        flow=read_flow(session, fund, [month]),
        lines=(*people, *_other_lines(session, fund, money, period)),
        age_bands=band_lines([piece]),
        receipt=receipt_of(lines.gifts),
        commercial=parties.commercial,
        agreement=parties.agreement,
        returned_fen=money.refunded_fen,
        meals_since_start=meals_since_start(session, fund, month),
        hotline=parties.hotline,
        notice_url=parties.notice_url,
        meals_fen=sum(line.amount_fen for line in people),
        canteens=canteen_lines([piece], [(canteen.id, canteen.name) for canteen in canteens]),
        tells_full=True,
        filing=parties.filing,
        **_told_lines(lines),
        **_told_money(money),
    )
    return FundMonth(paper, tuple(uses), money.entries)


def sealable_month(
    session: Session, fund: Fund, canteens: Sequence[Canteen], month: str, closing: Closing
) -> FundMonth:
    """The month's statement, ready to be sealed. Raises Refusal `fund-paper-refused` where it does not add up."""
    found = month_of_fund(session, fund, canteens, month, closing, told_before(session, fund, month))
    require_sound(found.paper, fund, month)
    return found


def require_sound(paper: FundStatement, fund: Fund, period: str) -> None:
    """Raises Refusal `fund-paper-refused`: a statement that could never be printed is not sealed."""
    try:
        paper_of(paper)
    except NotPrintable as fault:
        raise Refusal(
            "fund-paper-refused",
            f"资金“{fund.code}”{period} 的对账单对不上，没有封存，也没有写入。请维护人员运行 canteen verify 查出哪一笔不符。",
            fund=fund.code, period=period,
        ) from fault  # fmt: skip


def _told_lines(lines: FundLines) -> dict[str, Any]:
    return {"goods": lines.goods, "expenses": lines.expenses, "refunds": lines.refunds}


def _told_money(money: FundMoney) -> dict[str, Any]:
    return {
        "moved": money.moved, "since_start": money.since_start, "open_pledge_fen": money.open_pledge_fen,
        "advance_fen": money.advance_fen,
    }  # fmt: skip


def _other_lines(session: Session, fund: Fund, money: FundMoney, period: Period) -> list[UseLine]:
    """What the fund paid beside meals: grants, and what was drawn late in a sealed month. No elder stands behind it."""
    beside = [*read_grants(session, fund, period.text)]
    if money.earlier_fen:
        beside.append(("往期补记", money.earlier_fen))
    return [UseLine(period.first_on, period.last_on, title, 0, None, fen, 0) for title, fen in beside]


def receipt_of(gifts: Sequence[ReceivedLine]) -> DonationReceipt | None:
    """The receipts of these gifts in one: a code, numbers and an issuer, or several of them; None: not one written."""
    written = [gift for gift in gifts if gift.receipt_no and gift.amount_fen > 0]
    if not written:
        return None
    codes, issuers = ({getattr(gift, name) for gift in written} for name in ("receipt_code", "issued_by"))
    return DonationReceipt(
        code=codes.pop() if len(codes) == 1 else "见到账明细",
        number=_numbers([gift.receipt_no for gift in written]),
        issued_by=issuers.pop() if len(issuers) == 1 else "见到账明细",
    )


def _numbers(numbers: Sequence[str]) -> str:
    shown = "、".join(numbers[:3])
    return shown if len(numbers) <= 3 else f"{shown} 等 {len(numbers)} 张（见到账明细）"


@dataclass(frozen=True, slots=True)
class Parties:
    """Who a statement is addressed to and who it speaks of, as it was on the period's last day."""

    addressed_to: str
    canteen_names: tuple[str, ...]
    recipient: str
    unit_name: str
    agreement: str
    commercial: bool
    filing: str
    hotline: str
    notice_url: str
    zone: str

    def heading(self, fund: Fund, word: str, period: Period, closing: Closing) -> Heading:
        """The paper's heading, under the number of the fund and the period."""
        return closing.heading(
            code=fund.code, word=word, period=period, unit_name=self.unit_name,
            canteen_name="、".join(self.canteen_names), zone=self.zone,
        )  # fmt: skip


def parties_of(
    session: Session, fund: Fund, canteens: Sequence[Canteen], period: Period, host: str = ""
) -> Parties:
    """Read them: the display name that counted, the agreements in force, who holds the money."""
    agreed = [
        row for row in fund_agreements(session, fund.id)
        if row.begins_on <= period.last_on and period.first_on <= row.ends_on
    ] or fund_agreements(session, fund.id)[:1]  # fmt: skip
    names = [canteen.name for canteen in canteens]
    operators = [canteen.operator_name or canteen.name for canteen in canteens]
    holders = list(dict.fromkeys([row.holder_name for row in agreed] or operators)) or [fund.title]
    terms = giving(session, fund.id)
    filing = f"{terms.raiser}　募捐备案号 {terms.filing_no}" if terms.is_for_many and terms.filing_no else ""
    agreements = [f"{row.number}　{_dates(row.begins_on, row.ends_on)}" for row in reversed(agreed)]
    return Parties(
        addressed_to=display_name_on(session, fund.sponsor_id, period.last_on),
        canteen_names=tuple(names),
        recipient="、".join(holders),
        unit_name=_together(holders),
        agreement="；".join(agreements) or _dates(fund.begins_on, fund.ends_on),
        commercial=fund_nature(session, fund.id) == "sponsorship",
        filing=filing,
        hotline=next((canteen.phone for canteen in canteens if canteen.phone), ""),
        notice_url=f"https://{host}/thanks/{canteens[0].code}" if host and len(canteens) == 1 else "",
        zone=canteens[0].time_zone if canteens else Settings().default_zone,
    )


def _together(names: Sequence[str]) -> str:
    """The first name, and how many there are: the head of a page has room for one."""
    return names[0] if len(names) == 1 else f"{names[0]}等 {len(names)} 家"


def _dates(begins_on: date | None, ends_on: date | None) -> str:
    if begins_on is None and ends_on is None:
        return ""
    return f"{begins_on.isoformat() if begins_on else ''} 至 {ends_on.isoformat() if ends_on else '长期'}"
