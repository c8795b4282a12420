"""Posters as PDF: drawn in a process of their own, and kept a while, for the same sheet is asked for more than once."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import replace
from pathlib import Path

from canteen.core.errors import Refusal
from canteen.core.money import yuan
from canteen.core.words import day_in_words, month_in_words
from canteen.documents.fonts import missing_characters, printable
from canteen.documents.model import NotPrintable
from canteen.documents.pages.notice import NO_SPONSORS_NOTE, unnamed_words
from canteen.documents.papers.notice import (
    NoticePoster,
    Poster,
    PosterBand,
    PosterSize,
    PublicNotice,
    WallPoster,
)
from canteen.documents.rendering import RenderingFailed, render_pdf
from canteen.documents.sealed import paper_json
from canteen.noticeboard.wall.giving import Giver
from canteen.noticeboard.wall.queries import Named, Wall

FOLDER = "posters"
KEPT = 40
MEALS = {"breakfast": "早餐", "lunch": "午餐", "dinner": "晚餐"}


def of_notice(notice: PublicNotice, size: PosterSize, address: str, home: Path) -> bytes:
    """The poster of a published notice. Raises Refusal `poster-failed`."""
    return _pdf(NoticePoster(printed(notice), size, address), home / FOLDER)


def unprintable(notice: PublicNotice) -> list[str]:
    """The characters of a notice that the papers' fonts lack; a poster has 〓 in their place."""
    names = (*(donor.name for donor in notice.donors), *notice.supporters)
    return missing_characters("".join((notice.canteen_name, notice.publisher, *names)))


def of_wall(canteen_name: str, wall: Wall, size: PosterSize, home: Path, *, is_demo: bool = False) -> bytes:
    """The poster of a canteen's wall. Raises Refusal `poster-failed`."""
    return _pdf(wall_poster(canteen_name, wall, size, is_demo=is_demo), home / FOLDER)


def wall_poster(canteen_name: str, wall: Wall, size: PosterSize, *, is_demo: bool = False) -> WallPoster:
    """The bands of a wall in words."""
    bands = [
        PosterBand(
            "本月爱心", tuple(_donor(giver) for giver in wall.this_month), _also(unnamed_words(wall.unnamed)),
            "这个月的第一份爱心，会写在这里。",
        ),
        PosterBand("冠名", tuple(_named(one) for one in wall.named), "", "还没有冠名。"),
        *(
            PosterBand(f"{year.year} 年", tuple(_donor(giver) for giver in year.givers), _also(unnamed_words(year.unnamed)))
            for year in wall.years
        ),
    ]  # fmt: skip
    if wall.supporters:
        bands.append(
            PosterBand(
                "赞助支持",
                tuple((printable(name), "") for name in wall.supporters),
                NO_SPONSORS_NOTE,
                is_small=True,
            )
        )
    lines = tuple(
        printable(f"为“{one.fund}”捐款：由{one.raiser}公开募捐，募捐备案号 {one.filing_no}。")
        for one in wall.invited
    )
    return WallPoster(printable(canteen_name), size, wall.on, tuple(bands), lines, is_demo)


def printed(notice: PublicNotice) -> PublicNotice:
    """The notice as it can be set: one name that cannot be never holds up the whole of it."""
    return replace(
        notice,
        canteen_name=printable(notice.canteen_name),
        publisher=printable(notice.publisher),
        donors=tuple(replace(donor, name=printable(donor.name)) for donor in notice.donors),
        supporters=tuple(printable(name) for name in notice.supporters),
    )


def _donor(giver: Giver) -> tuple[str, str]:
    return printable(giver.name), "" if giver.amount_fen is None else f"{yuan(giver.amount_fen)} 元"


def _named(one: Named) -> tuple[str, str]:
    if one.object == "day":
        return printable(one.name), day_in_words(one.begins_on)
    what = f"冠名{MEALS.get(one.meal or '', '一餐')}" if one.object == "meal" else "冠名食堂"
    return printable(one.name), f"{what}，{month_in_words(one.begins_on)}起"


def _also(words: str) -> str:
    return f"还有{words}，一并致谢。" if words else ""


def _pdf(poster: Poster, folder: Path) -> bytes:
    path = folder / f"{hashlib.sha256(paper_json(poster)).hexdigest()}.pdf"
    if path.exists():
        return path.read_bytes()
    try:
        content = render_pdf(poster)
    except (NotPrintable, RenderingFailed) as failure:
        raise Refusal("poster-failed", "海报没有做成，请稍后再试一次。") from failure
    _keep(path, content)
    return content


def _keep(path: Path, content: bytes) -> None:
    """Put it beside the others, whole or not at all; the oldest go."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    draft.replace(path)
    others = sorted(path.parent.glob("*.pdf"), key=lambda one: one.stat().st_mtime_ns)
    for old in others[:-KEPT]:
        old.unlink(missing_ok=True)
