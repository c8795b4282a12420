"""The card as a picture to forward: PNG, 1080 by 1440, legible on a telephone at a third of that.

Everything is set before anything is drawn. What is long is set smaller, and never cut but for dishes: where even small
type has no room for all of them, the last line says how many there were.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from PIL import Image

from canteen.core.errors import Refusal
from canteen.documents.fonts import missing_characters
from canteen.noticeboard.named_day.canvas import Canvas
from canteen.noticeboard.named_day.mark import draw_mark
from canteen.noticeboard.named_day.setting import Style, lines_of
from canteen.noticeboard.named_day.wording import ToldCard, ToldMenu

WIDTH, HEIGHT = 1080, 1440
MARGIN = 84
ROOM = WIDTH - 2 * MARGIN
GIFT, GIFT_INK, BRAND, PAPER = "#FFF7E0", "#6E4700", "#0B4F6C", "#FFFFFF"
GLOW, HAIR, BRAND_TINT = "#FFEDBD", "#E9D7A4", "#E4EEF2"
MARK, TOP, BELOW, GUTTER = 128, 50, 36, 36
MOST_STRETCH = 46

@dataclass(frozen=True, slots=True)
class Scale:
    """How large words and dishes are set, as percentages, and in how many columns dishes may stand."""

    words: int
    dishes: int
    columns: int


SCALES = (
    Scale(112, 112, 1), Scale(106, 106, 1), Scale(100, 100, 1), Scale(106, 106, 2), Scale(100, 100, 2),
    Scale(100, 92, 2), Scale(96, 86, 2), Scale(92, 80, 2), Scale(88, 74, 2), Scale(82, 70, 2),
)  # fmt: skip
"""From large to small; the first for which there is room is taken."""

MOST_DISHES = (12, 10, 8, 6, 5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that takes a height, what is kept free above it, and how it is drawn from a height on."""

    above: int
    height: int
    draw: Callable[[Canvas, int], None]


