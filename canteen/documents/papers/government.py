"""The settlement sent to an authority, and in the same form to a village or community (集体)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from canteen.documents.papers.heading import AmountLine, Heading


@dataclass(frozen=True, slots=True)
class TierLine:
    """One row of table one: a category, an age band and a rate. Amounts in fen.

    `levels_fen` runs beside `GovernmentSettlement.levels`; what a rule without a split pays is
    `unsplit_fen`. `payable_fen` is what the addressee owes for this row: for an authority the levels and the
    unsplit part together, for a collective `collective_fen`.
    """

    category: str  # 类别, 普通老人
    age_band: str  # 年龄档, 65–74
    standard: str  # 标准 as printed: 9.00, 全额, 餐价25%
    elders: int  # 人数; one who changed band counts in each
    dine_in: int
    takeaway: int
    delivery: int
    price_fen: int  # 就餐总额
    elder_fen: int  # 个人
    family_fen: int
    levels_fen: tuple[int, ...]
    unsplit_fen: int
    collective_fen: int
    charity_fen: int
    voucher_fen: int
    discount_fen: int  # 企业让利
    payable_fen: int  # 应补金额


@dataclass(frozen=True, slots=True)
class DayLine:
    """Subsidised meals of one day and what the addressee owes for them."""

    on: date
    meals: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """A correction of a closed month: signed counts and amounts, with the month that it corrects."""

    original_period: str  # 2026-10
    reason: str
    meals: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Sources:
    """Table four: who paid the month's meals; the parts sum to the price. Amounts in fen.

    `absorbed_fen` (食堂承担) stands beside: it is the part of `elder_fen` that the canteen bore instead.
    """

    price_fen: int
    government_fen: int
    collective_fen: int
    charity_fen: int
    voucher_fen: int
    family_fen: int
    discount_fen: int
    elder_fen: int
    absorbed_fen: int = 0


@dataclass(frozen=True, slots=True)
class GovernmentSettlement:
    """社区老年助餐服务补贴结算表.

    `total_fen` = the tiers' payable + grants + adjustments; a rendering whose rows sum to anything else is
    refused. `levels` are the printed labels of the levels that versions in force name (市级, 区级).
    """

    heading: Heading
    kind: Literal["settlement", "collective"]
    addressee: str  # 主送
    reporting_unit: str  # 报送单位
    uscc: str  # 统一社会信用代码
    operator_name: str
    policy_reference: str  # 政策文号及版本
    bank_account: str
    levels: tuple[str, ...]
    tiers: tuple[TierLine, ...]
    elders: int  # 享受补贴老人, each counted once
    days: tuple[DayLine, ...]
    grants: tuple[AmountLine, ...]  # 送餐、运营补贴: money beside the price
    adjustments: tuple[AdjustmentLine, ...]
    sources: Sources
    total_fen: int
    review_unit: str = "街道（镇）"  # left of the two approval boxes
    approval_unit: str = "区民政局"
    remarks: tuple[str, ...] = ()  # further sentences under the tables, e.g. meals under review carried on
    level_totals: tuple[AmountLine, ...] = ()  # the total by level, grants and adjustments included
