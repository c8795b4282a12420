"""The certificate of thanks: a page of a fund's statement, and a paper of its own."""

from canteen.core.words import day_in_words
from canteen.documents.fitting import text_mm
from canteen.documents.layout.sheet import Block, Sheet, numbered
from canteen.documents.pages.donor import NOT_A_RECEIPT
from canteen.documents.papers import ThanksCertificate

RED, GOLD = "#8e1b1b", "#b98a2f"
FRAME_MM = (277.0, 190.0)
TEXT_MM = 205.0
NAME_SIZES = (26, 24, 22, 20, 18)


def certificate_sheet(source: ThanksCertificate) -> Sheet:
    """The page."""
    return Sheet("certificate framed", (Block("thanks", 0, _words(source)),), plain=True)


def certificate_sheets(source: ThanksCertificate) -> tuple[tuple[Sheet, ...], dict[str, bytes]]:
    """The page alone, and its picture."""
    return numbered([certificate_sheet(source)]), {"frame.svg": frame_svg()}


def _words(source: ThanksCertificate) -> dict[str, object]:
    heading = source.heading
    name = f"{source.addressed_to}："
    size = next((size for size in NAME_SIZES if text_mm(name, size, 700) <= TEXT_MM), 0)
    return {
        "to": name,
        "to_size": f"n{size}" if size else "two-lines",
        "text": (
            f"感谢您在 {source.period}资助 {source.meals:,} 份热饭，"
            f"{'至少 ' if source.at_least else ''}{source.elders:,} 位老人因此吃上暖心{source.meal_word}。特致谢忱。"
        ),
        "from": source.recipient,
        "from_size": "" if text_mm(source.recipient, 16) <= 120 else "small",
        "canteens": source.canteens,
        "canteens_size": "" if text_mm(source.canteens, 10) <= 150 else "small",
        "on": day_in_words(heading.sealed_at.date()),
        "number": heading.number,
        "check_code": heading.check_code,
        "not_a_receipt": NOT_A_RECEIPT,
    }


def frame_svg() -> bytes:
    """The border: a broad line, a fine one, and a key pattern in each corner."""
    width, height = FRAME_MM
    corner = "M0 26V0H26M4 20V4H20M8 15V8H15V12H12"
    turns = (
        (1, 1, 7, 7), (-1, 1, width - 7, 7), (1, -1, 7, height - 7), (-1, -1, width - 7, height - 7),
    )  # fmt: skip
    corners = "".join(
        f'<path d="{corner}" transform="translate({x} {y}) scale({sx} {sy})" fill="none" stroke="{RED}"'
        ' stroke-width="0.9"/>'
        for sx, sy, x, y in turns
    )
    # The fine line stops at the corners, which stand in its place.
    gap = 33
    fine = "".join(
        f'<path d="{path}" fill="none" stroke="{GOLD}" stroke-width="0.5"/>'
        for path in (
            f"M{gap} 7H{width - gap}", f"M{gap} {height - 7}H{width - gap}", f"M7 {gap}V{height - gap}",
            f"M{width - 7} {gap}V{height - gap}",
        )
    )  # fmt: skip
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm"'
        f' viewBox="0 0 {width} {height}"><rect x="1.2" y="1.2" width="{width - 2.4}" height="{height - 2.4}"'
        f' fill="none" stroke="{RED}" stroke-width="2.4"/>{fine}{corners}</svg>'
    ).encode()
