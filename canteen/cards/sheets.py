"""From cards and tokens to the papers that are printed: the sheet, and the slips with family codes."""

from collections.abc import Iterable, Sequence
from typing import Literal

from canteen.canteens.queries import CanteenRow
from canteen.cards.backs import naming_line
from canteen.cards.family import FreshFamilyCode
from canteen.cards.queries import CardRow
from canteen.clock import now, today
from canteen.core.errors import Refusal
from canteen.core.token import card_url
from canteen.documents.fonts import missing_characters, printable
from canteen.documents.model import NotPrintable
from canteen.documents.papers import Card, CardSheet, FamilySlip, FamilySlips
from canteen.documents.rendering import RenderingFailed, render_pdf

Layout = Literal["8-up", "10-up", "single"]


def sheet_of(
    canteen: CanteenRow, cards: Sequence[tuple[CardRow, str]], host: str, layout: Layout = "8-up"
) -> CardSheet:
    """The sheet of these cards. Raises Refusal `cards-none`, `public-host`."""
    if not cards:
        raise Refusal("cards-none", "没有要打印的卡。请换一个筛选，或先发卡。")
    phone = canteen.phone or ""
    # A card is needed at the next meal: a name that cannot be set is printed with a mark, and never holds up the others.
    printed = tuple(Card(printable(card.printed_name), card.tail, code_of(host, token)) for card, token in cards)
    return CardSheet(
        canteen_name=canteen.name, emergency_phone=phone, loss_phone=phone, return_to=canteen.name,
        cards=printed, printed_at=now(), layout=layout, naming=naming_line(canteen, today(canteen.time_zone)),
    )  # fmt: skip


def marked(cards: Iterable[CardRow]) -> list[CardRow]:
    """The cards on which a character of the name is printed as 〓, because the papers' font lacks it."""
    return [card for card in cards if missing_characters(card.printed_name)]


def pdf_of(paper: CardSheet | FamilySlips) -> bytes:
    """The PDF, drawn in a process of its own. Raises Refusal `not-printable`, `rendering-failed`."""
    try:
        return render_pdf(paper)
    except NotPrintable as refusal:
        characters = "、".join(getattr(refusal, "characters", ()))
        message = f"字体里没有这些字：{characters}。请在老人页面登记打印用的姓名，再印。"
        raise Refusal("not-printable", message, characters=characters) from refusal
    except RenderingFailed as failure:
        raise Refusal("rendering-failed", "PDF 没有做成。请少选一些卡，再试一次。") from failure


def code_of(host: str, token: str) -> str:
    """What a card's QR holds. Raises Refusal `public-host` where the public name does not fit."""
    try:
        return card_url(host, token)
    except ValueError as error:
        raise Refusal("public-host", "公开网址不能印在卡上：最多 22 个字母、数字、点和横线。") from error


def slips_of(canteen: CanteenRow, cards: Iterable[CardRow], codes: Sequence[FreshFamilyCode]) -> FamilySlips:
    """The slips of fresh family codes, in the order of the cards."""
    by_elder = {fresh.elder_id: fresh.code for fresh in codes}
    slips = tuple(
        FamilySlip(printable(card.printed_name), card.tail, by_elder[card.elder_id])
        for card in cards
        if card.elder_id in by_elder
    )
    return FamilySlips(canteen_name=canteen.name, phone=canteen.phone or "", slips=slips, printed_at=now())
