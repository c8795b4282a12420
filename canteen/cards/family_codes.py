"""The family's six digits: made, hashed and compared. Nothing here touches the database."""

import hmac
import re
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

# A million codes are tried in no time whatever a hash costs. What guards them is the key that is mixed in and
# is not in the database; so the hash itself may be cheap enough for a roster of fifteen hundred.
HASHER = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)
NOBODY = HASHER.hash("no family has this code")
CODE = re.compile(r"[0-9]{6}")


def new_code() -> str:
    """Six digits by chance."""
    return f"{secrets.randbelow(1_000_000):06d}"


def folded(text: str) -> str:
    """The code as it is compared: half width, without spaces and hyphens."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def hashed(code_key: bytes, elder_id: int, code: str) -> str:
    """The argon2 hash that is kept."""
    return HASHER.hash(_mixed(code_key, elder_id, code))


def fits(code_key: bytes, elder_id: int, code: str, kept: str) -> bool:
    """Whether a code is the one that was kept; takes as long whichever way."""
    try:
        return HASHER.verify(kept, _mixed(code_key, elder_id, code))
    except (Argon2Error, InvalidHashError):
        return False


def _mixed(code_key: bytes, elder_id: int, code: str) -> bytes:
    return hmac.digest(code_key, f"family:{elder_id}:{code}".encode(), "sha256")
