"""Everything a canteen's month is settled on, read once: its meals, what each payer paid, its elders, its rules.

A line counts in the month it was booked into. A line whose service date lies earlier corrects a closed month: a
late record, or the reversal of a meal after the close.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from canteen.canteens.models import Canteen
from canteen.checkin.models import Meal, MealShare
from canteen.core.calendar import Period, parse_month
from canteen.elders.models import Elder
from canteen.ledger.models import Entry
from canteen.settlement.models import Adjustment
from canteen.settlement.rule_words import RuleWords, words_of
from canteen.sponsors.models import Fund
from canteen.subsidies.models import Category, Programme, ProgrammeBinding, ProgrammeVersion
from canteen.subsidies.vocabulary.models import Level
from canteen.wallets.models import VoucherKind


@dataclass(frozen=True, slots=True)
class ShareLine:
    """What one rule or grant paid for one meal, or the mirror of it. Amounts in fen."""

    id: int
    meal_id: int
    elder_id: int
    service_on: date
    meal_period: str
    is_grant: bool
    rule_id: str | None
    payer: str
    payee: str | None
    authority: str | None
    fund_id: int | None
    levels: Mapping[str, int]
    amount_fen: int
    meals: int


@dataclass(frozen=True, slots=True)
class MealFact:
    """A meal as it was eaten, with the facts that held then."""

    id: int
    kind: str
    elder_id: int
    service_on: date
    meal_period: str
    channel: str
    price_fen: int
    programme_code: str | None
    version_on: date | None
    age_years: int | None
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ElderFact:
    """What papers print of an elder; `name` is the printed form where one is recorded."""

    id: int
    ref: str
    name: str
    name_sort: str
    sex: str
    born_on: date | None
    id_shown: str
    community: str
    address: str


@dataclass(frozen=True, slots=True)
class VersionInForce:
    """A programme's version that governs the canteen on some day of the month, rules and grants as mappings."""

    programme_code: str
    title: str
    authority: str
    effective_on: date
    first_on: date
    last_on: date
    reference: str
    meals: tuple[str, ...]
    rules: tuple[Mapping[str, Any], ...]
    grants: tuple[Mapping[str, Any], ...]


@dataclass(slots=True)
class MealSum:
    """One meal with its lines added up; `net` is 1 for a meal that stands, -1 for one taken back later."""

    meal: MealFact
    net: int
    lines: list[ShareLine] = field(default_factory=list)

    def by_payer(self) -> dict[str, int]:
        """What each payer pays of the price, in fen; grants are beside the price."""
        totals: dict[str, int] = defaultdict(int)
        for line in self.lines:
            if not line.is_grant:
                totals[line.payer] += line.amount_fen
        return totals


@dataclass(frozen=True, slots=True)
class MonthRows:
    """A canteen's month. `sums`: every meal it touches, by number; `titles`: of funds and voucher kinds, by payer."""

    canteen: Canteen
    period: Period
    sums: Mapping[int, MealSum]
    elders: Mapping[int, ElderFact]
    versions: tuple[VersionInForce, ...]
    words: Mapping[tuple[str | None, date | None, str | None], RuleWords]
    category_titles: Mapping[str, str]
    level_titles: Mapping[str, str]
    reasons: Mapping[int, str]
    titles: Mapping[str, str]

    @property
    def month(self) -> str:
        """The month as text, 2026-11."""
        return self.period.text

    def lines(self) -> Iterable[ShareLine]:
        """Every line, in the order of the meals' numbers."""
        return (line for meal in self.sums.values() for line in meal.lines)

    def own(self) -> list[MealSum]:
        """The meals of this month's own days that stand."""
        first_on = self.period.first_on
        return [meal for meal in self.sums.values() if meal.net > 0 and meal.meal.service_on >= first_on]

    def corrections(self) -> list[MealSum]:
        """Meals of closed months that this month adds or takes back."""
        return [meal for meal in self.sums.values() if meal.meal.service_on < self.period.first_on]


