"""The HTML of posters: a public notice to stamp, and a canteen's thank-you wall."""

from datetime import UTC, date, datetime, time

from canteen.core.money import yuan
from canteen.core.words import day_in_words, period_in_words
from canteen.documents.html import Markup, instant, templates
from canteen.documents.layout.poster import (
    A4_SCALE,
    GAP_MM,
    RUNNING_MM,
    WIDTH_MM,
    Line,
    fitting_mm,
    head_line,
    name_lines,
    room_mm,
    sheets_of,
    words_line,
)
from canteen.documents.pages import notice as told
from canteen.documents.papers.notice import NoticePoster, Poster, PosterSize, PublicNotice, WallPoster
from canteen.documents.qr import qr_png

TITLE_MM, PEOPLE_MM, TABLE_HEAD_MM, ROW_MM, BALANCE_MM, SEAL_MM = 52.0, 19.0, 15.0, 11.5, 12.0, 68.0
FUND_HEAD_MM, TILE_MM, TILES = 15.0, 24.0, 4
WALL_TITLE_MM = 56.0
PAPER_MM = {"a3": ("297mm 420mm", 1.0), "a4": ("210mm 297mm", A4_SCALE)}


def poster_markup(poster: Poster) -> Markup:
    """The sheets of a poster; raises NotPrintable where a notice does not add up."""
    return _notice(poster) if isinstance(poster, NoticePoster) else _wall(poster)


def poster_day(poster: Poster) -> datetime:
    """The only moment in the file: the day it was published, or printed."""
    on = poster.notice.published_on if isinstance(poster, NoticePoster) else poster.printed_on
    return _at(on)


def poster_name(poster: Poster) -> str:
    """The file's identifier."""
    if isinstance(poster, NoticePoster):
        return f"{poster.notice.number}-{poster.size}"
    return f"wall-{poster.printed_on.isoformat()}-{poster.size}"


def _notice(poster: NoticePoster) -> Markup:
    notice = poster.notice
    told.check(notice)
    income, spending, fund = told.income_table(notice), told.spending_table(notice), told.fund_row(notice)
    rows = max(len(income.rows), len(spending.rows)) + 1
    tables_mm = (
        24.0 if notice.is_withheld else PEOPLE_MM + TABLE_HEAD_MM + rows * ROW_MM + GAP_MM + BALANCE_MM
    )
    fund_mm = (
        FUND_HEAD_MM + -(-len(fund) // TILES) * TILE_MM if fund else 14.0 if notice.is_fund_waiting else 0.0
    )
    first = room_mm(TITLE_MM, tables_mm, fund_mm, SEAL_MM, GAP_MM)
    sheets = sheets_of(_donors(notice), first, room_mm(RUNNING_MM))
    html = _render(
        "notice.html", poster.size, sheets, notice=notice, income=income, spending=spending, fund=fund,
        fund_title=told.fund_title(notice), month=told.month_words(notice.month), withheld=told.WITHHELD,
        waiting=told.WAITING, published=day_in_words(notice.published_on),
        span=period_in_words(notice.published_on, notice.last_on), balance=told.balance_words(notice),
        has_code=bool(poster.address), instant=instant(_at(notice.published_on)), demo=notice.demo,
    )  # fmt: skip
    pictures = {"address.png": qr_png(poster.address)} if poster.address else {}
    running = f"{notice.canteen_name}　助餐资金使用情况公示（{told.month_words(notice.month)}）"
    style = _style(poster.size, notice.canteen_name, running, notice.publisher)
    return Markup(html, {"size": style}, pictures, len(sheets))


def _donors(notice: PublicNotice) -> list[Line]:
    """The list of donors, then 商业赞助 apart."""
    names = [
        (donor.name, "" if donor.amount_fen is None else f"{yuan(donor.amount_fen)} 元")
        for donor in notice.donors
    ]
    unnamed = told.unnamed_words(notice.unnamed)
    lines = [head_line("捐赠方名单"), *name_lines(names)]
    if unnamed:
        lines.append(words_line(("另有" if names else "") + unnamed))
    if len(lines) == 1:
        lines.append(words_line("本月没有捐赠。"))
    if notice.supporters:
        lines += [
            head_line("赞助支持"),
            *name_lines(((name, "") for name in notice.supporters), is_small=True),
        ]
        lines.append(words_line(told.NO_SPONSORS_NOTE))
    return lines


def _wall(poster: WallPoster) -> Markup:
    lines: list[Line] = []
    for band in poster.bands:
        lines += [head_line(band.title), *name_lines(band.names, is_small=band.is_small)]
        lines += [
            words_line(text) for text in (band.foot, "" if band.names or band.foot else band.empty) if text
        ]
    lines += [words_line(text) for text in poster.lines]
    sheets = sheets_of(lines, room_mm(WALL_TITLE_MM), room_mm(RUNNING_MM))
    html = _render(
        "wall.html", poster.size, sheets, poster=poster, printed=day_in_words(poster.printed_on),
        instant=instant(_at(poster.printed_on)), demo=poster.demo,
    )  # fmt: skip
    style = _style(poster.size, poster.canteen_name, f"{poster.canteen_name}　爱心感谢墙")
    return Markup(html, {"size": style}, {}, len(sheets))


def _render(name: str, size: PosterSize, sheets: list[list[Line]], **words: object) -> str:
    page = templates().get_template(f"noticeboard/wall/print/{name}")
    return page.render(size=size, sheets=sheets, **words)


def _style(size: PosterSize, canteen: str, running: str, publisher: str = "") -> str:
    """One rem is a millimetre of the A3 sheet. Long names of a canteen or a publisher are set smaller, never cut."""
    paper, scale = PAPER_MM[size]
    sizes = {
        ".top .place": fitting_mm(canteen, 10.0, WIDTH_MM, 13.0),
        ".running": fitting_mm(running, 8.1, WIDTH_MM, 11.0),
        ".seal .by": fitting_mm(publisher, 6.7, 82.0, 21.0),
    }
    rules = "".join(f"{name}{{font-size:{rem}rem;line-height:1.25}}" for name, rem in sizes.items())
    return f"@page{{size:{paper};margin:0}}html{{font-size:{scale:.5f}mm}}{rules}"


def _at(on: date) -> datetime:
    return datetime.combine(on, time(), tzinfo=UTC)
