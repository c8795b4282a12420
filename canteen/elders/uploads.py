"""A roster between its upload and its confirmation: an encrypted file, kept for a day, never in the database.

Nothing is written before somebody confirms. The handle is random, bound to who uploaded and for which
canteen.
"""

import os
import re
import secrets as randomness
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.keys import key

KEPT_SECONDS = 24 * 3600
HANDLE = re.compile(r"[0-9a-f]{24}")
NONCE_BYTES = 12


def keep(folder: Path, data: bytes, owner: str) -> str:
    """Put a roster aside and answer its handle; older ones than a day are removed on the way."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _clear(folder)
    handle = randomness.token_hex(12)
    nonce = randomness.token_bytes(NONCE_BYTES)
    sealed = nonce + AESGCM(key("uploads")).encrypt(nonce, data, _bound(handle, owner))
    draft = folder / f"{handle}.part"
    draft.write_bytes(sealed)
    draft.chmod(0o600)
    kept_at = now().timestamp()
    os.utime(draft, (kept_at, kept_at))
    draft.rename(folder / handle)
    return handle


def fetch(folder: Path, handle: str, owner: str) -> bytes:
    """The roster behind a handle, for who put it there. Raises Refusal `upload-gone`."""
    path = folder / handle
    if not HANDLE.fullmatch(handle) or not path.is_file() or _is_old(path):
        raise _gone()
    sealed = path.read_bytes()
    try:
        return AESGCM(key("uploads")).decrypt(
            sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(handle, owner)
        )
    except InvalidTag:
        raise _gone() from None


def _gone() -> Refusal:
    return Refusal("upload-gone", "上传的名单已经过期。请重新上传。")


def _bound(handle: str, owner: str) -> bytes:
    return f"{handle}:{owner}".encode()


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if _is_old(path):
            path.unlink(missing_ok=True)


def _is_old(path: Path) -> bool:
    return path.stat().st_mtime < now().timestamp() - KEPT_SECONDS
