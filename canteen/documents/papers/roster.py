"""The roster of who ate on subsidy, with the day-by-day proof sheet and the list to sign."""

from dataclasses import dataclass
from datetime import date

from canteen.documents.papers.heading import Heading


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One elder at one rate (a change of band in the month makes two lines). Amounts in fen.

    `name` is the printed form. `id_shown` is masked (`310***********34`), in the officer's version whole.
    The three day tuples hold days of the month on which this line has a meal, for the proof sheet.
    """

    name: str
    sex: str  # 男, 女, or empty
    age_years: int | None
    born_on: date | None
    household: str  # 户籍地
    id_shown: str
    category: str
    community: str  # 社区
    address: str
    dine_in: int
    takeaway: int
    delivery: int
    standard: str  # as printed: 9.00, 全额
    amount_fen: int  # 应补金额
    proxy: str = ""  # 代领
    remark: str = ""
    elder_no: int = 0  # equal numbers are one elder; 0: the line stands alone
    breakfast_days: tuple[int, ...] = ()
    lunch_days: tuple[int, ...] = ()
    dinner_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class MealLine:
    """One subsidised meal, for the meal-by-meal annex. `row` is the roster's 序号, counted from 1."""

    on: date
    meal_period: str  # 早餐, 午餐, 晚餐
    row: int
    name: str
    channel: str  # 堂食, 自取, 送餐
    price_fen: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class RosterPaper:
    """享受补贴老人花名册; lines come sorted by community, then pinyin.

    `total_fen` is the sum of the lines' amounts. The sign-off list is made from the lines: name and count.
    """

    heading: Heading
    addressee: str
    lines: tuple[RosterLine, ...]
    total_fen: int
    with_day_dots: bool = True
    with_sign_off: bool = True
    meals: tuple[MealLine, ...] = ()  # the annex; empty: none is printed
