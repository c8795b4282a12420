"""Without a mail server: a folder for each statement, put down whole or not at all, for somebody to hand on."""

import os
import secrets
import shutil
from pathlib import Path

from canteen.settlement.sending.letter import Enclosed, Letter, plain
from canteen.settlement.sending.outcome import NotSent

LETTER_NAME = "letter.txt"
MOST_TRIES = 100


def put_down(folder: Path, letter: Letter) -> Path:
    """Put a statement's files and its letter into a new folder under the drop folder; answers which.

    What lies there under the same name stays. The folder's group may read it,
    so that somebody else can hand it on. Raises NotSent `drop-folder`.
    """
    draft = folder / f".{secrets.token_hex(8)}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        draft.mkdir(mode=0o750)
        for file in (*letter.files, Enclosed(LETTER_NAME, "txt", plain(letter).encode())):
            _write(draft / _plain_name(file.name), file.content)
        return _named(draft, folder, letter.number)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        raise NotSent("drop-folder", again=True) from None


def _named(draft: Path, folder: Path, number: str) -> Path:
    for copy in range(1, MOST_TRIES):
        target = folder / (_plain_name(number) if copy == 1 else f"{_plain_name(number)}_{copy}")
        if target.exists() or target.is_symlink():
            continue
        try:
            draft.rename(target)
        except OSError:
            if target.exists():  # somebody was faster
                continue
            raise
        return target
    raise FileExistsError


def _plain_name(name: str) -> str:
    """The name without anything that could lead out of the folder."""
    return name.replace("/", "_").replace("\\", "_").lstrip(".") or "_"


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
