"""Our mark, a steaming bowl, drawn for a picture: the shapes of static/images/mark.svg on its grid of 32."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image, ImageDraw

GRID = 32
FINER = 4  # drawn larger and brought down, so that edges are smooth
STROKE = 12  # fifths of a unit of the grid
STEAM = (11, 16, 21)
STEPS = 48


def draw_mark(picture: Image.Image, left: int, top: int, size: int, ink: str) -> None:
    """Lay the bowl with its steam on a picture, in one colour and without a ground."""
    large = size * FINER
    shape = Image.new("L", (large, large), 0)
    pen = ImageDraw.Draw(shape)
    stroke = large * STROKE // (5 * GRID)

    def at(value: float) -> float:
        return value * large / GRID

    pen.pieslice((at(6), at(5), at(26), at(25)), 0, 180, fill=255)
    pen.rectangle((at(12.5), at(23), at(19.5), at(26)), fill=255)
    _line(pen, [(at(6), at(15)), (at(26), at(15))], stroke)
    for x in STEAM:
        _line(pen, [(at(across), at(down)) for across, down in _steam(x)], stroke)
    picture.paste(Image.new("RGB", (size, size), ink), (left, top), shape.resize((size, size), Image.Resampling.LANCZOS))


def _steam(x: int) -> Iterator[tuple[float, float]]:
    """A wisp from the bowl upwards: the curve `c0-2 1.6-2 1.6-4` of the mark."""
    for step in range(STEPS + 1):
        part = step / STEPS
        rest = 1 - part
        across = 3 * rest * part**2 * 1.6 + part**3 * 1.6
        down = -(3 * rest**2 * part * 2 + 3 * rest * part**2 * 2 + part**3 * 4)
        yield x + across, 11 + down


def _line(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], width: int) -> None:
    """A line with round ends, smooth in its bends."""
    pen.line(points, fill=255, width=width)
    for across, down in points:
        pen.ellipse((across - width / 2, down - width / 2, across + width / 2, down + width / 2), fill=255)
