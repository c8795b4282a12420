"""The card's pages and pictures: for its sponsor and nobody else's, for the office, and to check what was forwarded."""

import io
from dataclasses import replace

import pytest
from flask import Flask
from PIL import Image, ImageDraw
from signing_in import Browser, browser, sign_in_as

from canteen.checkin.cancelling import cancel_meal
from canteen.core.roles import Role
from canteen.noticeboard.named_day import drawing
from canteen.noticeboard.named_day.models import NamedDayCard
from canteen.noticeboard.named_day.wording import ToldCard, ToldMenu
from canteen.sponsors.links.services import revoke_link
from tests.factories import only, publish_menu, rows
from tests.noticeboard.named_days import LONG, NEXT_DAY, Named, by_link, name_day, serve, serve_noon
from tests.sponsors.agreed import make_sponsor

DISHES = (
    "红烧带鱼",
    "番茄炒蛋",
    "清炒菜心",
    "冬瓜排骨汤",
    "米饭",
    "南瓜粥",
    "小花卷",
    "白切鸡",
    "凉拌木耳",
    "蒸水蛋",
    "莲藕焖猪手",
    "时令水果",
)
CARD = ToldCard(
    title="您的一餐", day="2026 年 11 月 21 日 · 星期六", sponsor=LONG, day_name=LONG[::-1], figure="1,234", unit="份热饭",
    beside="1,041 位老人 · 每份餐价 15.00 元", thanks="这一天，您的心意端上了老人们的餐桌。",
    menus=(ToldMenu("这天的午餐", DISHES, "等，共 12 道"),), canteen="江门市新会区会城街道城东社区长者食堂（城东综合养老服务中心）",
    source="数字取自食堂的入账记录，截至 2026 年 11 月 22 日", check="核对码 7K3F-9Q2M",
)  # fmt: skip


