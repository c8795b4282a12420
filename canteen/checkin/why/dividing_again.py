"""A meal divided again, by the version that divided it and on the facts kept with it: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from canteen.checkin.rows import step_row
from canteen.checkin.why.explanation import Again, MealThen, Notice, PaidShare, PayerDiffers
from canteen.core.division import CanteenFacts, Division, Facts, Used
from canteen.core.examples import ENOUGH_FEN
from canteen.core.frozen_facts import elder_of
from canteen.core.programme import Version
from canteen.core.subsidy import divide_under

Use = Mapping[str, Mapping[str, Used]]


def divided_again(
    meal: MealThen, shares: Sequence[PaidShare], notice: Notice, use: Use, is_workday: bool | None
) -> Again:
    """What dividing again gives, beside what was kept.

    What a fund or voucher could pay then is not kept: one that cut a rule could pay what it paid, any other enough.
    """
    facts = Facts(
        on=meal.service_on,
        meal=meal.meal_period,
        channel=meal.channel,
        elder=elder_of(meal.facts),
        canteen=CanteenFacts(meal.canteen_code, meal.canteen_area, meal.canteen_division),
        is_workday=is_workday,
        used=use,
        funds=_held(notice.version, "sponsor", meal, shares),
        vouchers=_held(notice.version, "voucher", meal, shares),
    )
    division = divide_under(notice.version, meal.price_fen, facts, notice.age_counts)
    return Again(_differing(meal, shares, division), _other_steps(meal, division))


def _held(version: Version, payer: str, meal: MealThen, shares: Sequence[PaidShare]) -> dict[str, int]:
    cut = {row.get("cut_by") for row in meal.trace}
    kind = "fund" if payer == "sponsor" else "voucher"
    held = dict.fromkeys(version.codes(payer), ENOUGH_FEN)
    for code in held:
        if f"{kind}:{code}" in cut:
            held[code] = sum(
                share.fen for share in shares if share.payer == f"{payer}:{code}" and not share.is_grant
            )
    return held


def _differing(meal: MealThen, shares: Sequence[PaidShare], division: Division) -> tuple[PayerDiffers, ...]:
    """The elder's share is compared with what the elder bears and the canteen absorbed together."""
    then: dict[tuple[str, str | None], int] = {
        (share.payer, share.rule_id): share.fen for share in shares if share.rule_id and not share.is_grant
    }
    then["elder", None] = meal.elder_fen + meal.absorbed_fen
    again = {(share.payer, share.rule_id): int(share.fen) for share in division.shares}
    return tuple(
        PayerDiffers(payer, rule_id, then.get((payer, rule_id), 0), again.get((payer, rule_id), 0))
        for payer, rule_id in dict.fromkeys((*then, *again))
        if then.get((payer, rule_id), 0) != again.get((payer, rule_id), 0)
    )


def _other_steps(meal: MealThen, division: Division) -> tuple[str, ...]:
    """The rules that went another way this time, though they may have paid the same."""
    then = {row["rule"]: dict(row) for row in meal.trace}
    again = {step.rule_id: step_row(step) for step in division.trace}
    return tuple(rule_id for rule_id in dict.fromkeys((*then, *again)) if then.get(rule_id) != again.get(rule_id))
