"""A canteen's thank-you wall: this month's donors, what bears a name, the years; advertisers apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from canteen.core.calendar import month_of, parse_month
from canteen.documents.papers.notice import Unnamed
from canteen.noticeboard.wall.giving import Book, Giver, Right, givers, paying_funds, read_book
from canteen.noticeboard.wall.strokes import stroke_key
from canteen.sponsors.agreements.showing import is_in_days
from canteen.sponsors.gifts.queries import invitation

ORDERS = ("date", "strokes")
NAMED = ("canteen", "meal", "day")
NOBODY = Unnamed()


@dataclass(frozen=True, slots=True)
class Named:
    """What bears a donor's name today, and until when."""

    name: str
    object: str
    meal: str | None
    begins_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Year:
    """The donors of a year by the names that counted then."""

    year: int
    givers: tuple[Giver, ...]
    unnamed: Unnamed


@dataclass(frozen=True, slots=True)
class Invited:
    """A fund for which gifts are invited, with what must be printed wherever that is done."""

    fund: str
    raiser: str
    filing_no: str


@dataclass(frozen=True, slots=True)
class Wall:
    """The wall of a canteen on a day. `supporters` are 商业赞助 and no donors."""

    on: date
    month: str
    this_month: tuple[Giver, ...]
    unnamed: Unnamed
    named: tuple[Named, ...]
    years: tuple[Year, ...]
    supporters: tuple[str, ...]
    invited: tuple[Invited, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nobody is there to be thanked yet."""
        return not (self.this_month or self.named or self.years or self.supporters) and self.unnamed == NOBODY


def read_wall(session: Session, canteen_id: int, today: date, order: str = "date") -> Wall:
    """The wall as it stands today, names by date or by the strokes of their characters."""
    book = read_book(session, canteen_id, today)
    month = month_of(today)
    paying = paying_funds(session, canteen_id, month)
    named_now, unnamed = givers(book, parse_month(month).first_on, today, paying, on=today)
    return Wall(
        on=today,
        month=month,
        this_month=in_order(named_now, order),
        unnamed=unnamed,
        named=_named(book, order),
        years=_years(book, order),
        supporters=supporters(book, today, today),
        invited=tuple(_invited(session, book)),
    )


def in_order(found: Sequence[Giver], order: str) -> tuple[Giver, ...]:
    """Donors by the day of their first gift or by strokes; those of whom nothing came in the span stand last."""
    by_strokes = sorted(found, key=lambda giver: stroke_key(giver.name))
    if order == "strokes":
        return tuple(by_strokes)
    return tuple(sorted(by_strokes, key=lambda giver: giver.on or date.max))


def supporters(book: Book, first: date, last: date) -> tuple[str, ...]:
    """Names of advertisers shown in these days, by strokes; never among donors."""
    names = {
        right.giver_in(last)
        for right in book.rights
        if not right.agreement.is_donation and right.holds_within(first, last)
    }
    return tuple(sorted(names, key=stroke_key))


def _named(book: Book, order: str) -> tuple[Named, ...]:
    found = [
        Named(naming.name, naming.object, naming.meal, naming.named_on or naming.begins_on, naming.last_on)
        for naming in (right.naming for right in _donated(book))
        if is_in_days(naming, book.today)
    ]
    by_strokes = sorted(found, key=lambda one: stroke_key(one.name))
    if order == "strokes":
        return tuple(by_strokes)
    return tuple(sorted(by_strokes, key=lambda one: one.begins_on))


def _donated(book: Book) -> list[Right]:
    """Rights by which a canteen, a meal or a day bears a donor's name."""
    return [right for right in book.rights if right.agreement.is_donation and right.naming.object in NAMED]


def _years(book: Book, order: str) -> tuple[Year, ...]:
    begun = [gift.on.year for gift in book.gifts]
    begun += [(right.naming.named_on or right.naming.begins_on).year for right in _donated(book)]
    found = []
    for year in range(book.today.year, min(begun, default=book.today.year) - 1, -1):
        first, last = date(year, 1, 1), min(date(year, 12, 31), book.today)
        names, unnamed = givers(book, first, last)
        names += _bearing(book, first, last, {giver.name for giver in names})
        if names or unnamed != NOBODY:
            found.append(Year(year, in_order(names, order), unnamed))
    return tuple(found)


def _bearing(book: Book, first: date, last: date, known: set[str]) -> list[Giver]:
    """Those who gave their name to something in these days and are not among the donors by name already."""
    found: dict[str, Giver] = {}
    for right in _donated(book):
        naming, name = right.naming, right.giver_in(last)
        if right.holds_within(first, last) and name not in known and name not in found:
            found[name] = Giver(name, max(first, naming.named_on or naming.begins_on))
    return list(found.values())


def _invited(session: Session, book: Book) -> list[Invited]:
    """Funds for which the public may be asked to give today: with the raiser and its filing number, or not at all."""
    found = []
    for fund in book.donations():
        leave = invitation(session, fund.id)
        if leave is not None and (fund.ends_on is None or book.today <= fund.ends_on):
            found.append(Invited(fund.title, leave.raiser, leave.filing_no))
    return found
