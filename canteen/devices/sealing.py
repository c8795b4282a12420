"""The server's key pair for exported outboxes, and the opening of what was sealed to it. No database, no clock.

A file is {"format", "device_id", "made_at", "epk", "iv", "sealed", "mac"}: `epk` a raw P-256 point, the AES-256-GCM key
HKDF-SHA256 of the shared secret with the format as its purpose, `mac` HMAC-SHA256 with the device's secret over the
five middle values, one a line. All bytes are base64.
"""

import hmac
import json
from base64 import b64decode, b64encode
from binascii import Error
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FORMAT = "canteen-outbox-1"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256: private keys are whole numbers from 1 to one less."""
SIGNED = ("device_id", "made_at", "epk", "iv", "sealed")


class SealError(ValueError):
    """The file cannot be opened; `fault` is `no-file`, `altered` or `not-ours`."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class SealedFile:
    """An exported outbox as it came, of which only the form was checked."""

    device_id: str
    made_at: str
    epk: str
    iv: str
    sealed: str
    mac: str

    def is_by(self, secret: str) -> bool:
        """Whether the device with this secret made it, and nobody changed it since."""
        text = "\n".join(getattr(self, name) for name in SIGNED)
        made = hmac.digest(secret.encode(), text.encode(), "sha256")
        return hmac.compare_digest(b64encode(made).decode(), self.mac)


@dataclass(frozen=True, slots=True)
class Opened:
    """What lay in an outbox: records as the tablet would have sent them, and letters with their addresses."""

    records: list[Any]
    letters: list[dict[str, Any]]


def public_key_text(outbox_key: bytes) -> str:
    """What a tablet is given at enrolment: the raw point, in base64."""
    point = _private(outbox_key).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return b64encode(point).decode()


def read_file(content: bytes) -> SealedFile:
    """The form of a file. Raises SealError `no-file`."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise SealError("no-file") from None
    names = (*SIGNED, "mac")
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise SealError("no-file")
    if not all(isinstance(document.get(name), str) for name in names):
        raise SealError("no-file")
    return SealedFile(*(document[name] for name in names))


def open_file(file: SealedFile, outbox_key: bytes) -> Opened:
    """What lies in a file that was sealed to us. Raises SealError `not-ours` or `altered`."""
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b64decode(file.epk, validate=True))
        iv, sealed = b64decode(file.iv, validate=True), b64decode(file.sealed, validate=True)
        shared = _private(outbox_key).exchange(ec.ECDH(), theirs)
        key = HKDF(hashes.SHA256(), 32, salt=b"", info=FORMAT.encode()).derive(shared)
        plain = json.loads(AESGCM(key).decrypt(iv, sealed, None))
    except (Error, ValueError, RecursionError):
        raise SealError("altered") from None
    except InvalidTag:
        raise SealError("not-ours") from None
    records, letters = (plain.get(name) for name in ("records", "letters")) if isinstance(plain, dict) else (None, None)
    if not isinstance(records, list) or not isinstance(letters, list) or not all(map(_is_letter, letters)):
        raise SealError("altered")
    return Opened(records, letters)


def _is_letter(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("body"), dict):
        return False
    return isinstance(value.get("path"), str) and value["path"].startswith("/")


def _private(outbox_key: bytes) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(outbox_key, "big") % (ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())
