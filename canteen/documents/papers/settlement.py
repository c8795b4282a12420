"""The sheet between the canteen's operator and who pays it."""

from dataclasses import dataclass
from datetime import date

from canteen.documents.papers.heading import AmountLine, Heading


@dataclass(frozen=True, slots=True)
class ServedLine:
    """Meals of one period at one price. `amount_fen` = price × portions, as sealed."""

    meal_period: str
    unit_price_fen: int
    dine_in: int
    takeaway: int
    delivery: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """Meals scanned on a day beside portions served by the kitchen (None: not entered)."""

    on: date
    scanned: int
    served: int | None


@dataclass(frozen=True, slots=True)
class WalletBalance:
    """The prepaid money owed to elders: opening + top-ups − spent − refunded = closing, in fen."""

    opening_fen: int
    top_ups_fen: int
    spent_fen: int
    refunded_fen: int
    closing_fen: int


@dataclass(frozen=True, slots=True)
class CanteenSettlement:
    """食堂结算单. Amounts in fen, every list signed plus; the words say which way.

    payable (应付) = served + additions − deductions; `total_fen` (轧差: what the operator is due) = payable −
    received. Rows that do not sum to it are refused. `parties` explains who owes it, by payer.
    """

    heading: Heading
    party_a: str  # 甲方
    party_b: str  # 乙方: the operator
    served: tuple[ServedLine, ...]
    deductions: tuple[AmountLine, ...]  # 退餐、质量扣款、企业让利、食堂承担
    additions: tuple[AmountLine, ...]  # 送餐费、运营补贴、上期调整
    received: tuple[AmountLine, ...]  # 已收个人餐费: 现金、餐卡钱包 …
    total_fen: int
    payers: tuple[AmountLine, ...]  # 政府、集体、慈善、券: who owes the total
    wallet: WalletBalance
    days: tuple[DayCount, ...]
    remarks: tuple[str, ...] = ()
