"""What a fund was promised, received, used and paid over, each from the journal; and the papers behind it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from canteen.core import entry as journal
from canteen.core.errors import Refusal
from canteen.ledger.models import ClosedMonth, Entry, Posting
from canteen.sponsors.agreements.models import Agreement, AgreementFund
from canteen.sponsors.gifts.models import FundGiving, PayOver
from canteen.sponsors.models import Fund, Sponsor

EXPENSES = ("helpers", "equipment", "delivery", "upkeep", "other")
NO_MEALS = ("gift", "pledge-advance", "fund-expense", "fund-refund")
"""The entries that move a fund's account and are no use of it: what is left are meals and grants."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """A fund's money in fen. The four amounts are read from the journal one by one, none from another."""

    pledged_fen: int
    received_fen: int
    used_fen: int
    paid_over_fen: int
    open_pledge_fen: int  # pledged and not yet there
    advanced_fen: int  # of that, what may be drawn already
    expenses_fen: int
    refunded_fen: int
    in_kind_fen: int
    left_fen: int  # what the next meal may draw on

    @property
    def unpaid_fen(self) -> int:
        """已用未拨付: used at meals and not yet paid over."""
        return self.used_fen - self.paid_over_fen

    @property
    def free_fen(self) -> int:
        """Received money that nothing was used of: what expenses and a refund may take."""
        return max(self.left_fen - self.advanced_fen, 0)

    @property
    def borrowed_fen(self) -> int:
        """What of the money that is left is pledged and not there yet."""
        return min(self.left_fen, self.advanced_fen)

    @property
    def cash_fen(self) -> int:
        """What of the fund lies in the bank."""
        return self.received_fen - self.paid_over_fen - self.expenses_fen - self.refunded_fen


@dataclass(frozen=True, slots=True)
class Giving:
    """How a fund takes gifts. `raiser` and `filing_no` must be printed wherever gifts to it are invited."""

    pledge_ceiling_fen: int | None = None
    is_for_many: bool = False
    raiser: str | None = None
    filing_no: str | None = None

    @property
    def needs_names(self) -> bool:
        """Many may give, but nobody is qualified to ask the public: each giver has to be named."""
        return self.is_for_many and self.filing_no is None


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who may ask the public to give to a fund, and the 募捐备案号 that stands wherever they are asked (慈善法)."""

    raiser: str
    filing_no: str


@dataclass(frozen=True, slots=True)
class FundHead:
    """Which fund a page is about."""

    id: int
    code: str
    title: str
    display_name: str
    sponsor_name: str
    ends_on: date | None


def head(session: Session, code: str) -> FundHead:
    """The fund of this code. Raises Refusal `fund-unknown`."""
    found = session.execute(select(Fund, Sponsor).join(Sponsor).where(Fund.code == code)).first()
    if found is None:
        raise Refusal("fund-unknown", f"没有代码是“{code}”的资金。请核对代码，或先添加。", fund=code)
    fund, sponsor = found
    return FundHead(fund.id, fund.code, fund.title, sponsor.display_name, sponsor.name, end_of(session, fund))


def end_of(session: Session, fund: Fund) -> date | None:
    """The day on which a fund's last agreement ends: by the fund's own terms, or by the agreements that feed it."""
    rows = select(func.max(Agreement.ends_on)).join(AgreementFund, AgreementFund.agreement_id == Agreement.id)
    agreed = session.scalar(rows.where(AgreementFund.fund_id == fund.id))
    return max((day for day in (fund.ends_on, agreed) if day is not None), default=None)


