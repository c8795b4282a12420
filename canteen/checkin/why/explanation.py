"""What the page of one meal tells, as frozen values: no words yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from canteen.core.calendar import AgeCounts
from canteen.core.programme import Version


@dataclass(frozen=True, slots=True)
class MealThen:
    """The row of the meal with whom and where; money in fen. `facts` and `trace` are the frozen ones.

    `is_on_my_list`: whether one of the asker's canteens lists the elder, so that their page opens.
    """

    meal_no: int
    kind: str
    elder_id: int
    elder_ref: str
    elder_name: str
    elder_born_on: date | None
    canteen_id: int
    canteen_code: str
    canteen_name: str
    canteen_area: str
    canteen_division: str
    zone: str
    service_on: date
    meal_period: str
    month: str
    channel: str
    price_fen: int
    elder_fen: int
    wallet_fen: int
    cash_fen: int
    absorbed_fen: int
    credit_fen: int
    programme_code: str | None
    version_on: date | None
    authority: str | None
    age_years: int | None
    facts: Mapping[str, Any]
    trace: tuple[Mapping[str, Any], ...]
    served_at: datetime
    cancelled_at: datetime | None
    is_on_my_list: bool


@dataclass(frozen=True, slots=True)
class PaidShare:
    """What one rule or grant paid. `payer` as in `expect`; `levels` in the order of the rule's split."""

    share_id: int
    payer: str
    rule_id: str | None
    fen: int
    levels: tuple[tuple[str, int], ...]
    is_grant: bool
    payee: str | None


@dataclass(frozen=True, slots=True)
class Notice:
    """The stored version that divided: its mapping as written, and read as rules."""

    code: str
    title: str
    authority: str
    source: str
    age_counts: AgeCounts
    mapping: Mapping[str, Any]
    version: Version

    @property
    def reference(self) -> str | None:
        """The number of the official notice, where one is written."""
        return self.version.reference

    @property
    def in_force_on(self) -> date:
        """The first day it governs."""
        return self.version.effective_on


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was put on record for a fact. `until_on` is its last day; `recorded_by` as the audit names people."""

    from_on: date
    until_on: date | None
    text: str | None
    source: str
    recorded_at: datetime
    recorded_by: str
    withdrawn_at: datetime | None
    is_later: bool


@dataclass(frozen=True, slots=True)
class FactThen:
    """One fact: what it was when the meal was divided, and what today's records say of that same day.

    Values are written as the elder's facts are; `born_on` and `distance_m` beside them. None: not known, or not held.
    """

    kind: str
    then: str | None
    now: str | None
    evidence: Evidence | None = None

    @property
    def is_changed(self) -> bool:
        """Whether it was put right afterwards."""
        return self.then != self.now


@dataclass(frozen=True, slots=True)
class LimitUse:
    """One limit of a rule that applied: what was used of it before this meal, and by it. Money in fen."""

    rule_id: str
    limit: Mapping[str, Any]
    per: str
    first_on: date
    last_on: date
    counts_meals: bool
    most: int
    before: int
    by_this: int

    @property
    def left(self) -> int:
        """What was left of it after this meal; never below nothing."""
        return max(self.most - self.before - self.by_this, 0)


@dataclass(frozen=True, slots=True)
class FundDraw:
    """What the meal drew on a fund, and what stood in its account before."""

    code: str
    title: str
    fen: int
    before_fen: int


@dataclass(frozen=True, slots=True)
class VoucherDraw:
    """What the meal used of one voucher. Kind and last day are None where the voucher is not there any more."""

    voucher_id: int
    kind: str | None
    fen: int
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class PayerDiffers:
    """A payer for whom dividing again gives another amount; in fen."""

    payer: str
    rule_id: str | None
    then_fen: int
    again_fen: int


@dataclass(frozen=True, slots=True)
class Again:
    """The meal divided again by the stored version, with the frozen facts and the use recomputed."""

    differs: tuple[PayerDiffers, ...]
    other_steps: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether every payer pays the same for the same rule, and every rule went the same way."""
        return not self.differs and not self.other_steps


@dataclass(frozen=True, slots=True)
class PostingRow:
    """One line of an entry: debit above zero, credit below."""

    account: str
    fen: int


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of the journal about this meal, the first one first."""

    entry_no: int
    kind: str
    month: str
    posted_at: datetime
    reverses_no: int | None
    postings: tuple[PostingRow, ...]


@dataclass(frozen=True, slots=True)
class RecordThen:
    """The tablet's record. `shown_elder_fen`: what it showed the elder before the server knew; None: it asked."""

    window: str
    decision: str
    code: str | None
    by_hand: bool
    seen_at: datetime
    received_at: datetime
    shown_elder_fen: int | None
    note: str | None

    @property
    def is_offline(self) -> bool:
        """Whether the tablet decided by itself."""
        return self.decision != "ONLINE"


@dataclass(frozen=True, slots=True)
class RulingRow:
    """A person's decision on the record, the first one first; `reversed_at` where it was taken back."""

    ruling: str
    reason: str
    by: str
    at: datetime
    reversed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SlipThen:
    """The paper on which the meal was written."""

    number: str
    witness: str
    cause: str
    entered_by: str
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class CancelThen:
    """What took the meal back; `entry_no` is the entry that mirrors it."""

    reason: str
    by: str
    at: datetime
    entry_no: int | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one meal. `notice` None with a programme named: the version is gone.

    `adds_up`: the shares sum to the price. `actors`: names of the people and tablets that the rows name.
    """

    meal: MealThen
    shares: tuple[PaidShare, ...]
    notice: Notice | None
    is_workday: bool | None
    facts: tuple[FactThen, ...]
    limits: tuple[LimitUse, ...]
    funds: tuple[FundDraw, ...]
    vouchers: tuple[VoucherDraw, ...]
    again: Again | None
    entries: tuple[EntryRow, ...]
    record: RecordThen | None
    rulings: tuple[RulingRow, ...]
    slip: SlipThen | None
    cancelled: CancelThen | None
    actors: Mapping[str, str]

    @property
    def grants(self) -> tuple[PaidShare, ...]:
        """Money beside the price."""
        return tuple(share for share in self.shares if share.is_grant)

    @property
    def payers(self) -> tuple[PaidShare, ...]:
        """Who paid of the price beside the elder, in the order of the rules."""
        return tuple(share for share in self.shares if not share.is_grant and share.payer != "elder" and share.fen)

    @property
    def adds_up(self) -> bool:
        """Whether the shares sum to the price, and the elder's parts to the elder's share."""
        parts_fen = self.meal.wallet_fen + self.meal.cash_fen + self.meal.credit_fen
        of_price = sum(share.fen for share in self.shares if not share.is_grant)
        return of_price == self.meal.price_fen and parts_fen == self.meal.elder_fen