@pytest.fixture
def day(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Named:
    """A named day with a menu on which six elders ate; it is over."""
    noon = serve_noon(sqlite_app.test_client())
    named = name_day(noon)
    publish_menu(noon.canteen_id, "红烧带鱼\n番茄炒蛋")
    serve(noon, 6)
    monkeypatch.setenv("CANTEEN_NOW", NEXT_DAY)
    return named


def image_of(guest: Browser, path: str) -> Image.Image:
    answer = guest.get(path)
    assert answer.status_code == 200 and answer.mimetype == "image/png", answer.text
    return Image.open(io.BytesIO(answer.data))


def test_a_sponsor_reads_the_card_and_saves_the_picture(sqlite_app: Flask, day: Named) -> None:
    guest = by_link(sqlite_app, day.sponsor_id)
    page = guest.get(f"/s/days/{day.naming_id}")
    saved = guest.get(f"/s/days/{day.naming_id}.png?save=1")

    assert page.status_code == 200 and page.headers["Referrer-Policy"] == "no-referrer"
    for words in (
        "您的一餐",
        "2026 年 11 月 20 日 · 星期五",
        "维达",
        "<strong>6</strong> 份热饭",
        "6 位老人",
        "每份餐价 15.00 元",
        "红烧带鱼",
        "北门社区食堂",
        "截至 2026 年 11 月 21 日",
        "您的心意端上了老人们的餐桌",
    ):
        assert words in page.text, words
    assert image_of(guest, f"/s/days/{day.naming_id}.png").size == (1080, 1440)
    assert "attachment" in saved.headers["Content-Disposition"]
    english = guest.get(f"/s/days/{day.naming_id}?lang=en").text
    assert (
        'lang="en"' in english and "Friday, 20 November 2026" in english and "6</strong> hot meals" in english
    )
    assert f"/s/days/{day.naming_id}" in guest.get("/s").text


def test_one_sponsor_never_gets_anothers_card_nor_anybody_without_a_link(
    sqlite_app: Flask, day: Named
) -> None:
    other = by_link(sqlite_app, make_sponsor("德康大药房", "德康", uscc="", kind="person"))
    stranger, cashier = browser(sqlite_app), sign_in_as(sqlite_app, Role.CASHIER)
    paths = (f"/s/days/{day.naming_id}", f"/s/days/{day.naming_id}.png")

    for path in paths:
        assert other.get(path).status_code == 404 and "维达" not in other.get(path).text
        assert stranger.get(path).location == cashier.get(path).location == "/s"
    renewed = other.send(f"{paths[0]}/renew", page="/d")
    assert renewed.status_code == 404 and rows(NamedDayCard) == []
    office = f"/agreements/{day.agreement_id}/namings/{day.naming_id}/card"
    for guest in (other, stranger):
        assert (
            guest.get(office).status_code in (302, 303, 401) and guest.get(office + ".png").status_code != 200
        )
    assert cashier.get(office).status_code == 403


def test_a_revoked_link_shows_no_card_any_more(sqlite_app: Flask, day: Named) -> None:
    guest = by_link(sqlite_app, day.sponsor_id)
    assert guest.get(f"/s/days/{day.naming_id}").status_code == 200

    revoke_link(1, "staff:1")

    assert guest.get(f"/s/days/{day.naming_id}").location == "/s"
    assert guest.get(f"/s/days/{day.naming_id}.png").location == "/s"


def test_a_wrong_number_and_a_day_that_is_not_over_are_told_in_words(
    sqlite_app: Flask, day: Named, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest, office = by_link(sqlite_app, day.sponsor_id), sign_in_as(sqlite_app, Role.OFFICER)
    page = f"/s/days/{day.naming_id}"

    assert guest.get("/s/days/99").status_code == 404 and "没有这张卡片" in guest.get("/s/days/99").text
    assert (
        guest.get(f"{page}?no=7").status_code == 404 and guest.get(f"{page}?no=x&lang=xx").status_code == 200
    )
    assert guest.get("/s/days/abc").status_code == 404
    assert office.get(f"/agreements/99/namings/{day.naming_id}/card").status_code == 404
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T08:00:00Z")
    early = guest.get(page)
    assert early.status_code == 409 and "这一天还没有过完" in early.text


def test_a_correction_is_told_on_the_page_and_a_new_card_is_offered(sqlite_app: Flask, day: Named) -> None:
    guest, office = by_link(sqlite_app, day.sponsor_id), sign_in_as(sqlite_app, Role.OFFICER)
    page, kept = f"/s/days/{day.naming_id}", f"/agreements/{day.agreement_id}/namings/{day.naming_id}/card"
    first = guest.get(page).text
    cancel_meal(1, "点错了", "staff:1")

    corrected, for_office = guest.get(page), office.get(kept)
    made = guest.send(f"{page}/renew", page=page)
    again = office.send(kept, page=kept)

    assert "账上有更正" not in first
    assert (
        "账上有更正" in corrected.text
        and "账上有更正" in for_office.text
        and "<strong>6</strong>" in corrected.text
    )
    assert made.status_code == again.status_code == 303 and len(rows(NamedDayCard)) == 2
    now = guest.get(page).text
    assert "账上有更正" not in now and "一份份热饭" in now and "第 1 张" in now
    assert (
        "<strong>6</strong>" in guest.get(f"{page}?no=1").text
        and "后来另做了新的" in office.get(f"{kept}?no=1").text
    )
    assert image_of(guest, f"{page}.png?no=1").tobytes() != image_of(guest, f"{page}.png").tobytes()


def test_a_commercial_sponsor_is_thanked_for_no_donation(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = serve_noon(sqlite_app.test_client())
    named = name_day(noon, giver="德康大药房", shown="德康", nature="sponsorship", holder_kind="operator")
    serve(noon, 5)
    monkeypatch.setenv("CANTEEN_NOW", NEXT_DAY)

    for language in ("zh", "en"):
        page = by_link(sqlite_app, named.sponsor_id).get(f"/s/days/{named.naming_id}?lang={language}").text
        for word in ("捐赠", "爱心", "心意", "善款", "donat", "Donat", "kindness", "charit"):
            assert word not in page, word


def test_who_was_sent_a_card_can_check_it(sqlite_app: Flask, day: Named) -> None:
    by_link(sqlite_app, day.sponsor_id).get(f"/s/days/{day.naming_id}")
    code = only(NamedDayCard).check_code
    anybody = browser(sqlite_app)

    found = anybody.send("/d", {"code": f" {code[:4].lower()}-{code[4:]} "}, page="/d")
    wrong = anybody.send("/d", {"code": "0" * 8 if code != "0" * 8 else "1" * 8}, page="/d")
    empty = anybody.send("/d", {"code": ""}, page="/d")

    assert (
        found.status_code == 200
        and "这张卡片是本系统做的" in found.text
        and "<strong>6</strong>" in found.text
    )
    assert wrong.status_code == 400 and "没有这个核对码的卡片" in wrong.text and "维达" not in wrong.text
    assert empty.status_code == 400 and "请输入卡片下方的 8 位核对码" in empty.text


def test_the_office_finds_the_card_on_its_first_page_for_a_week_and_from_the_agreement(
    sqlite_app: Flask, day: Named, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = sign_in_as(sqlite_app, Role.MANAGER)
    address = f"/agreements/{day.agreement_id}/namings/{day.naming_id}/card"

    first_days = office.get("/").text
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-28T04:00:00Z")
    later = office.get("/")
    assert address in first_days and "“维达”的冠名日（11月20日）过完了" in first_days
    assert later.status_code == 200 and address not in later.text
    assert address in office.get(f"/agreements/{day.agreement_id}").text
    assert "<strong>6</strong> 份热饭" in office.get(address).text
    assert image_of(office, address + ".png").size == (1080, 1440)


def test_a_character_outside_the_font_draws_no_picture_and_the_words_stay(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = serve_noon(sqlite_app.test_client())
    named = name_day(noon, giver="𪚥面馆", shown="𪚥面馆")
    serve(noon, 5)
    monkeypatch.setenv("CANTEEN_NOW", NEXT_DAY)
    guest = by_link(sqlite_app, named.sponsor_id)

    page, picture = guest.get(f"/s/days/{named.naming_id}"), guest.get(f"/s/days/{named.naming_id}.png")

    assert (
        page.status_code == 200
        and "没有的字：𪚥" in page.text
        and "<img" not in page.text
        and "𪚥面馆" in page.text
    )
    assert picture.status_code == 409 and "没有的字：𪚥" in picture.text


def test_long_names_and_twelve_dishes_are_set_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[str, float, float, float]] = []
    spy = ImageDraw.ImageDraw.text

    def text(pen: object, at: tuple[float, float], words: str, **how: object) -> None:
        wide = how["font"].getlength(words)  # type: ignore[attr-defined]
        left = at[0] - (wide / 2 if how["anchor"] == "mm" else 0)
        drawn.append((words, left, left + wide, at[1]))
        spy(pen, at, words, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", text)
    drawing.draw_card(CARD)

    written = "".join(words for words, *_ in drawn)
    for whole in (CARD.sponsor, CARD.day_name, CARD.canteen, CARD.source, CARD.beside, *DISHES):
        assert whole.replace(" ", "") in written.replace(" ", ""), whole
    assert all(left >= 60 and right <= drawing.WIDTH - 60 for _words, left, right, _ in drawn)
    assert all(0 < middle < drawing.HEIGHT for *_, middle in drawn)


def test_more_dishes_than_there_is_room_for_are_counted_and_none_is_cut_in_the_middle() -> None:
    long_dishes = tuple((dish * 8)[:30] for dish in DISHES)
    menus = tuple(
        ToldMenu(heading, long_dishes, "等，共 12 道")
        for heading in ("这天的早餐", "这天的午餐", "这天的晚餐")
    )
    crowded = replace(CARD, menus=menus)
    shortened = list(drawing._shortened(crowded))

    assert Image.open(io.BytesIO(drawing.draw_card(crowded))).size == (1080, 1440)
    assert [len(card.menus[0].dishes) for card in shortened[:-1]] == [12, 12, 11, 9, 7, 6, 5, 4, 3, 2]
    assert (
        all(card.menus[0].dishes[-1] == "等，共 12 道" for card in shortened[2:-1])
        and shortened[-1].menus == ()
    )