def read_month(session: Session, canteen: Canteen, month: str) -> MonthRows:
    """All rows of one canteen's month, `2026-11`; raises ValueError for no month."""
    period = parse_month(month)
    titles = dict(session.execute(select(Category.code, Category.title)).all())
    sums = _read_sums(session, canteen.id, month)
    versions = versions_in_force(session, canteen.id, period)
    return MonthRows(
        canteen=canteen,
        period=period,
        sums=sums,
        elders=_read_elders(session, canteen.id, month),
        versions=versions,
        words=_read_words(session, {meal.meal.programme_code for meal in sums.values()}, titles),
        category_titles=titles,
        level_titles=dict(session.execute(select(Level.code, Level.title).order_by(Level.position)).all()),
        reasons=_read_reasons(session, canteen.id, month),
        titles=_read_titles(session),
    )


def net_meals(*conditions: ColumnElement[bool]) -> Any:
    """Meal number → meals booked less meals reversed, over the entries that meet these conditions."""
    reversed_entry = aliased(Entry)
    booked = case((Entry.kind == "meal", 1), else_=-1)
    return (
        select(Entry.meal_id, func.sum(booked).label("net"))
        .outerjoin(reversed_entry, reversed_entry.id == Entry.reverses_id)
        .where(
            Entry.meal_id.is_not(None),
            or_(Entry.kind == "meal", and_(Entry.kind == "reversal", reversed_entry.kind == "meal")),
            *conditions,
        )
        .group_by(Entry.meal_id)
    )


def _read_sums(session: Session, canteen_id: int, month: str) -> dict[int, MealSum]:
    counted = net_meals(Entry.canteen_id == canteen_id, Entry.month == month)
    net = {meal_id: int(count) for meal_id, count in session.execute(counted)}
    touched = select(MealShare.meal_id).where(MealShare.canteen_id == canteen_id, MealShare.month == month)
    columns = (
        Meal.id, Meal.kind, Meal.elder_id, Meal.service_on, Meal.meal_period, Meal.channel, Meal.price_fen,
        Meal.programme_code, Meal.version_on, Meal.age_years, Meal.facts,
    )  # fmt: skip
    meals = session.execute(select(*columns).where(Meal.id.in_(touched)).order_by(Meal.id))
    sums = {row.id: MealSum(MealFact(*row), net.get(row.id, 0)) for row in meals}
    for line in _read_lines(session, canteen_id, month):
        sums[line.meal_id].lines.append(line)
    return sums


def _read_lines(session: Session, canteen_id: int, month: str) -> Iterable[ShareLine]:
    columns = (
        MealShare.id, MealShare.meal_id, MealShare.elder_id, MealShare.service_on, MealShare.meal_period,
        MealShare.is_grant, MealShare.rule_id, MealShare.payer, MealShare.payee, MealShare.authority,
        MealShare.fund_id, MealShare.levels, MealShare.amount_fen, MealShare.meals,
    )  # fmt: skip
    booked = select(*columns).where(MealShare.canteen_id == canteen_id, MealShare.month == month)
    for row in session.execute(booked.order_by(MealShare.id)):
        values: dict[str, Any] = dict(row._mapping)  # noqa: SLF001 - a row's public name for its columns
        yield ShareLine(**values | {"levels": row.levels or {}})


def _read_elders(session: Session, canteen_id: int, month: str) -> dict[int, ElderFact]:
    named = select(MealShare.elder_id).where(MealShare.canteen_id == canteen_id, MealShare.month == month)
    elders = session.scalars(select(Elder).where(Elder.id.in_(named)))
    return {elder.id: _elder_fact(elder) for elder in elders}


def _elder_fact(elder: Elder) -> ElderFact:
    return ElderFact(
        id=elder.id,
        ref=elder.ref,
        name=elder.printed_name or elder.name,
        name_sort=elder.name_sort,
        sex={"male": "男", "female": "女"}.get(elder.sex or "", ""),
        born_on=elder.born_on,
        id_shown=elder.identity_masked or "",
        community=elder.community or "",
        address=elder.address or "",
    )


