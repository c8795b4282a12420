"""A fund's month by the journal and the lines: its canteens, its money, its meals."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.checkin.models import Meal, MealShare
from canteen.core.calendar import Period, previous_month
from canteen.core.entry import ABSORBED
from canteen.documents.papers import FEWEST_ELDERS, GiftLine, MealFlow
from canteen.ledger.models import ClosedMonth, Entry, Posting
from canteen.settlement.headings import payer_name
from canteen.settlement.merging import Use
from canteen.settlement.models import Statement
from canteen.settlement.month import versions_in_force
from canteen.sponsors.models import Fund, FundCanteen, Gift


@dataclass(frozen=True, slots=True)
class FundMoney:
    """A fund's month, in fen: opening + gifts − meals − grants − earlier − returned = closing.

    `earlier_fen` was drawn in an earlier month after that month's statement was sealed.
    """

    opening_fen: int
    gifts: tuple[GiftLine, ...]
    meals_fen: int
    grants: tuple[tuple[str, int], ...]
    earlier_fen: int
    returned_fen: int
    closing_fen: int

    @property
    def used_fen(self) -> int:
        """All that the fund paid."""
        return self.meals_fen + sum(fen for _, fen in self.grants) + self.earlier_fen


def canteens_of(session: Session, fund: Fund, period: Period) -> list[Canteen]:
    """The canteens whose close the fund's statement waits for, by code.

    Those that the fund is bound to; where it is bound to none, those that served meals in the month under a rule
    that names it. Whoever drew on it belongs to them. One that did not exist yet does not.
    """
    bound = set(session.scalars(select(FundCanteen.canteen_id).where(FundCanteen.fund_id == fund.id)))
    served = set(session.scalars(select(Meal.canteen_id).where(Meal.month == period.text).distinct()))
    drew = set(
        session.scalars(
            select(MealShare.canteen_id)
            .where(MealShare.fund_id == fund.id, MealShare.month == period.text)
            .distinct()
        )
    )
    wanted = bound or {canteen for canteen in served if _names_fund(session, canteen, fund.code, period)}
    after = datetime.combine(period.last_on, time.max, tzinfo=UTC)
    found = session.scalars(select(Canteen).where(Canteen.id.in_(wanted | drew)).order_by(Canteen.code))
    return [canteen for canteen in found if canteen.created_at <= after or canteen.id in served | drew]


def _names_fund(session: Session, canteen_id: int, code: str, period: Period) -> bool:
    versions = versions_in_force(session, canteen_id, period)
    return any(part.get("fund") == code for version in versions for part in (*version.rules, *version.grants))


def is_ready(session: Session, fund: Fund, canteens: Sequence[Canteen], month: str) -> bool:
    """Whether every canteen of the fund has closed the month and no statement of it is sealed yet."""
    closed = set(session.scalars(select(ClosedMonth.canteen_id).where(ClosedMonth.month == month)))
    if not {canteen.id for canteen in canteens} <= closed:
        return False
    sealed = select(Statement.id).where(
        Statement.fund_id == fund.id, Statement.month == month, Statement.period.is_(None)
    )
    return session.scalars(sealed).first() is None


def statement_before(session: Session, fund: Fund, month: str) -> Statement | None:
    """The fund's last sealed monthly statement of an earlier month."""
    earlier = select(Statement).where(
        Statement.fund_id == fund.id, Statement.month < month, Statement.period.is_(None)
    )
    return session.scalars(earlier.order_by(Statement.month.desc()).limit(1)).first()


def paper_values(statement: Statement) -> Mapping[str, int]:
    """The plain values of a sealed paper."""
    values: Mapping[str, int] = json.loads(statement.sealed_json)["paper"]
    return values


def read_money(session: Session, fund: Fund, month: str, before: Statement | None) -> FundMoney:
    """The fund's roll-forward for a month. Gifts booked late into a sealed month count in this one."""
    opening = _held(session, fund, Entry.month < month)
    closing = _held(session, fund, Entry.month <= month)
    gifts = _gifts(session, fund, month, before)
    opening -= sum(gift.amount_fen for gift, is_late in gifts if is_late)
    earlier = 0
    if before is not None and before.month == previous_month(month):
        sealed = paper_values(before)["closing_fen"]
        opening, earlier = sealed, sealed - opening
    meals, grants = _drawn(session, fund, month)
    received = sum(gift.amount_fen for gift, _ in gifts)
    used = meals + sum(fen for _, fen in grants) + earlier
    return FundMoney(
        opening_fen=opening,
        gifts=tuple(gift for gift, _ in gifts),
        meals_fen=meals,
        grants=grants,
        earlier_fen=earlier,
        returned_fen=opening + received - used - closing,
        closing_fen=closing,
    )


def _held(session: Session, fund: Fund, when: object) -> int:
    postings = (
        select(func.coalesce(func.sum(Posting.amount_fen), 0))
        .join(Entry, Entry.id == Posting.entry_id)
        .where(Posting.account_code == f"fund:{fund.code}", when)  # type: ignore[arg-type]
    )
    return -int(session.scalar(postings) or 0)


