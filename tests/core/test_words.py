from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.core.money import yuan
from canteen.core.words import (
    capitals,
    day_in_words,
    month_in_words,
    period_in_words,
)

PUBLISHED = [
    (0, "人民币零元整"),
    (5_00, "人民币伍元整"),
    (10_00, "人民币壹拾元整"),
    (1409_50, "人民币壹仟肆佰零玖元伍角整"),
    (6007_14, "人民币陆仟零柒元壹角肆分"),
    (325_04, "人民币叁佰贰拾伍元零肆分"),
    (16409_02, "人民币壹万陆仟肆佰零玖元零贰分"),
    (1680_32, "人民币壹仟陆佰捌拾元零叁角贰分"),
    (107000_53, "人民币壹拾万柒仟元零伍角叁分"),
    (100010001_00, "人民币壹亿零壹万零壹元整"),
]

WORKED_OUT_BY_HAND = [
    (5, "人民币伍分"),
    (50, "人民币伍角整"),
    (55, "人民币伍角伍分"),
    (1_05, "人民币壹元零伍分"),
    (1_50, "人民币壹元伍角整"),
    (10_50, "人民币壹拾元零伍角整"),
    (1001_00, "人民币壹仟零壹元整"),
    (10010_00, "人民币壹万零壹拾元整"),
    (20000005_03, "人民币贰仟万零伍元零叁分"),
    (10_0000_0000_00, "人民币壹拾亿元整"),
    (1_0000_0001_0000_00, "人民币壹万亿零壹万元整"),
    (1_2000_0000_0000_00, "人民币壹万贰仟亿元整"),
]


@pytest.mark.parametrize(("fen", "words"), PUBLISHED)
def test_an_amount_in_capitals_follows_the_published_table(fen, words):
    assert capitals(fen) == words


@pytest.mark.parametrize(("fen", "words"), WORKED_OUT_BY_HAND)
def test_an_amount_in_capitals_reads_several_zeros_as_one(fen, words):
    assert capitals(fen) == words


def test_a_negative_amount_is_to_be_deducted_and_never_called_minus():
    assert capitals(-12_60) == "应扣人民币壹拾贰元陆角整"
    assert yuan(-12_60) == "-12.60"


def test_an_amount_without_a_name_is_refused():
    with pytest.raises(ValueError, match="no name"):
        capitals(10**18)


@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_capitals_can_be_read_back_to_the_same_amount(fen):
    assert read_capitals(capitals(fen)) == fen


@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_capitals_never_write_a_zero_twice_nor_end_a_fen_with_the_word_whole(fen):
    words = capitals(fen)

    assert "零零" not in words
    assert words.endswith("整") != (fen % 10 != 0)


def read_capitals(words: str) -> int:
    """Reads capitals by the values of their characters, a way of its own."""
    digits = {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
    total = section = group = digit = 0
    for c in words.removeprefix("人民币"):
        if c in digits:
            digit = digits[c]
        elif c in "拾佰仟":
            group += digit * {"拾": 10, "佰": 100, "仟": 1000}[c]
            digit = 0
        elif c == "万":
            section += (group + digit) * 10_000
            group = digit = 0
        elif c == "亿":
            total += (section + group + digit) * 100_000_000
            section = group = digit = 0
        elif c == "元":
            total = (total + section + group + digit) * 100
            section = group = digit = 0
        elif c in "角分":
            total += digit * (10 if c == "角" else 1)
            digit = 0
    return total


def test_fen_are_printed_as_yuan_with_commas():
    assert [yuan(fen) for fen in (0, 5, 1234_50, 1_234_567_89, -5)] == [
        "0.00",
        "0.05",
        "1,234.50",
        "1,234,567.89",
        "-0.05",
    ]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), "2026 年 11 月"),
        (date(2026, 2, 1), date(2026, 2, 28), "2026 年 2 月"),
        (date(2026, 10, 1), date(2026, 12, 31), "2026 年第四季度"),
        (date(2026, 1, 1), date(2026, 12, 31), "2026 年"),
        (date(2026, 11, 1), date(2026, 12, 15), "2026 年 11 月 1 日至 12 月 15 日"),
        (date(2026, 12, 20), date(2027, 1, 5), "2026 年 12 月 20 日至 2027 年 1 月 5 日"),
        (date(2026, 11, 3), date(2026, 11, 3), "2026 年 11 月 3 日"),
    ],
)
def test_a_period_is_called_by_its_name(first, last, words):
    assert period_in_words(first, last) == words


def test_a_day_and_a_month_in_words_have_no_leading_zero():
    assert day_in_words(date(2026, 1, 5)) == "2026 年 1 月 5 日"
    assert month_in_words(date(2026, 1, 5)) == "2026 年 1 月"