def versions_in_force(session: Session, canteen_id: int, period: Period) -> tuple[VersionInForce, ...]:
    """The versions that govern the canteen on some day of the period, earliest first."""
    bindings = session.execute(
        select(ProgrammeBinding.from_on, Programme)
        .join(Programme, Programme.id == ProgrammeBinding.programme_id)
        .where(ProgrammeBinding.canteen_id == canteen_id)
        .order_by(ProgrammeBinding.from_on)
    ).all()
    found: list[VersionInForce] = []
    for place, (from_on, programme) in enumerate(bindings):
        ends = bindings[place + 1][0] if place + 1 < len(bindings) else None
        first_on = max(from_on, period.first_on)
        last_on = (
            period.last_on if ends is None else min(period.last_on, date.fromordinal(ends.toordinal() - 1))
        )
        if first_on <= last_on:
            found += _versions_between(session, programme, first_on, last_on)
    return tuple(found)


def _versions_between(
    session: Session, programme: Programme, first_on: date, last_on: date
) -> Iterable[VersionInForce]:
    versions = session.scalars(
        select(ProgrammeVersion)
        .where(ProgrammeVersion.programme_id == programme.id, ProgrammeVersion.effective_on <= last_on)
        .order_by(ProgrammeVersion.effective_on)
    ).all()
    for place, version in enumerate(versions):
        ends = [last_on]
        if place + 1 < len(versions):
            ends.append(date.fromordinal(versions[place + 1].effective_on.toordinal() - 1))
        if version.until_on is not None:
            ends.append(version.until_on)
        begins = max(version.effective_on, first_on)
        if begins <= min(ends):
            yield _in_force(programme, version, begins, min(ends))


def _in_force(
    programme: Programme, version: ProgrammeVersion, first_on: date, last_on: date
) -> VersionInForce:
    mapping = version.mapping
    return VersionInForce(
        programme_code=programme.code,
        title=programme.title,
        authority=programme.authority,
        effective_on=version.effective_on,
        first_on=first_on,
        last_on=last_on,
        reference=str(mapping.get("reference") or ""),
        meals=tuple(mapping.get("meals") or ("breakfast", "lunch", "dinner")),
        rules=tuple(mapping.get("rule") or ()),
        grants=tuple(mapping.get("grant") or ()),
    )


def _read_words(
    session: Session, codes: set[str | None], titles: Mapping[str, str]
) -> dict[tuple[str | None, date | None, str | None], RuleWords]:
    versions = session.execute(
        select(Programme.code, ProgrammeVersion.effective_on, ProgrammeVersion.mapping)
        .join(Programme, Programme.id == ProgrammeVersion.programme_id)
        .where(Programme.code.in_([code for code in codes if code]))
    )
    words: dict[tuple[str | None, date | None, str | None], RuleWords] = {}
    for code, effective_on, mapping in versions:
        for number, rule in enumerate(mapping.get("rule") or ()):
            place = (effective_on.isoformat(), number)
            words[(code, effective_on, str(rule["id"]))] = words_of(rule, titles, place)
    return words


def _read_titles(session: Session) -> dict[str, str]:
    funds = {f"sponsor:{code}": title for code, title in session.execute(select(Fund.code, Fund.title))}
    kinds = session.execute(select(VoucherKind.code, VoucherKind.title))
    return funds | {f"voucher:{code}": title for code, title in kinds}


def _read_reasons(session: Session, canteen_id: int, month: str) -> dict[int, str]:
    found = select(Adjustment.meal_id, Adjustment.reason).where(
        Adjustment.canteen_id == canteen_id, Adjustment.month == month, Adjustment.meal_id.is_not(None)
    )
    return {meal_id: reason for meal_id, reason in session.execute(found) if meal_id is not None}
