"""The days of the lunar festivals."""

from datetime import date, timedelta

import pytest
from chinese_calendar import Holiday, get_holiday_detail

from canteen.core.festivals import CODES, Festival, festivals_between

EVERY = festivals_between(date(2024, 1, 1), date(2036, 12, 31))


def days(code: str) -> list[date]:
    return [found.on for found in EVERY if found.code == code]


def test_the_double_ninth_of_the_years_to_come() -> None:
    assert festivals_between(date(2026, 10, 1), date(2027, 10, 31))[::4] == [
        Festival("double-ninth", date(2026, 10, 18)), Festival("double-ninth", date(2027, 10, 8)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "holiday"),
    [
        ("spring", Holiday.spring_festival), ("dragon-boat", Holiday.dragon_boat_festival),
        ("mid-autumn", Holiday.mid_autumn_festival),
    ],
)  # fmt: skip
def test_festivals_lie_in_the_holidays_that_the_state_council_published(code: str, holiday: Holiday) -> None:
    published = [on for on in days(code) if on.year in (2024, 2025, 2026)]

    named = [(get_holiday_detail(on), get_holiday_detail(on - timedelta(days=1))) for on in published]

    assert len(published) == 3
    # In 2025 the mid-autumn festival lay in the week of the national day, which bears its name.
    assert all(is_free and name in (holiday.value, "National Day") for (is_free, name), _before in named)


def test_every_year_has_each_festival_and_months_are_29_or_30_days_long() -> None:
    assert [len(days(code)) for code in CODES] == [13, 13, 13, 13]
    for first, fifth, eighth, ninth in zip(*(days(code) for code in CODES), strict=True):
        assert (ninth - eighth).days in (23, 24)  # from the 15th of a month to the 9th of the next
        assert (fifth - first).days - 4 in range(4 * 29, 4 * 30 + 1) or (fifth - first).days - 4 in range(145, 151)
        assert (eighth - fifth).days - 10 in range(87, 91) or (eighth - fifth).days - 10 in range(116, 121)


def test_a_year_beyond_the_table_is_not_guessed() -> None:
    assert festivals_between(date(2037, 1, 1), date(2037, 12, 31)) == []
    assert festivals_between(date(2026, 10, 19), date(2026, 12, 31)) == []
