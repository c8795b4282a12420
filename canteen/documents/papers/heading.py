"""What every sealed paper says of itself: its number, its seal, its period, who signs."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Signers:
    """Names as printed on the signing line; an empty one prints a blank to sign on."""

    prepared_by: str = ""  # 制表人
    checked_by: str = ""  # 复核人
    headed_by: str = ""  # 单位负责人


@dataclass(frozen=True, slots=True)
class Heading:
    """Header and footer of every page of a sealed paper, as plain values.

    `sealed_at` is aware and printed as it stands, so it is given in the canteen's time zone; it is also the
    only date inside the files, which makes a second rendering equal to the first.
    `verify_url` is empty where the installation has no public host: the QR then holds number and check code.
    """

    number: str  # 文号/版本, XFL-2026-11-gov-v1
    version: int
    unit_name: str  # 单位名称, first in the header of every page
    canteen_name: str
    period_from: date
    period_until: date  # the last day, included
    sealed_at: datetime
    seal_sha256: str  # of the sealed rows' canonical JSON, in hexadecimal
    check_code: str  # 核验码, 8 characters
    verify_url: str = ""  # https://…/verify/XFL-2026-11-gov-v1#ABCD1234
    signers: Signers = Signers()
    draft: bool = False  # 草稿 across every page
    demo: bool = False  # 演示数据 across every page


@dataclass(frozen=True, slots=True)
class AmountLine:
    """A line of words and an amount, in fen; `basis` says how it was reckoned (「128 单 × 2.00 元」)."""

    label: str
    amount_fen: int
    basis: str = ""
