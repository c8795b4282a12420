"""Setting words on a picture: lines that fit, none of them cut, evenly filled.

Chinese breaks between any two characters, but no closing sign begins a line and no opening one ends it; a word of
letters or digits stays whole unless it is wider than the line.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

from canteen.documents.fonts import font_file, width_of

CLOSING = "，。、；：！？）》】”’」』,.;:!?)]}%·"
OPENING = "（《【“‘「『([{"
PIECE = re.compile(r"[A-Za-z0-9'’.,\-/&+@]+|\s+|.", re.S)


@functools.cache
def font(weight: int, size: int) -> FreeTypeFont:
    """The papers' font, 400 or 700, at a size in pixels."""
    return ImageFont.truetype(str(font_file(weight)), size, layout_engine=ImageFont.Layout.BASIC)


@dataclass(frozen=True, slots=True)
class Style:
    """Weight, size in pixels, colour, and the height of a line as a percentage of the size."""

    weight: int
    size: int
    ink: str
    leading_percent: int = 135

    @property
    def font(self) -> FreeTypeFont:
        """The font of this style."""
        return font(self.weight, self.size)

    @property
    def line_height(self) -> int:
        """From one line to the next, in pixels."""
        return self.size * self.leading_percent // 100

    def width_of(self, text: str) -> int:
        """How wide a line is, in pixels; the font is set without kerning."""
        return width_of(text, self.weight) * self.size // 1000 + 1


def lines_of(text: str, style: Style, width: int) -> list[str]:
    """The text in as few lines as fit the width, filled as evenly as that allows."""
    fewest = _greedy(text, style, width)
    if len(fewest) < 2:
        return fewest
    low, high = width // 2, width
    while high - low > 4:
        middle = (low + high) // 2
        low, high = (low, middle) if len(_greedy(text, style, middle)) == len(fewest) else (middle, high)
    return _greedy(text, style, high)


def _greedy(text: str, style: Style, width: int) -> list[str]:
    lines: list[str] = [""]
    for piece in _pieces(text, style, width):
        if lines[-1] and style.width_of((lines[-1] + piece).rstrip()) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines if line.strip()]


def _pieces(text: str, style: Style, width: int) -> list[str]:
    """What is never broken: a character with the signs that belong to it, a word."""
    found: list[str] = []
    for piece in PIECE.findall(text):
        if found and (piece in CLOSING or found[-1][-1] in OPENING):
            found[-1] += piece
        elif style.width_of(piece) > width:
            found += list(piece)
        else:
            found.append(piece)
    return found
