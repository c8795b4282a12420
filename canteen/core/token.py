"""What a meal card's QR holds: a token made from serial and issue number, and how a reading is understood.

The scheme is the card's contract: 16 Crockford characters, the first 80 bits of an HMAC, and one check
character, so that a misread is "not clear" and never an unknown card. Nothing of the elder is in it.
"""

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUES = {character: value for value, character in enumerate(ALPHABET)}
LOOKALIKES = str.maketrans("ILO", "110")

BODY_LENGTH = 16
TOKEN_LENGTH = BODY_LENGTH + 1
LONGEST_HOST = 22  # QR version 4-H holds 50 alphanumeric characters: HTTPS:// + host + /K/ + token
HOST_PATTERN = re.compile(r"[A-Z0-9](?:[A-Z0-9.-]*[A-Z0-9])?(?::[0-9]{1,5})?")


def make_token(card_key: bytes, serial: str, issue_no: int) -> str:
    """The 17 characters of a card: made again from key, serial and issue number whenever it is reprinted."""
    message = f"card:{serial}:{issue_no}".encode()
    bits = int.from_bytes(hmac.digest(card_key, message, "sha256")[:10], "big")
    body = "".join(ALPHABET[bits >> shift & 31] for shift in range(75, -1, -5))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The check character of 16 token characters.

    Sum of value × (2 × position − 1), positions from 1, modulo 32. The weights are odd, so every single
    misread character changes it.
    """
    return ALPHABET[sum(VALUES[c] * (2 * place + 1) for place, c in enumerate(body)) % 32]


def card_url(host: str, token: str) -> str:
    """What the QR holds: `HTTPS://<HOST>/K/<token>`, or the bare token where there is no public host.

    Raises ValueError for a host that is no name in capitals or would not fit the card's QR (22 characters).
    """
    if not host:
        return token
    shouted = host.strip().upper()
    if len(shouted) > LONGEST_HOST:
        raise ValueError(f"the public host has {len(shouted)} characters, a card's QR holds {LONGEST_HOST}")
    if not HOST_PATTERN.fullmatch(shouted):
        raise ValueError("the public host may hold letters, digits, dots and hyphens only")
    return f"HTTPS://{shouted}/K/{token}"


def token_sha256(token: str) -> str:
    """The only form of a token that is stored or logged: SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


class ForeignKind(StrEnum):
    """What a code that is no card of ours looks like; its content is never kept, only kind and length."""

    EMPTY = "empty"
    WECHAT_PAY = "wechat-pay"
    ALIPAY = "alipay"
    UNIONPAY = "unionpay"
    IDENTITY_NUMBER = "identity-number"
    WEB_ADDRESS = "web-address"
    DIGITS = "digits"
    TEXT = "text"


PAYMENT_KINDS = frozenset({ForeignKind.WECHAT_PAY, ForeignKind.ALIPAY, ForeignKind.UNIONPAY})


@dataclass(frozen=True, slots=True)
class WellFormed:
    """A token whose check character fits. It may still be unknown, old or revoked."""

    token: str

    @property
    def sha256(self) -> str:
        return token_sha256(self.token)


@dataclass(frozen=True, slots=True)
class NotClear:
    """A card of ours, read badly: show it again. `length` is that of what followed /K/."""

    length: int


@dataclass(frozen=True, slots=True)
class Foreign:
    """A code that is no meal card; it may be somebody's payment code, so only this much is known of it."""

    kind: ForeignKind
    length: int


Reading = WellFormed | NotClear | Foreign


def read_code(text: str) -> Reading:
    """Understand what a scanner gave: what follows the last /K/ or /k/, or a bare token of 17 characters.

    Full-width and lower-case letters are folded, and I L O read as 1 1 0 inside the token alone.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    _, found, after = folded.upper().rpartition("/K/")
    if found:
        return _read_body(after)
    bare, kind = _spell(folded), _foreign_kind(folded)
    # Seventeen digits that an Alipay code could be are not taken for a card: one in 32 would fit by chance.
    if len(bare) == TOKEN_LENGTH and _is_spelled(bare) and kind not in PAYMENT_KINDS:
        return _read_body(bare)
    return Foreign(kind, len(text))


def _read_body(after: str) -> WellFormed | NotClear:
    # A phone may append a query or a slash to the address; the token ends there.
    body = _spell(re.split(r"[/?#\s]", after, maxsplit=1)[0])
    if len(body) == TOKEN_LENGTH and _is_spelled(body) and _fits(body):
        return WellFormed(body)
    return NotClear(len(body))


def _spell(text: str) -> str:
    return text.upper().translate(LOOKALIKES)


def _is_spelled(text: str) -> bool:
    return all(character in VALUES for character in text)


def _fits(token: str) -> bool:
    return check_character(token[:BODY_LENGTH]) == token[BODY_LENGTH]


def _foreign_kind(text: str) -> ForeignKind:
    if not text:
        return ForeignKind.EMPTY
    shouted = text.upper()
    for kind, pattern in FOREIGN_PATTERNS:
        if pattern.match(shouted):
            return kind
    return ForeignKind.TEXT


# WeChat's payment codes have 18 digits from 10 to 15, Alipay's 16 to 24 from 25 to 30, UnionPay's 19 from 62.
# An identity number has 18 characters too: Hebei's begin with 13 and Shanxi's with 14, so those read as
# WeChat's; nothing hangs on the difference, since either is told to be no meal card and never kept.
FOREIGN_PATTERNS = (
    (ForeignKind.WECHAT_PAY, re.compile(r"1[0-5][0-9]{16}$|WXP://|HTTPS://PAYAPP\.WEIXIN|WEIXIN://")),
    (ForeignKind.ALIPAY, re.compile(r"(2[5-9]|30)[0-9]{14,22}$|HTTPS?://QR\.ALIPAY|ALIPAYS?://")),
    (ForeignKind.UNIONPAY, re.compile(r"62[0-9]{17}$|HTTPS?://QR\.95516")),
    (ForeignKind.IDENTITY_NUMBER, re.compile(r"[1-9][0-9]{16}[0-9X]$")),
    (ForeignKind.WEB_ADDRESS, re.compile(r"[A-Z][A-Z0-9+.-]*://|WWW\.")),
    (ForeignKind.DIGITS, re.compile(r"[0-9]+$")),
)
