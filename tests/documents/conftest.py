"""Every sample paper is drawn once for all tests that look at it: drawing takes seconds."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from canteen.documents.papers import AnyPaper
from canteen.documents.rendering import render_pdf
from tests.documents import samples

DRAWN: dict[str, bytes] = {}
SAMPLES: dict[str, Callable[[], AnyPaper]] = {
    "government": samples.government,
    "zero": samples.zero_month,
    "roster": lambda: samples.roster(45, 80),
    "donor": samples.donor,
    "settlement": samples.settlement,
    "cards": samples.cards,
    "cards-10": lambda: samples.cards(layout="10-up"),
    "slips": samples.slips,
}


@pytest.fixture
def drawn() -> Callable[[str], bytes]:
    def draw(name: str) -> bytes:
        if name not in DRAWN:
            DRAWN[name] = render_pdf(SAMPLES[name]())
        return DRAWN[name]

    return draw


@pytest.fixture
def text_of(tmp_path: Path) -> Callable[[bytes], list[str]]:
    """The text of each page as a reader sees it, lines kept."""

    def read(pdf: bytes) -> list[str]:
        path = tmp_path / "paper.pdf"
        path.write_bytes(pdf)
        text = subprocess.run(
            ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True
        ).stdout
        return text.split("\f")[:-1]

    return read


@pytest.fixture
def raster_of(tmp_path: Path) -> Callable[[bytes, int, int], Path]:
    """One page as a picture."""

    def draw(pdf: bytes, page: int, dpi: int) -> Path:
        path = tmp_path / "paper.pdf"
        path.write_bytes(pdf)
        out = tmp_path / f"page-{page}"
        subprocess.run(
            ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-png", "-singlefile", path, out],
            check=True,
        )
        return out.with_suffix(".png")

    return draw
