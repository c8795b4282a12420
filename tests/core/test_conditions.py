"""Each condition: when it holds, when it does not, and that an unknown fact never makes it hold."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from canteen.core.calendar import age_on
from canteen.core.conditions import Reckoning, first_failed, mentions, read_when
from canteen.core.division import CanteenFacts, ElderFacts, Facts
from canteen.core.programme_faults import Faults

ON = date(2026, 11, 20)  # a Friday
KNOWN = ElderFacts(
    born_on=date(1956, 11, 20),
    categories=frozenset({"three-no", "member"}),
    disability_grade=2,
    care_level=3,
    pension=False,
    monthly_income_fen=180_000,
    household_division="620102003001",
    residence_division="620103",
    distance_m=2_000,
    living="alone",
)
BEIMEN = CanteenFacts("beimen", "urban", "620102003")


def holds(
    condition: str, elder: ElderFacts = KNOWN, canteen: CanteenFacts = BEIMEN, workday: bool | None = True
) -> bool:
    faults = Faults()
    when = read_when(tomllib.loads(f"when = {{ {condition} }}")["when"], "when", faults)
    assert when is not None, faults.found
    facts = Facts(on=ON, meal="lunch", channel="takeaway", elder=elder, canteen=canteen, is_workday=workday)
    reckoning = Reckoning(1_000, facts, None if elder.born_on is None else age_on(elder.born_on, ON))
    reckoning.left = 400
    return first_failed(when, reckoning) is None


TRUE = [
    "age = { from = 70, to = 70 }",
    "age = { above = 69, below = 71 }",
    "age = { from = 60, above = 69 }",
    'category = ["low-income", "three-no"]',
    'all_categories = ["three-no", "member"]',
    "all_categories = []",
    "disability_grade = { to = 2 }",
    "care_level = { from = 2 }",
    "pension = false",
    'monthly_income = { to = "1800.00" }',
    'monthly_income = { below = "1800.01" }',
    'household_division = ["440705", "620102"]',
    'residence_division = ["620103"]',
    'canteen_division = ["62"]',
    'canteen_within = { household = "town" }',
    'canteen_within = { residence = "city" }',
    'canteen_within = { household = "town", residence = "province" }',
    "distance_km = { to = 2 }",
    "distance_km = { to = 2.0 }",
    'distance_km = { above = "1.999", below = 2.001 }',
    'living = ["alone", "empty-nest"]',
    'channel = ["takeaway"]',
    'meal = ["breakfast", "lunch"]',
    "weekday = [5]",
    "workday = true",
    'price = { from = "10.00", to = "10.00" }',
    'left = { above = "3.99", below = "4.01" }',
    'canteen = ["nanmen", "beimen"]',
    'canteen_area = ["urban"]',
    "birthday = true",
    "any = [ { pension = true }, { age = { from = 70 } } ]",
    "not = { pension = true }",
    "not = { pension = false, age = { from = 71 } }",
    "not = { any = [] }",
    "",
]
FALSE = [
    "age = { from = 71 }",
    "age = { above = 70 }",
    "age = { below = 70 }",
    "age = { to = 69 }",
    'category = ["low-income"]',
    "category = []",
    'all_categories = ["three-no", "low-income"]',
    "disability_grade = { to = 1 }",
    "care_level = { above = 3 }",
    "pension = true",
    'monthly_income = { below = "1800.00" }',
    'household_division = ["620103", "6201020031"]',
    'residence_division = ["620103001"]',
    'canteen_division = ["620102003001"]',
    'canteen_within = { residence = "district" }',
    'canteen_within = { residence = "town" }',
    'canteen_within = { household = "town", residence = "district" }',
    "distance_km = { below = 2 }",
    "distance_km = { to = 1.999 }",
    'living = ["with-family"]',
    'channel = ["dine-in", "delivery"]',
    'meal = ["dinner"]',
    "weekday = [1, 2, 3, 4, 6, 7]",
    "workday = false",
    'price = { above = "10.00" }',
    'left = { below = "4.00" }',
    'canteen = ["nanmen"]',
    'canteen_area = ["rural"]',
    "birthday = false",
    "any = [ { pension = true }, { age = { from = 71 } } ]",
    "any = []",
    "not = { pension = false }",
    "not = {}",
    "not = { not = { pension = true } }",
    "pension = false, age = { from = 71 }",
]


@pytest.mark.parametrize("condition", TRUE)
def test_a_condition_holds_on_these_facts(condition: str) -> None:
    assert holds(condition)


@pytest.mark.parametrize("condition", FALSE)
def test_a_condition_does_not_hold_on_these_facts(condition: str) -> None:
    assert not holds(condition)


ON_UNKNOWN = [
    "age = { from = 0 }",
    "age = { to = 150 }",
    'category = ["three-no"]',
    'all_categories = ["three-no"]',
    "disability_grade = { to = 4 }",
    "care_level = { from = 0 }",
    "pension = true",
    "pension = false",
    'monthly_income = { to = "99999.00" }',
    'household_division = ["6"]',
    'residence_division = ["6"]',
    'canteen_division = ["6"]',
    'canteen_within = { household = "province" }',
    'canteen_within = { residence = "province" }',
    "distance_km = { from = 0 }",
    'living = ["alone", "empty-nest", "with-family", "care-home"]',
    "workday = true",
    "workday = false",
    'canteen = ["beimen"]',
    'canteen_area = ["urban", "rural"]',
    "birthday = true",
    "birthday = false",
]


@pytest.mark.parametrize("condition", ON_UNKNOWN)
def test_a_condition_on_an_unknown_fact_does_not_hold_and_its_not_does(condition: str) -> None:
    assert not holds(condition, ElderFacts(), CanteenFacts(), workday=None)
    assert holds(f"not = {{ {condition} }}", ElderFacts(), CanteenFacts(), workday=None)


def test_a_canteen_of_fewer_digits_than_the_level_needs_is_in_no_such_place() -> None:
    assert not holds('canteen_within = { household = "town" }', canteen=CanteenFacts(division="620102"))
    assert holds('canteen_within = { household = "district" }', canteen=CanteenFacts(division="620102"))


def test_the_keys_inside_any_and_not_are_mentioned_too() -> None:
    when = read_when(
        {"any": [{"pension": True}, {"not": {"workday": True}}], "age": {"from": 1}}, "when", Faults()
    )

    assert when is not None
    assert mentions(when) == {"pension", "workday", "age"}


@pytest.mark.parametrize(
    ("on", "is_true"),
    [
        (date(2027, 3, 1), True),
        (date(2027, 2, 28), False),
        (date(2028, 2, 29), True),
        (date(2028, 3, 1), False),
    ],
)
def test_a_birthday_of_29_february_is_kept_on_1_march_in_common_years(on: date, is_true: bool) -> None:
    reckoning = Reckoning(0, Facts(on=on, meal="lunch", elder=ElderFacts(born_on=date(1948, 2, 29))), 79)

    assert reckoning.is_birthday is is_true
