"""A fund's statement for a month, a quarter, a year or a range: all that moved its money, for whom, nobody named.

What was sealed as a `DonorStatement` before stays one and prints as it did; this paper tells more, under the same
names where it tells the same.
"""

from dataclasses import dataclass
from datetime import date

from canteen.documents.papers.donor import DonorStatement, GiftLine
from canteen.documents.papers.heading import Heading


@dataclass(frozen=True, slots=True)
class ReceivedLine(GiftLine):
    """Money received, or a gift told before and reversed since; `receipt_no` is the receipt's 号码."""

    receipt_code: str = ""
    issued_by: str = ""


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """Goods given in kind: their value is told and is in no sum of money. Below zero: told before, reversed since."""

    on: date
    what: str
    quantity: str  # 12.5
    unit: str
    value_fen: int
    basis: str  # 按市场价（北门市场）


@dataclass(frozen=True, slots=True)
class ExpenseLine:
    """What the fund paid that is no meal. Nobody who was paid is named."""

    on: date
    kind: str  # 助餐员补贴
    what: str
    canteen_name: str  # empty: for all
    amount_fen: int


@dataclass(frozen=True, slots=True)
class RefundLine:
    """Money that went back when the agreement had ended; `to` says what the receiver is to the fund."""

    on: date
    to: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class CanteenLine:
    """Meals of one canteen, or of neighbours put together until five elders stand behind every cell.

    `full_meals` None: full and part are not told apart, since too few elders stand behind one of the two.
    `elders` is checked and never printed; 0 where it is not told: in papers over months.
    """

    names: tuple[str, ...]
    meals: int
    full_meals: int | None
    amount_fen: int
    elders: int


@dataclass(frozen=True, slots=True)
class FourAmounts:
    """认捐, 到账, 已用, 拨付: each by itself, in fen. Used is what meals and grants took."""

    pledged_fen: int
    received_fen: int
    used_fen: int
    paid_over_fen: int


@dataclass(frozen=True, slots=True)
class FundStatement(DonorStatement):
    """爱心助餐资助报告, or of a commercial sponsor 商业赞助助餐报告.

    Balances are of money received: opening + gifts − used − returned = closing, where `total_fen`, what was used, is
    meals, grants and other expenses. A closing balance below zero is pledged money that was drawn before it came.
    """

    gifts: tuple[ReceivedLine, ...]
    goods: tuple[GoodsLine, ...] = ()
    expenses: tuple[ExpenseLine, ...] = ()
    refunds: tuple[RefundLine, ...] = ()
    canteens: tuple[CanteenLine, ...] = ()
    meals_fen: int = 0  # of the total, what the meals took
    moved: FourAmounts = FourAmounts(0, 0, 0, 0)  # in the period
    since_start: FourAmounts = FourAmounts(0, 0, 0, 0)  # up to its end
    open_pledge_fen: int = 0  # pledged and not there at its end
    advance_fen: int = 0  # of that, what may be drawn already
    tells_full: bool = True  # whether full and part are told apart
    at_least: bool = False  # whether `elders` is rounded down to fives: where a range cuts a month
    tells_band_elders: bool = True  # whether elders are told by age band: in papers over months they are not
    filing: str = ""  # 募捐备案号, with who raises, where the fund is for many givers
    months: tuple[str, ...] = ()  # the numbers of the monthly statements that a longer one sums; none: not sealed


@dataclass(frozen=True, slots=True)
class ThanksCertificate:
    """感谢状 alone, A4 landscape, of what a sealed statement says; its heading is that statement's."""

    heading: Heading
    addressed_to: str
    period: str  # 2026 年 11 月
    meals: int
    elders: int
    at_least: bool  # whether there were at least so many elders
    meal_word: str  # 午餐
    recipient: str
    canteens: str
