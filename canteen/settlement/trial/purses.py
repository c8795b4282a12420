"""Funds and vouchers of a trial: what they still hold, and what the month's meals drew from them.

The terms are those of now: ceilings, days, canteens and named guests bind as they do at the till. What does not exist
holds nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.core.division import GrantShare, Share
from canteen.core.errors import Corrupt
from canteen.settlement.trial.meals import MonthMeals, look
from canteen.sponsors.models import Fund, FundCanteen, FundDay, FundGuest
from canteen.wallets.models import Voucher

ELDERS_AT_ONCE = 500


@dataclass(slots=True)
class FundPurse:
    """One fund within its terms. `guests` None: for everyone; `drawn`: of a daily ceiling, by service date."""

    code: str
    held_fen: int
    begins_on: date | None
    ends_on: date | None
    per_meal_fen: int | None
    per_day_fen: int | None
    guests: frozenset[int] | None
    drawn: dict[date, int] = field(default_factory=dict)

    def payable_fen(self, on: date, elder_id: int) -> int | None:
        """What it may pay for a meal of this elder on a day; None where its terms are not met."""
        if (self.begins_on and on < self.begins_on) or (self.ends_on and on > self.ends_on):
            return None
        if self.guests is not None and elder_id not in self.guests:
            return None
        payable = self.held_fen
        if self.per_meal_fen is not None:
            payable = min(payable, self.per_meal_fen)
        if self.per_day_fen is not None:
            payable = min(payable, self.per_day_fen - self.drawn.get(on, 0))
        return max(payable, 0)

    def draw(self, on: date, fen: int) -> None:
        """Take out what it pays."""
        self.held_fen -= fen
        self.drawn[on] = self.drawn.get(on, 0) + fen


@dataclass(slots=True)
class VoucherPurse:
    """One voucher of an elder's."""

    kind: str
    expires_on: date
    held_fen: int


class Purses:
    """All funds that pay in the canteen, and the vouchers of the elders met so far."""

    def __init__(self, funds: Iterable[FundPurse], kinds: Sequence[str]) -> None:
        self._funds = {fund.code: fund for fund in funds}
        self._kinds = kinds
        self._vouchers: dict[int, list[VoucherPurse]] = {}

    def held_fen(self, code: str) -> int:
        """What a fund holds now, whatever its terms; nothing where there is none."""
        return self._funds[code].held_fen if code in self._funds else 0

    def funds(self, on: date, elder_id: int) -> dict[str, int]:
        """Fund code → fen that it may pay for this meal."""
        payable = ((code, fund.payable_fen(on, elder_id)) for code, fund in self._funds.items())
        return {code: fen for code, fen in payable if fen is not None}

    def vouchers(self, on: date, elder_id: int) -> dict[str, int]:
        """Voucher kind → fen that this elder may use on a day."""
        held: dict[str, int] = {}
        for voucher in self._vouchers.get(elder_id, ()):
            if voucher.expires_on >= on:
                held[voucher.kind] = held.get(voucher.kind, 0) + voucher.held_fen
        return held

    def draw(self, on: date, elder_id: int, parts: Iterable[Share | GrantShare]) -> None:
        """Take out what a division draws. Raises Corrupt if it draws more than is held."""
        for part in parts:
            if part.fund is None:
                continue
            if part.payer.startswith("sponsor:"):
                self._funds[part.fund].draw(on, part.fen)
            else:
                self._use_up(on, elder_id, part.fund, part.fen)

    def _use_up(self, on: date, elder_id: int, kind: str, fen: int) -> None:
        for voucher in self._vouchers.get(elder_id, ()):
            if voucher.kind == kind and voucher.expires_on >= on:
                used = min(fen, voucher.held_fen)
                voucher.held_fen -= used
                fen -= used
        if fen:
            raise Corrupt("a division drew more on vouchers than the elder holds")

    def meet(self, session: Session, elders: Iterable[int], drawn: Mapping[int, int]) -> None:
        """Read the vouchers of elders not met yet; `drawn`: voucher id → what the month's meals used of it."""
        new = sorted(elder_id for elder_id in set(elders) if elder_id not in self._vouchers)
        if not self._kinds:
            return
        for first in range(0, len(new), ELDERS_AT_ONCE):
            some = new[first : first + ELDERS_AT_ONCE]
            self._vouchers |= {elder_id: [] for elder_id in some}
            columns = (Voucher.id, Voucher.elder_id, Voucher.kind_code, Voucher.expires_on, Voucher.left_fen)
            rows = select(*columns).where(Voucher.elder_id.in_(some), Voucher.kind_code.in_(self._kinds))
            # In the order in which a till uses them: those that expire first, first.
            with look(session):
                found = session.execute(rows.order_by(Voucher.expires_on, Voucher.id)).all()
            for voucher_id, elder_id, kind, expires_on, left_fen in found:
                held = left_fen + drawn.get(voucher_id, 0)
                self._vouchers[elder_id].append(VoucherPurse(kind, expires_on, held))


@dataclass(frozen=True, slots=True)
class NamedFund:
    """A fund that a programme names: its id and code."""

    id: int
    code: str


def named_funds(session: Session, codes: Iterable[str]) -> list[NamedFund]:
    """Those of these funds that exist."""
    rows = select(Fund.id, Fund.code).where(Fund.code.in_(sorted(codes))).order_by(Fund.code)
    with look(session):
        return [NamedFund(*row) for row in session.execute(rows)]


def read_funds(
    session: Session, named: Sequence[NamedFund], meals: MonthMeals, granted: Mapping[str, int]
) -> list[FundPurse]:
    """These funds before the month: what they hold, and what the month's meals and grants drew from them.

    `granted`: payer → what grants by the month were booked with already. A fund that does not pay in this canteen
    pays for no meal.
    """
    found = []
    for one in named:
        with look(session):
            fund = session.get_one(Fund, one.id)
            found.append(_purse(session, fund, meals, granted.get(f"sponsor:{one.code}", 0)))
    return found


def _purse(session: Session, fund: Fund, meals: MonthMeals, granted_fen: int) -> FundPurse:
    drew = {on: fen for (fund_id, on), fen in meals.from_funds.items() if fund_id == fund.id}
    purse = FundPurse(
        code=fund.code, held_fen=fund.held_fen + sum(drew.values()) + granted_fen, begins_on=fund.begins_on,
        ends_on=fund.ends_on, per_meal_fen=fund.per_meal_fen, per_day_fen=fund.per_day_fen,
        guests=_guests(session, fund, meals.canteen_id),
    )  # fmt: skip
    if fund.per_day_fen is not None:
        days = select(FundDay.service_on, FundDay.drawn_fen).where(FundDay.fund_id == fund.id)
        # What others drew on the day stays drawn; what these meals drew is divided again.
        purse.drawn = {on: max(fen - drew.get(on, 0), 0) for on, fen in session.execute(days)}
    return purse


def _guests(session: Session, fund: Fund, canteen_id: int) -> frozenset[int] | None:
    pays_here = fund.is_for_all_canteens or session.get(FundCanteen, (fund.id, canteen_id)) is not None
    if not pays_here:
        return frozenset()
    if not fund.is_for_named_guests:
        return None
    return frozenset(session.scalars(select(FundGuest.elder_id).where(FundGuest.fund_id == fund.id)))
