"""What each elder pays for each meal of the sheet: the one engine asked beforehand, its answer in plain words.

Of a division only this leaves the house: what the elder pays, who pays the rest as the till shows it, and how many
more meals the limits allow. No rule, no category, no reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from canteen.checkin.deciding import price_of
from canteen.checkin.sheet.gathering import FundNow, Gathered, Person, Slot
from canteen.checkin.standing import Place, Standing
from canteen.core.calendar import window_of
from canteen.core.division import Division, ElderFacts, Facts, NoVersion, Used
from canteen.core.programme import Programme, Version
from canteen.core.rules import Rule
from canteen.core.subsidy import divide
from canteen.elders.queries import as_facts

PAYERS = {"government": "政府", "collective": "集体", "family": "家人", "operator": "食堂"}
VOUCHER = "服务券"
UNNAMED = "爱心资助"
"""A sponsor whose name may not be shown that day."""
PERS = {"meal-period": "本餐", "day": "今天", "week": "本周", "month": "本月", "year": "今年"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an elder pays, who pays the rest, and what is left of each limit: `(本月, 12 meals)`."""

    elder_fen: int
    payers: tuple[str, ...]
    left: tuple[tuple[str, int], ...]


Window = tuple[str, str, date, date, str]
Answers = tuple[Answer | None, ...]
"""One for each slot of the sheet; None where nobody can say what the meal costs."""


