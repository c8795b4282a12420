"""What the sheet needs to know of a canteen's elders, read a few hundred at a time.

One long look would hold up every check-in where readers block the writer, so each page is a look of its own; what
changes between two pages is on the next sheet.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import Session

from canteen.cards.models import MealCard
from canteen.checkin.absences.queries import regulars_of_day
from canteen.checkin.facts import drawn_on
from canteen.checkin.models import Meal, MealShare
from canteen.checkin.outcome_words import SLOT
from canteen.checkin.standing import Place
from canteen.db import reading
from canteen.elders.models import CanteenElder, Elder, ElderFact
from canteen.menus.models import Menu
from canteen.menus.queries import MenuRow, as_row
from canteen.sponsors.models import Fund, FundDay, FundGuest
from canteen.sponsors.queries import FundTerms, terms
from canteen.wallets.models import Voucher, Wallet

PAGE = 300
DAYS = 3

Slot = tuple[date, str]
"""A meal period of a day."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A dated fact; `until_on` is its last day, included."""

    kind: str
    value: str
    from_on: date
    until_on: date | None

    def holds_on(self, on: date) -> bool:
        """Whether the day lies within it."""
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What one rule has paid an elder in one window; `meal_period` is empty where the window is no meal period's."""

    rule_id: str
    programme: str
    first_on: date
    last_on: date
    meal_period: str
    meals: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Credit:
    """What is left of one voucher."""

    kind: str
    left_fen: int
    expires_on: date


@dataclass(frozen=True, slots=True)
class Person:
    """One living elder of the list: who, which card, how much, and what they already had."""

    id: int
    ref: str
    name: str
    sex: str | None
    form_of_address: str | None
    hint: str | None
    born_on: date | None
    closed_on: date | None
    initials: str
    diet: str | None
    distance_m: int | None
    balance_fen: int
    token_sha256: str | None
    serial: str | None
    stated: tuple[Stated, ...] = ()
    drawn: tuple[Drawing, ...] = ()
    credits: tuple[Credit, ...] = ()
    served: frozenset[Slot] = frozenset()
    guest_of: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class FundNow:
    """A fund with its terms, what it holds, and what it drew for each day that has a ceiling."""

    terms: FundTerms
    balance_fen: int
    drawn_fen: Mapping[date, int]

    def payable_fen(self, on: date) -> int:
        """What it can pay for one meal of a day."""
        payable = self.balance_fen
        if self.terms.per_meal_fen is not None:
            payable = min(payable, self.terms.per_meal_fen)
        if self.terms.per_day_fen is not None:
            payable = min(payable, self.terms.per_day_fen - self.drawn_fen.get(on, 0))
        return max(payable, 0)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that the three days' answers are reckoned from."""

    days: tuple[date, ...]
    people: tuple[Person, ...]
    funds: Mapping[str, FundNow]
    menus: Mapping[Slot, MenuRow]
    regulars: Mapping[Slot, frozenset[int]]


@dataclass(frozen=True, slots=True)
class _Window:
    programme: str
    per: str
    first_on: date
    last_on: date
    rules: tuple[str, ...]


def days_from(today: date) -> tuple[date, ...]:
    """Today and the next two days."""
    return tuple(today + timedelta(days=number) for number in range(DAYS))


def gather(place: Place, today: date) -> Gathered:
    """Read it all, in short looks. Opens its own."""
    days = days_from(today)
    with reading() as session:
        funds = _funds(session, place, days)
        menus = _menus(session, place.id, days)
    regulars: dict[Slot, frozenset[int]] = {}
    for on in days:
        with reading() as session:
            of_day = regulars_of_day(session, place.id, on)
            regulars |= {(on, period): frozenset(ids) for period, ids in of_day.items()}
    return Gathered(days, tuple(_people(place, days, funds)), funds, menus, regulars)


def _people(place: Place, days: Sequence[date], funds: Mapping[str, FundNow]) -> Iterator[Person]:
    windows, kinds = _windows(place, days), _voucher_kinds(place, days)
    guested = [fund.terms.id for fund in funds.values() if fund.terms.is_for_named_guests]
    last = 0
    while True:
        with reading() as session:
            rows = session.execute(_listed(place.id, days[0], last)).all()
            if not rows:
                return
            ids = [row.id for row in rows]
            stated = _stated(session, ids, days)
            drawn = _drawn(session, ids, windows)
            held = _credits(session, ids, kinds, days[0])
            served = _served(session, ids, days)
            guests = _guests(session, ids, guested)
        for row in rows:
            yield Person(
                **row._mapping, stated=tuple(stated.get(row.id, ())), drawn=tuple(drawn.get(row.id, ())),
                credits=tuple(held.get(row.id, ())), served=frozenset(served.get(row.id, ())),
                guest_of=frozenset(guests.get(row.id, ())),
            )  # fmt: skip
        last = ids[-1]


def _listed(canteen_id: int, today: date, after: int) -> Any:
    return (
        select(
            Elder.id, Elder.ref, Elder.name, Elder.sex, Elder.form_of_address, Elder.hint, Elder.born_on,
            Elder.closed_on, Elder.name_initials.label("initials"), Elder.diet, CanteenElder.distance_m,
            func.coalesce(Wallet.balance_fen, 0).label("balance_fen"), MealCard.token_sha256, MealCard.serial,
        )
        .join(CanteenElder, CanteenElder.elder_id == Elder.id)
        .outerjoin(Wallet, Wallet.elder_id == Elder.id)
        .outerjoin(MealCard, (MealCard.elder_id == Elder.id) & (MealCard.state == "active"))
        .where(CanteenElder.canteen_id == canteen_id, Elder.id > after, Elder.died_on.is_(None))
        .where(or_(Elder.closed_on.is_(None), Elder.closed_on > today))
        .order_by(Elder.id)
        .limit(PAGE)
    )  # fmt: skip


