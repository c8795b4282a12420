"""Keys outside the database: made once, each in a file that the service's account alone may read."""

import os
import secrets
from functools import cache
from pathlib import Path

from flask import current_app


def read_or_make(folder: Path, name: str) -> bytes:
    """The 32-byte key of this name, made on first use; two processes that start at once agree on one."""
    path = folder / f"{name}.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _create_once(path, secrets.token_bytes(32))
    return path.read_bytes()


def _create_once(path: Path, content: bytes) -> None:
    # A hard link appears whole or not at all, so nobody ever reads half a key or replaces one that is in use.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


@cache
def _cached(folder: Path, name: str) -> bytes:
    return read_or_make(folder, name)


def key(name: str) -> bytes:
    """The current application's 32-byte key of this name ("identity", "cards", "devices", …)."""
    return _cached(current_app.config["CANTEEN"].keys, name)
