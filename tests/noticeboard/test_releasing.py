"""No figure of the sponsor's page, and no difference of two, tells of fewer than five elders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, count, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from canteen.noticeboard.portal.releasing import Record, Released, Stretch, release
from canteen.noticeboard.portal.tables import Cell, Table, table
from canteen.settlement.cells import Piece, canteen_lines
from canteen.settlement.merging import BANDS, Use, age_bands, band_groups, stretches

MONTH = date(2026, 11, 1)
DAYS = 12
FEW = settings(max_examples=100, deadline=None)


def evening(day: int) -> datetime:
    return datetime(2026, 11, 1, 12, tzinfo=UTC) + timedelta(days=day)


def on(day: int) -> date:
    return MONTH + timedelta(days=day)


def records(days: Sequence[Iterable[int]]) -> list[Record]:
    """A meal for 4.00 of each elder on each day, in the journal at noon."""
    numbers = count(1)
    return [
        Record(next(numbers), elder, on(day), evening(day) - timedelta(hours=8), 400, 1)
        for day, elders in enumerate(days)
        for elder in elders
    ]


def pages(found: Sequence[Record], days: int = DAYS) -> list[Released]:
    """What the page told on each evening."""
    evenings = [evening(day) for day in range(days)]
    return [release(found, evenings[: day + 1]) for day in range(days)]


def spans(released: Released) -> list[tuple[int, int, int]]:
    return [(one.from_on.day, one.until_on.day, one.meals) for one in released.stretches]


def test_a_day_is_told_on_the_evening_when_five_more_have_eaten_after_it() -> None:
    found = pages(records([range(5), range(7), range(6)]), 3)

    assert [spans(page) for page in found] == [[], [(1, 1, 5)], [(1, 1, 5), (2, 2, 7)]]


def test_days_of_few_are_told_together_and_the_last_ones_wait_for_the_statement() -> None:
    found = pages(records([range(3), range(2, 6), range(6), range(4)]), 4)

    assert spans(found[2]) == [(1, 2, 7)]
    assert found[3] == found[2]
    assert not found[3].holds_back_few, "nine people's meals of two days are held back"


def test_the_same_four_elders_are_never_told_however_often_they_eat() -> None:
    found = pages(records([range(4)] * DAYS))

    assert all(page == Released((), True) for page in found)


def test_a_cancelled_meal_that_was_not_told_never_was() -> None:
    found = records([range(6), range(6)])
    found.append(Record(1, 0, on(0), evening(0) - timedelta(hours=7), -400, -1))

    assert spans(pages(found, 2)[1]) == [(1, 1, 5)]


def test_a_correction_of_a_told_day_changes_nothing_before_the_statement() -> None:
    found = records([range(6), range(6), range(5, 11), range(6, 12)])
    told = spans(pages(found, 4)[3])
    found.append(Record(1, 0, on(0), evening(2) - timedelta(hours=1), -400, -1))
    found.append(Record(90, 20, on(0), evening(2) - timedelta(hours=1), 400, 1))

    assert spans(pages(found, 4)[3]) == told == [(1, 1, 6), (2, 2, 6), (3, 3, 6)]


# --- simulated months -------------------------------------------------------------------------------------------

MONTHS = st.lists(st.frozensets(st.integers(0, 13), max_size=9), min_size=DAYS, max_size=DAYS)
CANCELLED = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 3)), max_size=12)
LATE = st.lists(st.tuples(st.integers(0, DAYS - 1), st.integers(0, 13), st.integers(1, 4)), max_size=6)


def behind(parts: Iterable[Iterable[Record]]) -> int:
    """How many elders stand behind a sum of records: those of whom something is left in it."""
    sums: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for record in (record for part in parts for record in part):
        meals, fen = sums[record.elder_id]
        sums[record.elder_id] = meals + record.meals, fen + record.amount_fen
    return sum(1 for held in sums.values() if held != (0, 0))


def told_records(found: Sequence[Record], before: Released, after: Released, at: datetime) -> list[Record]:
    """The records behind the stretches that one page tells and an earlier one did not."""
    new = after.stretches[len(before.stretches) :]
    return [
        record
        for record in found
        for one in new
        if record.posted_at <= at and one.from_on <= record.on <= one.until_on
    ]


@FEW
@given(MONTHS, CANCELLED, LATE, CANCELLED)
def test_no_two_views_of_a_month_differ_by_fewer_than_five(
    days: list[frozenset[int]],
    cancelled: list[tuple[int, int]],
    late: list[tuple[int, int, int]],
    other_month: list[tuple[int, int]],
) -> None:
    """With meals cancelled hours or days later, uploaded days later, and meals of another month taken back."""
    found = [*records(days), *late_records(late), *mirrors_of_another_month(other_month)]
    found += cancellations(found, cancelled)

    seen = pages(found)

    for before, after in pairwise(seen):
        assert after.stretches[: len(before.stretches)] == before.stretches, "what was told stays as it was"
    parts = [
        told_records(found, before, after, evening(day + 1))
        for day, (before, after) in enumerate(pairwise(seen))
    ]
    for first in range(len(parts)):
        for last in range(first, len(parts)):
            left = behind(parts[first : last + 1])
            assert left == 0 or left >= 5, "the difference of two evenings' pages"
    for one in seen[-1].stretches:
        assert len(one.elders) >= 5


def late_records(late: list[tuple[int, int, int]]) -> list[Record]:
    return [
        Record(500 + number, elder, on(day), evening(day) + timedelta(days=delay), 400, 1)
        for number, (day, elder, delay) in enumerate(late)
    ]


def mirrors_of_another_month(places: list[tuple[int, int]]) -> list[Record]:
    return [
        Record(900 + number, place % 14, on(day * 3), evening(day * 3) - timedelta(hours=1), -400, -1)
        for number, (place, day) in enumerate(places)
    ]


def cancellations(found: Sequence[Record], places: list[tuple[int, int]]) -> list[Record]:
    meals = {record.meal_id: record for record in found if record.meals > 0}
    chosen = {place: after for place, after in places if place in meals}
    return [
        Record(place, meals[place].elder_id, meals[place].on, meals[place].posted_at + timedelta(days=after, hours=1), -400, -1)
        for place, after in chosen.items()
    ]  # fmt: skip


@FEW
@given(MONTHS)
def test_the_page_never_cuts_a_month_where_its_statement_does_not(days: list[frozenset[int]]) -> None:
    found = records(days)
    uses = [Use(record.on, "lunch", record.elder_id, 70, record.amount_fen, 1) for record in found]

    sealed = [
        (min(use.on for use in stretch), max(use.on for use in stretch), len(stretch))
        for stretch in stretches(uses)
    ]

    for page in pages(found):
        told = [(one.from_on, one.until_on, one.meals) for one in page.stretches]
        assert told == sealed[: len(told)]
        rest = {use.elder_id for use in uses if not told or use.on > told[-1][1]}
        assert not told or len(rest) >= 5, "what the statement tells beyond the page"


ROWS = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, 25), st.integers(58, 95), st.integers(0, 9)),
    min_size=1,
    max_size=70,
)


@FEW
@given(ROWS)
def test_no_cell_and_no_margin_less_its_cells_tells_of_fewer_than_five(
    rows: list[tuple[int, int, int, int]],
) -> None:
    ages = {elder: age for _, elder, age, _ in rows}
    uses = [use(canteen, elder, ages[elder], -1 if sign == 0 else 1) for canteen, elder, _, sign in rows]
    units = statement_units(uses)

    made = table(uses, units)

    if made is None:
        steady = {one.elder_id for one in uses} - {one.elder_id for one in uses if one.meals < 0}
        assert len(steady) < 5
        return
    assert sum(cell.meals for row in made.cells for cell in row) == sum(one.meals for one in uses)
    assert {canteen for row in made.canteens for canteen in row} >= {one.canteen_id for one in uses}
    for unit in units:
        held = [row for row in made.canteens if set(row) & set(unit) & {one.canteen_id for one in uses}]
        assert len(held) <= 1, "a row is a union of the statement's"
    for line in (*made.cells, *zip(*made.cells, strict=True)):
        for chosen in chosen_cells(line):
            left = behind_uses([one for cell in chosen for one in uses if one.elder_id in cell.elders])
            assert left == 0 or left >= 5, "a margin less some of its cells is the others"
            assert any(cell.elders for cell in chosen) == any(not cell.is_empty for cell in chosen)
    check_bands(made, uses)


def use(canteen: int, elder: int, age: int, meals: int = 1) -> Use:
    return Use(MONTH, "lunch", elder, age, 400 * meals, meals, canteen)


def statement_units(uses: Sequence[Use]) -> list[tuple[int, ...]]:
    lines = canteen_lines(
        [Piece(uses, uses, is_whole=True)], [(canteen, str(canteen)) for canteen in range(1, 5)]
    )
    return [tuple(int(number) for number in line.names) for line in lines]


def chosen_cells(line: Sequence[Cell]) -> Iterator[tuple[Cell, ...]]:
    for size in range(1, min(len(line), 3) + 1):
        yield from combinations(line, size)


def behind_uses(uses: Sequence[Use]) -> int:
    return len({one.elder_id for one in uses})


def check_bands(made: Table, uses: Sequence[Use]) -> None:
    """The columns are bands of the month's statement, or several of them together."""
    told = [line.meals for line in age_bands(uses)]
    sums = [sum(row[place].meals for row in made.cells) for place in range(len(made.ages))]
    assert sum(sums) == sum(told)
    edges = [low for low, _ in made.ages]
    groups = [BANDS[group[0]][0] for group in band_groups(uses)]
    assert set(edges) <= set(groups)


def test_a_small_canteen_joins_another_and_leaves_the_ages_apart() -> None:
    large = [use(1, elder, 62 + elder) for elder in range(30)]
    small = [use(2, 100 + elder, 66 + 5 * elder) for elder in range(6)]
    third = [use(3, 200 + elder, 62 + elder) for elder in range(30)]

    made = table([*large, *small, *third], [(1,), (2,), (3,)])

    assert made is not None
    assert made.canteens == ((1,), (3, 2))
    assert made.ages == ((0, 69), (70, 74), (75, 79), (80, 84), (85, None))
    assert all(len(cell.elders) >= 5 for row in made.cells for cell in row)


def test_figures_do_not_carry_elders_into_logs() -> None:
    one = Stretch(MONTH, MONTH, 5, 2_000, frozenset(range(5)))

    assert "elders" not in repr(one)
    assert "elder_id" not in repr(Record(1, 7, MONTH, evening(0), 400, 1))
    assert "elders" not in repr(Cell(5, 2_000, False, frozenset(range(5))))
