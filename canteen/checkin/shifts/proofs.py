"""What a right PIN is worth: a word of the server that this person stands at this tablet, good for one working day."""

import hashlib
import hmac
from datetime import datetime, timedelta

GOOD_FOR = timedelta(hours=14)


def make_proof(key: bytes, device_ref: str, staff_id: int, at: datetime) -> str:
    """A proof for one person at one tablet. It says nothing of the PIN."""
    until = int((at + GOOD_FOR).timestamp())
    return f"{staff_id}.{until}.{_mac(key, device_ref, staff_id, until)}"


def proven(key: bytes, device_ref: str, proof: str, happened_at: datetime) -> int | None:
    """The person whom a proof names, if it was good when the event happened; else None."""
    staff, _, rest = proof.partition(".")
    until, _, mac = rest.partition(".")
    if not (_is_number(staff) and _is_number(until)):
        return None
    wanted = _mac(key, device_ref, int(staff), int(until))
    is_good = hmac.compare_digest(wanted.encode(), mac.encode()) and happened_at.timestamp() <= int(until)
    return int(staff) if is_good else None


def _mac(key: bytes, device_ref: str, staff_id: int, until: int) -> str:
    return hmac.new(key, f"shift:{device_ref}:{staff_id}:{until}".encode(), hashlib.sha256).hexdigest()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 12
