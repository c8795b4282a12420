"""The first rendering of a paper, kept for ever: written once, whole or not at all, known by its SHA-256."""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.(pdf|xlsx)")


class ArchiveBroken(Exception):  # noqa: N818
    """An archived file is gone or not what it was; it is never silently made anew."""


@dataclass(frozen=True, slots=True)
class Archived:
    """A file in the archive: its name there, its SHA-256 in hexadecimal, its size in bytes."""

    name: str
    sha256: str
    size: int


def store(folder: Path, name: str, content: bytes) -> Archived:
    """Archive a file under the paper's number (`XFL-2026-11-gov-v1.pdf`), durably.

    The same bytes again change nothing; other bytes under a name that is taken raise ArchiveBroken.
    """
    path = _path(folder, name)
    archived = Archived(name, hashlib.sha256(content).hexdigest(), len(content))
    folder.mkdir(parents=True, exist_ok=True)
    if path.exists():
        fetch(folder, name, archived.sha256)
        return archived
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".new-", delete=False) as draft:
        draft.write(content)
        draft.flush()
        os.fsync(draft.fileno())
    _publish(Path(draft.name), path, archived.sha256)
    return archived


def _publish(draft: Path, path: Path, sha256: str) -> None:
    """Give the finished file its name, unless another process was first."""
    try:
        draft.chmod(0o440)
        os.link(draft, path)
    except FileExistsError:
        fetch(path.parent, path.name, sha256)
    finally:
        draft.unlink()
    if os.name == "posix":
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def fetch(folder: Path, name: str, sha256: str) -> bytes:
    """The archived bytes; raises ArchiveBroken where they are gone or do not have that SHA-256."""
    try:
        content = _path(folder, name).read_bytes()
    except FileNotFoundError as gone:
        raise ArchiveBroken(f"{name} is no longer in the archive") from gone
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ArchiveBroken(f"{name} in the archive is not what was archived")
    return content


def _path(folder: Path, name: str) -> Path:
    if not NAME.fullmatch(name):
        raise ValueError("an archived file is named by its paper's number and its kind")
    return folder / name
