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
from canteen.documents.papers.government import (
    AdjustmentLine,
    DayLine,
    GovernmentSettlement,
    Sources,
    TierLine,
)
from canteen.documents.papers.heading import AmountLine, Heading, Signers
from canteen.documents.papers.roster import MealLine, RosterLine, RosterPaper
from canteen.documents.papers.settlement import CanteenSettlement, DayCount, ServedLine, WalletBalance

SealedPaper = GovernmentSettlement | RosterPaper | DonorStatement | CanteenSettlement
AnyPaper = SealedPaper | CardSheet | FamilySlips

__all__ = [
    "FEWEST_ELDERS",
    "AdjustmentLine",
    "AgeBandLine",
    "AmountLine",
    "AnyPaper",
    "CanteenSettlement",
    "Card",
    "CardSheet",
    "CountLine",
    "DayCount",
    "DayLine",
    "DonationReceipt",
    "DonorStatement",
    "FamilySlip",
    "FamilySlips",
    "GiftLine",
    "GovernmentSettlement",
    "Heading",
    "MealFlow",
    "MealLine",
    "RosterLine",
    "RosterPaper",
    "SealedPaper",
    "ServedLine",
    "Signers",
    "Sources",
    "TierLine",
    "UseLine",
    "WalletBalance",
]