def _gifts(session: Session, fund: Fund, month: str, before: Statement | None) -> list[tuple[GiftLine, bool]]:
    booked = (
        select(Gift, Entry.month, Entry.posted_at)
        .join(Entry, Entry.id == Gift.entry_id)
        .where(Gift.fund_id == fund.id, Entry.month <= month)
        .order_by(Gift.received_on, Gift.id)
    )
    found = []
    for gift, booked_month, posted_at in session.execute(booked):
        is_late = before is not None and booked_month < month and posted_at > before.sealed_at
        if booked_month == month or is_late:
            line = GiftLine(gift.received_on, "到账", gift.receipt_no or "", gift.amount_fen)
            found.append((line, is_late))
    return found


def _drawn(session: Session, fund: Fund, month: str) -> tuple[int, tuple[tuple[str, int], ...]]:
    """What meals drew, and the grants beside the price by title."""
    lines = (
        select(MealShare.is_grant, MealShare.rule_id, func.sum(MealShare.amount_fen))
        .where(MealShare.fund_id == fund.id, MealShare.month == month)
        .group_by(MealShare.is_grant, MealShare.rule_id)
    )
    meals, grants = 0, dict[str, int]()
    for is_grant, rule_id, fen in session.execute(lines):
        if is_grant:
            grants[rule_id or ""] = grants.get(rule_id or "", 0) + int(fen)
        else:
            meals += int(fen)
    entries = (
        select(Entry.memo, Posting.amount_fen)
        .join(Posting, Posting.entry_id == Entry.id)
        .where(Entry.kind == "grant", Entry.month == month, Posting.account_code == f"fund:{fund.code}")
    )
    for memo, fen in session.execute(entries):
        title = str((memo or {}).get("title", ""))
        grants[title] = grants.get(title, 0) + int(fen)
    return meals, tuple(sorted((title, fen) for title, fen in grants.items() if fen))


@dataclass(frozen=True, slots=True)
class FundMeals:
    """The meals of a fund's month: uses, and how many of them the fund paid whole."""

    uses: tuple[Use, ...]
    full_meals: int
    flow: MealFlow | None


def read_meals(session: Session, fund: Fund, month: str) -> FundMeals:
    """What the fund paid meal by meal; a meal cancelled within the month is not there."""
    drawn = (
        select(
            MealShare.meal_id, MealShare.service_on, MealShare.meal_period, MealShare.elder_id, Meal.age_years,
            Meal.price_fen, func.sum(MealShare.amount_fen),
        )
        .join(Meal, Meal.id == MealShare.meal_id)
        .where(MealShare.fund_id == fund.id, MealShare.month == month, MealShare.is_grant.is_(False))
        .group_by(
            MealShare.meal_id, MealShare.service_on, MealShare.meal_period, MealShare.elder_id, Meal.age_years,
            Meal.price_fen,
        )
        .order_by(MealShare.service_on, MealShare.meal_id)
    )  # fmt: skip
    uses, whole = [], 0
    for _, on, period, elder_id, age, price, fen in session.execute(drawn):
        if fen:
            sign = 1 if fen > 0 else -1
            uses.append(Use(on, period, elder_id, age, int(fen), sign))
            whole += sign if abs(fen) == price else 0
    return FundMeals(tuple(uses), whole, _flow(session, fund, month))


def _flow(session: Session, fund: Fund, month: str) -> MealFlow | None:
    """The commonest division of a meal that the fund helped to pay, if five elders ate such a meal."""
    helped = select(MealShare.meal_id).where(
        MealShare.fund_id == fund.id, MealShare.month == month, MealShare.is_grant.is_(False)
    )
    lines = (
        select(MealShare.meal_id, MealShare.elder_id, MealShare.payer, func.sum(MealShare.amount_fen))
        .where(MealShare.meal_id.in_(helped), MealShare.month == month, MealShare.is_grant.is_(False))
        .group_by(MealShare.meal_id, MealShare.elder_id, MealShare.payer)
    )
    meals: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    for meal_id, elder_id, payer, fen in session.execute(lines):
        if fen:
            meals[meal_id, elder_id][payer] = int(fen)
    kinds = Counter(tuple(sorted(parts.items())) for parts in meals.values())
    if not kinds:
        return None
    common = min(kinds, key=lambda kind: (-kinds[kind], kind))
    elders = {elder_id for (_, elder_id), parts in meals.items() if tuple(sorted(parts.items())) == common}
    return _as_flow(dict(common), fund) if len(elders) >= FEWEST_ELDERS else None


def _as_flow(parts: dict[str, int], fund: Fund) -> MealFlow:
    price = sum(parts.values())
    fund_fen = parts.pop(f"sponsor:{fund.code}", 0)
    government, elder = parts.pop("government", 0), parts.pop("elder", 0)
    operator = parts.pop("operator", 0) + parts.pop(ABSORBED, 0)
    others = tuple((payer_name(payer), fen) for payer, fen in sorted(parts.items()))
    return MealFlow(price, government, fund_fen, others, operator, elder)


def meals_since_start(session: Session, fund: Fund, month: str) -> int:
    """Every meal that the fund ever helped to pay, up to the end of this month."""
    count = select(func.sum(MealShare.meals)).where(
        MealShare.fund_id == fund.id, MealShare.month <= month, MealShare.is_grant.is_(False)
    )
    return int(session.scalar(count) or 0)
