"""Who gave to a canteen, and under which name that may be told: by rights of naming alone, never by a gift's papers.

The name of a person that a gift was booked with says who gave, not that it may be shown; there is no right without an
agreement, so such givers are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from canteen.checkin.models import MealShare
from canteen.documents.papers.notice import Unnamed
from canteen.sponsors.agreements import queries as agreements
from canteen.sponsors.agreements.models import AgreementFund
from canteen.sponsors.agreements.queries import AgreementRow, NamingRow
from canteen.sponsors.agreements.showing import Right as ShownRight
from canteen.sponsors.agreements.showing import rights
from canteen.sponsors.gifts.models import FundGiving, GiftPaper, GoodsGift
from canteen.sponsors.models import Fund, FundCanteen, Gift, Sponsor

UNITS = "organisation"


@dataclass(frozen=True, slots=True)
class FundHere:
    """A fund that pays at the canteen. `is_own`: nowhere else. `shows_amount`: every agreement behind it agrees."""

    id: int
    code: str
    title: str
    sponsor_id: int
    sponsor_kind: str | None
    nature: str | None
    is_own: bool
    is_for_many: bool
    shows_amount: bool
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Given:
    """A gift to one of these funds; goods have no amount here. `giver`: a name in the gift's papers."""

    fund: FundHere
    on: date
    amount_fen: int
    giver: str | None


@dataclass(frozen=True, slots=True)
class Right:
    """A right of naming that lacks nothing, and was not withdrawn by today."""

    agreement: AgreementRow
    naming: NamingRow
    shown: ShownRight

    def giver_in(self, last: date) -> str:
        """How its giver was called by it at the end of some days: 维达 of what is called 维达老地方."""
        return self.shown.name_on(min(last, self.naming.last_on))

    def holds_within(self, first: date, last: date) -> bool:
        """Whether the name was shown on any day between these."""
        naming = self.naming
        if naming.object == "day":
            return naming.named_on is not None and first <= naming.named_on <= last
        return naming.begins_on <= last and first <= naming.last_on


@dataclass(frozen=True, slots=True)
class Giver:
    """A donor to be thanked by name. `on`: the first gift of the span; None: its fund paid meals, and nothing came."""

    name: str
    on: date | None
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that a canteen's wall is made of, as of today."""

    today: date
    funds: tuple[FundHere, ...]
    gifts: tuple[Given, ...]
    rights: tuple[Right, ...]

    def donations(self) -> list[FundHere]:
        """The funds of donors; what nobody called a donation is none."""
        return [fund for fund in self.funds if fund.nature == "donation"]


def read_book(session: Session, canteen_id: int, today: date) -> Book:
    """Read the funds, gifts and rights of a canteen."""
    agreed = {row.id: row for row in agreements.agreements(session)}
    feeding: dict[int, list[int]] = {}  # the agreements behind each fund
    for agreement_id, fund_id in session.execute(select(AgreementFund.agreement_id, AgreementFund.fund_id)):
        feeding.setdefault(fund_id, []).append(agreement_id)
    funds = _funds(session, canteen_id, {of: [agreed[one] for one in ids] for of, ids in feeding.items()})
    elsewhere = {one for ids in feeding.values() for one in ids} - {
        one for fund in funds for one in feeding.get(fund.id, ())
    }
    donated = {fund.id: fund for fund in funds if fund.nature == "donation"}
    gifts = sorted([*_money(session, donated), *_goods(session, donated)], key=lambda gift: gift.on)
    return Book(
        today, tuple(funds), tuple(gifts), tuple(_rights(session, canteen_id, today, agreed, elsewhere))
    )


def paying_funds(session: Session, canteen_id: int, month: str) -> frozenset[int]:
    """The funds that paid for meals at the canteen in a month."""
    rows = (
        select(MealShare.fund_id)
        .where(MealShare.canteen_id == canteen_id, MealShare.month == month, MealShare.fund_id.is_not(None))
        .group_by(MealShare.fund_id)
        .having(func.sum(MealShare.amount_fen) > 0)
    )
    return frozenset(fund_id for fund_id in session.scalars(rows) if fund_id is not None)


