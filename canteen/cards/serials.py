"""Card numbers: twelve digits, unique in the district, whose last four tell a canteen's cards apart."""

from canteen.core.errors import Refusal

TAIL_DIGITS = 4
TAILS = 10**TAIL_DIGITS
STRIDE = 7_919
"""Odd and no multiple of five: its multiples run through all ten thousand tails before one returns."""
FIRST_PREFIX = 100
MOST_CANTEENS = 899
MOST_CARDS = 99_999


def serial(canteen_id: int, number: int) -> str:
    """The serial of a canteen's `number`-th card, from 1 on.

    Three digits for the canteen, five that count, four of a walk through all tails: two cards of one canteen
    share a tail only from the 10,001st on, and neighbours in the list differ in more than one digit.
    Raises Refusal `serials-used-up`.
    """
    if not 1 <= canteen_id <= MOST_CANTEENS or not 1 <= number <= MOST_CARDS:
        raise Refusal("serials-used-up", "这个食堂的卡号用完了。请联系维护人员。")
    return f"{prefix(canteen_id)}{number:05d}{number * STRIDE % TAILS:04d}"


def prefix(canteen_id: int) -> str:
    """What the serials that a canteen gives out begin with; never a zero, which spreadsheets drop."""
    return f"{FIRST_PREFIX + canteen_id}"


def number_of(serial_: str) -> int:
    """Which of its canteen's cards a serial is."""
    return int(serial_[3:8])


def tail(serial_: str) -> str:
    """卡尾号: the last four digits."""
    return serial_[-TAIL_DIGITS:]