def amounts(session: Session, code: str) -> Amounts:
    """A fund's amounts, as the journal adds up."""
    accounts = [
        journal.fund(code), journal.pledge(code), journal.promised(code), journal.pledge_advanced(code),
        journal.paid_over(code), journal.goods(code), *(journal.spent(code, kind) for kind in EXPENSES),
    ]  # fmt: skip
    sums = sums_of(session, accounts)
    fund_account = journal.fund(code)
    on_fund = {kind: fen for (account, kind), fen in sums.items() if account == fund_account}
    return Amounts(
        pledged_fen=-sums.get((journal.pledge(code), "pledge"), 0),
        received_fen=-on_fund.get("gift", 0),
        used_fen=sum(fen for kind, fen in on_fund.items() if kind not in NO_MEALS),
        paid_over_fen=_on(sums, journal.paid_over(code)),
        open_pledge_fen=_on(sums, journal.promised(code)),
        advanced_fen=_on(sums, journal.pledge_advanced(code)),
        expenses_fen=sum(_on(sums, journal.spent(code, kind)) for kind in EXPENSES),
        refunded_fen=on_fund.get("fund-refund", 0),
        in_kind_fen=_on(sums, journal.goods(code)),
        left_fen=-_on(sums, fund_account),
    )


def giving(session: Session, fund_id: int) -> Giving:
    """How a fund takes gifts; by default received money only, from its sponsor.

    A fund of many small givers takes gifts from many, whatever was said of it.
    """
    row = session.get(FundGiving, fund_id)
    kind = session.scalar(select(Sponsor.kind).join(Fund, Fund.sponsor_id == Sponsor.id).where(Fund.id == fund_id))
    is_for_many = kind == "many" or (row is not None and row.is_for_many)
    if row is None:
        return Giving(is_for_many=is_for_many)
    return Giving(row.pledge_ceiling_fen, is_for_many, row.raiser, row.filing_no)


def invitation(session: Session, fund_id: int) -> Invitation | None:
    """What must be printed where gifts to a fund are invited; None: the public may not be asked to give to it."""
    found = giving(session, fund_id)
    if not found.is_for_many or found.raiser is None or found.filing_no is None:
        return None
    return Invitation(found.raiser, found.filing_no)


def due_fen(session: Session, fund: FundHead, canteen_id: int, month: str) -> int:
    """What meals of a canteen used of a fund up to a month and was not paid over to it yet; in fen."""
    first = aliased(Entry)
    used = (
        select(func.coalesce(func.sum(Posting.amount_fen), 0))
        .join(Entry, Entry.id == Posting.entry_id)
        .outerjoin(first, first.id == Entry.reverses_id)
        .where(
            Posting.account_code == journal.fund(fund.code), Entry.canteen_id == canteen_id, Entry.month <= month,
            func.coalesce(first.kind, Entry.kind).not_in(NO_MEALS),
        )
    )  # fmt: skip
    paid = select(func.coalesce(func.sum(PayOver.amount_fen), 0)).where(
        PayOver.fund_id == fund.id, PayOver.canteen_id == canteen_id, PayOver.reversed_at.is_(None)
    )
    return int(session.scalar(used) or 0) - int(session.scalar(paid) or 0)


def last_closed(session: Session) -> dict[int, str]:
    """The last closed month of each canteen."""
    rows = select(ClosedMonth.canteen_id, func.max(ClosedMonth.month)).group_by(ClosedMonth.canteen_id)
    return {row[0]: row[1] for row in session.execute(rows)}


def sums_of(
    session: Session, accounts: Collection[str], until: datetime | None = None
) -> dict[tuple[str, str], int]:
    """Fen by account and kind of entry, up to an instant or of all; a reversal counts with what it reverses."""
    first = aliased(Entry)
    kind = func.coalesce(first.kind, Entry.kind)
    rows = (
        select(Posting.account_code, kind, func.sum(Posting.amount_fen))
        .join(Entry, Entry.id == Posting.entry_id)
        .outerjoin(first, first.id == Entry.reverses_id)
        .where(Posting.account_code.in_(accounts))
        .group_by(Posting.account_code, kind)
    )
    if until is not None:
        rows = rows.where(Entry.posted_at <= until)
    return {(account, of): int(fen) for account, of, fen in session.execute(rows)}


def _on(sums: Mapping[tuple[str, str], int], account: str) -> int:
    return sum(fen for (code, _kind), fen in sums.items() if code == account)
