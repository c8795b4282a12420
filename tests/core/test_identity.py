"""Identity numbers: read as people write them, and the first thing wrong with them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canteen.core.identity import (
    IdentityFault,
    IdentityNumber,
    Sex,
    birth_date,
    check_character,
    division,
    first_fault,
    masked,
    normalise,
    sex,
)

TODAY = date(2026, 11, 20)
GOOD = "11010519491231002X"  # The example of GB 11643-1999.


def fault(value: object) -> IdentityFault | None:
    return first_fault(value, TODAY, lambda code: code == "110105")


def number(body: str) -> str:
    return body + (check_character(body) or "")


@pytest.mark.parametrize(
    "written",
    [
        GOOD,
        GOOD.lower(),
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002x ",
        "110105\u300019491231\t002X",
    ],
)
def test_a_number_is_good_however_it_is_written(written: str) -> None:
    assert fault(written) is None
    assert normalise(written) == GOOD


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "id-missing"),
        ("", "id-missing"),
        (" \u3000", "id-missing"),
        ("6.20102E+17", "id-scientific"),
        ("６.２０１０２e＋17", "id-scientific"),
        (6.201021953032361e17, "id-scientific"),
        (620102195303236100, "id-scientific"),
        (110105194912310, "id-scientific"),
        (Decimal("110105194912310"), "id-scientific"),
        (11010519491231, "id-length"),
        ("110105491231002", "id-length"),
        (GOOD[:-1], "id-length"),
        (GOOD + "1", "id-length"),
        ("110105194913310022", "id-date"),
        ("110105195002290027", "id-date"),
        ("1101051949AB31002X", "id-date"),
        ("110105194912310021", "id-checksum"),
        ("11010519491231X021", "id-checksum"),
    ],
)
def test_the_first_fault_is_named(value: object, expected: str) -> None:
    assert fault(value) == expected


def test_a_date_is_looked_at_before_the_check_character_and_that_before_the_division() -> None:
    wrong_everywhere = "999999195013310021"
    wrong_check_and_division = "999999195012310021"
    wrong_division = number("99999919501231002")

    assert fault(wrong_everywhere) == "id-date"
    assert fault(wrong_check_and_division) == "id-checksum"
    assert fault(wrong_division) == "id-division"


def test_a_birth_date_in_the_future_is_a_fault_and_being_young_is_none() -> None:
    assert fault(number("11010520261120002")) is None
    assert fault(number("11010520261121002")) == "id-date"


def test_what_a_number_says_of_its_holder() -> None:
    identity = IdentityNumber(GOOD)

    assert birth_date(identity) == date(1949, 12, 31)
    assert sex(identity) is Sex.FEMALE
    assert division(identity) == "110105"


def test_a_number_is_shown_by_its_ends() -> None:
    assert masked("310105194912310034") == "310***********34"
    assert masked("1234") == "****"


@given(st.integers(0, 16), st.integers(1, 9))
def test_any_single_digit_misread_is_caught(place: int, shift: int) -> None:
    altered = GOOD[:place] + str((int(GOOD[place]) + shift) % 10) + GOOD[place + 1 :]

    assert check_character(altered) != GOOD[-1]


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    assert fault(text) is None or isinstance(fault(text), IdentityFault)
