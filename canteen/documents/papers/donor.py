"""What a sponsor reads: what came in, what it paid, for how many; nobody can be recognised in it."""

from dataclasses import dataclass
from datetime import date

from canteen.documents.papers.heading import Heading

FEWEST_ELDERS = 5  # a line about fewer elders could be recognised, so it is merged with its neighbour


@dataclass(frozen=True, slots=True)
class GiftLine:
    """Money received in the period; `receipt_no` is empty where no donation receipt was written."""

    on: date
    way: str  # 银行转账
    receipt_no: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class UseLine:
    """Meals that the fund helped to pay, merged until at least five elders stand behind the line.

    `unit_fen` is what the fund paid for one meal, None where the merged meals differ. `elders` is how many
    different elders stand behind the line; it is checked and never printed.
    """

    from_on: date
    until_on: date
    meal_period: str  # 午餐, or 午餐、晚餐 after merging
    meals: int
    unit_fen: int | None
    amount_fen: int
    elders: int


@dataclass(frozen=True, slots=True)
class AgeBandLine:
    """How many elders of an age band ate; bands of fewer than five are merged with their neighbours."""

    label: str  # 80–89 岁
    elders: int
    meals: int


@dataclass(frozen=True, slots=True)
class CountLine:
    """A column of the chart: a day (「3」) or a month (「2026-09」), its meals and what the fund paid."""

    label: str
    meals: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class MealFlow:
    """A typical meal and who paid which part（餐价 15 = 政府 6 + 您 4 + 食堂 0 + 老人 5), in fen."""

    price_fen: int
    government_fen: int
    fund_fen: int
    others: tuple[tuple[str, int], ...]  # (集体, 100); parts of nothing may be left out
    operator_fen: int
    elder_fen: int


@dataclass(frozen=True, slots=True)
class DonationReceipt:
    """The donation receipt (公益事业捐赠票据), as far as it has been written."""

    code: str
    number: str
    issued_by: str


@dataclass(frozen=True, slots=True)
class DonorStatement:
    """爱心助餐资助报告. Amounts in fen; `total_fen` is what the fund used.

    opening + received − used − returned = closing, and the use lines sum to `total_fen`: else it is refused.
    """

    heading: Heading
    addressed_to: str  # 对外署名, exactly as agreed
    fund_name: str
    canteen_names: tuple[str, ...]
    recipient: str  # 受赠方
    opening_fen: int
    gifts: tuple[GiftLine, ...]
    closing_fen: int
    total_fen: int
    undisbursed_fen: int | None  # 已用未拨付; None: money and use are in one hand
    meals: int  # 份: meals in which the fund paid more than nothing
    full_meals: int  # of these, paid whole by the fund
    elders: int
    previous_meals: int | None  # of the period before; None: there was none
    chart: tuple[CountLine, ...]
    chart_unit: str  # 日 or 月
    flow: MealFlow | None
    lines: tuple[UseLine, ...]
    age_bands: tuple[AgeBandLine, ...]
    receipt: DonationReceipt | None
    commercial: bool  # a commercial sponsorship gets no letter of thanks
    portal_url: str = ""
    hotline: str = ""  # 监督电话
    notice_url: str = ""  # 公示网址
    agreement: str = ""  # 协议编号及起止
    returned_fen: int = 0
    meals_since_start: int | None = None
