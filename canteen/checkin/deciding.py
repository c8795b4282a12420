"""What becomes of a scan: pure. The system never decides whether somebody eats; it decides who pays.

Source of every branch: the outcome table of the check-in protocol. The order of the questions matters: what the
device and the person are comes before when it was, and that before what the meal costs.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from canteen.checkin.facts import Diner, FirstMeal, Found
from canteen.checkin.outcome_words import EXCEPTION, FURTHER, MEAL, REJECTED, SLOT
from canteen.checkin.records import FULL_PRICE, REFUSED, SERVED, SERVED_ANYWAY, Record
from canteen.checkin.serving_time import is_served
from canteen.checkin.standing import Place
from canteen.core.calendar import month_of, next_month
from canteen.core.division import Division, Facts, NoVersion, Share
from canteen.core.entry import ElderPart
from canteen.core.money import Money
from canteen.core.programme import Programme
from canteen.core.subsidy import divide

ALLERGY = re.compile(r"(?:对)?([\u4e00-\u9fff]{1,4})过敏")


@dataclass(frozen=True, slots=True)
class Moment:
    """When a scan was, in the canteen's own day, and until when the tablet might work by itself."""

    received_at: datetime
    happened_at: datetime
    service_on: date
    at: time
    is_provable: bool
    lease_until: datetime | None


@dataclass(frozen=True, slots=True)
class Scene:
    """All there is to know of one scan when it is decided."""

    record: Record
    place: Place
    found: Found
    moment: Moment
    is_workday: bool | None = None

    @property
    def on(self) -> date:
        """The service date."""
        return self.moment.service_on


@dataclass(frozen=True, slots=True)
class Served:
    """A meal with its division and how the elder's share is met. `programme` is None for a further meal."""

    kind: str
    month: str
    division: Division
    part: ElderPart
    programme: Programme | None

    @property
    def price_fen(self) -> int:
        """The full price."""
        return self.division.price_fen

    @property
    def elder_fen(self) -> int:
        """What the elder bears: paid now, or owed."""
        return self.part.total_fen - self.part.absorbed_fen


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the outcome table, with the meal if there is one."""

    state: str
    code: str | None
    elder: Diner | None = None
    meal: Served | None = None
    notices: tuple[str, ...] = ()
    first: FirstMeal | None = None
    reason: str | None = None


def decide(scene: Scene) -> Outcome:
    """The outcome of one record, from what was found under the locks of its elder."""
    early = _of_person(scene.record, scene.found, scene.on) or _of_time(scene)
    if early is not None:
        return early
    if is_further(scene.record):
        return _further(scene, FULL_PRICE)
    if scene.found.first is not None:
        return _slot_taken(scene, scene.found.first)
    return _slot_meal(scene)


def is_further(record: Record) -> bool:
    """Whether the elder has agreed to a further meal at full price."""
    return record.decision == FULL_PRICE or (record.is_online and record.price_basis == "full")


def _of_person(record: Record, found: Found, on: date) -> Outcome | None:
    elder = found.elder
    if found.device_is_revoked:
        return Outcome(EXCEPTION, "DEVICE_REVOKED", elder)
    if elder is None:
        return Outcome(EXCEPTION, "UNKNOWN")
    if elder.died_on is not None and on > elder.died_on:
        return Outcome(REJECTED, "DECEASED", elder, reason="closed")
    if record.decision == SERVED_ANYWAY:
        return Outcome(EXCEPTION, SERVED_ANYWAY, elder)
    reason = _revoked(elder, on)
    if reason is not None:
        state = EXCEPTION if record.decision in SERVED else REJECTED
        return Outcome(state, "REVOKED", elder, reason=reason)
    if record.decision == REFUSED:
        return _refused(found, elder)
    return None


def _refused(found: Found, elder: Diner) -> Outcome:
    # Nobody ate: what the tablet said no to is either a slot that was taken, or a card its sheet calls revoked.
    if found.first is not None:
        return Outcome(REJECTED, "DUPLICATE_SAME", elder, first=found.first)
    return Outcome(REJECTED, "REVOKED", elder)


def _revoked(elder: Diner, on: date) -> str | None:
    if elder.closed_on is not None and on >= elder.closed_on:
        return "closed"
    if elder.card is None or elder.card == "active":
        return None
    return elder.card if elder.card in ("lost", "replaced") else "closed"


def _of_time(scene: Scene) -> Outcome | None:
    moment, elder = scene.moment, scene.found.elder
    if not moment.is_provable:
        return Outcome(EXCEPTION, "CLOCK", elder)
    if moment.lease_until is not None and moment.happened_at > moment.lease_until:
        return Outcome(EXCEPTION, "EXPIRED", elder)
    if not is_served(scene.place.hours, scene.record.meal_period, moment.at):
        return Outcome(EXCEPTION, "WINDOW", elder)
    return None


def _slot_taken(scene: Scene, first: FirstMeal) -> Outcome:
    # Asked online nothing has been handed over yet, so a slot taken elsewhere is as much a no as one taken here.
    if scene.record.decision in SERVED and first.canteen_id != scene.place.id:
        return replace(_further(scene, "DUPLICATE_OTHER"), first=first)
    return Outcome(REJECTED, "DUPLICATE_SAME", scene.found.elder, first=first)


def price_of(place: Place, on: date, menu_price_fen: int | None) -> int | None:
    """The set meal's price: the day's menu's, else the canteen's, else its programme's."""
    if menu_price_fen is not None:
        return menu_price_fen
    if place.price_fen is not None:
        return place.price_fen
    version = place.version_on(on)
    return None if version is None else version.standard_price_fen


