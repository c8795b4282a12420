"""A picture to draw on, with round shapes whose edges are smooth."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageDraw

FINER = 3  # shapes are drawn larger and brought down, so that no step is seen in them
ROUNDING = 28

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels."""


class Canvas:
    """What a card is drawn on; `pen` draws straight things and writes."""

    def __init__(self, picture: Image.Image) -> None:
        self.picture = picture
        self.pen = ImageDraw.Draw(picture)

    def disc(self, box: Box, ink: str) -> None:
        """A filled circle; what lies outside the picture is not drawn."""
        self._lay(box, ink, lambda pen, large: pen.ellipse(large, fill=255))

    def sheet(self, box: Box, ink: str) -> None:
        """A filled rectangle with round corners."""
        self._lay(box, ink, lambda pen, large: pen.rounded_rectangle(large, ROUNDING * FINER, fill=255))

    def _lay(self, box: Box, ink: str, draw: Callable[[ImageDraw.ImageDraw, Box], None]) -> None:
        top = max(box[1], 0)
        size = (self.picture.width, min(box[3] + 1, self.picture.height) - top)
        shape = Image.new("L", (size[0] * FINER, size[1] * FINER), 0)
        large = (box[0] * FINER, (box[1] - top) * FINER, box[2] * FINER, (box[3] - top) * FINER)
        draw(ImageDraw.Draw(shape), large)
        mask = shape.resize(size, Image.Resampling.BOX)
        self.picture.paste(Image.new("RGB", size, ink), (0, top), mask)
