"""The vocabularies that rules speak in: shipped, extendable, never overwritten."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.subsidies import queries
from canteen.subsidies.services import add_category, seed_vocabulary, set_working_day

HOLIDAY = date(2026, 10, 5)
SHIPPED = (
    "three-no", "destitute", "low-income", "near-low-income", "marginal", "severe-disability", "special-care",
    "bereaved", "incapacitated", "dementia", "left-behind", "model-worker", "member",
)  # fmt: skip


def codes() -> list[str]:
    with reading() as session:
        return [row.code for row in queries.categories(session)]


def is_workday(on: date) -> bool | None:
    with reading() as session:
        return queries.working_days(session, [on.year]).is_workday(on)


def test_the_shipped_categories_and_working_days_are_seeded_once(app: Flask) -> None:
    seed_vocabulary()
    seed_vocabulary()

    assert codes() == list(SHIPPED)
    assert is_workday(HOLIDAY) is False
    assert is_workday(date(2026, 10, 10)) is True
    assert is_workday(date(2099, 1, 1)) is None
    with reading() as session:
        years = queries.calendar_years(session)
    assert years[-1] >= 2026
    assert years == list(range(years[0], years[-1] + 1))


def test_what_an_office_corrects_survives_the_next_seeding(app: Flask) -> None:
    seed_vocabulary()
    set_working_day(HOLIDAY, True, "临时调整", "system:tests")

    seed_vocabulary()

    assert is_workday(HOLIDAY) is True


def test_a_year_that_the_shipped_table_lacks_is_entered_day_by_day(app: Flask) -> None:
    set_working_day(date(2031, 1, 1), False, "元旦", "system:tests")

    assert is_workday(date(2031, 1, 1)) is False
    assert is_workday(date(2031, 1, 2)) is None


def test_an_office_adds_a_category_of_its_own(app: Flask) -> None:
    seed_vocabulary()

    add_category("heroes", "英模", "Heroes", "system:tests")

    assert codes() == [*SHIPPED, "heroes"]


@pytest.mark.parametrize(
    ("code", "title", "refusal"),
    [
        ("Heroes", "英模", "category-code"),
        ("heroes", " ", "text-missing"),
        ("member", "会员", "category-taken"),
    ],
)
def test_a_category_that_cannot_be_kept_is_refused(app: Flask, code: str, title: str, refusal: str) -> None:
    seed_vocabulary()

    with pytest.raises(Refusal) as refused:
        add_category(code, title, "", "system:tests")

    assert refused.value.code == refusal
    assert codes() == list(SHIPPED)
