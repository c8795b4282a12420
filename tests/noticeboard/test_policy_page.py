"""The pages for everyone: a canteen's, and who pays what there. Figures are worked out by hand."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import Flask
from sqlalchemy import update

from canteen.canteens.models import Canteen
from canteen.db import transaction
from canteen.subsidies.services import load_programme, seed_vocabulary
from tests.factories import (
    TODAY,
    bind_programme,
    four_yuan,
    issue_card,
    make_canteen,
    make_elder,
    programme,
    publish_menu,
    shipped,
)
from tests.signing_in import browser

PAGE = "/c/beimen/policy"


def told(html: str) -> list[tuple[str, str]]:
    """The rows of the page's tables: ages, and what stands beside them."""
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>\s*<td>(.*?)</td></tr>', html, re.S)
    return [(ages, " ".join(re.sub(r"<[^>]+>", " ", paid).split())) for ages, paid in rows]


def page(app: Flask, path: str = PAGE) -> str:
    answer = browser(app).get(path)
    assert answer.status_code == 200
    return str(answer.text)


def test_the_table_says_what_an_ordinary_elder_pays_at_every_age(app: Flask) -> None:
    bind_programme(make_canteen(), four_yuan(reference="城民发〔2014〕1号", meals=["lunch"]))

    html = page(app)

    assert told(html) == [
        ("60–64 岁", "15 元"),
        ("65–74 岁", "6 元 政府付 9 元"),
        ("75 岁以上", "5 元 政府付 10 元"),
        ("60 岁以上", "15 元"),
    ]
    assert "当天的补贴用完以后，每餐付 15 元。" in html
    assert "城民发〔2014〕1号" in html
    assert "城关区民政局" in html
    assert "2014年10月1日 起施行。" in html
    assert "每天最多补 1 餐" in html
    assert "起改为" not in html


def test_categories_and_what_decides_are_said_in_plain_words(sqlite_app: Flask) -> None:
    seed_vocabulary()
    bind_programme(make_canteen(price_fen=1_300), shipped("xinhui"))

    html = page(sqlite_app)

    assert ("80 岁以上", "0–13 元 要看有没有养老金") in told(html)
    assert ("60–79 岁", "0–13 元 要看家离食堂多远") in told(html)
    assert "带：低保证" in html
    assert "带：残疾证" in html
    assert html.count("不用付钱") == 3, "low income from 70, three-no and marginal at every age"
    assert "冠名善款“weida”用完以后，每餐付 13 元。" in html


def test_a_coming_notice_is_announced_and_can_be_read_whole(sqlite_app: Flask) -> None:
    values = four_yuan(until=date(2026, 12, 31), meals=["lunch"])
    later = {**values["version"][0], "effective": date(2026, 12, 1)}
    rules = [{**later["rule"][0], "when": {"age": {"from": 60}}, "pays": {"fixed": "7.50"}}]
    values["version"].append({**later, "rule": rules})
    make_canteen()
    load_programme(values, ["beimen"])

    html, then = page(sqlite_app), page(sqlite_app, PAGE + "?on=2026-12-01")

    assert "从 2026年12月1日 起改为" in html
    assert ("60 岁以上", "7.50 元 政府付 7.50 元") in told(html)
    assert ("65–74 岁", "6 元 政府付 9 元") in told(html)
    assert "这是从 2026年12月1日 起的。" in then
    assert ("65–74 岁", "6 元 政府付 9 元") not in told(then)
    assert "到 2026年12月31日 为止" in then
    assert "从 2027年1月1日 起改为" in then
    assert "没有补贴，付全价。" in then
    assert page(sqlite_app, PAGE + "?on=nonsense&size=huge&lang=xx") == page(sqlite_app)


def test_no_notice_and_no_price_are_said(sqlite_app: Flask) -> None:
    canteen_id = make_canteen()
    assert "这个食堂现在没有施行中的补贴办法" in page(sqlite_app)

    rule = {"id": "r", "title": "r", "payer": "government", "pays": {"fixed": "2.00"}}
    values = programme([rule])
    del values["version"][0]["standard_price"]
    bind_programme(canteen_id, values)

    html = page(sqlite_app)
    assert "餐价看当天的菜单" in html
    assert "付 2.00 元" in html
    assert told(html) == []


