"""Ages, periods and windows."""

from __future__ import annotations

from datetime import date

import pytest

from canteen.core.calendar import (
    AgeCounts,
    age_on,
    as_meal_period,
    birthday_in,
    month_of,
    months_of,
    next_month,
    parse_month,
    parse_period,
    previous_month,
    window_of,
)

ORDINARY = date(1950, 3, 15)
LEAP = date(1948, 2, 29)
LAST_DAY = date(1950, 12, 31)


@pytest.mark.parametrize(
    ("born_on", "age_counts", "first_on"),
    [
        (ORDINARY, "birthday", date(2015, 3, 15)),
        (ORDINARY, "day-after", date(2015, 3, 16)),
        (ORDINARY, "next-month", date(2015, 4, 1)),
        (ORDINARY, "next-year", date(2016, 1, 1)),
        (LAST_DAY, "birthday", date(2015, 12, 31)),
        (LAST_DAY, "day-after", date(2016, 1, 1)),
        (LAST_DAY, "next-month", date(2016, 1, 1)),
        (LAST_DAY, "next-year", date(2016, 1, 1)),
    ],
)
def test_sixty_five_is_reached_on_the_day_that_the_notice_says(
    born_on: date, age_counts: AgeCounts, first_on: date
) -> None:
    assert age_on(born_on, first_on, age_counts) == 65
    assert age_on(born_on, date.fromordinal(first_on.toordinal() - 1), age_counts) == 64


@pytest.mark.parametrize(
    ("age_counts", "common", "leap"),
    [
        ("birthday", date(2015, 3, 1), date(2016, 2, 29)),
        ("day-after", date(2015, 3, 2), date(2016, 3, 1)),
        ("next-month", date(2015, 4, 1), date(2016, 3, 1)),
        ("next-year", date(2016, 1, 1), date(2017, 1, 1)),
    ],
)
def test_born_on_29_february_is_reckoned_from_1_march_in_common_years(
    age_counts: AgeCounts, common: date, leap: date
) -> None:
    for first_on, years in ((common, 67), (leap, 68)):
        assert age_on(LEAP, first_on, age_counts) == years
        assert age_on(LEAP, date.fromordinal(first_on.toordinal() - 1), age_counts) == years - 1


def test_1900_was_no_leap_year() -> None:
    assert birthday_in(date(1896, 2, 29), 1900) == date(1900, 3, 1)
    assert birthday_in(LEAP, 2000) == date(2000, 2, 29)


@pytest.mark.parametrize("age_counts", ["birthday", "day-after", "next-month", "next-year"])
def test_nobody_is_younger_than_nothing(age_counts: AgeCounts) -> None:
    assert age_on(ORDINARY, ORDINARY, age_counts) == 0
    assert age_on(ORDINARY, date(1949, 1, 1), age_counts) == 0
    assert age_on(ORDINARY, date(9999, 12, 31), age_counts) in (8048, 8049)


@pytest.mark.parametrize(
    ("text", "first_on", "last_on"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-11-01..2026-12-15", date(2026, 11, 1), date(2026, 12, 15)),
    ],
)
def test_a_period_is_read_by_the_text_that_people_write(text: str, first_on: date, last_on: date) -> None:
    period = parse_period(text)

    assert (period.text, period.first_on, period.last_on) == (text, first_on, last_on)
    assert first_on in period
    assert date.fromordinal(last_on.toordinal() + 1) not in period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-13",
        "2026-00",
        "26-11",
        "2026-Q5",
        "2026-11-01",
        "2026-11-31..2026-12-01",
        "2026-12-15..2026-11-01",
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_period(text)


def test_a_quarter_is_no_month() -> None:
    with pytest.raises(ValueError, match="month"):
        parse_month("2026-Q4")


def test_months_follow_each_other_over_the_year() -> None:
    assert month_of(date(2026, 11, 20)) == "2026-11"
    assert next_month("2026-12") == "2027-01"
    assert previous_month("2026-01") == "2025-12"
    assert months_of(parse_period("2026-11-30..2027-01-01")) == ["2026-11", "2026-12", "2027-01"]


def test_a_week_begins_on_monday() -> None:
    assert window_of("week", date(2026, 11, 22)) == (date(2026, 11, 16), date(2026, 11, 22))
    assert window_of("week", date(2026, 11, 23)) == (date(2026, 11, 23), date(2026, 11, 29))
    assert window_of("week", date(2026, 1, 1)) == (date(2025, 12, 29), date(2026, 1, 4))


def test_the_other_windows_are_cut_by_the_calendar() -> None:
    on = date(2026, 11, 20)
    assert window_of("meal-period", on) == window_of("day", on) == (on, on)
    assert window_of("month", on) == (date(2026, 11, 1), date(2026, 11, 30))
    assert window_of("year", on) == (date(2026, 1, 1), date(2026, 12, 31))
    with pytest.raises(ValueError, match="fortnight"):
        window_of("fortnight", on)


def test_only_three_meal_periods_are_known() -> None:
    assert as_meal_period("lunch") == "lunch"
    with pytest.raises(ValueError, match="brunch"):
        as_meal_period("brunch")
