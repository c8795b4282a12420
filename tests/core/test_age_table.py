"""The table by age says what the division says, of every age once, and what it cannot know it says too."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from canteen.core.age_cases import born
from canteen.core.age_table import FIRST_AGE, LAST_AGE, ORDINARY, AgeRow, age_table, named_categories
from canteen.core.calendar import AGE_COUNTS, age_on
from canteen.core.division import CanteenFacts, Division, ElderFacts, Facts
from canteen.core.programme import Programme, read_programme
from canteen.core.subsidy import divide
from tests.core.random_programmes import FIRST_ON, random_facts, random_programme

SHIPPED = sorted((Path(__file__).parents[2] / "canteen" / "programmes").glob("*.toml"))
PLACE = CanteenFacts("beimen", "urban", "620102003001")
ON = date(2026, 11, 20)


def read(values: dict[str, Any]) -> Programme:
    programme, faults = read_programme(values)
    assert programme is not None, faults
    return programme


def notice(*rules: dict[str, Any], **version: Any) -> Programme:
    """A programme of one version with these rules."""
    head = {"id": "p", "title": "t", "authority": "a", "source": "s"}
    written = [
        {"id": f"r-{at}", "title": "t", "payer": "government", **rule} for at, rule in enumerate(rules)
    ]
    return read({"programme": head, "version": [{"effective": FIRST_ON, "rule": written, **version}]})


def ages(rows: tuple[AgeRow, ...]) -> list[tuple[int, int]]:
    return [(row.from_age, row.to_age) for row in rows]


def elder_fen(programme: Programme, facts: Facts, price_fen: int) -> int:
    division = divide(price_fen, facts, programme)
    assert isinstance(division, Division)
    return division.elder_fen


def check_sound(programme: Programme, price_fen: int, columns: tuple[tuple[str, ...], ...]) -> int:
    """Every age once, neighbours differ, and each certain amount is what the division says; how many were certain."""
    rows = age_table(programme, ON, price_fen, PLACE, columns)
    version = programme.version_on(ON)
    assert version is not None
    enough = dict.fromkeys(version.codes("sponsor"), 10**9)
    assert [age for row in rows for age in range(row.from_age, row.to_age + 1)] == list(
        range(FIRST_AGE, LAST_AGE + 1)
    )
    assert all(row.cells != after.cells for row, after in pairwise(rows))
    certain = 0
    for row in rows:
        for column, cell in zip(columns, row.cells, strict=True):
            for age in range(row.from_age, row.to_age + 1):
                born_on = born(age, ON, programme.age_counts, False)
                facts = Facts(
                    on=ON, meal="lunch", elder=ElderFacts(born_on=born_on, categories=frozenset(column)),
                    canteen=PLACE, is_workday=True, funds=enough,
                )  # fmt: skip
                found = elder_fen(programme, facts, price_fen)
                assert cell.elder.least_fen <= found <= cell.elder.most_fen
                if not cell.depends_on:
                    certain += 1
                    assert cell.elder.least_fen == cell.elder.most_fen == found
                    division = divide(price_fen, facts, programme)
                    assert isinstance(division, Division)
                    by_payer = {payer: fen for payer, fen in division.by_payer().items() if payer != "elder"}
                    assert {payer: span.least_fen for payer, span in cell.shares} == by_payer
    return certain


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_notices_divide_as_their_tables_say(path: Path) -> None:
    programme = read(tomllib.loads(path.read_text(encoding="utf-8")))

    columns = (ORDINARY, *named_categories(programme.versions[-1]))

    assert check_sound(programme, 1_500, columns) or path.stem == "gulou"


def test_two_hundred_random_notices_divide_as_their_tables_say() -> None:
    random = Random(20261201)
    certain = 0

    for _ in range(200):
        programme = read(random_programme(random, random.randint(1, 4)))
        certain += check_sound(programme, random.choice((0, 333, 1_500)), (ORDINARY, ("member",)))

    assert certain > 1_000


def test_no_random_resident_pays_less_or_more_than_the_table_says() -> None:
    random = Random(20261202)
    looked_at = conditional = 0

    for _ in range(150):
        programme = read(random_programme(random, random.randint(1, 4)))
        version = programme.versions[0]
        enough = dict.fromkeys(version.codes("sponsor"), 10**9)
        rows = age_table(programme, FIRST_ON, 1_500, PLACE)
        for _ in range(60):
            facts = random_facts(random)
            born_on = facts.elder.born_on
            if born_on is None or facts.is_workday is None:
                continue
            age = age_on(born_on, facts.on, programme.age_counts)
            elder = replace(facts.elder, categories=frozenset(), disability_grade=None, care_level=None)
            vouchers = {"home-care": 10**9} if facts.vouchers else {}
            facts = replace(
                facts, meal="lunch", elder=elder, canteen=PLACE, used={}, funds=enough, vouchers=vouchers
            )
            for row in rows:
                if row.from_age <= age <= row.to_age:
                    cell = row.cells[0]
                    looked_at += 1
                    conditional += bool(cell.depends_on)
                    paid = elder_fen(programme, facts, 1_500)
                    assert cell.elder.least_fen <= paid <= cell.elder.most_fen

    assert looked_at > 4_000
    assert conditional > 1_000


def test_equal_ages_are_one_row() -> None:
    programme = notice(
        {"when": {"age": {"from": 65, "to": 74}}, "pays": {"fixed": "9.00"}},
        {"when": {"age": {"from": 75}}, "pays": {"fixed": "10.00"}},
    )

    rows = age_table(programme, ON, 1_500, PLACE)

    assert ages(rows) == [(60, 64), (65, 74), (75, 100)]
    assert [row.cells[0].elder.least_fen for row in rows] == [1_500, 600, 500]
    assert all(row.cells[0].depends_on == () for row in rows)


def test_two_rules_that_pay_the_same_leave_one_row() -> None:
    programme = notice(
        {"when": {"age": {"from": 60, "to": 79}}, "pays": {"fixed": "5.00"}},
        {"when": {"age": {"from": 80}}, "pays": {"fixed": "5.00"}},
    )

    assert ages(age_table(programme, ON, 1_500, PLACE)) == [(60, 100)]


@pytest.mark.parametrize(
    ("when", "key"),
    [
        ({"distance_km": {"to": 2}}, "distance_km"),
        ({"monthly_income": {"below": "1800.00"}}, "monthly_income"),
        ({"pension": False}, "pension"),
        ({"living": ["alone"]}, "living"),
        ({"household_division": ["620102"]}, "household_division"),
        ({"canteen_within": {"residence": "town"}}, "residence_division"),
        ({"channel": ["delivery"]}, "channel"),
        ({"weekday": [6, 7]}, "weekday"),
        ({"workday": True}, "workday"),
        ({"birthday": True}, "birthday"),
        ({"not": {"any": [{"distance_km": {"above": "0.347"}}]}}, "distance_km"),
    ],
)
def test_a_fact_that_nobody_knows_decides_between_two_amounts(when: dict[str, Any], key: str) -> None:
    programme = notice({"when": when, "pays": {"fixed": "4.00"}})

    (row,) = age_table(programme, ON, 1_500, PLACE)

    assert row.cells[0].depends_on == (key,)
    assert (row.cells[0].elder.least_fen, row.cells[0].elder.most_fen) == (1_100, 1_500)
    ((payer, span),) = row.cells[0].shares
    assert (payer, span.least_fen, span.most_fen) == ("government", 0, 400)


def test_a_fact_that_changes_nothing_is_not_named() -> None:
    programme = notice(
        {"when": {"distance_km": {"to": 2}}, "pays": {"fixed": "4.00"}, "group": "g"},
        {"when": {"pension": True, "age": {"to": 50}}, "pays": {"fixed": "1.00"}},
        {"pays": {"fixed": "4.00"}, "group": "g"},
    )

    (row,) = age_table(programme, ON, 1_500, PLACE)

    assert row.cells[0].depends_on == ()
    assert row.cells[0].elder.least_fen == 1_100


def test_an_ordinary_resident_is_not_disabled_and_a_severely_disabled_one_is_of_a_grade_not_known() -> None:
    programme = notice({"when": {"disability_grade": {"to": 2}}, "pays": "all"})

    assert named_categories(programme.versions[0]) == (("severe-disability",),)
    (row,) = age_table(programme, ON, 1_500, PLACE, (ORDINARY, ("severe-disability",), ("member",)))

    ordinary, disabled, member = row.cells
    assert ordinary.depends_on == member.depends_on == ()
    assert ordinary.elder.least_fen == 1_500
    assert disabled.depends_on == ("disability_grade",)
    assert (disabled.elder.least_fen, disabled.elder.most_fen) == (0, 1_500)


def test_a_limit_and_a_fund_that_may_run_out_are_said_with_what_is_paid_then() -> None:
    limit = [{"per": "month", "amount": "300.00"}]
    programme = notice(
        {"pays": {"fixed": "8.00"}, "limit": limit},
        {"payer": "sponsor", "fund": "weida", "pays": {"fixed": "2.00"}},
    )

    (row,) = age_table(programme, ON, 1_500, PLACE)

    cell = row.cells[0]
    assert (cell.elder.least_fen, cell.elder.most_fen, cell.depends_on) == (500, 500, ())
    assert cell.ends_by == ("limit:month", "fund:weida")
    assert cell.at_end is not None
    assert cell.at_end.least_fen == cell.at_end.most_fen == 1_500


def test_a_meal_that_the_notice_leaves_out_is_paid_in_full_at_every_age() -> None:
    programme = notice({"pays": "all"}, meals=["lunch"])

    (row,) = age_table(programme, ON, 800, PLACE, meal="breakfast")

    assert (row.cells[0].elder.least_fen, row.cells[0].depends_on) == (800, ())


def test_a_day_without_a_version_has_no_table() -> None:
    assert age_table(notice({"pays": "all"}), date(2023, 12, 31), 1_500, PLACE) == ()


def test_more_cases_than_can_be_tried_are_said_to_be_uncounted() -> None:
    income = [
        {"when": {"monthly_income": {"from": f"{at}.00"}, "distance_km": {"from": at}, "living": ["alone"],
                  "residence_division": [f"6201{at:02d}"]}, "pays": {"fixed": f"0.{at:02d}"}}
        for at in range(1, 21)
    ]  # fmt: skip
    programme = notice(*income)

    (row,) = age_table(programme, ON, 1_500, PLACE)

    assert not row.cells[0].is_counted
    assert (row.cells[0].elder.least_fen, row.cells[0].elder.most_fen) == (0, 1_500)
    assert "distance_km" in row.cells[0].depends_on


@pytest.mark.parametrize("age_counts", AGE_COUNTS)
@pytest.mark.parametrize("on", [date(2026, 1, 1), date(2026, 3, 1), date(2028, 6, 30), date(2026, 12, 31)])
def test_somebody_of_every_age_is_born(age_counts: Any, on: date) -> None:
    for age in range(FIRST_AGE, LAST_AGE + 1):
        for is_on_birthday in (True, False):
            assert age_on(born(age, on, age_counts, is_on_birthday), on, age_counts) == age