def test_a_canteen_that_does_not_exist_is_a_page_in_plain_words(sqlite_app: Flask) -> None:
    for path in ("/c/nowhere", "/c/nowhere/policy", "/c/%E5%8C%97%E9%97%A8/policy"):
        answer = browser(sqlite_app).get(path)

        assert answer.status_code == 404
        assert "没有找到这个食堂" in answer.text


def test_the_canteens_page_tells_hours_menu_and_telephone(sqlite_app: Flask) -> None:
    canteen_id = make_canteen()
    publish_menu(canteen_id, "红烧带鱼\n番茄炒蛋", 1500)
    publish_menu(canteen_id, "还没发布的菜", on=date(2026, 11, 21), published=False)
    with transaction() as session:
        session.execute(update(Canteen).values(phone="0931-5550101"))

    html = page(sqlite_app, "/c/beimen")

    assert "北门社区食堂" in html
    assert "10:30–13:00" in html
    assert "红烧带鱼、番茄炒蛋" in html
    assert "还没发布的菜" not in html
    assert 'href="tel:0931-5550101"' in html
    assert 'href="/c/beimen/policy?size=a"' in html


def test_both_pages_speak_english_by_their_address(sqlite_app: Flask) -> None:
    bind_programme(make_canteen(), four_yuan())

    html = page(sqlite_app, PAGE + "?lang=en")

    assert '<html lang="en">' in html
    assert ("75 and over", "¥5 Government pays ¥10") in told(html)
    assert "lang=en" in page(sqlite_app, "/c/beimen?lang=en")
    assert 'lang="zh-CN" hreflang="zh-CN" aria-current="true"' in page(sqlite_app)


def test_the_page_is_small_kept_for_a_while_and_carries_nothing_personal(sqlite_app: Flask) -> None:
    canteen_id = make_canteen()
    bind_programme(canteen_id, four_yuan())
    make_elder(canteen_id, "欧阳秀英")
    client = browser(sqlite_app)

    answer = client.get(PAGE)
    again = client.get(PAGE, headers={"If-None-Match": answer.headers["ETag"]})
    files = [client.get(path).data for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', answer.text)]

    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Cookie" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers
    assert again.status_code == 304
    assert "欧阳秀英" not in answer.text
    assert "csrf" not in answer.text
    assert "<script" not in answer.text
    assert len(answer.data) + sum(map(len, files)) < 60_000


def test_the_cards_page_leads_to_who_pays_what(sqlite_app: Flask) -> None:
    canteen_id = make_canteen()
    token = issue_card(make_elder(canteen_id).id)
    phone = browser(sqlite_app)
    phone.get(f"/K/{token}")

    assert f'href="{PAGE}"' in phone.get("/card").text


def test_a_menu_price_of_today_changes_nothing_of_the_table(sqlite_app: Flask) -> None:
    canteen_id = make_canteen(price_fen=1_500)
    bind_programme(canteen_id, four_yuan())
    publish_menu(canteen_id, "红烧带鱼", 9_900, on=TODAY)

    assert "套餐 15 元" in page(sqlite_app)


DEPENDS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"monthly_income": {"below": "1800.00"}}, "要看家里人均收入多少"),
    ({"living": ["alone"]}, "要看和谁一起住"),
    ({"household_division": ["620102"]}, "要看户口在哪里"),
    ({"canteen_within": {"residence": "town"}}, "要看住在哪里"),
    ({"channel": ["delivery"]}, "要看在食堂吃、带走还是送上门"),
    ({"weekday": [6, 7]}, "要看星期几"),
    ({"not": {"workday": True}}, "要看是不是工作日"),
    ({"any": [{"birthday": True}]}, "要看是不是过生日"),
    ({"pension": False, "distance_km": {"to": 2}}, "要看有没有养老金、家离食堂多远"),
)


def test_what_an_amount_depends_on_has_words(sqlite_app: Flask) -> None:
    for number, (when, said) in enumerate(DEPENDS):
        rule = {"id": "r", "title": "r", "payer": "government", "when": when, "pays": {"fixed": "5.00"}}
        bind_programme(make_canteen(f"c{number}"), programme([rule], f"p{number}"))

        html = page(sqlite_app, f"/c/c{number}/policy")

        assert told(html) == [("60 岁以上", f"10–15 元 {said}")]
        assert html.count("付 5.00 元") == 1, "the rule itself is told in words"
