"""A picture as it was sent, drawn anew: upright, no larger than a page needs, and without anything but its pixels.

What a camera writes beside the pixels (place, time, the camera's number, a thumbnail) does not outlive the drawing.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from canteen.core.errors import Refusal

LARGEST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 40_000_000
LEAST_SIDE = 200
LONGEST_SIDE = 1600
KINDS = ("JPEG", "PNG", "WEBP")
QUALITY = 85
PLAIN_MODES = ("RGB", "RGBA", "L")
_READING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A JPEG and its size in pixels."""

    content: bytes
    width: int
    height: int


def redraw(content: bytes) -> Redrawn:
    """The picture anew as a JPEG of at most 1600 pixels on its longest side.

    Raises Refusal `photo-empty`, `photo-large` (15 MB), `photo-pixels` (40 million), `photo-small`,
    `photo-kind` (neither JPEG, PNG nor WebP), `photo-broken`.
    """
    if not content:
        raise Refusal("photo-empty", "这张照片是空的，请重新选择。")
    if len(content) > LARGEST_BYTES:
        megabytes = LARGEST_BYTES >> 20
        raise Refusal("photo-large", f"照片太大：最大 {megabytes} MB。请缩小以后再传。", megabytes=megabytes)
    try:
        with _whole_alone(), Image.open(io.BytesIO(content), formats=KINDS) as picture:
            _check_size(picture)
            return _drawn_anew(picture)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        raise Refusal("photo-kind", "只能上传 JPEG、PNG 或 WebP 照片。") from error
    except Refusal:
        raise
    except Exception as error:  # Broken pictures fail in as many ways as there are; all mean the same here.
        raise Refusal("photo-broken", "这张照片打不开，可能没有传完或已经损坏。请换一张。") from error


@contextmanager
def _whole_alone() -> Iterator[None]:
    """Read no picture of which a part is missing, whatever else in the process wants: WeasyPrint lets them all in."""
    with _READING:
        others = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = others


def _check_size(picture: Image.Image) -> None:
    """By what its head says, before a pixel is read: a small file may unfold to gigabytes."""
    if picture.width * picture.height > MOST_PIXELS:
        raise _too_many_pixels()
    if min(picture.size) < LEAST_SIDE:
        raise Refusal("photo-small", f"照片太小：短边至少 {LEAST_SIDE} 像素。", least=LEAST_SIDE)


def _too_many_pixels() -> Refusal:
    most = MOST_PIXELS // 1_000_000
    return Refusal("photo-pixels", f"照片的像素太多：最多 {most} 百万。请缩小以后再传。", most=most)


def _drawn_anew(picture: Image.Image) -> Redrawn:
    # A JPEG is read at a fraction of its size where that is enough, so a telephone's picture takes little memory.
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    pixels = picture if picture.mode in PLAIN_MODES else picture.convert("RGBA")
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(pixels)
    # Only pixels are carried over, onto white where the picture is seen through.
    seen = upright.convert("RGBA")
    clean = Image.new("RGB", seen.size, "white")
    clean.paste(seen, mask=seen.getchannel("A"))
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Redrawn(out.getvalue(), clean.width, clean.height)
