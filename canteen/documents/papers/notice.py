"""What hangs on a canteen's wall: the public notice of a month (公示), and the names of those who give.

A `PublicNotice` is also what is frozen when it is published, so it holds codes and figures and no worded lines; a
poster words them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

PosterSize = Literal["a3", "a4"]


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """An amount by where it came from or went; several codes where they are told together, so that nobody is told."""

    codes: tuple[str, ...]
    amount_fen: int


@dataclass(frozen=True, slots=True)
class FundRoll:
    """Donations bound to this canteen, over the months `since` to `until`.

    opening + late − used − expenses − refunded + received = closing. `late_fen` was booked into months that an
    earlier notice had told already.
    """

    since: str
    until: str
    opening_fen: int
    late_fen: int
    received_fen: int
    used_fen: int
    expenses_fen: int
    refunded_fen: int
    closing_fen: int


@dataclass(frozen=True, slots=True)
class DonorName:
    """A donor by the name that counted, with the amount where it was agreed to be shown."""

    name: str
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Donors who are not named: people (爱心人士 N 位), organisations, and gifts of which nobody knows who gave."""

    people: int = 0
    units: int = 0
    gifts: int = 0


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """助餐资金使用情况公示 of one closed month. Income and spending are equal; in fen.

    `is_withheld`: fewer than five elders ate, so no figure of meals is told. `is_fund_waiting`: so few drew on the
    donations that their use is told with a later month.
    """

    number: str
    version: int
    canteen_name: str
    month: str
    income: tuple[NoticeLine, ...]
    spending: tuple[NoticeLine, ...]
    is_withheld: bool
    meals: int | None
    people: int | None
    fund: FundRoll | None
    is_fund_waiting: bool
    donors: tuple[DonorName, ...]
    unnamed: Unnamed
    supporters: tuple[str, ...]  # 商业赞助, apart from the donors
    publisher: str
    hotline: str  # 监督电话
    published_on: date
    last_on: date  # of the seven days
    replaces: str  # the number of the version that this one stands for; empty: the first
    demo: bool

    @property
    def income_fen(self) -> int:
        """All income."""
        return sum(line.amount_fen for line in self.income)

    @property
    def spending_fen(self) -> int:
        """All spending."""
        return sum(line.amount_fen for line in self.spending)


@dataclass(frozen=True, slots=True)
class NoticePoster:
    """A published notice, to be hung up and stamped. `address`: where it can be read again; empty: nowhere."""

    notice: PublicNotice
    size: PosterSize
    address: str = ""


@dataclass(frozen=True, slots=True)
class PosterBand:
    """Names under one heading, each with a note that may be empty; `foot` stands below, `empty` where nobody is there."""

    title: str
    names: tuple[tuple[str, str], ...]
    foot: str = ""
    empty: str = ""
    is_small: bool = False  # 赞助支持 stands apart, in smaller letters


@dataclass(frozen=True, slots=True)
class WallPoster:
    """感谢墙: the bands of a canteen's wall. `lines`: who may invite gifts, with the filing number."""

    canteen_name: str
    size: PosterSize
    printed_on: date
    bands: tuple[PosterBand, ...]
    lines: tuple[str, ...] = ()
    demo: bool = False


Poster = NoticePoster | WallPoster