def _stated(session: Session, ids: Sequence[int], days: Sequence[date]) -> dict[int, list[Stated]]:
    rows = (
        select(ElderFact.elder_id, ElderFact.kind, ElderFact.value, ElderFact.from_on, ElderFact.until_on)
        .where(ElderFact.elder_id.in_(ids), ElderFact.withdrawn_at.is_(None), ElderFact.from_on <= days[-1])
        .where(or_(ElderFact.until_on.is_(None), ElderFact.until_on >= days[0]))
        .order_by(ElderFact.from_on, ElderFact.id)
    )
    return _by_elder(session.execute(rows), Stated)


def _by_elder(rows: Iterable[Any], make: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for elder_id, *values in rows:
        found.setdefault(elder_id, []).append(make(*values))
    return found


def _windows(place: Place, days: Iterable[date]) -> list[_Window]:
    """The windows whose use the limits of these days look at, each once with its rules."""
    found: dict[tuple[str, str, date, date], list[str]] = {}
    for on in days:
        drawn = drawn_on(place.programme_on(on), place.version_on(on), on)
        for rule_id, per, first_on, last_on in drawn.windows:
            kind = "meal-period" if per == "meal-period" else ""
            rules = found.setdefault((drawn.programme or "", kind, first_on, last_on), [])
            if rule_id not in rules:
                rules.append(rule_id)
    return [_Window(*key, tuple(rules)) for key, rules in found.items()]


def _drawn(session: Session, ids: Sequence[int], windows: Iterable[_Window]) -> dict[int, list[Drawing]]:
    found: dict[int, list[Drawing]] = {}
    for window in windows:
        by_period: Any = MealShare.meal_period if window.per else literal("").label("meal_period")
        keys = [MealShare.elder_id, MealShare.rule_id, *([MealShare.meal_period] if window.per else [])]
        rows = (
            select(
                MealShare.elder_id, MealShare.rule_id, by_period,
                func.sum(MealShare.meals), func.sum(MealShare.amount_fen),
            )
            .where(MealShare.elder_id.in_(ids), MealShare.service_on.between(window.first_on, window.last_on))
            .where(MealShare.programme_code == window.programme, MealShare.rule_id.in_(window.rules))
            .group_by(*keys)
            .order_by(*keys)
        )  # fmt: skip
        for elder_id, rule_id, period, meals, fen in session.execute(rows):
            use = Drawing(
                rule_id, window.programme, window.first_on, window.last_on, period, int(meals), int(fen)
            )
            found.setdefault(elder_id, []).append(use)
    return found


def _voucher_kinds(place: Place, days: Iterable[date]) -> list[str]:
    versions = [place.version_on(on) for on in days]
    return sorted({code for version in versions if version for code in version.codes("voucher")})


def _credits(session: Session, ids: Sequence[int], kinds: Collection[str], today: date) -> dict[int, list[Credit]]:
    if not kinds:
        return {}
    rows = (
        select(Voucher.elder_id, Voucher.kind_code, Voucher.left_fen, Voucher.expires_on)
        .where(Voucher.elder_id.in_(ids), Voucher.kind_code.in_(kinds), Voucher.left_fen > 0)
        .where(Voucher.expires_on >= today, Voucher.expired_at.is_(None))
        .order_by(Voucher.expires_on, Voucher.id)
    )
    return _by_elder(session.execute(rows), Credit)


def _served(session: Session, ids: Sequence[int], days: Sequence[date]) -> dict[int, list[Slot]]:
    """The slots that are taken, in whichever canteen."""
    rows = select(Meal.elder_id, Meal.service_on, Meal.meal_period).where(
        Meal.elder_id.in_(ids), Meal.service_on.in_(days), Meal.kind == SLOT, Meal.cancelled_at.is_(None)
    )
    return _by_elder(session.execute(rows), lambda on, period: (on, period))


def _guests(session: Session, ids: Sequence[int], fund_ids: Sequence[int]) -> dict[int, list[int]]:
    if not fund_ids:
        return {}
    rows = select(FundGuest.elder_id, FundGuest.fund_id).where(
        FundGuest.elder_id.in_(ids), FundGuest.fund_id.in_(fund_ids)
    )
    return _by_elder(session.execute(rows), int)


def _funds(session: Session, place: Place, days: Sequence[date]) -> dict[str, FundNow]:
    versions = [place.version_on(on) for on in days]
    codes = {code for version in versions if version for code in version.codes("sponsor")}
    if not codes:
        return {}
    known = terms(session, codes)
    held = session.execute(select(Fund.id, Fund.held_fen).where(Fund.code.in_(codes)))
    balances = {fund_id: fen for fund_id, fen in held}  # noqa: C416 - rows are no pairs to the type checker
    drawn: dict[int, dict[date, int]] = {}
    for fund_id, on, fen in session.execute(
        select(FundDay.fund_id, FundDay.service_on, FundDay.drawn_fen).where(
            FundDay.fund_id.in_(balances), FundDay.service_on.in_(days)
        )
    ):
        drawn.setdefault(fund_id, {})[on] = fen
    return {
        code: FundNow(known[code], balances[known[code].id], drawn.get(known[code].id, {})) for code in sorted(known)
    }


def _menus(session: Session, canteen_id: int, days: Sequence[date]) -> dict[Slot, MenuRow]:
    rows = select(Menu).where(
        Menu.canteen_id == canteen_id, Menu.service_on.in_(days), Menu.published_at.is_not(None)
    )
    return {(menu.service_on, menu.meal_period): as_row(menu) for menu in session.scalars(rows)}
