"""From a paper to its files, safely: the PDF in a process of its own with a limit on memory and time.

A call takes a second for a page and up to twenty for a district's roster, so it is for `canteen work` and
commands; a web request only states what is to be rendered.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from canteen.config import ROOT
from canteen.documents.fonts import font_file
from canteen.documents.model import DoesNotBalance, NotPrintable
from canteen.documents.pages import file_stem, paper_of
from canteen.documents.papers import (
    AnyPaper,
    CardSheet,
    FamilySlips,
    NoticePoster,
    SealedPaper,
    ThanksCertificate,
    WallPoster,
)
from canteen.documents.repair import MissingGlyphs
from canteen.documents.sealed import paper_json
from canteen.documents.xlsx import render_xlsx

MEMORY_BYTES = 1_200_000_000  # of address space; a district's roster takes about half
SECONDS = 180
NOT_PRINTABLE = 3
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
REFUSALS = {kind.__name__: kind for kind in (DoesNotBalance, NotPrintable)}


class RenderingFailed(Exception):  # noqa: N818
    """The rendering process broke, or took too long or too much memory; nothing was written."""


@dataclass(frozen=True, slots=True)
class Files:
    """Both files of a sealed paper and what they are called."""

    stem: str
    pdf: bytes
    xlsx: bytes


def render(paper: SealedPaper) -> Files:
    """PDF and XLSX of a sealed paper; raises NotPrintable, RenderingFailed."""
    return Files(file_stem(paper), render_pdf(paper), render_xlsx(paper))


def render_pdf(paper: AnyPaper, *, memory_bytes: int = MEMORY_BYTES, seconds: float = SECONDS) -> bytes:
    """The PDF of any paper, byte for byte the same for the same paper and the same lock file.

    Raises NotPrintable (it does not balance, or the fonts lack a character: MissingGlyphs) and
    RenderingFailed. FontMissing means that setting up was not finished.
    """
    font_file(400), font_file(700)
    if not isinstance(paper, CardSheet | FamilySlips | ThanksCertificate | NoticePoster | WallPoster):
        paper_of(paper)
    with tempfile.TemporaryDirectory(prefix="canteen-print-") as scratch:
        return _answer(_run(paper_json(paper), Path(scratch), memory_bytes, seconds))


def _run(
    paper: bytes, scratch: Path, memory_bytes: int, seconds: float
) -> subprocess.CompletedProcess[bytes]:
    fonts = scratch / "fonts.conf"
    # No font of the machine's: the paper's own two, or none, so that every machine prints the same bytes.
    fonts.write_text(f"<?xml version='1.0'?><fontconfig><cachedir>{scratch}</cachedir></fontconfig>", "utf-8")
    try:
        return subprocess.run(
            [sys.executable, "-m", "canteen.documents.child"],
            input=paper,
            capture_output=True,
            timeout=seconds,
            cwd=ROOT,
            env=_environment(scratch, fonts),
            preexec_fn=_limit(memory_bytes),
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise RenderingFailed(f"the paper was not drawn within {seconds:g} seconds") from late


def _environment(scratch: Path, fonts: Path) -> dict[str, str]:
    """Nothing of the server's environment: no key and no address reaches the process."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return kept | {
        "HOME": str(scratch),
        "MPLCONFIGDIR": str(scratch),
        "FONTCONFIG_FILE": str(fonts),
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def _limit(memory_bytes: int) -> Callable[[], None] | None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the time limit holds there too.
        return None

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    return limit


def _answer(done: subprocess.CompletedProcess[bytes]) -> bytes:
    if done.returncode == 0 and done.stdout.startswith(b"%PDF-"):
        return done.stdout
    if done.returncode == NOT_PRINTABLE:
        reason = json.loads(done.stderr.splitlines()[-1])
        if reason["kind"] == MissingGlyphs.__name__:
            raise MissingGlyphs(reason["characters"])
        raise REFUSALS.get(reason["kind"], NotPrintable)(reason["message"])
    # The last line alone: what stands above may quote the paper, and names do not belong in a log.
    last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason given"]
    raise RenderingFailed(f"the rendering process ended with {done.returncode}: {last[0].split(':')[0]}")
