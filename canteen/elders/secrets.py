"""Identity numbers at rest: encrypted under a key outside the database, found by keyed hashes.

A copy of the database alone gives away no number, and cannot be searched for one. The cipher is bound to its
elder: a cipher moved to another row does not open.
"""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from canteen.core.errors import Corrupt
from canteen.keys import key

NONCE_BYTES = 12
TAIL = 4


def new_ref() -> str:
    """A random reference, sixteen characters: what pages and tablets know an elder by."""
    return secrets.token_hex(8)


def encrypt(number: str, ref: str) -> bytes:
    """The number under AES-256-GCM, nonce first; the elder's reference is bound to it."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key("identity")).encrypt(nonce, number.encode(), ref.encode())


def decrypt(cipher: bytes, ref: str) -> str:
    """The number; raises `Corrupt` where the cipher was altered, moved, or made under another key."""
    try:
        plain = AESGCM(key("identity")).decrypt(cipher[:NONCE_BYTES], cipher[NONCE_BYTES:], ref.encode())
    except InvalidTag as error:
        raise Corrupt(f"the identity cipher of elder {ref} does not open") from error
    return plain.decode()


def index(kind: str, number: str) -> str:
    """What a number is found by: equal for equal numbers, worthless without the key."""
    return _keyed(f"{kind}:{number}")


def tail_index(number: str) -> str:
    """What the last four characters are found by."""
    return _keyed(f"tail:{number[-TAIL:].upper()}")


def _keyed(text: str) -> str:
    return hmac.new(key("identity-index"), text.encode(), hashlib.sha256).hexdigest()