def dearest_fen(place: Place, on: date) -> int:
    """The most that one meal of this day may draw on one fund, in fen: its price without a menu's, and every grant."""
    version = place.version_on(on)
    grants = () if version is None else version.grants
    return (price_of(place, on, None) or 0) + sum(grant.fen for grant in grants if grant.per == "meal")


def booked_month(found: Found, on: date) -> str:
    """The month a meal counts in: its own, or the first open one after the last close."""
    if not found.is_closed:
        return month_of(on)
    return next_month(found.last_closed or month_of(on))


def _further(scene: Scene, code: str) -> Outcome:
    record, found = scene.record, scene.found
    price_fen = price_of(scene.place, scene.on, found.menu_price_fen)
    if price_fen is None:
        return Outcome(EXCEPTION, "NO_RULE", found.elder)
    due_fen = price_fen
    if code == "DUPLICATE_OTHER":
        due_fen = _accepted(record, price_fen)
    elif not record.is_online and record.shown_elder_fen is not None:
        due_fen = min(price_fen, record.shown_elder_fen)
    division = unsubsidised(price_fen, scene.on)
    part = means(record, _balance(found), due_fen, price_fen - due_fen)
    return _served(scene, code, Served(FURTHER, booked_month(found, scene.on), division, part, None))


def _accepted(record: Record, price_fen: int) -> int:
    """What the elder agreed to pay for a meal that nobody subsidises: the price if it was shown, or the cash taken."""
    if record.price_basis == "full" and record.shown_elder_fen is not None:
        return min(record.shown_elder_fen, price_fen)
    return min(record.cash_taken_fen or 0, price_fen)


def unsubsidised(price_fen: int, on: date) -> Division:
    """A price that nobody but the elder pays."""
    price = Money(price_fen)
    return Division(price, (Share("elder", None, price),), (), on)


def facts_of(scene: Scene, elder: Diner) -> Facts:
    """What the division may depend on."""
    record, found = scene.record, scene.found
    vouchers: dict[str, int] = {}
    for _id, kind, left_fen in found.vouchers:
        vouchers[kind] = vouchers.get(kind, 0) + left_fen
    return Facts(
        on=scene.on, meal=record.meal_period, channel=record.channel, elder=elder.facts, canteen=scene.place.facts,
        is_workday=scene.is_workday, used=found.used,
        funds={fund.code: fund.payable_fen for fund in found.funds}, vouchers=vouchers,
    )  # fmt: skip


