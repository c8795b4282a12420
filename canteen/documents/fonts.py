"""The two fonts of every paper, and the question whether they have a character.

Static TTF only: WeasyPrint prints wrong characters from woff2 subsets without a word, and needs 20 seconds a
page for a variable font.
"""

import functools
from pathlib import Path

from fontTools.ttLib import TTFont

from canteen.config import ROOT

FAMILY = "Canteen Print"
FOLDER = ROOT / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
FILES = {
    400: FOLDER / "400Regular" / "NotoSansSC_400Regular.ttf",
    700: FOLDER / "700Bold" / "NotoSansSC_700Bold.ttf",
}
LAYOUT_CHARACTERS = frozenset("\n\r\t")


class FontMissing(Exception):  # noqa: N818
    """The fonts are not installed; `./run --setup` installs them."""


def font_file(weight: int) -> Path:
    """The file of the weight 400 or 700; raises FontMissing."""
    path = FILES[weight]
    if not path.is_file():
        raise FontMissing(f"the font {path.name} is not installed: run ./run --setup")
    return path


def missing_characters(text: str) -> list[str]:
    """The characters of a text that the papers' fonts cannot print, each once, in order.

    A character must be in both weights, because a name stands in bold on a card and plain in a roster. What
    prints as nothing but would change its neighbours (variation selectors, joiners) counts as missing too.
    """
    covered = _covered()
    return list(dict.fromkeys(c for c in text if c not in LAYOUT_CHARACTERS and ord(c) not in covered))


@functools.cache
def _covered() -> frozenset[int]:
    return frozenset(_cmap(400).keys() & _cmap(700).keys())


@functools.cache
def _cmap(weight: int) -> dict[int, str]:
    with TTFont(font_file(weight), lazy=True) as font:
        return dict(font.getBestCmap())


@functools.cache
def advances(weight: int = 400) -> dict[int, int]:
    """How wide each character is, in thousandths of the type size, by code point."""
    with TTFont(font_file(weight), lazy=True) as font:
        metrics = font["hmtx"].metrics
        return {code: metrics[name][0] for code, name in font.getBestCmap().items()}


def width_of(text: str, weight: int = 400) -> int:
    """How wide a line of text is, in thousandths of the type size; kerning is off on the papers."""
    width = advances(weight).get
    return sum([width(ord(c), 1000) for c in text])


MISSING_MARK = "〓"


def printable(text: str) -> str:
    """The text with the mark of the trade, 〓, for each character that the fonts lack."""
    lacking = set(missing_characters(text))
    return "".join(MISSING_MARK if character in lacking else character for character in text)
