"""Posters: everything stands on its sheet, no name is cut or set small, nothing is told that does not add up."""

import random
import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from canteen.documents.layout.poster import (
    A4_SCALE,
    NAME_PT,
    WIDTH_MM,
    fitting_mm,
    head_line,
    name_lines,
    room_mm,
    sheets_of,
    words_line,
)
from canteen.documents.model import DoesNotBalance
from canteen.documents.papers.notice import (
    DonorName,
    FundRoll,
    NoticeLine,
    NoticePoster,
    PosterBand,
    PublicNotice,
    Unnamed,
    WallPoster,
)
from canteen.documents.poster_html import poster_markup
from canteen.documents.rendering import render_pdf
from canteen.documents.repair import MissingGlyphs

LONG = "江门市新会区维达纸业慈善基金会与万胜皮制品厂爱心联盟"
SHORT = ("幸福里街坊", "丁", "欧阳建国", "龘科技有限公司", "德康大药房", "Bosch 中国", "㛃䶮")
SIXTY = tuple(LONG if n % 4 == 0 else f"{SHORT[n % len(SHORT)]}{n}" for n in range(60))
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
NOTICE = PublicNotice(
    number="XFL-2026-11-notice-v1", version=1, canteen_name="幸福里社区食堂", month="2026-11",
    income=(NoticeLine(("government",), 123_456_700), NoticeLine(("elder", "other"), 1_234_567)),
    spending=(NoticeLine(("meals",), 124_491_267), NoticeLine(("delivery",), 200_000)),
    is_withheld=False, meals=12_345, people=386,
    fund=FundRoll("2026-10", "2026-11", 100_000, 500, 205_300_000, 2_053_000, 300_000, 100, 203_047_400),
    is_fund_waiting=False, donors=tuple(DonorName(name, 1_000_000 if name == LONG else None) for name in SIXTY),
    unnamed=Unnamed(37, 2, 5), supporters=("红星超市",), publisher="兰州市城关区幸福里社区居民委员会",
    hotline="0931-8461234", published_on=date(2026, 12, 1), last_on=date(2026, 12, 7), replaces="", demo=False,
)  # fmt: skip
BANDS = (
    PosterBand(
        "本月爱心",
        tuple((name, "10,000.00 元" if name == LONG else "") for name in SIXTY),
        "还有爱心人士 37 位，一并致谢。",
    ),
    PosterBand("冠名", (), "", "还没有冠名。"),
    PosterBand("赞助支持", (("红星超市", ""),), "商业赞助不是捐赠，单列于此。", is_small=True),
)


def words(pdf: bytes, tmp_path: Path) -> tuple[list[tuple[float, float]], list[tuple[Any, ...]]]:
    """The size of each page, and every word with its place, in points."""
    path = tmp_path / "poster.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True, text=True)
    pages = [
        (float(w), float(h)) for w, h in re.findall(r'<page width="([\d.]+)" height="([\d.]+)"', done.stdout)
    ]
    return pages, [(*map(float, found[:4]), found[4]) for found in WORD.findall(done.stdout)]


def test_sixty_donors_stand_whole_on_a_notice(tmp_path: Path) -> None:
    pages, found = words(
        render_pdf(NoticePoster(NOTICE, "a3", "https://canteen.example/thanks/xfl")), tmp_path
    )

    width, height = 841.89, 1190.55
    assert all(page == pytest.approx((width, height), abs=0.1) for page in pages)
    text = "".join(word for *_place, word in found)
    assert text.count(LONG) == 15
    assert all(name.replace(" ", "") in text for name in SIXTY)
    for told in (
        "1,246,912.67",
        "2,030,474.00",
        "2026年10月至2026年11月",
        "0931-8461234",
        "（盖章）",
        "爱心人士37位",
        "共3张",
    ):
        assert told in text.replace(" ", ""), told
    assert all(
        left >= 0 and right <= width and bottom <= height for left, _top, right, bottom, _word in found
    )
    names = [bottom - top for _l, top, _r, bottom, word in found if word == LONG]
    assert min(names) >= NAME_PT, "28 points at A3"