def divided(scene: Scene) -> tuple[Division, Programme] | None:
    """The price of the set meal divided by the rules of the day; None without a programme, a version or a price."""
    place, found = scene.place, scene.found
    programme = place.programme_on(scene.on)
    price_fen = price_of(place, scene.on, found.menu_price_fen)
    if programme is None or price_fen is None or found.elder is None:
        return None
    division = divide(price_fen, facts_of(scene, found.elder), programme)
    if isinstance(division, NoVersion):
        return None
    # What the month's assessment decides about is not owed by the meal.
    owed = tuple(grant for grant in division.grants if not grant.assessed)
    return replace(division, grants=owed), programme


def _slot_meal(scene: Scene) -> Outcome:
    record, found = scene.record, scene.found
    by_rules = divided(scene)
    if by_rules is None or found.elder is None:
        return Outcome(EXCEPTION, "NO_RULE", found.elder)
    division, programme = by_rules
    due_fen, promise = _promised(record, division)
    code = "LATE" if found.is_closed else promise or (None if found.elder.is_listed else "GUEST")
    part = means(record, _balance(found), due_fen, division.elder_fen - due_fen)
    return _served(scene, code, Served(SLOT, booked_month(found, scene.on), division, part, programme))


def _promised(record: Record, division: Division) -> tuple[int, str | None]:
    """What the elder bears after the price promise, and its code where the tablet had shown something else."""
    due_fen, shown_fen = division.elder_fen, record.shown_elder_fen
    if record.is_online or shown_fen is None or shown_fen == due_fen:
        return due_fen, None
    cut = shown_fen < due_fen and is_cut(division)
    return min(due_fen, shown_fen), "LIMIT" if cut else "RULE"


def is_cut(division: Division) -> bool:
    """Whether a limit, a fund or a voucher left less than a rule says."""
    return any(step.cut_by is not None and step.cut_by != "left" for step in division.trace)


def _served(scene: Scene, code: str | None, meal: Served) -> Outcome:
    return Outcome(MEAL, code, scene.found.elder, meal, _notices(scene.found, meal))


def _balance(found: Found) -> int:
    return 0 if found.elder is None else found.elder.balance_fen


def means(
    record: Record, balance_fen: int, due_fen: int, absorbed_fen: int, *, served: bool | None = None
) -> ElderPart:
    """How the elder's part is met: wallet first, then cash; cash alone where the tender says so.

    What was served without asking, and neither wallet nor cash covers, the elder owes: nobody can collect it at the
    counter any more. `served`: whether that is so; by default of every record that the tablet decided itself.
    """
    if not (served if served is not None else not record.is_online):
        wallet_fen = 0 if record.tender == "cash" else min(balance_fen, due_fen)
        return ElderPart(wallet_fen, due_fen - wallet_fen, 0, absorbed_fen)
    taken_fen = record.cash_taken_fen
    if record.tender == "cash":
        cash_fen = due_fen if taken_fen is None else min(taken_fen, due_fen)
        wallet_fen = min(balance_fen, due_fen - cash_fen)
    else:
        wallet_fen = min(balance_fen, due_fen)
        cash_fen = min(taken_fen or 0, due_fen - wallet_fen)
    return ElderPart(wallet_fen, cash_fen, due_fen - wallet_fen - cash_fen, absorbed_fen)


def _notices(found: Found, meal: Served) -> tuple[str, ...]:
    """The till's numbers for what the cashier should know of a meal that is served."""
    codes = []
    if found.elder is not None and not found.elder.is_listed:
        codes.append("R09")
    if is_limited(meal.division):
        codes.append("R12")
    if meal.part.cash_fen:
        codes.append("R13")
    if found.elder is not None and _is_allergic(found.elder.diet, found.dishes):
        codes.append("R17")
    if found.has_expired_proof:
        codes.append("R18")
    return tuple(codes)


def is_limited(division: Division) -> bool:
    """Whether a limit of meals or money cut what a rule would have paid."""
    return any(step.cut_by is not None and step.cut_by.startswith("limit:") for step in division.trace)


def _is_allergic(diet: str | None, dishes: str) -> bool:
    return any(food in dishes for food in ALLERGY.findall(diet or "")) if dishes else False
