"""A month of one canteen divided again under a programme, with the very function that the till uses.

Source: commands, `programme trial`: the month's slot meals under the file's version for their days, the limits counted
anew in the order of service date, meal period and meal number; nothing is written.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from canteen.canteens.models import Canteen
from canteen.canteens.queries import rule_facts
from canteen.core.calendar import Period, parse_month
from canteen.core.division import CanteenFacts, Division, Facts, GrantShare, NoVersion
from canteen.core.entry import ABSORBED
from canteen.core.errors import Refusal
from canteen.core.programme import Programme, Version, read_programme
from canteen.core.subsidy import divide
from canteen.settlement.queries import canteen_of
from canteen.settlement.totals import ELDER, added
from canteen.settlement.trial.counting import Use, UseBook, open_pages
from canteen.settlement.trial.meals import (
    Borne,
    MonthMeals,
    PastMeal,
    look,
    pages,
    read_page,
    read_places,
)
from canteen.settlement.trial.monthly import Before, due_by_payer, read_before
from canteen.settlement.trial.purses import Purses, named_funds, read_funds
from canteen.settlement.trial.result import Trial
from canteen.settlement.trial.tally import Tally
from canteen.subsidies.queries import working_days
from canteen.subsidies.services import FaultyProgramme

Progress = Callable[[int, int], None]
"""Told how many meals are divided, and of how many."""


def trial(
    session: Session,
    values: Mapping[str, Any],
    canteen_code: str,
    month: str,
    progress: Progress = lambda _done, _total: None,
) -> Trial:
    """Divide a canteen's month, `2026-10`, again under this programme; nothing is written.

    The session is one for reading: its transaction ends after each look at the database, before progress is told, so
    that no check-in waits for the trial, and whoever is told may write.
    `values` is the mapping of a programme's file; its examples need not hold. Raises FaultyProgramme, Refusal
    `canteen-unknown` and `month-ill-formed`.
    """
    programme = read_rules(values)
    period = read_month_text(month)
    with look(session):
        canteen = canteen_of(session, canteen_code)
        place = rule_facts(canteen)
        canteen_id = canteen.id
    return _MonthAgain(session, programme, (canteen_id, place), period).divide(progress)


def read_rules(values: Mapping[str, Any]) -> Programme:
    """The programme of this mapping, its examples left out. Raises FaultyProgramme with every fault."""
    programme, faults = read_programme({part: values[part] for part in ("programme", "version") if part in values})
    if programme is None:
        raise FaultyProgramme(faults)
    return programme


def read_month_text(text: str) -> Period:
    """The month of this text. Raises Refusal `month-ill-formed`."""
    try:
        return parse_month(text)
    except ValueError as fault:
        raise Refusal("month-ill-formed", f"“{text}”不是月份，请写成 2026-11 这样。", month=text) from fault


class _MonthAgain:
    """One trial while it runs: what was read, what is counted, what it comes to."""

    def __init__(
        self, session: Session, programme: Programme, canteen: tuple[int, CanteenFacts], period: Period
    ) -> None:
        self.session, self.programme, self.period = session, programme, period
        self.canteen_id, self.place = canteen
        self.before: Before = read_before(session, self.canteen_id, period)
        self.tally = Tally()

    def divide(self, progress: Progress) -> Trial:
        """Divide every meal, then the grants by the month."""
        codes = {code: self._codes(code) for code in ("sponsor", "voucher")}
        funds = named_funds(self.session, codes["sponsor"])
        self.meals: MonthMeals = read_places(
            self.session, self.canteen_id, self.period.text,
            vouchers=bool(codes["voucher"]), funds=[fund.id for fund in funds],
        )  # fmt: skip
        self.purses = Purses(
            read_funds(self.session, funds, self.meals, self.before.granted), sorted(codes["voucher"])
        )
        with look(self.session):
            self.days = working_days(self.session, {place.on.year for place in self.meals.places})
        self.versions = {place.on: self.programme.version_on(place.on) for place in self.meals.places}
        self.book = UseBook({version for version in self.versions.values() if version is not None})
        self._divide_all(progress)
        return self._result()

    def _codes(self, payer: str) -> frozenset[str]:
        return frozenset[str]().union(*(version.codes(payer) for version in self.programme.versions))

    def _divide_all(self, progress: Progress) -> None:
        total, done = len(self.meals.places), 0
        progress(done, total)
        for page in pages(self.session, self.meals.places):
            meals = read_page(self.session, self.period.text, page)
            elders = {meal.elder_id for meal in meals}
            span = (self.period.first_on, max(self.period.last_on, page[-1].on))
            open_pages(self.session, self.book, elders, self.meals, self.programme.id, span)
            self.purses.meet(self.session, elders, self.meals.from_vouchers)
            for meal in meals:
                self._divide(meal)
            done += len(page)
            progress(done, total)

    def _divide(self, meal: PastMeal) -> None:
        version = self.versions[meal.place.on]
        division = None if version is None else self._by_rules(meal, version)
        if version is None or division is None:
            self.tally.without_version += 1
        elif self._asks_for_unknown_days(meal, version):
            self.tally.without_calendar += 1
        self.tally.add(meal, _borne(meal, division))

    def _asks_for_unknown_days(self, meal: PastMeal, version: Version) -> bool:
        asks = "workday" in version.mentions and meal.meal_period in version.meals
        return asks and self.days.is_workday(meal.place.on) is None

    def _by_rules(self, meal: PastMeal, version: Version) -> Division | None:
        on, elder_id = meal.place.on, meal.elder_id
        facts = Facts(
            on=on, meal=meal.meal_period, channel=meal.channel, elder=meal.elder, canteen=self.place,
            is_workday=self.days.is_workday(on),
            used=self.book.used(elder_id, meal.place, meal.meal_period, version.limit_windows()),
            funds=self.purses.funds(on, elder_id), vouchers=self.purses.vouchers(on, elder_id),
        )  # fmt: skip
        division = divide(meal.price_fen, facts, self.programme)
        if isinstance(division, NoVersion):
            return None
        self._count(meal, division)
        return division

    def _count(self, meal: PastMeal, division: Division) -> None:
        """Take what was divided from limits, funds and vouchers."""
        for share in division.shares:
            if share.rule_id is not None and share.fen:
                self._use(meal, share.rule_id, share.fen)
        for grant in _owed(division):
            self._use(meal, grant.grant_id, grant.fen)
        self.purses.draw(meal.place.on, meal.elder_id, (*division.shares, *_owed(division)))

    def _use(self, meal: PastMeal, rule_id: str, fen: int) -> None:
        self.book.add(meal.elder_id, Use(meal.place, meal.meal_period, rule_id, 1, fen))

    def _result(self) -> Trial:
        tally = self.tally
        with look(self.session):
            canteen = self.session.get_one(Canteen, self.canteen_id)
            monthly = due_by_payer(
                self.session, canteen, self.programme, self.period, self.before, self.purses.held_fen
            )
        return Trial(
            canteen=self.place.code or "", month=self.period.text, meals=tally.meals, changed=tally.changed,
            elders=tally.elders(), before=self.before.by_payer,
            after=added(self.before.without_monthly, tally.difference, monthly),
            bands=tally.bands(self.programme.age_counts), largest=tally.largest(),
            without_version=tally.without_version, without_calendar=tally.without_calendar,
        )  # fmt: skip


def _owed(division: Division) -> Sequence[GrantShare]:
    """The grants that a meal is owed: what the month's assessment decides about is not."""
    return [grant for grant in division.grants if not grant.assessed]


def _borne(meal: PastMeal, division: Division | None) -> Borne:
    """What each payer would bear; what the canteen absorbed it absorbs again, as far as there is an elder's share."""
    elder_fen = meal.price_fen if division is None else division.elder_fen
    absorbed_fen = min(meal.absorbed_fen, elder_fen)
    borne: Borne = {(False, ELDER): elder_fen - absorbed_fen}
    if absorbed_fen:
        borne[False, ABSORBED] = absorbed_fen
    if division is None:
        return borne
    for share in division.shares[:-1]:
        borne[False, share.payer] = borne.get((False, share.payer), 0) + share.fen
    for grant in _owed(division):
        borne[True, grant.payer] = borne.get((True, grant.payer), 0) + grant.fen
    return borne
