"""That somebody looked: a meal's page shows why an elder is helped, so every look at it is put on record."""

from __future__ import annotations

from canteen.audit.services import record
from canteen.db import transaction


def note_viewing(meal_no: int, canteen_id: int, actor: str) -> None:
    """Record that the page of a meal was opened."""
    with transaction() as session:
        record(session, "meal-explained", actor, f"meal:{meal_no}", canteen_id)
