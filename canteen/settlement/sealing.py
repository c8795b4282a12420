"""How a statement is sealed: canonical JSON of its paper, a hash over it, a check code made of the hash."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from canteen.core.token import ALPHABET
from canteen.documents.papers import SealedPaper
from canteen.documents.sealed import paper_json

CHECK_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Seal:
    """What is sealed of one paper: the text byte for byte, its SHA-256, and the code that opens its page."""

    text: str
    sha256: str
    check_code: str


def seal(paper: SealedPaper, host: str, rows: Any = None) -> Seal:
    """Seal a paper. Its heading's seal and check code are still empty: they are made of what is sealed here.

    `rows` is what the paper was made of and does not print, for who checks it again. The salt keeps anyone from
    finding the check code by guessing what an empty month's paper says.
    """
    document = {
        "format": 1,
        "salt": secrets.token_hex(16),
        "host": host,
        "paper": json.loads(paper_json(paper)),
        "rows": rows,
    }
    text = canonical(document)
    digest = sha256_of(text)
    return Seal(text, digest, check_code(digest))


def canonical(document: Any) -> str:
    """The one way in which a document is written: keys sorted, no white space, characters as they are."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_code(seal_sha256: str) -> str:
    """The 8 Crockford characters printed on the paper: 40 bits that only who holds the paper can know."""
    digest = hashlib.sha256(f"check:{seal_sha256}".encode()).digest()
    bits = int.from_bytes(digest[:5])
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))


def digest_of_lines(lines: Iterable[tuple[Any, ...]]) -> str:
    """SHA-256 over rows of plain values in their order, one canonical JSON line each."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(
            json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=str).encode() + b"\n"
        )
    return digest.hexdigest()


def number_of(code: str, month: str, word: str, version: int = 1) -> str:
    """A statement's number: XFL-2026-11-gov-v1; of a range WEIDA-2026-11-01_2026-12-15-donor-v1."""
    return f"{code.upper()}-{month.replace('..', '_')}-{word}-v{version}"


def in_zone(instant: datetime, zone: Any) -> datetime:
    """The instant as papers print it: to the second, in the canteen's own time zone."""
    return instant.astimezone(zone).replace(microsecond=0)
