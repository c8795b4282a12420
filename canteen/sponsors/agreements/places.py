"""Which names a canteen shows on a day, and where: the one answer that till, board, card, page and wall all ask.

A fund that an agreement feeds is named by rights of naming alone, in their days and with nothing lacking (`showing`).
A fund without any agreement bears its sponsor's display name of that day, while a rule of the day draws on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from canteen.canteens.queries import CanteenRow, rule_facts
from canteen.core.drawing import funds_of_day
from canteen.sponsors.agreements.models import AgreementFund
from canteen.sponsors.agreements.showing import Right, display_names, rights
from canteen.sponsors.models import Fund, FundCanteen, FundDay, Sponsor
from canteen.subsidies import queries as subsidies
from canteen.subsidies.models import WorkingDay

Place = Literal["till", "board", "page", "card", "own", "wall"]
PUBLIC = ("canteen", "meal", "day")
OBJECTS: Mapping[Place, Sequence[str]] = {
    "till": PUBLIC,
    "board": PUBLIC,
    "page": PUBLIC,
    "card": ("canteen",),  # a card outlives a meal and a day
    "own": (*PUBLIC, "wall", "statement"),  # the elder's own page, which nobody else sees
    "wall": ("wall",),
}
"""The rights of naming that let a name stand at a place."""

SPONSORSHIP = "sponsorship"


@dataclass(frozen=True, slots=True)
class ShownAt:
    """Who gives, as a place says it. `object`: the right that allows it; None: a fund without an agreement.

    `place_name`: what the canteen is called by a right that names it.
    """

    name: str
    is_sponsorship: bool
    object: str | None = None
    place_name: str | None = None


@dataclass(frozen=True, slots=True)
class FundNames:
    """What a fund may be named by. `names`: the sponsor's display names, newest first, each from its day on."""

    code: str
    names: tuple[tuple[date, str], ...]
    is_agreed: bool = False
    rights: tuple[Right, ...] = ()

    def at(self, place: Place, canteen_id: int, on: date, meal: str | None = None) -> list[ShownAt]:
        """Its names at a place on a day when it pays there."""
        if not self.is_agreed:
            return [ShownAt(self._name_on(on), False)]
        return [_shown(right, on) for right in self.rights if _allows(right, place, canteen_id, on, meal)]

    def _name_on(self, on: date) -> str:
        return next((name for from_on, name in self.names if from_on <= on), self.names[-1][1])


@dataclass(frozen=True, slots=True)
class Drawn:
    """A fund that a rule draws on somewhere, on a day that lies in its terms.

    `is_empty`: it holds nothing; `is_used_up`: that, or it has reached its ceiling of the day.
    """

    code: str
    is_for_everyone: bool
    is_empty: bool
    is_used_up: bool


def fund_names(session: Session, codes: Collection[str] | None = None) -> dict[str, FundNames]:
    """What funds may be named by, by code; of all funds where no codes are given. A handful of queries."""
    rows = select(Fund.id, Fund.code, Fund.sponsor_id, Sponsor.display_name).join(Sponsor)
    if codes is not None:
        rows = rows.where(Fund.code.in_(sorted(set(codes))))
    funds = session.execute(rows.order_by(Fund.id)).all()
    names = display_names(session, {fund.sponsor_id for fund in funds})
    fed = _fed(session, [fund.id for fund in funds])
    given = rights(session, set().union(*fed.values())) if fed else []
    return {
        fund.code: FundNames(
            fund.code,
            names.get(fund.sponsor_id) or ((date.min, fund.display_name),),
            fund.id in fed,
            tuple(right for right in given if right.given.agreement_id in fed.get(fund.id, ())),
        )
        for fund in funds
    }