def draw_card(card: ToldCard) -> bytes:
    """The PNG of a card. Raises Refusal `day-card-character` where the papers' font lacks a character."""
    check_characters(card)
    picture = Image.new("RGB", (WIDTH, HEIGHT), GIFT)
    canvas = Canvas(picture)
    canvas.disc((WIDTH // 2 - 620, -912, WIDTH // 2 + 620, 328), GLOW)
    band = _band(card)
    band.draw(canvas, HEIGHT - band.height)
    room = HEIGHT - band.height - TOP - BELOW
    first = _draw_all(canvas, _fitted(card, room), room)
    draw_mark(picture, (WIDTH - MARK) // 2, first, MARK, BRAND)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def check_characters(card: ToldCard) -> None:
    """Raises Refusal `day-card-character` where the papers' font lacks a character of the card."""
    if lacking := missing_characters(card.all_words):
        signs = "".join(lacking)
        raise Refusal("day-card-character", f"卡片上有打印字库里没有的字：{signs}。", characters=signs)


def _draw_all(canvas: Canvas, pieces: Sequence[Piece], room: int) -> int:
    """Draw the pieces, what is left of the room spread between them; answers where the first stands."""
    spare = room - _height(pieces)
    stretch = min(spare // len(pieces), MOST_STRETCH)
    at = first = TOP + (spare - stretch * (len(pieces) - 1)) // 3
    for place, piece in enumerate(pieces):
        at += piece.above + (stretch if place else 0)
        piece.draw(canvas, at)
        at += piece.height
    return first


def _fitted(card: ToldCard, room: int) -> list[Piece]:
    """The pieces in the largest type that leaves room for all of them."""
    for shortened in _shortened(card):
        for scale in SCALES:
            pieces = _pieces(shortened, scale)
            if _height(pieces) <= room:
                return pieces
    raise ValueError("a card without dishes always has room")  # names and sentences are short enough for that


def _shortened(card: ToldCard) -> Iterator[ToldCard]:
    """The card with all its dishes; with fewer of each meal and a word of how many there were; without."""
    yield card
    for most in MOST_DISHES:
        yield replace(card, menus=tuple(_shorter(menu, most) for menu in card.menus))
    yield replace(card, menus=())


def _shorter(menu: ToldMenu, most: int) -> ToldMenu:
    if len(menu.dishes) <= most:
        return menu
    return replace(menu, dishes=(*menu.dishes[:most], menu.in_all))


def _height(pieces: Sequence[Piece]) -> int:
    return sum(piece.above + piece.height for piece in pieces)


def _pieces(card: ToldCard, scale: Scale) -> list[Piece]:
    """From the mark to the dishes."""

    def style(weight: int, size: int, ink: str, leading: int = 130) -> Style:
        return Style(weight, size * scale.words // 100, ink, leading)

    found = [
        Piece(0, MARK, lambda _canvas, _at: None),  # the mark itself is laid on at the end
        _title(card.title),
        _text(card.day, Style(400, 35, GIFT_INK, 130), 6),
        _text(card.sponsor, style(700, 64, BRAND, 122), 30),
    ]
    if card.day_name:
        found.append(_text(card.day_name, style(400, 37, GIFT_INK), 6))
    found.append(_text(card.thanks, style(400, 38, GIFT_INK), 12))
    found.append(_figure(card, scale))
    if card.beside:
        found.append(_text(card.beside, style(400, 37, GIFT_INK), 2))
    if card.menus:
        found.append(_dishes(card.menus, scale))
    return found


def _text(text: str, style: Style, above: int) -> Piece:
    lines = lines_of(text, style, ROOM)

    def draw(canvas: Canvas, at: int) -> None:
        for number, line in enumerate(lines):
            _centred(canvas, WIDTH // 2, at + number * style.line_height, line, style)

    return Piece(above, len(lines) * style.line_height, draw)


def _centred(canvas: Canvas, across: int, top: int, line: str, style: Style) -> None:
    canvas.pen.text((across, top + style.line_height // 2), line, fill=style.ink, font=style.font, anchor="mm")


def _title(title: str) -> Piece:
    """The title between two fine rules, letter-spaced where it is Chinese."""
    style = Style(700, 46, GIFT_INK, 125)
    pieces, space = ([title], 0) if title.isascii() else (list(title), 12)
    wide = sum(style.width_of(piece) + space for piece in pieces) - space
    left, rule = (WIDTH - wide) // 2, 110

    def draw(canvas: Canvas, at: int) -> None:
        middle, across = at + style.line_height // 2, left
        for piece in pieces:
            canvas.pen.text((across, middle), piece, fill=style.ink, font=style.font, anchor="lm")
            across += style.width_of(piece) + space
        for start in (left - 32 - rule, left + wide + 32):
            canvas.pen.rectangle((start, middle - 1, start + rule, middle + 2), fill=GIFT_INK)

    return Piece(12, style.line_height, draw)


def _figure(card: ToldCard, scale: Scale) -> Piece:
    """The number with its unit on one line of writing; words alone where no number is told."""
    if not card.unit:
        return _text(card.figure, Style(700, 84 * scale.words // 100, BRAND, 140), 14)
    number, unit = Style(700, 160 * scale.words // 100, BRAND, 106), Style(700, 54 * scale.words // 100, BRAND)
    gap = 20
    left = (WIDTH - number.width_of(card.figure) - gap - unit.width_of(card.unit)) // 2

    def draw(canvas: Canvas, at: int) -> None:
        writing = at + number.line_height * 86 // 100
        canvas.pen.text((left, writing), card.figure, fill=number.ink, font=number.font, anchor="ls")
        beside = left + number.width_of(card.figure) + gap
        canvas.pen.text((beside, writing), card.unit, fill=unit.ink, font=unit.font, anchor="ls")

    return Piece(4, number.line_height, draw)


def _dishes(menus: Sequence[ToldMenu], scale: Scale) -> Piece:
    """The day's dishes on white paper."""
    heading, dish = Style(700, 35 * scale.dishes // 100, BRAND, 150), Style(400, 40 * scale.dishes // 100, GIFT_INK)
    pad, inner = 24, ROOM - 2 * GUTTER
    rows: list[tuple[Style, tuple[tuple[int, str], ...]]] = []
    for menu in menus:
        rows.append((heading, ((WIDTH // 2, menu.heading),)))
        rows += [(dish, row) for row in _columns(menu.dishes, dish, inner, scale.columns)]
    height = sum(style.line_height for style, _row in rows) + 2 * pad

    def draw(canvas: Canvas, at: int) -> None:
        canvas.sheet((MARGIN, at, WIDTH - MARGIN, at + height), HAIR)
        canvas.sheet((MARGIN + 3, at + 3, WIDTH - MARGIN - 3, at + height - 3), PAPER)
        top = at + pad
        for style, row in rows:
            for across, text in row:
                _centred(canvas, across, top, text, style)
            top += style.line_height

    return Piece(22, height, draw)


def _columns(dishes: Sequence[str], style: Style, width: int, columns: int) -> Iterator[tuple[tuple[int, str], ...]]:
    """Rows of dishes, each with the middle of its column; down the first column, then down the second.

    A dish too long for half the width puts all of them in one column, where it wraps.
    """
    widest = max(style.width_of(dish) for dish in dishes)
    if columns == 2 and len(dishes) > 3 and widest <= (width - GUTTER) // 2:
        off, half = (max(widest, width // 3) + GUTTER) // 2, (len(dishes) + 1) // 2
        for place in range(half):
            pair = zip((-off, off), dishes[place::half], strict=False)
            yield tuple((WIDTH // 2 + across, dish) for across, dish in pair)
        return
    for dish in dishes:
        for line in lines_of(dish, style, width):
            yield ((WIDTH // 2, line),)


def _band(card: ToldCard) -> Piece:
    """The foot: whose table it was, and what the figures rest on."""
    name, small = Style(700, 41, PAPER, 130), Style(400, 25, BRAND_TINT, 140)
    rows = [(name, line) for line in lines_of(card.canteen, name, ROOM)]
    rows += [(small, line) for text in (card.source, card.check) for line in lines_of(text, small, ROOM)]
    height = sum(style.line_height for style, _line in rows) + 70

    def draw(canvas: Canvas, at: int) -> None:
        canvas.pen.rectangle((0, at, WIDTH, HEIGHT), fill=BRAND)
        top = at + 26
        for style, line in rows:
            below_name = 8 if style is small else 0
            _centred(canvas, WIDTH // 2, top + below_name, line, style)
            top += style.line_height

    return Piece(0, height, draw)
