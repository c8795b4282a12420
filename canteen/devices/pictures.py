"""A QR code as the path of an SVG drawing, which a template may show without any markup from outside."""

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET_MODULES = 4


@dataclass(frozen=True, slots=True)
class QrPicture:
    """Side in modules with the quiet zone, and the dark modules as one SVG path."""

    side: int
    path: str


def qr_picture(text: str) -> QrPicture:
    """The QR of a text, for a screen."""
    code = qrcode.QRCode(border=QUIET_MODULES, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    dark = ((across, down) for down, row in enumerate(rows) for across, on in enumerate(row) if on)
    return QrPicture(len(rows), "".join(f"M{across} {down}h1v1h-1z" for across, down in dark))
