"""Monthly and yearly grants: due once a month at the close, beside any price.

Of the versions that govern the canteen in a month, the last one's grants are due, once and whole: a month is never
paid by two notices. A grant that is paid by assessment waits for the assessment; it is told, and not payable.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.canteens.queries import rule_facts
from canteen.core import entry as journal
from canteen.core.calendar import MEAL_PERIODS, window_of
from canteen.core.conditions import Reckoning, first_failed
from canteen.core.division import Facts
from canteen.core.money import Money, split_by_weights
from canteen.core.programme_faults import Faults
from canteen.core.rules import Grant, read_grant
from canteen.ledger.models import Entry
from canteen.ledger.services import post
from canteen.settlement.month import VersionInForce
from canteen.sponsors.holding import lock_fund
from canteen.sponsors.models import Fund


@dataclass(frozen=True, slots=True)
class MonthlyGrant:
    """One grant for one month: what is due, from whom, to whom. `levels` are the parts of its split, in fen."""

    grant_id: str
    title: str
    programme_code: str
    authority: str
    payer: str
    payee: str
    amount_fen: int
    levels: tuple[tuple[str, int], ...]
    is_pending: bool


def due_grants(
    session: Session, canteen: Canteen, versions: tuple[VersionInForce, ...], month_last_on: date
) -> list[MonthlyGrant]:
    """The grants by month and year that are due for the month that ends on this day, in file order."""
    if not versions:
        return []
    version = versions[-1]
    grants = [read_grant(mapping, "", Faults()) for mapping in version.grants]
    found = (_due(session, canteen, version, grant, month_last_on) for grant in grants if grant is not None)
    return [grant for grant in found if grant is not None]


def _due(
    session: Session, canteen: Canteen, version: VersionInForce, grant: Grant, on: date
) -> MonthlyGrant | None:
    # A family's or a voucher's money is an elder's, and a grant by the month is about none.
    if grant.per == "meal" or grant.payer in ("family", "voucher") or not holds(grant, canteen, version.meals, on):
        return None
    fen = min([grant.month_fen(on.month), *_left(session, canteen, version, grant, on)])
    if fen <= 0:
        return None
    levels = tuple(split_by_weights(fen, grant.split)) if grant.split else ()
    return MonthlyGrant(
        grant_id=grant.id, title=grant.title, programme_code=version.programme_code, authority=version.authority,
        payer=grant.account, payee=grant.payee, amount_fen=fen, levels=levels, is_pending=grant.assessed,
    )  # fmt: skip


def holds(grant: Grant, canteen: Canteen, meals: Collection[str], on: date) -> bool:
    """Whether its conditions hold of the canteen itself: of an elder nothing is known here.

    `meals` are the meal periods that the grant's version governs.
    """
    meal = next((meal for meal in MEAL_PERIODS if meal in meals), MEAL_PERIODS[0])
    facts = Facts(on, meal, canteen=rule_facts(canteen))
    return first_failed(grant.when, Reckoning(Money(0), facts, None)) is None


def _left(
    session: Session, canteen: Canteen, version: VersionInForce, grant: Grant, on: date
) -> Iterable[int]:
    """What its limits in money leave, and what its fund holds."""
    for limit in grant.limits:
        if limit.amount_fen is not None and limit.per in ("month", "year"):
            paid = granted_fen(session, canteen.id, version.programme_code, grant.id, per=limit.per, on=on)
            yield limit.amount_fen - paid
    if grant.payer == "sponsor":
        fund = lock_fund(session, grant.fund or "")
        yield 0 if fund is None else fund.balance_fen


def granted_fen(
    session: Session, canteen_id: int, programme_code: str, grant_id: str, *, per: str, on: date
) -> int:
    """What this grant has paid this canteen already in the month or year around a day, in fen."""
    first_on, last_on = window_of(per, on)
    entries = select(Entry.memo).where(
        Entry.canteen_id == canteen_id,
        Entry.kind == "grant",
        Entry.service_on.between(first_on, last_on),
    )
    memos = [memo for memo in session.scalars(entries) if memo]
    named = [memo for memo in memos if (memo["programme"], memo["grant"]) == (programme_code, grant_id)]
    return sum(int(memo["amount_fen"]) for memo in named)


def post_grant(session: Session, canteen: Canteen, grant: MonthlyGrant, on: date, month: str) -> int:
    """Book one grant into its month, within the caller's transaction; answers the entry's number."""
    kind, _, fund = grant.payer.partition(":")
    billing = journal.Billing(
        authority=grant.authority,
        canteen_code=canteen.code,
        elder_id=0,
        fund_ids=_fund_ids(session, kind, fund),
    )
    debits = journal.payer_postings(grant.payer, grant.amount_fen, grant.levels, billing)
    income = journal.COURIER if grant.payee == "courier" else journal.GRANTS
    postings = (*debits, journal.Posting(income, -grant.amount_fen))
    if kind == "sponsor":
        # The fund's row is locked since its balance was read: what is drawn here no meal draws meanwhile.
        left = Fund.balance_fen - grant.amount_fen
        session.execute(update(Fund).where(Fund.code == fund).values(balance_fen=left))
    memo = {
        "grant": grant.grant_id, "title": grant.title, "programme": grant.programme_code, "payer": grant.payer,
        "payee": grant.payee, "authority": grant.authority, "amount_fen": grant.amount_fen,
        "levels": dict(grant.levels),
    }  # fmt: skip
    return post(session, journal.Entry("grant", canteen.id, on, month, postings, memo=memo))


def _fund_ids(session: Session, kind: str, code: str) -> dict[str, int]:
    if kind != "sponsor":
        return {}
    return {code: int(session.scalars(select(Fund.id).where(Fund.code == code)).one())}


def booked_grants(session: Session, canteen_id: int, month: str) -> list[MonthlyGrant]:
    """The grants that were booked into a month, as they were then."""
    entries = select(Entry.memo).where(
        Entry.canteen_id == canteen_id, Entry.month == month, Entry.kind == "grant"
    )
    return [
        MonthlyGrant(
            grant_id=memo["grant"], title=memo["title"], programme_code=memo["programme"],
            authority=memo["authority"], payer=memo["payer"], payee=memo["payee"], amount_fen=memo["amount_fen"],
            levels=tuple(memo["levels"].items()), is_pending=False,
        )
        for memo in session.scalars(entries.order_by(Entry.id))
        if memo
    ]  # fmt: skip
