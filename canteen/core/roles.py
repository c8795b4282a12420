"""The four kinds of people who sign in to the office.

Elders, families and sponsors never sign in: they read by their card or by a link. Tablets are not people
either: they carry a bearer token of their own.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a person is trusted with. The value is what the database keeps."""

    ADMINISTRATOR = "administrator"
    """Keeps people, canteens, devices and settings. Sees every canteen."""
    MANAGER = "manager"
    """Answers for a canteen: elders, cards, menus, corrections, the month close."""
    CASHIER = "cashier"
    """Serves at the counter: scans, top-ups, finding an elder."""
    OFFICER = "officer"
    """Civil affairs: reads, samples and approves what a canteen submits."""


KEEPERS = (Role.ADMINISTRATOR, Role.MANAGER)
"""Those who answer for a canteen and change what it keeps."""

OFFICE = (Role.ADMINISTRATOR, Role.MANAGER, Role.OFFICER)
"""Those who work with papers and lists rather than at the counter."""

COUNTER = (Role.ADMINISTRATOR, Role.MANAGER, Role.CASHIER)
"""Those who may serve at the counter."""

EVERYONE = tuple(Role)
"""Every signed-in person."""
