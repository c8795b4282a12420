"""Amounts as text and as fen, and splits to the fen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.core.money import parse_signed_yuan, parse_yuan, plain_yuan, split_by_weights, yuan


@pytest.mark.parametrize(
    ("text", "fen"), [("9.00", 900), ("9", 900), ("9.5", 950), ("0", 0), ("0.01", 1), ("1234.50", 123_450)]
)
def test_an_amount_is_read_in_whole_fen(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text", ["", " 9", "9 ", "9.", ".5", "9.001", "-9", "+9", "1,000", "９", "1e3", "nan", "9.00\n", "1" * 13]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        parse_yuan(text)


def test_a_signed_amount_is_read_where_it_is_asked_for() -> None:
    assert parse_signed_yuan("-9.50") == -950
    assert parse_signed_yuan("9.50") == 950


def test_amounts_are_written_for_papers_and_for_files() -> None:
    assert yuan(123_450) == "1,234.50"
    assert yuan(-5) == "-0.05"
    assert plain_yuan(123_450) == "1234.50"
    assert plain_yuan(-123_450) == "-1234.50"


@given(st.integers(0, 10**13))
def test_a_written_amount_is_read_back(fen: int) -> None:
    assert parse_yuan(plain_yuan(fen)) == fen


def test_a_split_gives_what_is_left_over_to_the_largest_remainders() -> None:
    # 9.00 at 40 to 60; 0.10 at 1 to 2 is 3.33 and 6.67 fen; 1.00 at 2 to 5 to 1 is 25, 62.5 and 12.5 fen.
    assert split_by_weights(900, [("city", 40), ("district", 60)]) == [("city", 360), ("district", 540)]
    assert split_by_weights(10, [("a", 1), ("b", 2)]) == [("a", 3), ("b", 7)]
    assert split_by_weights(100, [("a", 2), ("b", 5), ("c", 1)]) == [("a", 25), ("b", 63), ("c", 12)]


def test_a_tie_of_remainders_goes_to_the_part_written_first() -> None:
    assert split_by_weights(1, [("district", 50), ("city", 50)]) == [("district", 1), ("city", 0)]
    assert split_by_weights(10, [("a", 1), ("b", 1), ("c", 1)]) == [("a", 4), ("b", 3), ("c", 3)]


@given(
    st.integers(0, 10**9),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=12).map(
        lambda weights: [(str(at), weight) for at, weight in enumerate(weights)]
    ),
)
def test_the_parts_sum_to_the_amount_and_lie_within_a_fen_of_their_share(
    amount: int, weights: list[tuple[str, int]]
) -> None:
    parts = split_by_weights(amount, weights)

    total = sum(weight for _, weight in weights)
    assert sum(fen for _, fen in parts) == amount
    assert [name for name, _ in parts] == [name for name, _ in weights]
    for (_, fen), (_, weight) in zip(parts, weights, strict=True):
        assert abs(fen * total - amount * weight) < total


@pytest.mark.parametrize(("amount", "weights"), [(-1, [("a", 1)]), (1, []), (1, [("a", 0)])])
def test_a_split_that_could_not_sum_is_refused(amount: int, weights: list[tuple[str, int]]) -> None:
    with pytest.raises(ValueError, match="split"):
        split_by_weights(amount, weights)
