"""德康大药房 敬赠: whose name a card bears that is printed today, by the right that named the canteen."""

from datetime import date

from canteen.canteens.queries import CanteenRow
from canteen.cards.backs import on_the_back
from canteen.db import reading
from canteen.documents.fonts import printable
from canteen.sponsors.agreements.places import names_at

GIVES, SPONSORS = "敬赠", "赞助"
"""What is printed is Chinese; a commercial sponsor gives nothing."""


@on_the_back
def line(canteen: CanteenRow, on: date) -> str:
    """The line for cards printed on a day; opens its own look."""
    with reading() as session:
        shown = names_at(session, canteen, on, "card")
    said = [f"{printable(name.name)} {SPONSORS if name.is_sponsorship else GIVES}" for name in shown]
    return "　".join(said)
