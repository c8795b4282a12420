"""The 18-digit number of a resident identity card: read, checked, and shown only in part.

GB 11643-1999: six digits of administrative division, eight of the birth date, three of order (odd for
men, even for women) and a check character by ISO 7064 MOD 11-2.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NewType

IdentityNumber = NewType("IdentityNumber", str)
"""Eighteen characters that passed `first_fault`."""

LENGTH = 18
OLDEST_YEARS = 130
"""Nobody has lived longer; an earlier birth date is a slip of the pen."""

WEIGHTS: tuple[int, ...] = tuple(pow(2, LENGTH - 1 - place, 11) for place in range(LENGTH - 1))
CHECK_CHARACTERS = "10X98765432"
LONG_NUMBER = 10**14
"""From fifteen digits on, a spreadsheet's number has lost, or may have lost, its last digits."""

SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d*)?E[+-]?\d+")
DIGITS = re.compile(r"[0-9]+")


class Sex(StrEnum):
    """As it is stored and asked for; pages word it 男 and 女."""

    MALE = "male"
    FEMALE = "female"


class IdentityFault(StrEnum):
    """What can be wrong with an identity number, in the order in which it is looked for."""

    MISSING = "id-missing"
    SCIENTIFIC = "id-scientific"
    LENGTH = "id-length"
    DATE = "id-date"
    CHECKSUM = "id-checksum"
    DIVISION = "id-division"


def normalise(text: str) -> str:
    """The number as it is compared and stored: full width folded, white space out, x raised."""
    if text.isascii():
        return "".join(text.split()).upper()  # The usual number, many times faster than the long way.
    folded = unicodedata.normalize("NFKC", text).upper()
    # Zero-width marks come along when a number is copied from a chat or a web page; nobody can see or delete
    # them.
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) != "Cf")


def first_fault(value: object, today: date, is_division: Callable[[str], bool]) -> IdentityFault | None:
    """The first thing wrong with what stands in an identity cell, or None for a good number.

    A *numeric* cell of fifteen digits or more is never converted and checked, whatever it ends in: a
    spreadsheet keeps fifteen digits and invents the rest. `today` bounds the birth date; being young is no
    fault. `is_division` says whether six digits were an administrative division in any year.
    """
    if value is None:
        return IdentityFault.MISSING
    if _is_long_number(value):
        return IdentityFault.SCIENTIFIC
    number = normalise(str(value))
    if not number:
        return IdentityFault.MISSING
    if SCIENTIFIC.fullmatch(number):
        return IdentityFault.SCIENTIFIC
    if len(number) != LENGTH:
        return IdentityFault.LENGTH
    if not _is_birth_date(number[6:14], today):
        return IdentityFault.DATE
    if check_character(number) != number[-1]:
        return IdentityFault.CHECKSUM
    if not is_division(number[:6]):
        return IdentityFault.DIVISION
    return None


def _is_long_number(value: object) -> bool:
    if isinstance(value, int | float):
        return abs(value) >= LONG_NUMBER
    return isinstance(value, Decimal) and abs(value) >= LONG_NUMBER


def check_character(number: str) -> str | None:
    """The eighteenth character that the first seventeen call for; None where they are not all digits."""
    body = number[: LENGTH - 1]
    if len(body) != LENGTH - 1 or not DIGITS.fullmatch(body):
        return None
    weighted = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return CHECK_CHARACTERS[weighted % 11]


def _is_birth_date(digits: str, today: date) -> bool:
    if not DIGITS.fullmatch(digits):
        return False
    try:
        born_on = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born_on <= today and today.year - born_on.year <= OLDEST_YEARS


def birth_date(number: IdentityNumber) -> date:
    """The day on which the holder was born."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex(number: IdentityNumber) -> Sex:
    """Odd order numbers are men's, even ones women's."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def division(number: IdentityNumber) -> str:
    """The six digits of the division that issued the number, usually the first household registration."""
    return number[:6]


def masked(number: str) -> str:
    """What lists and papers show: `310***********34`, three characters before and two after."""
    if len(number) <= 5:
        return "*" * len(number)
    return f"{number[:3]}***********{number[-2:]}"
