"""The English catalogues, one .po file a slice, and the .mo files made from them.

`python -m canteen.web.catalogues` compiles all; setup runs it. The .mo files are made, never committed.
"""

import os
import sys
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parent.parent / "translations"


def domains(folder: Path = FOLDER) -> list[str]:
    """The names of the catalogues, one a slice, in order."""
    return sorted(path.stem for path in folder.glob("*/LC_MESSAGES/*.po"))


def compile_stale(folder: Path = FOLDER) -> list[Path]:
    """Compile each catalogue whose .mo is missing or older; return those that were."""
    stale = [path for path in sorted(folder.glob("*/LC_MESSAGES/*.po")) if is_stale(path)]
    for path in stale:
        compile_one(path)
    return stale


def is_stale(path: Path) -> bool:
    """Whether a catalogue was changed after it was compiled."""
    made = path.with_suffix(".mo")
    return not made.exists() or made.stat().st_mtime_ns < path.stat().st_mtime_ns


def compile_one(path: Path) -> Path:
    """Compile one catalogue; its place is taken in one step, since another process may be reading it."""
    with path.open("rb") as source:
        catalogue = read_po(source, locale=path.parent.parent.name, domain=path.stem, abort_invalid=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as target:
        write_mo(target, catalogue)
    made = path.with_suffix(".mo")
    Path(name).replace(made)
    return made


def main() -> int:
    """Compile what is stale and say so."""
    made = compile_stale()
    sys.stderr.write(f"{len(made)} catalogues compiled\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
