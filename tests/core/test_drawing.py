"""Which funds a day can draw on: what holds for everybody or for nobody decides, what depends on the elder is left open."""

from datetime import date
from typing import Any

import pytest

from canteen.core.division import CanteenFacts
from canteen.core.drawing import funds_of_day
from canteen.core.programme import read_programme
from tests.factories import programme

FRIDAY = date(2026, 11, 20)
HERE = CanteenFacts("beimen", "urban", "620102001001")


def drawn(when: dict[str, Any], meal: str | None = "lunch", is_workday: bool | None = True, **version: Any) -> bool:
    rule = {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "when": when, "pays": "all"}
    read, faults = read_programme(programme([rule], **version))
    assert read is not None, faults
    in_force = read.version_on(FRIDAY)
    assert in_force is not None
    return "weida" in funds_of_day(in_force, FRIDAY, HERE, is_workday, meal)


@pytest.mark.parametrize(
    ("when", "can"),
    [
        ({}, True),
        ({"weekday": [5]}, True),
        ({"weekday": [6, 7]}, False),
        ({"not": {"weekday": [5]}}, False),
        ({"meal": ["lunch"]}, True),
        ({"meal": ["dinner"]}, False),
        ({"workday": False}, False),
        ({"canteen": ["nanmen"]}, False),
        ({"canteen_area": ["rural"]}, False),
        ({"canteen_division": ["620102"]}, True),
        ({"age": {"from": 80}, "category": ["low-income"]}, True),
        ({"birthday": True, "weekday": [6]}, False),
        ({"any": [{"weekday": [6]}, {"birthday": True}]}, True),
        ({"any": [{"weekday": [6]}, {"meal": ["dinner"]}]}, False),
        ({"not": {"category": ["low-income"]}}, True),
    ],
)
def test_a_day_that_rules_a_gift_out_for_everybody_draws_on_no_fund(when: dict[str, Any], can: bool) -> None:
    assert drawn(when) is can


def test_without_a_meal_any_meal_of_the_day_counts() -> None:
    assert drawn({"meal": ["dinner"]}, meal=None)
    assert not drawn({"weekday": [6]}, meal=None)


def test_a_meal_that_the_notice_leaves_out_draws_on_nothing() -> None:
    assert not drawn({}, meal="dinner", meals=["lunch"])


def test_an_unknown_calendar_is_no_working_day() -> None:
    assert not drawn({"workday": True}, is_workday=None)