def givers(
    book: Book, first: date, last: date, paying: Iterable[int] = (), on: date | None = None
) -> tuple[list[Giver], Unnamed]:
    """Donors of a span of days, named where a right of the wall held then (on the day `on`, where one is given).

    A donor whose fund is among `paying` stands there without a gift too.
    """
    gifts = [gift for gift in book.gifts if first <= gift.on <= last]
    many = [gift for gift in gifts if gift.fund.is_for_many]
    by_sponsor: dict[int, list[Given]] = {}
    for gift in gifts:
        if not gift.fund.is_for_many:
            by_sponsor.setdefault(gift.fund.sponsor_id, []).append(gift)
    kinds = {fund.sponsor_id: fund.sponsor_kind for fund in book.donations()}
    paying = set(paying)
    for fund in book.donations():
        if fund.id in paying and not fund.is_for_many:
            by_sponsor.setdefault(fund.sponsor_id, [])
    named: list[Giver] = []
    people, units = len({(gift.fund.id, gift.giver) for gift in many if gift.giver}), 0
    for sponsor_id, given in by_sponsor.items():
        name = wall_name(book, sponsor_id, first, last, on)
        if name is not None and kinds[sponsor_id] != "anonymous":
            named.append(Giver(name, min((gift.on for gift in given), default=None), _amount(given)))
        elif kinds[sponsor_id] == UNITS:
            units += 1
        else:
            people += 1
    for sponsor_id in {gift.fund.sponsor_id for gift in many}:
        name = wall_name(book, sponsor_id, first, last, on)
        if name is not None and kinds[sponsor_id] != "anonymous":
            named.append(Giver(name, min(gift.on for gift in many if gift.fund.sponsor_id == sponsor_id)))
    return named, Unnamed(people, units, sum(1 for gift in many if not gift.giver))


def wall_name(book: Book, sponsor_id: int, first: date, last: date, on: date | None = None) -> str | None:
    """The name under which a donor stood on the wall in these days; the latest, where there were several."""
    begin, end = (on, on) if on is not None else (first, last)
    found = [
        right.naming
        for right in book.rights
        if right.naming.object == "wall"
        and right.agreement.is_donation
        and right.agreement.sponsor_id == sponsor_id
        and right.holds_within(begin, end)
    ]
    return max(found, key=lambda naming: (naming.begins_on, naming.id)).name if found else None


def _amount(given: list[Given]) -> int | None:
    if not all(gift.fund.shows_amount for gift in given):
        return None
    return sum(gift.amount_fen for gift in given) or None


def _funds(session: Session, canteen_id: int, feeding: Mapping[int, list[AgreementRow]]) -> list[FundHere]:
    rows = (
        select(Fund, Sponsor.kind, FundGiving.is_for_many)
        .join(Sponsor, Sponsor.id == Fund.sponsor_id)
        .outerjoin(FundGiving, FundGiving.fund_id == Fund.id)
        .outerjoin(FundCanteen, (FundCanteen.fund_id == Fund.id) & (FundCanteen.canteen_id == canteen_id))
        .where(or_(Fund.is_for_all_canteens, FundCanteen.canteen_id.is_not(None)))
        .order_by(Fund.code)
    )
    found = session.execute(rows).all()
    places = _places(session, [fund.id for fund, _kind, _many in found])
    return [
        FundHere(
            id=fund.id, code=fund.code, title=fund.title, sponsor_id=fund.sponsor_id, sponsor_kind=kind,
            nature=next((row.nature for row in feeding.get(fund.id, ())), None),
            is_own=not fund.is_for_all_canteens and places.get(fund.id) == 1,
            is_for_many=bool(is_for_many) or kind == "many",
            shows_amount=bool(feeding.get(fund.id)) and all(row.shows_amount for row in feeding[fund.id]),
            ends_on=fund.ends_on,
        )
        for fund, kind, is_for_many in found
    ]  # fmt: skip


def _places(session: Session, fund_ids: list[int]) -> dict[int, int]:
    rows = select(FundCanteen.fund_id, func.count()).where(FundCanteen.fund_id.in_(fund_ids))
    return {fund_id: int(count) for fund_id, count in session.execute(rows.group_by(FundCanteen.fund_id))}


def _money(session: Session, funds: dict[int, FundHere]) -> list[Given]:
    rows = (
        select(Gift.fund_id, Gift.received_on, Gift.amount_fen, GiftPaper.giver_name)
        .outerjoin(GiftPaper, GiftPaper.gift_id == Gift.id)
        # A gift that was reversed has a mirror beside it, below zero.
        .where(Gift.fund_id.in_(funds), GiftPaper.reversed_at.is_(None), Gift.amount_fen > 0)
    )
    return [Given(funds[fund_id], on, fen, giver) for fund_id, on, fen, giver in session.execute(rows)]


def _goods(session: Session, funds: dict[int, FundHere]) -> list[Given]:
    rows = select(GoodsGift.fund_id, GoodsGift.received_on, GoodsGift.giver_name)
    rows = rows.where(GoodsGift.fund_id.in_(funds), GoodsGift.reversed_at.is_(None))
    return [Given(funds[fund_id], on, 0, giver) for fund_id, on, giver in session.execute(rows)]


def _rights(
    session: Session, canteen_id: int, today: date, agreed: Mapping[int, AgreementRow], elsewhere: set[int]
) -> Iterator[Right]:
    """Rights of this canteen's own objects, and of the wall unless the agreement feeds funds of other canteens alone."""
    for right in rights(session):
        naming = right.given
        is_wall = naming.object == "wall" and naming.agreement_id not in elsewhere
        is_withdrawn = naming.withdrawn_on is not None and naming.withdrawn_on <= today
        if (naming.canteen_id == canteen_id or is_wall) and not is_withdrawn:
            yield Right(agreed[naming.agreement_id], naming, right)
