"""The sheet between the canteen's operator and who pays it: what was served, what was received, what is due."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from canteen.checkin.models import CashMeal
from canteen.core.entry import ABSORBED, CASH, ELDER_RECEIVABLE, WALLET
from canteen.core.money import yuan
from canteen.documents.papers import (
    AmountLine,
    CanteenSettlement,
    DayCount,
    Heading,
    ServedLine,
    WalletBalance,
)
from canteen.ledger.models import Entry, Posting
from canteen.settlement.addressee import channel_counts, grant_titles, sources
from canteen.settlement.headings import MEAL_NAMES, payer_name
from canteen.settlement.month import MealSum, MonthRows
from canteen.settlement.monthly_grants import MonthlyGrant


@dataclass(frozen=True, slots=True)
class Takings:
    """How the elders' part of the month's meals was met, the wallets' roll-forward, and cash meals. In fen."""

    wallet_fen: int
    cash_fen: int
    credit_fen: int
    wallets: WalletBalance
    cash_portions: int
    cash_meals_fen: int


def read_takings(session: Session, canteen_id: int, month: str) -> Takings:
    """From the journal: the elders' part of the meals by its means, and what the wallets held and hold."""
    met = _met(session, canteen_id, month)
    portions, fen = session.execute(
        select(func.sum(CashMeal.portions), func.sum(CashMeal.portions * CashMeal.price_fen))
        .join(Entry, Entry.id == CashMeal.entry_id)
        .where(CashMeal.canteen_id == canteen_id, Entry.month == month)
    ).one()
    return Takings(
        wallet_fen=met[WALLET],
        cash_fen=met[CASH],
        credit_fen=met[ELDER_RECEIVABLE],
        wallets=_wallets(session, canteen_id, month),
        cash_portions=int(portions or 0),
        cash_meals_fen=int(fen or 0),
    )


def _met(session: Session, canteen_id: int, month: str) -> dict[str, int]:
    postings = (
        select(Posting.account_code, func.sum(Posting.amount_fen))
        .join(Entry, Entry.id == Posting.entry_id)
        .where(
            Entry.canteen_id == canteen_id,
            Entry.month == month,
            Entry.meal_id.is_not(None),
            Posting.account_code.in_((WALLET, CASH, ELDER_RECEIVABLE)),
        )
        .group_by(Posting.account_code)
    )
    return defaultdict(int, {code: int(fen) for code, fen in session.execute(postings)})


def _wallets(session: Session, canteen_id: int, month: str) -> WalletBalance:
    """What this canteen's entries put into wallets and took out of them, and what they held before."""
    first = aliased(Entry)
    kind = func.coalesce(first.kind, Entry.kind)
    postings = (
        select(kind, Entry.month, func.sum(Posting.amount_fen))
        .join(Entry, Entry.id == Posting.entry_id)
        .outerjoin(first, first.id == Entry.reverses_id)
        .where(Entry.canteen_id == canteen_id, Entry.month <= month, Posting.account_code == WALLET)
        .group_by(kind, Entry.month)
    )
    opening = 0
    moved: dict[str, int] = defaultdict(int)
    for what, booked, fen in session.execute(postings):
        if booked == month:
            moved[what] -= int(fen)
        else:
            opening -= int(fen)
    top_ups, refunds = moved.pop("top-up", 0), -moved.pop("refund", 0)
    spent = -sum(moved.values())
    return WalletBalance(opening, top_ups, spent, refunds, opening + top_ups - spent - refunds)


def canteen_paper(
    rows: MonthRows,
    monthly: Sequence[MonthlyGrant],
    takings: Takings,
    heading: Heading,
    remarks: Sequence[str],
) -> CanteenSettlement:
    """What the operator is due for the month: served, plus grants, less discount and what it bears, less received."""
    additions, deductions = _beside(rows, monthly)
    received = _amounts(
        (("个人餐费（现金）", takings.cash_fen), ("个人餐费（餐卡钱包）", takings.wallet_fen))
    )
    payers = _payers(rows, monthly, takings)
    canteen = rows.canteen
    return CanteenSettlement(
        heading=heading,
        party_a=canteen.reporting_unit or canteen.submitted_to or "",
        party_b=canteen.operator_name or canteen.name,
        served=_served(rows.own()),
        deductions=deductions,
        additions=additions,
        received=received,
        total_fen=sum(line.amount_fen for line in payers),
        payers=payers,
        wallet=takings.wallets,
        days=_days(rows.own()),
        remarks=(*_cash_words(takings), *remarks),
    )


