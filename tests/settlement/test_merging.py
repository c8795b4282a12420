"""De-identified lines: never fewer than five elders, never a difference that shows one."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from canteen.settlement.merging import Use, age_bands, chart_columns, stretches, use_lines

NOVEMBER = st.dates(date(2026, 11, 1), date(2026, 11, 30))


def use(
    day: int, elder: int, fen: int = 400, period: str = "lunch", age: int | None = 80, meals: int = 1
) -> Use:
    return Use(date(2026, 11, day), period, elder, age, fen * meals, meals)


def test_days_are_put_together_until_five_elders_stand_behind_them() -> None:
    uses = (
        [use(3, elder) for elder in range(6)] + [use(4, 1), use(5, 2)] + [use(6, elder) for elder in range(5)]
    )

    lines = use_lines(stretches(uses))

    assert [(line.from_on.day, line.until_on.day, line.meals, line.elders) for line in lines] == [
        (3, 3, 6, 6),
        (4, 6, 7, 5),
    ]
    assert [column.label for column in chart_columns(stretches(uses))] == ["3", "4–6"]


def test_what_is_left_over_joins_the_last_stretch() -> None:
    uses = [use(3, elder) for elder in range(5)] + [use(4, 1)]

    assert [(line.from_on.day, line.until_on.day, line.meals) for line in use_lines(stretches(uses))] == [
        (3, 4, 6)
    ]


def test_a_day_is_told_by_rate_only_where_each_rate_has_five_elders() -> None:
    large = [use(3, elder) for elder in range(5)] + [use(3, elder, fen=250) for elder in range(5, 10)]
    small = [use(3, elder) for elder in range(9)] + [use(3, 9, fen=250)]

    assert [(line.unit_fen, line.meals) for line in use_lines(stretches(large))] == [(250, 5), (400, 5)]
    assert [(line.unit_fen, line.meals) for line in use_lines(stretches(small))] == [(None, 10)]


def test_few_elders_make_one_line_about_all_of_them() -> None:
    assert [(line.elders, line.meals) for line in use_lines(stretches([use(3, 1), use(9, 2)]))] == [(2, 2)]
    assert use_lines(stretches([])) == ()
    assert age_bands([]) == ()


def test_small_age_bands_join_their_neighbours() -> None:
    uses = [use(3, elder, age=66) for elder in range(6)] + [use(3, elder, age=83) for elder in range(6, 9)]
    uses += [use(3, elder, age=91) for elder in range(9, 14)]

    bands = age_bands(uses)

    assert [(band.elders, band.meals) for band in bands] == [(6, 6), (8, 8)]
    assert bands[0].label == "69 岁及以下"
    assert bands[1].label == "70 岁及以上"


@given(
    st.lists(
        st.tuples(
            NOVEMBER, st.integers(0, 30), st.sampled_from([200, 400]), st.sampled_from(["lunch", "dinner"])
        ),
        max_size=120,
    )
)
def test_lines_keep_every_meal_and_hide_everybody(eaten: list[tuple[date, int, int, str]]) -> None:
    uses = [Use(on, period, elder, 60 + elder, fen, 1) for on, elder, fen, period in eaten]

    lines, bands = use_lines(stretches(uses)), age_bands(uses)

    assert sum(line.meals for line in lines) == sum(band.meals for band in bands) == len(uses)
    assert sum(line.amount_fen for line in lines) == sum(use.amount_fen for use in uses)
    for parts in (lines, bands):
        assert len(parts) <= 1 or all(part.elders >= 5 for part in parts)
    assert sum(band.elders for band in bands) == len({use.elder_id for use in uses})
