"""Cards measured in millimetres, and their codes read as a scanner would."""

import io
import re

import numpy as np
import pikepdf
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from canteen.core.token import card_url, make_token
from canteen.documents.layout.cards import GRIDS
from canteen.documents.papers import Card
from canteen.documents.qr import modules, qr_svg
from canteen.documents.rendering import render_pdf
from tests.documents import samples

MM = 72 / 25.4
DPI = 300
CODE_MM, CODE_RIGHT_MM, CODE_TOP_MM = 30, 2.6, 10


def test_a_code_for_the_longest_host_is_version_four_at_level_h():
    code = card_url("a" * 22, make_token(b"k" * 32, "1", 1))

    assert len(modules(code, "H")) == 33  # version 4; the next one has 37


def test_a_code_without_a_host_is_smaller_and_a_mixed_text_still_works():
    assert len(modules("0" * 17, "H")) == 25
    assert modules("网址 abc", "M")
    assert "&lt;" in qr_svg("A", title="<")


@pytest.mark.parametrize(("name", "pages"), [("cards", 5), ("cards-10", 3)])
def test_cards_are_bank_card_size_to_the_millimetre(drawn, name, pages):
    with pikepdf.open(io.BytesIO(drawn(name))) as document:
        assert len(document.pages) == pages
        boxes = rounded_boxes(document.pages[0])

    assert len(boxes) == {"cards": 8, "cards-10": 10}[name]
    for left, top, right, bottom in boxes:
        assert right - left == pytest.approx(85.6, abs=0.2)
        assert bottom - top == pytest.approx(54.0, abs=0.2)


def rounded_boxes(page: pikepdf.Page) -> list[tuple[float, float, float, float]]:
    """The extents, in millimetres, of every closed path with curves: the cards' rounded edges."""
    boxes, points, curved = set(), [], False
    matrix = pikepdf.Matrix()
    stack = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name, values = str(operator), operands
        if name == "q":
            stack.append(matrix)
        elif name == "Q":
            matrix = stack.pop()
        elif name == "cm":
            matrix = pikepdf.Matrix(*(float(v) for v in values)) @ matrix
        elif name in ("m", "l", "c"):
            curved = curved or name == "c"
            pairs = [float(v) for v in values]
            points += [matrix.transform((pairs[i], pairs[i + 1])) for i in range(0, len(pairs), 2)]
        elif name in ("f", "f*", "S", "s", "B", "n", "W", "W*"):
            if curved and points and name != "n":
                xs, ys = [p[0] / MM for p in points], [p[1] / MM for p in points]
                if 80 < max(xs) - min(xs) < 90:
                    boxes.add(tuple(round(v, 2) for v in (min(xs), min(ys), max(xs), max(ys))))
            if name not in ("W", "W*"):
                points, curved = [], False
    return [box for box in boxes if not any(inside(box, other) for other in boxes if other != box)]


def inside(box, other) -> bool:
    return all(b >= o - 0.01 for b, o in zip(box[:2], other[:2], strict=True)) and all(
        b <= o + 0.01 for b, o in zip(box[2:], other[2:], strict=True)
    )


def test_ten_of_ten_codes_are_read_from_the_printed_sheet(drawn, raster_of):
    picture = Image.open(raster_of(drawn("cards-10"), 1, DPI)).convert("L")

    assert read(picture) == {card.code for card in samples.cards().cards}


def test_ten_of_ten_codes_are_read_when_blurred(drawn, raster_of):
    picture = Image.open(raster_of(drawn("cards-10"), 1, DPI)).convert("L")

    assert read(picture.filter(ImageFilter.GaussianBlur(2))) == {card.code for card in samples.cards().cards}


@pytest.mark.parametrize("ink", [0, 255, 128])
def test_ten_of_ten_codes_are_read_with_a_tenth_of_each_covered(drawn, raster_of, ink):
    picture = Image.open(raster_of(drawn("cards-10"), 1, DPI)).convert("L")
    draw = ImageDraw.Draw(picture)
    for place in range(10):
        draw.rectangle(patch(place), fill=ink)

    assert read(picture) == {card.code for card in samples.cards().cards}


def patch(place: int) -> tuple[float, float, float, float]:
    """A tenth of a code's modules, in its middle towards the lower right, away from the finder squares."""
    left, top = GRIDS["10-up"].place(place)
    module = CODE_MM / 41  # 33 modules and 4 of white on either side
    side = 33 * module * 0.1**0.5
    x = left + 85.6 - CODE_RIGHT_MM - CODE_MM + 4 * module + 33 * module * 0.42
    y = top + CODE_TOP_MM + 4 * module + 33 * module * 0.36
    return tuple(value / 25.4 * DPI for value in (x, y, x + side, y + side))


def read(picture: Image.Image) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(np.array(picture))}


def test_a_back_falls_on_its_own_front_when_the_sheet_is_turned_over_its_long_edge():
    grid = GRIDS["8-up"]

    for place in range(8):
        front_left, front_top = grid.place(place)
        back_left, back_top = grid.place(place, mirrored=True)
        assert back_top == front_top
        assert front_left + back_left + 85.6 == pytest.approx(210)
    assert grid.margins == pytest.approx((16.4, 31.5))
    assert GRIDS["10-up"].margins == pytest.approx((16.4, 9.5))


def test_a_card_tells_who_and_whom_to_call_and_nothing_of_hardship(drawn, text_of):
    pages = text_of(drawn("cards"))

    assert "买买提·阿不都热西提" in pages[0]
    assert "请对准镜头" in pages[0]
    assert "挂失电话" in pages[1]
    assert f"{samples.SPONSOR[:20]}" in pages[1].replace("\n", "")
    assert "领卡签字" in pages[-1]
    assert not re.search(r"低保|特困|三无|残疾|身份证|岁|\d{15}", "".join(pages))


def test_a_single_card_fills_a_page_of_its_own_size():
    sheet = samples.cards(1, layout="single", backs=True)

    with pikepdf.open(io.BytesIO(render_pdf(sheet))) as document:
        width, height = (float(edge) / MM for edge in document.pages[0].mediabox[2:])

    assert (width, height) == pytest.approx((85.6, 54.0), abs=0.05)


def test_a_slip_shows_the_family_code_once_beside_the_card_it_belongs_to(drawn, text_of):
    text = "".join(text_of(drawn("slips")))

    assert text.count("098 711") == 1
    assert "1037" in text


def test_a_card_whose_name_the_font_lacks_is_refused():
    from canteen.documents.repair import MissingGlyphs

    with pytest.raises(MissingGlyphs):
        render_pdf(samples.cards(0, cards=(Card("王😀", "0001", "0" * 17),)))
