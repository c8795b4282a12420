"""What holds of every division, tried on programmes and meals made at random."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.core.calendar import window_of
from canteen.core.division import Division, Facts, Used
from canteen.core.programme import Programme, read_programme
from canteen.core.subsidy import divide
from tests.core.plain_division import PlainDivision
from tests.core.random_programmes import FIRST_ON, random_facts, random_programme

PRICES = (0, 1, 7, 800, 999, 1_000, 1_200, 1_500, 2_345)


def read(values: dict[str, Any]) -> Programme:
    programme, faults = read_programme(values)
    assert programme is not None, faults
    return programme


def divided(price: int, facts: Facts, programme: Programme) -> Division:
    division = divide(price, facts, programme)
    assert isinstance(division, Division)
    return division


def check_sound(division: Division, price: int) -> None:
    assert sum(share.fen for share in division.shares) == price
    assert all(share.fen > 0 for share in division.shares[:-1])
    assert division.shares[-1].payer == "elder"
    assert division.shares[-1].fen >= 0
    for share in (*division.shares, *division.grants):
        if share.levels:
            assert sum(fen for _, fen in share.levels) == share.fen
            assert all(fen >= 0 for _, fen in share.levels)


def test_a_hundred_thousand_divisions_agree_with_the_plain_reading_of_the_format() -> None:
    random = Random(20261121)

    for _ in range(1_000):
        values = random_programme(random)
        programme = read(values)
        order = [rule["id"] for rule in values["version"][0]["rule"]]
        for _ in range(100):
            price, facts = random.choice(PRICES), random_facts(random)
            division = divided(price, facts, programme)
            plain = PlainDivision(price, facts, values)

            check_sound(division, price)
            paid = {share.rule_id: share.fen for share in division.shares[:-1]}
            assert paid == plain.paid, (values, facts)
            assert list(paid) == [rule_id for rule_id in order if rule_id in paid]
            assert {grant.grant_id: grant.fen for grant in division.grants} == plain.granted, (values, facts)
            assert [step.rule_id for step in division.trace] == order
            assert {step.rule_id: step.paid_fen for step in division.trace if step.paid_fen} == paid


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 100_000))
def test_the_shares_of_any_price_sum_to_it_and_none_is_negative(random: Random, price: int) -> None:
    values, facts = random_programme(random), random_facts(random)

    division = divided(price, facts, read(values))

    check_sound(division, price)
    plain = PlainDivision(price, facts, values)
    assert {share.rule_id: share.fen for share in division.shares[:-1]} == plain.paid


@settings(max_examples=80, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_group_pays_by_one_rule_at_most(random: Random) -> None:
    values, facts = random_programme(random), random_facts(random)

    division = divided(1_500, facts, read(values))

    groups = {rule["id"]: rule.get("group") for rule in values["version"][0]["rule"]}
    paying = [groups[share.rule_id] for share in division.shares[:-1] if share.rule_id in groups]
    grouped = [group for group in paying if group is not None]
    assert len(grouped) == len(set(grouped))


@settings(max_examples=80, deadline=None)
@given(st.randoms(use_true_random=False))
def test_nothing_is_drawn_beyond_what_funds_and_vouchers_hold(random: Random) -> None:
    values, facts = random_programme(random), random_facts(random)

    division = divided(2_345, facts, read(values))

    drawn: dict[str, int] = defaultdict(int)
    for share in (*division.shares, *division.grants):
        drawn[share.payer] += share.fen
    for fund, held in facts.funds.items():
        assert drawn[f"sponsor:{fund}"] <= held
    assert drawn["voucher:home-care"] <= facts.vouchers.get("home-care", 0)


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_limits_are_never_exceeded_over_a_sequence_of_meals(random: Random) -> None:
    values = random_programme(random)
    programme = read(values)
    person = replace(random_facts(random), used={}, funds={"weida": 10**9, "wansheng": 10**9})
    eaten: list[tuple[date, str, str, int]] = []

    for on, meal in sorted(
        {
            (FIRST_ON + timedelta(random.randint(0, 60)), random.choice(("breakfast", "lunch")))
            for _ in range(60)
        }
    ):
        facts = replace(person, on=on, meal=meal, used=_used(programme, eaten, on, meal))
        division = divided(random.choice(PRICES), facts, programme)
        eaten += [(on, meal, str(share.rule_id), share.fen) for share in division.shares[:-1]]
        eaten += [(on, meal, grant.grant_id, grant.fen) for grant in division.grants]

    for part in (*programme.versions[0].rules, *programme.versions[0].grants):
        for limit in part.limits:
            # A group's limit binds the rule that states it: others of the group may go on.
            for on, meal in {(on, meal) for on, meal, rule_id, _ in eaten if rule_id == part.id}:
                use = _window(eaten, limit.counts, limit.per, on, meal, until=(on, meal))
                assert limit.meals is None or use.meals <= limit.meals
                assert limit.amount_fen is None or use.amount_fen <= limit.amount_fen


def _used(programme: Programme, eaten: list[Any], on: date, meal: str) -> dict[str, dict[str, Used]]:
    used: dict[str, dict[str, Used]] = defaultdict(dict)
    for rule_id, per in programme.versions[0].limit_windows():
        used[rule_id][per] = _window(eaten, (rule_id,), per, on, meal, until=(on, meal))
    return used


def _window(
    eaten: list[Any], ids: tuple[str, ...], per: str, on: date, meal: str, until: tuple[date, str]
) -> Used:
    first_on, last_on = window_of(per, on)
    amounts = [
        fen
        for day, period, rule_id, fen in eaten
        if rule_id in ids
        and first_on <= day <= last_on
        and (per != "meal-period" or period == meal)
        and (day, period) <= until
    ]
    return Used(len(amounts), sum(amounts))
