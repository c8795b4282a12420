"""Pictures of slips and sign sheets: drawn anew without what a telephone adds, and encrypted on disk.

A picture holds names and signatures, so it is never a file that another program could open: AES-GCM under a key
outside the database, bound to its handle, readable by the service's account alone.
"""

import hashlib
import io
import os
import re
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from PIL import Image, ImageOps, UnidentifiedImageError

from canteen.core.errors import Corrupt, Refusal
from canteen.keys import key

LARGEST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2000
QUALITY = 80
NONCE_BYTES = 12
HANDLE = re.compile(r"[0-9a-f]{32}")
MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"RIFF": "WEBP"}


def keep_picture(folder: Path, data: bytes) -> tuple[str, str]:
    """Keep a picture; answers its handle and the SHA-256 of what is kept.

    Raises Refusal `picture-large`, `picture-kind`.
    """
    picture = _drawn_anew(data)
    handle, nonce = secrets.token_hex(16), secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + AESGCM(key("slips")).encrypt(nonce, picture, handle.encode())
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(folder / handle, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    return handle, hashlib.sha256(picture).hexdigest()


def read_picture(folder: Path, handle: str) -> bytes:
    """The picture as JPEG. Raises Refusal `picture-gone`, and `Corrupt` where the file was altered."""
    path = folder / handle
    if not HANDLE.fullmatch(handle) or not path.is_file():
        raise Refusal("picture-gone", "这张照片的文件不在了，请找当时的纸单。")
    sealed = path.read_bytes()
    try:
        return AESGCM(key("slips")).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], handle.encode())
    except InvalidTag as error:
        raise Corrupt(f"the picture {handle} does not open") from error


def drop_picture(folder: Path, handle: str) -> None:
    """Take away a picture whose sheet was not written after all."""
    if HANDLE.fullmatch(handle):
        (folder / handle).unlink(missing_ok=True)


def _drawn_anew(data: bytes) -> bytes:
    if len(data) > LARGEST_BYTES:
        raise Refusal("picture-large", "照片太大，请选 12 MB 以内的照片。")
    kind = next((kind for magic, kind in MAGIC.items() if data.startswith(magic)), None)
    if kind is None:
        raise _unreadable()
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Refusal("picture-large", "照片太大，请选 12 MB 以内的照片。")
            # Without the place and the telephone that a camera notes in its files.
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _unreadable() from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn = io.BytesIO()
    upright.save(drawn, "JPEG", quality=QUALITY)
    return drawn.getvalue()


def _unreadable() -> Refusal:
    return Refusal("picture-kind", "这个文件不是照片，请选 JPG、PNG 或 WebP。")