def drawn(session: Session, canteen_id: int, on: date, codes: Collection[str]) -> list[Drawn]:
    """The funds of these codes that pay in a canteen on a day, and which of them hold nothing more for it."""
    if not codes:
        return []
    here = select(FundCanteen.fund_id).where(FundCanteen.fund_id == Fund.id, FundCanteen.canteen_id == canteen_id)
    rows = (
        select(Fund.code, Fund.is_for_named_guests, Fund.held_fen, Fund.per_day_fen, FundDay.drawn_fen)
        .outerjoin(FundDay, (FundDay.fund_id == Fund.id) & (FundDay.service_on == on))
        .where(
            Fund.code.in_(sorted(codes)),
            or_(Fund.begins_on.is_(None), Fund.begins_on <= on),
            or_(Fund.ends_on.is_(None), Fund.ends_on >= on),
            or_(Fund.is_for_all_canteens, here.exists()),
        )
        .order_by(Fund.id)
    )
    found = []
    for code, is_named, held_fen, per_day_fen, used_fen in session.execute(rows):
        is_at_ceiling = per_day_fen is not None and per_day_fen <= (used_fen or 0)
        found.append(Drawn(code, not is_named, held_fen <= 0, held_fen <= 0 or is_at_ceiling))
    return found


def names_at(
    session: Session, canteen: CanteenRow, on: date, place: Place, meal: str | None = None
) -> list[ShownAt]:
    """The names at a place of a canteen on a day, each once; `meal` None: of any meal of the day.

    At the till only those whose fund pays; elsewhere a right holds by its days alone, since the canteen bears the name.
    """
    paying = [one.code for one in paying_funds(session, canteen, on, meal)]
    of_funds = fund_names(session, paying)
    if place == "till":
        shown = [name for code in paying for name in of_funds[code].at(place, canteen.id, on, meal)]
    else:
        shown = [_shown(right, on) for right in rights(session) if _allows(right, place, canteen.id, on, meal)]
        if place != "card":  # nobody agreed to stand on what is carried away
            unagreed = [of_funds[code] for code in paying if not of_funds[code].is_agreed]
            shown += [name for fund in unagreed for name in fund.at(place, canteen.id, on, meal)]
    return once(shown)


def paying_funds(session: Session, canteen: CanteenRow, on: date, meal: str | None = None) -> list[Drawn]:
    """The funds that a meal of a day may draw on in a canteen and that hold something for it."""
    codes = _codes_of_day(session, canteen, on, meal)
    return [one for one in drawn(session, canteen.id, on, codes) if not one.is_used_up]


def once(shown: Iterable[ShownAt]) -> list[ShownAt]:
    """Each name once, where it came first; what its canteen is called is kept."""
    found: dict[tuple[str, bool], ShownAt] = {}
    for one in shown:
        first = found.setdefault((one.name, one.is_sponsorship), one)
        if first.place_name is None and one.place_name is not None:
            found[one.name, one.is_sponsorship] = replace(first, place_name=one.place_name)
    return list(found.values())


def _allows(right: Right, place: Place, canteen_id: int, on: date, meal: str | None) -> bool:
    is_its_meal = right.given.meal is None or meal is None or right.given.meal == meal
    return right.given.object in OBJECTS[place] and is_its_meal and right.holds(canteen_id, on)


def _shown(right: Right, on: date) -> ShownAt:
    of = right.given.object
    place_name = right.given.name if of == "canteen" else None
    return ShownAt(right.name_on(on), right.nature == SPONSORSHIP, of, place_name)


def _codes_of_day(session: Session, canteen: CanteenRow, on: date, meal: str | None) -> frozenset[str]:
    bound = subsidies.binding_on(subsidies.bindings(session, canteen.id), on)
    version = None if bound is None else subsidies.read_stored(session, bound.programme_id).version_on(on)
    if version is None:
        return frozenset()
    is_workday = session.scalar(select(WorkingDay.is_workday).where(WorkingDay.day == on))
    return funds_of_day(version, on, rule_facts(canteen), is_workday, meal)


def _fed(session: Session, fund_ids: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    rows = select(AgreementFund.fund_id, AgreementFund.agreement_id).where(AgreementFund.fund_id.in_(fund_ids))
    for fund_id, agreement_id in session.execute(rows):
        found.setdefault(fund_id, set()).add(agreement_id)
    return found