def test_a_wall_is_drawn_with_sixty_names_and_with_none(tmp_path: Path) -> None:
    leave = "为“热饭”捐款：由慈善会公开募捐，募捐备案号 53440000MJ1234567XA26001。"
    full = WallPoster("幸福里社区食堂", "a4", date(2026, 11, 20), BANDS, (leave,))
    empty = replace(BANDS[0], names=(), foot="", empty="第一份爱心，会写在这里。")

    pages, found = words(render_pdf(full), tmp_path)

    text = "".join(word for *_place, word in found)
    assert pages == [pytest.approx((595.28, 841.89), abs=0.1)] * 2
    assert text.count(LONG) == 15
    assert "53440000MJ1234567XA26001" in text
    assert min(bottom - top for _l, top, _r, bottom, word in found if word == LONG) >= NAME_PT * A4_SCALE
    assert "第一份爱心，会写在这里。" in poster_markup(replace(full, bands=(empty, BANDS[1]), lines=())).html


def test_a_notice_that_does_not_add_up_is_not_drawn() -> None:
    for broken in (
        replace(NOTICE, spending=NOTICE.spending[:1]),
        replace(NOTICE, fund=replace(NOTICE.fund, closing_fen=1)),  # type: ignore[type-var]
        replace(NOTICE, is_withheld=True),
    ):
        with pytest.raises(DoesNotBalance):
            poster_markup(NoticePoster(broken, "a3"))


def test_a_withheld_month_tells_no_figure() -> None:
    withheld = replace(
        NOTICE,
        is_withheld=True,
        income=(),
        spending=(),
        meals=None,
        people=None,
        fund=None,
        is_fund_waiting=True,
    )

    html = poster_markup(NoticePoster(withheld, "a3")).html

    assert "不足 5 位" in html
    assert "收入" not in html and "人次和金额" in html


def test_a_character_that_the_fonts_lack_is_refused() -> None:
    with pytest.raises(MissingGlyphs) as refused:
        render_pdf(NoticePoster(replace(NOTICE, publisher="村\U00013000委会"), "a4"))
    assert refused.value.characters == ["\U00013000"]


def test_no_sheet_is_fuller_than_it_is_high() -> None:
    dice = random.Random(7)
    for _time in range(40):
        several = range(dice.randrange(90))
        names = [(dice.choice([LONG, *SHORT]), dice.choice(["", "1 元"])) for _name in several]
        lines = [
            head_line("一"),
            *name_lines(names),
            words_line("话" * dice.randrange(1, 200)),
            head_line("二"),
            *name_lines(names[:5], is_small=True),
        ]
        first, further = room_mm(dice.uniform(100, 330)), room_mm(16)

        sheets = sheets_of(lines, first, further)

        assert [line for sheet in sheets for line in sheet] == lines
        for number, sheet in enumerate(sheets):
            assert sum(line.height_mm for line in sheet) <= (first if number == 0 else further)
            assert number == len(sheets) - 1 or not sheet or sheet[-1].kind != "head"


def test_the_longest_names_of_a_canteen_and_a_publisher_stay_in_their_boxes() -> None:
    assert fitting_mm("幸福里社区食堂", 10.0, WIDTH_MM, 13.0) == 10.0
    for text, wide, high in (("长" * 60, WIDTH_MM, 13.0), ("长" * 80, 82.0, 21.0), ("长" * 80, WIDTH_MM, 11.0)):
        size = fitting_mm(text, 10.0, wide, high)
        in_a_line = int(wide / size)

        assert -(-len(text) // in_a_line) * size * 1.25 <= high
        assert size >= 3


def test_a_name_longer_than_a_line_takes_two() -> None:
    (line,) = name_lines([("长" * 40, "")])

    assert (line.cells[0].span, line.cells[0].lines) == (3, 2)
    assert WIDTH_MM == 261
