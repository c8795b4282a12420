"""The settlement sent to an authority, and in the same form to a village or community."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from canteen.core.calendar import month_of
from canteen.core.money import plain_yuan
from canteen.documents.papers import (
    AdjustmentLine,
    AmountLine,
    DayLine,
    GovernmentSettlement,
    Heading,
    Sources,
    TierLine,
)
from canteen.settlement.headings import policy_reference
from canteen.settlement.month import MealSum, MonthRows, ShareLine, VersionInForce
from canteen.settlement.monthly_grants import MonthlyGrant
from canteen.settlement.rule_words import ANY_AGE, ORDINARY, RuleWords, joined, level_label, level_order

UNSPLIT_LABEL = "未分级"
COLLECTIVE_NAME = "村（社区）集体"
LATE, TAKEN_BACK = "逾期上传补记", "结账后冲正"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is billed: an authority, or the collective of the canteen's village or community."""

    kind: Literal["settlement", "collective"]
    name: str
    authority: str | None = None

    def owes(self, line: ShareLine) -> bool:
        """Whether this line is this addressee's debt."""
        if self.kind == "collective":
            return line.payer == "collective"
        return line.payer == "government" and line.authority == self.authority

    def owes_grant(self, grant: MonthlyGrant) -> bool:
        """Whether this monthly grant is."""
        if self.kind == "collective":
            return grant.payer == "collective"
        return grant.payer == "government" and grant.authority == self.authority


@dataclass(frozen=True, slots=True)
class OwedMeal:
    """A meal of the month for which the addressee owes something, with the tier it falls into."""

    sum: MealSum
    words: RuleWords
    payable_fen: int
    levels_fen: Mapping[str, int]

    @property
    def tier(self) -> tuple[str, str, str]:
        """Category, age band and rate: what makes one row of table one, and one line of the roster."""
        return self.words.category, self.words.age_band, self.words.standard


def addressees(rows: MonthRows, monthly: Sequence[MonthlyGrant]) -> list[Addressee]:
    """Everyone who is billed for the month, authorities first; one whose rules paid nothing gets an empty paper."""
    authorities = {version.authority for version in rows.versions if names_payer(rows, version, "government")}
    authorities |= {line.authority or "" for line in rows.lines() if line.payer == "government"}
    authorities |= {grant.authority for grant in monthly if grant.payer == "government"}
    found = [Addressee("settlement", name, name) for name in sorted(authorities)]
    has_collective = any(names_payer(rows, version, "collective") for version in rows.versions)
    has_collective |= any(line.payer == "collective" for line in rows.lines())
    if has_collective or any(grant.payer == "collective" for grant in monthly):
        found.append(Addressee("collective", rows.canteen.collective_name or COLLECTIVE_NAME))
    return found


def names_payer(rows: MonthRows, version: VersionInForce, payer: str) -> bool:
    """Whether a version has a rule or grant of this payer that can hold for this canteen."""
    parts = (part for part in (*version.rules, *version.grants) if part.get("payer") == payer)
    return any(_can_hold(part.get("when") or {}, rows) for part in parts)


def _can_hold(when: Mapping[str, Any], rows: MonthRows) -> bool:
    canteen = rows.canteen
    is_here = canteen.code in when.get("canteen", (canteen.code,))
    return is_here and canteen.area in when.get("canteen_area", (canteen.area,))


def owed_meals(rows: MonthRows, addressee: Addressee) -> list[OwedMeal]:
    """The month's own meals for which the addressee owes more than nothing, in order of number."""
    found = []
    for meal in rows.own():
        lines = [line for line in meal.lines if addressee.owes(line) and not line.is_grant]
        payable = sum(line.amount_fen for line in lines)
        if payable:
            found.append(OwedMeal(meal, _words(rows, meal, lines), payable, levels_of(lines)))
    return found


def _words(rows: MonthRows, meal: MealSum, lines: Sequence[ShareLine]) -> RuleWords:
    paid: dict[str | None, int] = defaultdict(int)
    for line in lines:
        paid[line.rule_id] += line.amount_fen
    fact = meal.meal
    keys = [(fact.programme_code, fact.version_on, rule_id) for rule_id, fen in paid.items() if fen]
    return joined([rows.words.get(key) or RuleWords(ORDINARY, ANY_AGE, "—", ("", 0)) for key in keys])


def levels_of(lines: Iterable[ShareLine]) -> dict[str, int]:
    """Level → fen over some lines; what no split divides stands under the empty name."""
    levels: dict[str, int] = defaultdict(int)
    for line in lines:
        for level, fen in line.levels.items():
            levels[level] += fen
        levels[""] += line.amount_fen - sum(line.levels.values())
    return {level: fen for level, fen in levels.items() if fen}


