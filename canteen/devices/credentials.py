"""Codes, tokens and secrets of devices: made, folded, hashed, sealed. Nothing here touches the database."""

import hashlib
import hmac
import os
import secrets
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from canteen.core.token import ALPHABET, LOOKALIKES

CODE_LENGTH = 8
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a tablet is given once: its reference, its bearer token, and the secret that seals an outbox."""

    ref: str
    token: str
    secret: str


def new_code() -> str:
    """Eight Crockford characters, forty bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def folded_code(text: str) -> str:
    """A code as it is compared: half width, capitals, I L O read as 1 1 0, spaces and hyphens out."""
    kept = unicodedata.normalize("NFKC", text).upper().translate(LOOKALIKES)
    return "".join(character for character in kept if character.isalnum())


def code_hash(device_key: bytes, code: str) -> str:
    """The keyed hash of a folded code: without the key nobody finds the code by trying them all."""
    return hmac.digest(device_key, f"code:{code}".encode(), "sha256").hex()


def address_key(device_key: bytes, address: str) -> str:
    """An address as it is counted, without keeping the address."""
    return hmac.digest(device_key, f"address:{address}".encode(), "sha256").hex()


def bearer_sha256(token: str) -> str:
    """The only form of a bearer token that is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_credentials() -> Credentials:
    """A reference of 128 bits, a token and a secret of 256 bits each."""
    return Credentials(secrets.token_hex(16), secrets.token_urlsafe(32), secrets.token_hex(32))


def seal_secret(device_key: bytes, ref: str, secret: str) -> bytes:
    """The secret under AES-GCM, bound to its device."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(device_key).encrypt(nonce, bytes.fromhex(secret), ref.encode())


def open_secret(device_key: bytes, ref: str, sealed: bytes) -> str:
    """The secret again. Raises cryptography's InvalidTag if key, device or bytes are not the right ones."""
    opened = AESGCM(device_key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], ref.encode())
    return opened.hex()
