"""Making the card of a named day, once, when the day is over."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from canteen.canteens import queries as canteens
from canteen.clock import now, today
from canteen.core.errors import Refusal
from canteen.core.token import ALPHABET
from canteen.db import reading, transaction
from canteen.menus import queries as menus
from canteen.noticeboard.named_day import queries
from canteen.noticeboard.named_day.counting import Figures, figures
from canteen.noticeboard.named_day.models import NamedDayCard
from canteen.noticeboard.named_day.queries import Card, CardFacts, DayMenu, NamedDay
from canteen.sponsors.agreements.models import Naming
from canteen.sponsors.agreements.queries import display_name_on


@dataclass(frozen=True, slots=True)
class Look:
    """The cards of a day, the newest last, and what has changed since the newest was made.

    `is_corrected`: its figures are no longer those of the books. `is_fuller_now`: it tells no number, and one may be
    told by now. `may_be_renewed`: a further card can be made.
    """

    day: NamedDay
    cards: tuple[Card, ...]
    is_corrected: bool = False
    is_fuller_now: bool = False
    may_be_renewed: bool = False

    @property
    def card(self) -> Card:
        """The newest card."""
        return self.cards[-1]

    def numbered(self, number: int | None) -> Card:
        """The card of this number, by default the newest. Raises Refusal `day-card-unknown`."""
        found = [card for card in self.cards if number in (None, card.number)]
        if not found:
            raise unknown()
        return found[-1]


def unknown() -> Refusal:
    """Refusal `day-card-unknown`."""
    return Refusal("day-card-unknown", "没有这张卡片。")


def look(naming_id: int, *, sponsor_id: int | None = None, agreement_id: int | None = None) -> Look:
    """The card of a named day that is over; the first look makes it.

    A day is over when its date is past where the canteen is. Its last meal period has ended by then, since no meal
    period goes beyond midnight. Raises Refusal `day-card-unknown` where there is no such named day, or it belongs to
    another sponsor or agreement; `day-card-coming` before the day is over; `day-card-none` where no fund of the agreement paid
    for a meal there that day, or the name may not be shown.
    """
    with reading() as session:
        day = _day(session, naming_id, sponsor_id, agreement_id)
        made = tuple(queries.cards(session, naming_id))
        found = _figures(session, day, made)
    if not made:
        return Look(day, (make_card(naming_id),))
    is_corrected = found is None or found.counted != made[-1].counted
    is_fuller = not is_corrected and _is_fuller(found, made[-1])
    return Look(day, made, is_corrected, is_fuller, found is not None and (is_corrected or is_fuller))


def make_card(naming_id: int) -> Card:
    """Make the card of a day by what the books say now; the newest one again where it says that already.

    Two who look at once get one card. Raises Refusal as `look`.
    """
    with transaction() as session:
        session.scalars(select(Naming.id).where(Naming.id == naming_id).with_for_update()).first()
        day = _day(session, naming_id, None, None)
        made = queries.cards(session, naming_id)
        found = _figures(session, day, made)
        if found is None or not (made or queries.has_card(session, day)):
            raise Refusal("day-card-none", "这一天没有可以做卡片的餐：资金没有付过，或者冠名的手续没有齐。")
        if made and made[-1].counted == found.counted and not _is_fuller(found, made[-1]):
            return made[-1]
        row = NamedDayCard(
            naming_id=naming_id, number=len(made) + 1, made_at=now(), check_code=_free_code(session),
            facts=queries.kept_facts(_facts(session, day, found)), counted=[list(one) for one in found.counted],
        )  # fmt: skip
        session.add(row)
        session.flush()
        return queries.as_card(row)


def _day(session: Session, naming_id: int, sponsor_id: int | None, agreement_id: int | None) -> NamedDay:
    day = queries.named_day(session, naming_id)
    if day is None or sponsor_id not in (None, day.agreed.sponsor_id) or agreement_id not in (None, day.agreed.id):
        raise unknown()
    if not is_over(day.named_on, day.time_zone):
        raise Refusal("day-card-coming", "这一天还没有过完，卡片第二天就有。", day=day.named_on.isoformat())
    return day


def is_over(on: date, time_zone: str) -> bool:
    """Whether a day is past where the canteen is."""
    return on < today(time_zone)


def _figures(session: Session, day: NamedDay, made: Sequence[Card]) -> Figures | None:
    """What a card made now may tell, seen what the others told."""
    told = [card.counted for card in made if card.facts.meals is not None]
    months = queries.fund_months(session, day, today(day.time_zone))
    return figures(queries.paid_meals(session, day), day.canteen_id, day.named_on, months, told)


def _is_fuller(found: Figures | None, card: Card) -> bool:
    return found is not None and found.meals is not None and card.facts.meals is None


def _facts(session: Session, day: NamedDay, found: Figures) -> CardFacts:
    order = list(canteens.by_id(session, day.canteen_id).hours)
    periods = sorted(found.periods, key=lambda period: (order.index(period) if period in order else len(order), period))
    written = [menus.published_menu(session, day.canteen_id, day.named_on, period) for period in periods]
    return CardFacts(
        named_on=day.named_on,
        canteen_name=day.canteen_name,
        sponsor_name=display_name_on(session, day.agreed.sponsor_id, day.named_on),
        day_name=day.right.name,
        nature=day.agreed.nature,
        meals=found.meals,
        elders=found.elders,
        price_fen=found.price_fen,
        menus=tuple(DayMenu(menu.meal_period, menu.dishes) for menu in written if menu and menu.dishes),
    )


def _free_code(session: Session) -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(8))
        if queries.by_check_code(session, code) is None:
            return code
