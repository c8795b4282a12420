"""QR codes: as vectors for what is cut and scanned, as a small picture for the foot of a page."""

import io
from html import escape
from typing import Literal

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

LEVELS = {"M": ERROR_CORRECT_M, "H": ERROR_CORRECT_H}
ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
QUIET_ZONE = 4  # modules of white that the standard wants on every side


def modules(text: str, level: Literal["M", "H"] = "H") -> list[list[bool]]:
    """The code's modules, row by row, without its quiet zone: upper-case texts stay alphanumeric."""
    code = qrcode.QRCode(error_correction=LEVELS[level], border=0)
    mode = MODE_ALPHA_NUM if ALPHANUMERIC.issuperset(text) else MODE_8BIT_BYTE
    code.add_data(QRData(text.encode(), mode=mode), optimize=0)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def qr_svg(text: str, level: Literal["M", "H"] = "H", title: str = "") -> str:
    """The code with its quiet zone as an SVG that scales to its box: one path, so without seams."""
    rows = modules(text, level)
    size = len(rows) + 2 * QUIET_ZONE
    path = "".join(
        f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for x, length in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img">'
        f'<title>{escape(title)}</title><path d="{path}" fill="#000"/></svg>'
    )


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and runs[-1][0] + runs[-1][1] == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs


def qr_png(text: str, level: Literal["M", "H"] = "M") -> bytes:
    """The code as a picture of one pixel a module, quiet zone included, scaled unsmoothed."""
    rows = modules(text, level)
    size = len(rows) + 2 * QUIET_ZONE
    picture = Image.new("1", (size, size), 1)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                picture.putpixel((x + QUIET_ZONE, y + QUIET_ZONE), 0)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
