"""What a camera over a counter sees, drawn: a card that is clear, blurred, in the dark, two of them, or a bare table."""

import io
from base64 import b64encode
from pathlib import Path
from typing import Literal

import qrcode
from PIL import Image, ImageDraw, ImageFilter
from qrcode.constants import ERROR_CORRECT_H

Looks = Literal["clear", "blurred", "dark", "none", "two"]
SIZE = (1280, 720)
TABLE = (122, 118, 110)
CODE_PX = 300
FRAMES = 4

# A camera that shows what it is told to, can light, and can be taken away.
CAMERA = """() => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1280, 720];
  const pen = canvas.getContext("2d");
  const told = (window.told = { torch: [], open: 0, fails: "", image: null });
  setInterval(() => {
    pen.fillStyle = "rgb(122, 118, 110)";
    pen.fillRect(0, 0, 1280, 720);
    if (told.image) pen.drawImage(told.image, 0, 0);
  }, 50);
  window.showPicture = async (address) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    told.image = image;
  };
  navigator.mediaDevices.getUserMedia = async () => {
    if (told.fails) throw new DOMException("no camera", told.fails);
    const stream = canvas.captureStream(20);
    told.open += 1;
    for (const track of stream.getTracks()) {
      track.getCapabilities = () => ({ torch: true, focusMode: ["continuous"] });
      track.getSettings = () => ({ facingMode: "environment" });
      track.applyConstraints = async ({ advanced: [wish] }) => { if ("torch" in wish) told.torch.push(wish.torch); };
      const stop = track.stop.bind(track);
      track.stop = () => { told.open -= 1; stop(); };
    }
    told.stream = stream;
    return stream;
  };
}"""


def card(text: str, code_px: int = CODE_PX) -> Image.Image:
    """A card: its code on white, lines of print beside it."""
    picture = Image.new("RGB", (int(code_px * 2.1), int(code_px * 1.35)), "white")
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_H, box_size=8, border=4)
    code.add_data(text)
    picture.paste(code.make_image().convert("RGB").resize((code_px, code_px)), (10, int(code_px * 0.2)))
    pen = ImageDraw.Draw(picture)
    for line in range(3):
        top = int(code_px * 0.4) + line * 50
        pen.rectangle((code_px + 40, top, code_px + 240 - 40 * line, top + 16), fill=(40, 40, 40))
    return picture


def on_the_table(*texts: str) -> Image.Image:
    """The camera's picture with one card, two side by side, or none."""
    picture = Image.new("RGB", SIZE, TABLE)
    for at, text in enumerate(texts):
        drawn = card(text, CODE_PX if len(texts) == 1 else 240)
        left = (SIZE[0] - drawn.height) // 2 if len(texts) == 1 else 300 + at * 340
        # Upright, so that two of them fit into the square in the middle that is looked at.
        picture.paste(drawn.rotate(90, expand=True), (left, (SIZE[1] - drawn.width) // 2))
    return picture


def seen(looks: Looks, *texts: str) -> Image.Image:
    """The same through a lens that is not wiped, or without a light."""
    picture = on_the_table(*texts)
    if looks == "blurred":
        return picture.filter(ImageFilter.GaussianBlur(7))
    if looks == "dark":
        return picture.point(lambda value: value // 24)
    return picture


def film(path: Path, picture: Image.Image) -> Path:
    """A file for Chromium's fake camera: JPEGs in a row, which it shows over and over."""
    with path.open("wb") as file:
        for _ in range(FRAMES):
            picture.save(file, "JPEG", quality=90)
    return path


def address(picture: Image.Image) -> str:
    """The picture as an address that a page can draw."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    return "data:image/png;base64," + b64encode(out.getvalue()).decode()
