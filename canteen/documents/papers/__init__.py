"""The papers, as plain values: what a slice fills and `canteen.documents` prints.

Nothing here is computed; money is whole fen, words are ready to print. A paper whose rows do not sum to its
`total_fen` is refused when it is rendered (`canteen.documents.model.DoesNotBalance`).
"""

from canteen.documents.papers.cards import Card, CardSheet, FamilySlip, FamilySlips
from canteen.documents.papers.donor import (
    FEWEST_ELDERS,
    AgeBandLine,
    CountLine,
    DonationReceipt,
    DonorStatement,
    GiftLine,
    MealFlow,
    UseLine,
)
from canteen.documents.papers.fund import (
    CanteenLine,
    ExpenseLine,
    FourAmounts,
    FundStatement,
    GoodsLine,
    ReceivedLine,
    RefundLine,
    ThanksCertificate,
)
from canteen.documents.papers.government import (
    AdjustmentLine,
    DayLine,
    GovernmentSettlement,
    Sources,
    TierLine,
)
from canteen.documents.papers.heading import AmountLine, Heading, Signers
from canteen.documents.papers.notice import NoticePoster, WallPoster
from canteen.documents.papers.roster import MealLine, RosterLine, RosterPaper
from canteen.documents.papers.settlement import CanteenSettlement, DayCount, ServedLine, WalletBalance

SealedPaper = GovernmentSettlement | RosterPaper | DonorStatement | FundStatement | CanteenSettlement
AnyPaper = SealedPaper | CardSheet | FamilySlips | ThanksCertificate | NoticePoster | WallPoster

__all__ = [
    "FEWEST_ELDERS",
    "AdjustmentLine",
    "AgeBandLine",
    "AmountLine",
    "AnyPaper",
    "CanteenLine",
    "CanteenSettlement",
    "Card",
    "CardSheet",
    "CountLine",
    "DayCount",
    "DayLine",
    "DonationReceipt",
    "DonorStatement",
    "ExpenseLine",
    "FamilySlip",
    "FamilySlips",
    "FourAmounts",
    "FundStatement",
    "GiftLine",
    "GoodsLine",
    "GovernmentSettlement",
    "Heading",
    "MealFlow",
    "MealLine",
    "NoticePoster",
    "ReceivedLine",
    "RefundLine",
    "RosterLine",
    "RosterPaper",
    "SealedPaper",
    "ServedLine",
    "Signers",
    "Sources",
    "ThanksCertificate",
    "TierLine",
    "UseLine",
    "WallPoster",
    "WalletBalance",
]
