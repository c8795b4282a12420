"""What a person may decide, by why the record waits."""

from collections.abc import Mapping

MATCH, SUBSIDISED = "match", "subsidised"
FULL_PRICE, ABSORBED = "full-price", "absorbed"
NOT_A_MEAL = "not-a-meal"
RESTORED = "restored"
"""A meal that a decision on a signal had taken out, and that counts again: no decision that anybody chooses."""
RULINGS = (MATCH, SUBSIDISED, FULL_PRICE, ABSORBED, NOT_A_MEAL)

OFFERED: Mapping[str, tuple[str, ...]] = {
    "CLOCK": (SUBSIDISED, FULL_PRICE, ABSORBED, NOT_A_MEAL),
    "WINDOW": (SUBSIDISED, FULL_PRICE, ABSORBED, NOT_A_MEAL),
    "NO_RULE": (SUBSIDISED, FULL_PRICE, ABSORBED, NOT_A_MEAL),
    "UNKNOWN": (MATCH, ABSORBED, NOT_A_MEAL),
    "EXPIRED": (MATCH, SUBSIDISED, ABSORBED, NOT_A_MEAL),
    "REVOKED": RULINGS,
    "SERVED_ANYWAY": RULINGS,
    "DEVICE_REVOKED": RULINGS,
}
"""By the code of the waiting record. A card that nobody knows can only be matched, borne or dismissed."""

NEED_ELDER = frozenset({MATCH, SUBSIDISED, FULL_PRICE})


def offered(code: str | None) -> tuple[str, ...]:
    """The rulings that fit a waiting record."""
    return OFFERED.get(code or "", (ABSORBED, NOT_A_MEAL))