def settlement_paper(
    rows: MonthRows,
    addressee: Addressee,
    monthly: Sequence[MonthlyGrant],
    heading: Heading,
    remarks: Sequence[str] = (),
) -> GovernmentSettlement:
    """The settlement of one addressee: tiers, days, grants beside the price, corrections, and who paid what."""
    owed = owed_meals(rows, addressee)
    lines = [line for line in rows.lines() if addressee.owes(line)]
    grants = [grant for grant in monthly if addressee.owes_grant(grant) and not grant.is_pending]
    total_fen = sum(line.amount_fen for line in lines) + sum(grant.amount_fen for grant in grants)
    levels = _named_levels(rows, addressee, lines, grants) if addressee.kind == "settlement" else []
    canteen = rows.canteen
    return GovernmentSettlement(
        heading=heading,
        kind=addressee.kind,
        addressee=addressee.name,
        reporting_unit=canteen.reporting_unit or canteen.operator_name or canteen.name,
        uscc=canteen.operator_uscc or "",
        operator_name=canteen.operator_name or "",
        policy_reference=policy_reference(rows.versions, addressee.authority),
        bank_account="",
        levels=tuple(level_label(level, rows.level_titles) for level in levels),
        tiers=_tiers(owed, levels, addressee),
        elders=len({meal.sum.meal.elder_id for meal in owed}),
        days=_days(owed),
        grants=(*_meal_grants(rows, addressee), *(AmountLine(g.title, g.amount_fen, "按月") for g in grants)),
        adjustments=_adjustments(rows, addressee),
        sources=sources(rows),
        total_fen=total_fen,
        review_unit=canteen.submitted_to or "街道（镇）",
        approval_unit=addressee.name,
        remarks=(*remarks, *_pending(monthly, addressee)),
        level_totals=_level_totals(rows.level_titles, lines, grants, total_fen) if levels else (),
    )


def _named_levels(
    rows: MonthRows, addressee: Addressee, lines: Iterable[ShareLine], grants: Iterable[MonthlyGrant]
) -> list[str]:
    levels = {level for line in lines for level in line.levels}
    levels |= {level for grant in grants for level, _ in grant.levels}
    for version in rows.versions:
        if version.authority == addressee.authority:
            parts = (part for part in (*version.rules, *version.grants) if part.get("payer") == "government")
            levels |= {level for part in parts for level in part.get("split") or ()}
    return level_order(levels, rows.level_titles)


def _tiers(owed: Sequence[OwedMeal], levels: Sequence[str], addressee: Addressee) -> tuple[TierLine, ...]:
    tiers: dict[tuple[str, str, str], list[OwedMeal]] = defaultdict(list)
    for meal in sorted(owed, key=lambda meal: meal.words.place):
        tiers[meal.tier].append(meal)
    return tuple(_tier(meals, levels, addressee) for meals in tiers.values())


def _tier(meals: Sequence[OwedMeal], levels: Sequence[str], addressee: Addressee) -> TierLine:
    payers: dict[str, int] = defaultdict(int)
    by_level: dict[str, int] = defaultdict(int)
    for meal in meals:
        for payer, fen in meal.sum.by_payer().items():
            payers[payer.partition(":")[0] if payer != "operator:absorbed" else "elder"] += fen
        for level, fen in meal.levels_fen.items():
            by_level[level] += fen
    payable = sum(meal.payable_fen for meal in meals)
    category, age_band, standard = meals[0].tier
    is_settlement = addressee.kind == "settlement"
    levels_fen = tuple(by_level[level] for level in levels) if is_settlement else ()
    return TierLine(
        category=category,
        age_band=age_band,
        standard=standard,
        elders=len({meal.sum.meal.elder_id for meal in meals}),
        **channel_counts([meal.sum for meal in meals]),
        price_fen=sum(meal.sum.meal.price_fen for meal in meals),
        elder_fen=payers["elder"],
        family_fen=payers["family"],
        levels_fen=levels_fen,
        unsplit_fen=payers["government"] - sum(levels_fen),
        collective_fen=payers["collective"],
        charity_fen=payers["sponsor"],
        voucher_fen=payers["voucher"],
        discount_fen=payers["operator"],
        payable_fen=payable,
    )


