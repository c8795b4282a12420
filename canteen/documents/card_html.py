"""The HTML of meal cards and of the slips with the family code."""

from canteen.documents.html import Markup, instant, templates
from canteen.documents.layout.cards import GRIDS, LIST_ROWS, chunks, name_class
from canteen.documents.papers import CardSheet, FamilySlips
from canteen.documents.qr import qr_svg

SLIPS_ON_A_PAGE = 10
# Where to cut the corner: fingers then know which way up the card is.
NOTCH = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 7 7"><title>cut</title>'
    b'<line x1="0.5" y1="0" x2="7" y2="6.5" stroke="#000" stroke-width="0.18" '
    b'stroke-dasharray="0.7 0.5"/></svg>'
)


def card_markup(source: CardSheet | FamilySlips) -> Markup:
    """The sheets of cards, or of slips."""
    return _slips(source) if isinstance(source, FamilySlips) else _cards(source)


def _cards(source: CardSheet) -> Markup:
    grid = GRIDS.get(source.layout)
    entries = [
        {"card": card, "size": name_class(card), "picture": f"card-{place}.svg"}
        for place, card in enumerate(source.cards)
    ]
    sheets = chunks(entries, grid.columns * grid.rows if grid else 1)
    html = (
        templates()
        .get_template("cards/print/sheet.html")
        .render(
            source=source,
            grid=grid,
            sheets=sheets,
            lists=chunks(list(enumerate(source.cards, start=1)), LIST_ROWS),
            instant=instant(source.printed_at),
        )
    )
    pictures = {
        f"card-{place}.svg": qr_svg(card.code, "H", title="就餐卡二维码").encode()
        for place, card in enumerate(source.cards)
    }
    pictures["notch.svg"] = NOTCH
    return Markup(html, {"places": grid.css() if grid else ""}, pictures)


def _slips(source: FamilySlips) -> Markup:
    html = (
        templates()
        .get_template("cards/print/slips.html")
        .render(
            source=source, sheets=chunks(source.slips, SLIPS_ON_A_PAGE), instant=instant(source.printed_at)
        )
    )
    return Markup(html)
