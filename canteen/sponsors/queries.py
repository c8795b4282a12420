"""Reads of sponsors, funds, gifts and guests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.core.errors import Refusal
from canteen.elders.models import Elder
from canteen.sponsors.agreements.models import Agreement, AgreementFund
from canteen.sponsors.gifts.queries import amounts
from canteen.sponsors.models import Fund, FundCanteen, FundGuest, Gift, Sponsor


@dataclass(frozen=True, slots=True)
class FundTerms:
    """What a fund agrees to pay for; whatever is None binds nothing. Its balance is read under its lock."""

    id: int
    code: str
    display_name: str
    begins_on: date | None
    ends_on: date | None
    per_meal_fen: int | None
    per_day_fen: int | None
    is_for_named_guests: bool
    canteen_ids: frozenset[int] | None  # None: every canteen

    def holds(self, canteen_id: int, on: date) -> bool:
        """Whether it pays at this canteen on this service date, as far as place and dates go."""
        is_here = self.canteen_ids is None or canteen_id in self.canteen_ids
        has_begun = self.begins_on is None or self.begins_on <= on
        return is_here and has_begun and (self.ends_on is None or on <= self.ends_on)


@dataclass(frozen=True, slots=True)
class FundRow:
    """One fund as pages show it. `balance_fen` is what it holds; the journal says what it received and used."""

    id: int
    code: str
    title: str
    sponsor_name: str
    display_name: str
    balance_fen: int
    received_fen: int
    begins_on: date | None
    ends_on: date | None
    per_meal_fen: int | None
    per_day_fen: int | None
    is_for_named_guests: bool
    canteens: tuple[str, ...]  # names; empty: every canteen
    canteen_ids: frozenset[int]
    guests: int
    sponsor_id: int
    purpose: str | None
    budget_fen: int | None
    used_fen: int  # paid for meals; neither refunds nor expenses are among it
    nature: str | None  # donation, sponsorship; None: no agreement feeds it


@dataclass(frozen=True, slots=True)
class GiftRow:
    """Money received for a fund."""

    amount_fen: int
    received_on: date
    receipt_no: str | None


@dataclass(frozen=True, slots=True)
class GuestRow:
    """An elder on a fund's list of named guests."""

    elder_id: int
    ref: str
    name: str
    community: str | None


def terms(session: Session, codes: Iterable[str]) -> dict[str, FundTerms]:
    """The terms of the funds of these codes; a code that is no fund is missing, and holds nothing."""
    rows = select(Fund, Sponsor.display_name).join(Sponsor).where(Fund.code.in_(sorted(set(codes))))
    found = session.execute(rows).all()
    places = _canteen_ids(session, [fund.id for fund, _name in found])
    return {
        fund.code: FundTerms(
            id=fund.id, code=fund.code, display_name=name, begins_on=fund.begins_on, ends_on=fund.ends_on,
            per_meal_fen=fund.per_meal_fen, per_day_fen=fund.per_day_fen,
            is_for_named_guests=fund.is_for_named_guests,
            canteen_ids=None if fund.is_for_all_canteens else places.get(fund.id, frozenset()),
        )
        for fund, name in found
    }  # fmt: skip


def is_guest(session: Session, fund_id: int, elder_id: int) -> bool:
    """Whether an elder is on a fund's list."""
    return session.get(FundGuest, (fund_id, elder_id)) is not None


def funds(session: Session, sponsor_id: int | None = None) -> list[FundRow]:
    """The funds of one sponsor or of all, by sponsor and code."""
    rows = select(Fund, Sponsor).join(Sponsor).order_by(Sponsor.name, Fund.code)
    if sponsor_id is not None:
        rows = rows.where(Fund.sponsor_id == sponsor_id)
    return _rows(session, [(fund, sponsor) for fund, sponsor in session.execute(rows)])


def fund(session: Session, code: str) -> FundRow:
    """The fund of this code. Raises Refusal `fund-unknown`."""
    found = session.execute(select(Fund, Sponsor).join(Sponsor).where(Fund.code == code)).first()
    if found is None:
        raise Refusal("fund-unknown", f"没有代码是“{code}”的资金。请核对代码，或先添加。", fund=code)
    return _rows(session, [(found[0], found[1])])[0]


def gifts(session: Session, fund_id: int) -> list[GiftRow]:
    """What a fund received, newest first."""
    rows = select(Gift).where(Gift.fund_id == fund_id).order_by(Gift.received_on.desc(), Gift.id.desc())
    return [GiftRow(row.amount_fen, row.received_on, row.receipt_no) for row in session.scalars(rows)]


def guests(session: Session, fund_id: int) -> list[GuestRow]:
    """A fund's named guests, by name."""
    rows = (
        select(Elder)
        .join(FundGuest, FundGuest.elder_id == Elder.id)
        .where(FundGuest.fund_id == fund_id)
        .order_by(Elder.name_sort, Elder.name, Elder.id)
    )
    return [GuestRow(row.id, row.ref, row.name, row.community) for row in session.scalars(rows)]


def _rows(session: Session, found: list[tuple[Fund, Sponsor]]) -> list[FundRow]:
    ids = [fund_.id for fund_, _sponsor in found]
    moved, listed = {fund_.id: amounts(session, fund_.code) for fund_, _sponsor in found}, _counts(session, ids)
    places, natures = _canteen_ids(session, ids), _natures(session, ids)
    names: dict[int, str] = {}
    names.update((canteen_id, name) for canteen_id, name in session.execute(select(Canteen.id, Canteen.name)))
    return [
        FundRow(
            id=fund_.id, code=fund_.code, title=fund_.title, sponsor_name=sponsor.name,
            display_name=sponsor.display_name, balance_fen=fund_.held_fen,
            received_fen=moved[fund_.id].received_fen, used_fen=moved[fund_.id].used_fen, begins_on=fund_.begins_on, ends_on=fund_.ends_on,
            per_meal_fen=fund_.per_meal_fen, per_day_fen=fund_.per_day_fen,
            is_for_named_guests=fund_.is_for_named_guests,
            canteens=tuple(names[place] for place in sorted(places.get(fund_.id, ()))),
            canteen_ids=places.get(fund_.id, frozenset()), guests=listed.get(fund_.id, 0),
            sponsor_id=sponsor.id, purpose=fund_.purpose, budget_fen=fund_.budget_fen,
            nature=natures.get(fund_.id),
        )
        for fund_, sponsor in found
    ]  # fmt: skip


def _canteen_ids(session: Session, fund_ids: list[int]) -> dict[int, frozenset[int]]:
    places: dict[int, set[int]] = {}
    rows = select(FundCanteen.fund_id, FundCanteen.canteen_id).where(FundCanteen.fund_id.in_(fund_ids))
    for fund_id, canteen_id in session.execute(rows):
        places.setdefault(fund_id, set()).add(canteen_id)
    return {fund_id: frozenset(ids) for fund_id, ids in places.items()}


def _natures(session: Session, fund_ids: list[int]) -> dict[int, str]:
    rows = select(AgreementFund.fund_id, Agreement.nature).join(Agreement)
    return dict(session.execute(rows.where(AgreementFund.fund_id.in_(fund_ids))).all())


def _counts(session: Session, fund_ids: list[int]) -> dict[int, int]:
    rows = select(FundGuest.fund_id, func.count()).where(FundGuest.fund_id.in_(fund_ids))
    return {fund_id: int(count) for fund_id, count in session.execute(rows.group_by(FundGuest.fund_id))}