def _served(meals: Sequence[MealSum]) -> tuple[ServedLine, ...]:
    groups: dict[tuple[int, int], list[MealSum]] = defaultdict(list)
    for meal in meals:
        groups[list(MEAL_NAMES).index(meal.meal.meal_period), meal.meal.price_fen].append(meal)
    return tuple(
        ServedLine(
            meal_period=list(MEAL_NAMES.values())[period],
            unit_price_fen=price,
            **channel_counts(group),
            amount_fen=price * len(group),
        )
        for (period, price), group in sorted(groups.items())
    )


def _beside(
    rows: MonthRows, monthly: Sequence[MonthlyGrant]
) -> tuple[tuple[AmountLine, ...], tuple[AmountLine, ...]]:
    """Additions and deductions, each above zero: corrections may be either."""
    paid = sources(rows)
    corrected = paid.price_fen - sum(meal.meal.price_fen for meal in rows.own())
    plus = [*_operator_grants(rows, monthly), AmountLine("往期调整（餐费）", corrected)]
    minus = [AmountLine("企业让利", paid.discount_fen), AmountLine("食堂承担", paid.absorbed_fen)]
    signed = plus + [AmountLine(line.label, -line.amount_fen, line.basis) for line in minus]
    return (
        tuple(line for line in signed if line.amount_fen > 0),
        tuple(AmountLine(line.label, -line.amount_fen, line.basis) for line in signed if line.amount_fen < 0),
    )


def _operator_grants(rows: MonthRows, monthly: Sequence[MonthlyGrant]) -> list[AmountLine]:
    """Grants that are the operator's; the courier's are none of this sheet."""
    totals: dict[str, int] = defaultdict(int)
    titles = grant_titles(rows)
    for line in rows.lines():
        if line.is_grant and line.payee != "courier" and line.payer != "operator":
            totals[titles.get(line.rule_id or "", line.rule_id or "")] += line.amount_fen
    for grant in monthly:
        if not grant.is_pending and grant.payee != "courier" and grant.payer != "operator":
            totals[grant.title] += grant.amount_fen
    return [AmountLine(title, fen) for title, fen in sorted(totals.items())]


def _payers(rows: MonthRows, monthly: Sequence[MonthlyGrant], takings: Takings) -> tuple[AmountLine, ...]:
    """Who owes the operator what, by payer; an authority by its name."""
    owed: dict[str, int] = defaultdict(int)
    for line in rows.lines():
        if line.payer not in ("elder", "operator", ABSORBED) and line.payee != "courier":
            owed[_debtor(rows, line.payer, line.authority)] += line.amount_fen
    for grant in monthly:
        if not grant.is_pending and grant.payee != "courier" and grant.payer != "operator":
            owed[_debtor(rows, grant.payer, grant.authority)] += grant.amount_fen
    owed["老人赊欠"] = takings.credit_fen
    return _amounts(sorted(owed.items()))


def _debtor(rows: MonthRows, payer: str, authority: str | None) -> str:
    if payer == "government" and authority:
        return f"政府（{authority}）"
    if payer == "collective" and rows.canteen.collective_name:
        return f"集体（{rows.canteen.collective_name}）"
    return payer_name(payer, rows.titles.get(payer))


def _amounts(pairs: Sequence[tuple[str, int]]) -> tuple[AmountLine, ...]:
    return tuple(AmountLine(label, fen) for label, fen in pairs if fen)


def _days(meals: Sequence[MealSum]) -> tuple[DayCount, ...]:
    counts: dict[date, int] = defaultdict(int)
    for meal in meals:
        counts[meal.meal.service_on] += meal.net
    return tuple(DayCount(on, count, None) for on, count in sorted(counts.items()))


def _cash_words(takings: Takings) -> list[str]:
    if not takings.cash_portions:
        return []
    return [
        f"另有无卡现金餐 {takings.cash_portions:,} 份，共 {yuan(takings.cash_meals_fen)} 元，不计入以上各表。"
    ]