def channel_counts(meals: Iterable[MealSum]) -> dict[str, Any]:
    """How many of these meals were taken how, under the papers' own column names."""
    counts = {"dine_in": 0, "takeaway": 0, "delivery": 0}
    for meal in meals:
        counts[meal.meal.channel.replace("-", "_")] += meal.net
    return counts


def _days(owed: Iterable[OwedMeal]) -> tuple[DayLine, ...]:
    days = defaultdict(list)
    for meal in owed:
        days[meal.sum.meal.service_on].append(meal.payable_fen)
    return tuple(DayLine(on, len(paid), sum(paid)) for on, paid in sorted(days.items()))


def _meal_grants(rows: MonthRows, addressee: Addressee) -> tuple[AmountLine, ...]:
    """Grants by the meal for the month's own days: how many meals, and what they come to."""
    lines: dict[str, list[ShareLine]] = defaultdict(list)
    for line in rows.lines():
        if line.is_grant and addressee.owes(line) and line.service_on >= rows.period.first_on:
            lines[line.rule_id or ""].append(line)
    titles = grant_titles(rows)
    found = [
        _grant_line(titles.get(grant_id, grant_id), booked) for grant_id, booked in sorted(lines.items())
    ]
    return tuple(line for line in found if line.amount_fen)


def _grant_line(title: str, lines: Sequence[ShareLine]) -> AmountLine:
    count, fen = sum(line.meals for line in lines), sum(line.amount_fen for line in lines)
    rates = {line.amount_fen * line.meals for line in lines}
    each = f" × {plain_yuan(rates.pop())} 元" if len(rates) == 1 else ""
    return AmountLine(title, fen, f"{count:,} 餐{each}")


def grant_titles(rows: MonthRows) -> dict[str, str]:
    """Title of each grant by id, as the versions in force have it."""
    return {str(part["id"]): str(part["title"]) for version in rows.versions for part in version.grants}


def _adjustments(rows: MonthRows, addressee: Addressee) -> tuple[AdjustmentLine, ...]:
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for meal in rows.corrections():
        lines = [line for line in meal.lines if addressee.owes(line)]
        shares = [line.amount_fen for line in lines if not line.is_grant]
        if any(line.amount_fen for line in lines):
            sums = found[month_of(meal.meal.service_on), correction_reason(rows, meal)]
            sums[0] += meal.net if any(shares) else 0
            sums[1] += sum(line.amount_fen for line in lines)
    lines_ = [AdjustmentLine(month, why, meals, fen) for (month, why), (meals, fen) in sorted(found.items())]
    return tuple(line for line in lines_ if line.meals or line.amount_fen)


def correction_reason(rows: MonthRows, meal: MealSum) -> str:
    """Why a closed month is corrected: as recorded, else late or taken back."""
    return rows.reasons.get(meal.meal.id) or (LATE if meal.net >= 0 else TAKEN_BACK)


def sources(rows: MonthRows) -> Sources:
    """Who paid for all of the month's meals, corrections included; the parts sum to the price."""
    payers: dict[str, int] = defaultdict(int)
    for meal in rows.sums.values():
        for payer, fen in meal.by_payer().items():
            payers[payer if payer == "operator:absorbed" else payer.partition(":")[0]] += fen
    return Sources(
        price_fen=sum(payers.values()),
        government_fen=payers["government"],
        collective_fen=payers["collective"],
        charity_fen=payers["sponsor"],
        voucher_fen=payers["voucher"],
        family_fen=payers["family"],
        discount_fen=payers["operator"],
        elder_fen=payers["elder"] + payers["operator:absorbed"],
        absorbed_fen=payers["operator:absorbed"],
    )


def _level_totals(
    titles: Mapping[str, str], lines: Iterable[ShareLine], grants: Iterable[MonthlyGrant], total_fen: int
) -> tuple[AmountLine, ...]:
    totals: dict[str, int] = defaultdict(int, levels_of(lines))
    for grant in grants:
        for level, fen in grant.levels:
            totals[level] += fen
    named = {level: fen for level, fen in totals.items() if level}
    amounts = [AmountLine(level_label(level, titles), named[level]) for level in level_order(set(named), titles)]
    unsplit = total_fen - sum(named.values())
    return (*amounts, *([AmountLine(UNSPLIT_LABEL, unsplit)] if unsplit else []))


def _pending(monthly: Iterable[MonthlyGrant], addressee: Addressee) -> list[str]:
    return [
        f"{grant.title}：{plain_yuan(grant.amount_fen)} 元待考核，未计入应补金额。"
        for grant in monthly
        if grant.is_pending and addressee.owes_grant(grant)
    ]
