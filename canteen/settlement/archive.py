"""The first rendering of a sealed statement, kept under its SHA-256 and given out for ever."""

import hashlib
import os
import secrets
from pathlib import Path

from canteen.config import Settings

FORMATS = ("pdf", "xlsx")


def papers_folder() -> Path:
    """Where the archived papers of this installation lie."""
    return Settings().papers


def keep(content: bytes, ending: str, folder: Path) -> str:
    """Put a file into the archive, durably, and answer its SHA-256; a file that is there already stays."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256, ending, folder)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, content)
    return sha256


def path_of(sha256: str, ending: str, folder: Path) -> Path:
    """Where a file of this SHA-256 lies; the first two digits make a folder."""
    return folder / sha256[:2] / f"{sha256}.{ending}"


def read(sha256: str, ending: str, folder: Path) -> bytes | None:
    """The archived file; None where it is missing or is no longer what it was."""
    try:
        content = path_of(sha256, ending, folder).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def _write(path: Path, content: bytes) -> None:
    # Whole or not at all: a half-written paper under its hash would be found broken at the next verification.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def hand_out(content: bytes, path: Path) -> None:
    """Write a copy of an archived file for whoever asked, replacing an older copy in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.write_bytes(content)
    draft.replace(path)
