"""Meal cards to print, cut and hand over, and the slip with the family code. Sealed by nobody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says: no ID number, no birth date, no category.

    `code` is what the QR holds: the upper-case address of `canteen.core.token.card_url`, or the bare token.
    """

    name: str
    tail: str  # the serial's last four digits
    code: str


@dataclass(frozen=True, slots=True)
class CardSheet:
    """就餐卡版: fronts, mirrored backs, and the list to sign on receipt."""

    canteen_name: str
    emergency_phone: str
    loss_phone: str
    return_to: str  # 如拾到请交…
    cards: tuple[Card, ...]
    printed_at: datetime
    naming: str = ""  # 「德康大药房 敬赠」, as agreed
    layout: Literal["8-up", "10-up", "single"] = "8-up"
    backs: bool = True
    demo: bool = False


@dataclass(frozen=True, slots=True)
class FamilySlip:
    """A family's slip. The six digits are given once and kept nowhere in the clear."""

    name: str
    tail: str
    family_code: str


@dataclass(frozen=True, slots=True)
class FamilySlips:
    """亲情码 slips, several on a page, to cut and hand over with the card in a folded half."""

    canteen_name: str
    phone: str
    slips: tuple[FamilySlip, ...]
    printed_at: datetime
    demo: bool = False