@dataclass(frozen=True, slots=True)
class _Setting:
    """One slot as all elders find it."""

    on: date
    meal_period: str
    price_fen: int | None
    programme: Programme | None
    version: Version | None
    is_workday: bool | None
    funds: tuple[tuple[str, int, int | None], ...]
    """Code, payable fen, and the fund's number where it pays for named guests only."""
    windows: tuple[tuple[str, str, Window], ...]
    """Rule, period and window of every limit that the version looks at."""

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells this slot from the same one a minute ago; the rules are those of one standing number."""
        return (self.on, self.meal_period, self.price_fen, self.is_workday, self.funds)


class Reckoner:
    """Answers for one canteen; it keeps those of its last round, and reckons again only what changed since."""

    def __init__(self) -> None:
        self._context: tuple[Any, ...] = ()
        self._kept: dict[int, tuple[tuple[Any, ...], Answers]] = {}

    def answers(
        self, standing: Standing, place: Place, slots: Sequence[Slot], gathered: Gathered
    ) -> dict[int, Answers]:
        """The answers of every elder, by number, in the order of the slots."""
        settings = [_setting(standing, place, slot, gathered) for slot in slots]
        context = (standing.number, place.id, tuple(setting.key for setting in settings))
        known = self._kept if context == self._context else {}
        kept: dict[int, tuple[tuple[Any, ...], Answers]] = {}
        for person in gathered.people:
            key = _key(person)
            before = known.get(person.id)
            if before is None or before[0] != key:
                before = (key, _answers(person, place, settings))
            kept[person.id] = before
        self._context, self._kept = context, kept
        return {elder_id: answers for elder_id, (_, answers) in kept.items()}


def _key(person: Person) -> tuple[Any, ...]:
    return (
        person.born_on, person.closed_on, person.distance_m, person.stated, person.drawn, person.credits,
        person.guest_of,
    )  # fmt: skip


def _setting(standing: Standing, place: Place, slot: Slot, gathered: Gathered) -> _Setting:
    on, meal_period = slot
    menu = gathered.menus.get(slot)
    price_fen = price_of(place, on, menu.price_fen if menu else None)
    version = place.version_on(on)
    codes = sorted(version.codes("sponsor")) if version else []
    funds = [
        _fund(gathered.funds[code], on, _most(version, price_fen, code))
        for code in codes
        if code in gathered.funds and gathered.funds[code].terms.holds(place.id, on)
    ]
    programme = place.programme_on(on)
    return _Setting(
        on, meal_period, price_fen, programme, version, standing.is_workday(on), tuple(funds),
        _windows(programme, version, slot),
    )  # fmt: skip


def _windows(
    programme: Programme | None, version: Version | None, slot: Slot
) -> tuple[tuple[str, str, Window], ...]:
    if programme is None or version is None:
        return ()
    on, meal_period = slot
    return tuple(
        (rule_id, per, (rule_id, programme.id, *window_of(per, on), meal_period if per == "meal-period" else ""))
        for rule_id, per in version.limit_windows()
    )


def _fund(fund: FundNow, on: date, most_fen: int) -> tuple[str, int, int | None]:
    guests_only = fund.terms.id if fund.terms.is_for_named_guests else None
    return fund.terms.code, min(fund.payable_fen(on), most_fen), guests_only


def _most(version: Version | None, price_fen: int | None, code: str) -> int:
    # A fund that can pay more than one meal may ask of it answers alike however much it holds, so its balance,
    # which every meal changes, does not make everybody's answer look new.
    grants = version.grants if version else ()
    return (price_fen or 0) + sum(grant.fen for grant in grants if grant.fund == code)


def _answers(person: Person, place: Place, settings: Sequence[_Setting]) -> Answers:
    facts = {setting.on: _facts_on(person, setting.on) for setting in settings}
    drawn = {
        (use.rule_id, use.programme, use.first_on, use.last_on, use.meal_period): Used(use.meals, use.amount_fen)
        for use in person.drawn
    }
    return tuple(_answer(person, place, setting, facts[setting.on], drawn) for setting in settings)


def _answer(
    person: Person, place: Place, setting: _Setting, elder: ElderFacts, drawn: Mapping[Window, Used]
) -> Answer | None:
    on, programme, version = setting.on, setting.programme, setting.version
    if setting.price_fen is None or programme is None or version is None:
        return None
    if person.closed_on is not None and on >= person.closed_on:
        return None
    facts = Facts(
        on=on, meal=setting.meal_period, elder=elder, canteen=place.facts, is_workday=setting.is_workday,
        used=_used(setting, drawn) if drawn else {}, vouchers=_vouchers(person, on),
        funds={
            code: fen for code, fen, guests_only in setting.funds
            if guests_only is None or guests_only in person.guest_of
        },
    )  # fmt: skip
    division = divide(setting.price_fen, facts, programme)
    if isinstance(division, NoVersion):
        return None
    return Answer(division.elder_fen, _payers(division, place, setting), _left(division, facts, version))


def _facts_on(person: Person, on: date) -> ElderFacts:
    pairs = [(fact.kind, fact.value) for fact in person.stated if fact.holds_on(on)]
    return as_facts(person.born_on, person.distance_m, pairs)


def _used(setting: _Setting, drawn: Mapping[Window, Used]) -> dict[str, dict[str, Used]]:
    used: dict[str, dict[str, Used]] = {}
    for rule_id, per, window in setting.windows:
        if window in drawn:
            used.setdefault(rule_id, {})[per] = drawn[window]
    return used


def _vouchers(person: Person, on: date) -> dict[str, int]:
    held: dict[str, int] = {}
    for credit in person.credits:
        if credit.expires_on >= on:
            held[credit.kind] = held.get(credit.kind, 0) + credit.left_fen
    return held


def _payers(division: Division, place: Place, setting: _Setting) -> tuple[str, ...]:
    shown = [_payer(share.payer, place, setting) for share in division.shares[:-1] if share.fen]
    return tuple(dict.fromkeys(shown))


def _payer(payer: str, place: Place, setting: _Setting) -> str:
    kind, _, code = payer.partition(":")
    if kind == "sponsor":
        names = place.names.get(code)
        shown = names.at("till", place.id, setting.on, setting.meal_period) if names else []
        return shown[0].name if shown else UNNAMED
    return VOUCHER if kind == "voucher" else PAYERS[kind]


def _left(division: Division, facts: Facts, version: Version) -> tuple[tuple[str, int], ...]:
    """How many more meals the limits of the rules that pay here allow, this one included; the least a period."""
    least: dict[str, int] = {}
    left_fen: int = division.price_fen
    # The trace has one step for each rule, in the order of the file.
    for step, rule in zip(division.trace, version.rules, strict=True):
        if rule.limits and step.matched and not step.passed_over:
            meal_fen = min(rule.pays.amount(division.price_fen, left_fen), left_fen)
            for per, meals in _meals_left(rule, facts, meal_fen):
                least[per] = min(meals, least.get(per, meals))
        left_fen -= step.paid_fen
    return tuple((PERS[per], least[per]) for per in PERS if per in least)


def _meals_left(rule: Rule, facts: Facts, meal_fen: int) -> list[tuple[str, int]]:
    found = []
    for limit in rule.limits if meal_fen else ():
        uses = [facts.used.get(rule_id, {}).get(limit.per, Used()) for rule_id in limit.counts]
        if limit.meals is not None:
            found.append((limit.per, max(limit.meals - sum(use.meals for use in uses), 0)))
        else:
            room_fen = (limit.amount_fen or 0) - sum(use.amount_fen for use in uses)
            found.append((limit.per, max(room_fen, 0) // meal_fen))
    return found
