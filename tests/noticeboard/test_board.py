"""The board: opened by its link alone, by the canteen's clock, with what may be shown that day."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask

from canteen.canteens import queries as canteens
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.noticeboard.board import queries, services
from canteen.noticeboard.board.queries import Board
from canteen.sponsors.gifts import services as gifts
from canteen.sponsors.gifts.queries import Giving
from canteen.sponsors.holding import lock_fund
from tests.factories import TODAY, bind_programme, make_canteen, make_fund, programme, publish_menu
from tests.signing_in import browser, sign_in_as

BY = "system:tests"
AGES = [
    {"id": "old", "title": "80岁以上", "payer": "government", "when": {"age": {"from": 80}}, "pays": {"fixed": "9.00"}},
    {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "2.00"}},
]  # fmt: skip


def a_canteen(**about: Any) -> int:
    canteen_id = make_canteen(**about)
    bind_programme(canteen_id, programme(AGES))
    make_fund("weida", 10_000, sponsor="德康大药房")
    return canteen_id


def board_at(canteen_id: int, at: time = time(12), on: date = TODAY) -> Board:
    instant = datetime.combine(on, at, UTC) - timedelta(hours=8)
    with reading() as session:
        return queries.read_board(session, canteens.by_id(session, canteen_id), instant)


def test_a_link_opens_one_board_until_it_is_replaced_or_revoked(app: Flask) -> None:
    mine, other = a_canteen(name="北门社区食堂"), make_canteen("nanmen", name="南门社区食堂")
    television = browser(app)

    first = services.make_link(mine, BY)
    page = television.get(f"/board/{first}")
    second = services.make_link(mine, BY)
    statuses = [television.get(f"/board/{token}").status_code for token in (first, second.lower(), "0" * 16, "x", "é" * 16)]
    services.revoke_link(mine, BY)

    assert "北门社区食堂" in page.text and "南门" not in page.text
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert statuses == [404, 200, 404, 404, 404]
    assert television.get(f"/board/{second}").status_code == 404
    with pytest.raises(Refusal) as refused:
        services.revoke_link(other, BY)
    assert refused.value.code == "board-none"


def test_the_token_is_told_once_and_kept_nowhere(sqlite_app: Flask) -> None:
    make_canteen()
    office = sign_in_as(sqlite_app, Role.ADMINISTRATOR)

    made = office.send("/canteens/beimen/board", {}, page="/canteens/beimen/board")
    [token] = set(re.findall(r"/board/([0-9A-Z]{16})", made.text))
    later = office.get("/canteens/beimen/board")

    assert token not in later.text and "停用链接" in later.text
    assert office.get(f"/board/{token}").status_code == 200
    ended = office.send("/canteens/beimen/board/revoke", {}, page="/canteens/beimen/board")
    assert ended.status_code == 303
    assert office.get(f"/board/{token}").status_code == 404
    again = office.send("/canteens/beimen/board/revoke", {}, page="/canteens/beimen/board")
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("at", "on", "meal"),
    [
        (time(8), TODAY, "lunch"),
        (time(13), TODAY, "lunch"),
        (time(13, 1), TODAY, "dinner"),
        (time(18, 31), TODAY + timedelta(days=1), "lunch"),
    ],
)
def test_the_meal_is_that_of_the_canteens_clock(sqlite_app: Flask, at: time, on: date, meal: str) -> None:
    shown = board_at(a_canteen(), at)

    assert (shown.on, shown.meal, shown.is_today) == (on, meal, on == TODAY)


def test_a_page_holds_seven_dishes_and_without_a_script_the_next_comes_by_itself(sqlite_app: Flask) -> None:
    canteen_id = a_canteen()
    publish_menu(canteen_id, "\n".join(f"菜{number}" for number in range(8)), 1500)
    television, token = browser(sqlite_app), services.make_link(canteen_id, BY)

    assert [len(page) for page in board_at(canteen_id).pages] == [4, 4]
    first, second = (television.get(f"/board/{token}?page={page}").text for page in (1, 2))
    assert f'content="15; url=/board/{token}?theme=dark&amp;page=2"' in first
    assert f'content="15; url=/board/{token}?theme=dark&amp;page=1"' in second
    assert "第 1 页，共 2 页" in television.get(f"/board/{token}?page=9").text


def test_what_each_age_pays_stands_there_while_the_money_lasts(sqlite_app: Flask) -> None:
    canteen_id = a_canteen()
    publish_menu(canteen_id, "红烧带鱼", 1800)
    television, token = browser(sqlite_app), services.make_link(canteen_id, BY)

    with_money = television.get(f"/board/{token}").text
    spend_all()
    without = television.get(f"/board/{token}").text

    assert all(word in with_money for word in ("¥18.00", "80 岁以上", "付 7 元", "爱心支持：德康大药房"))
    assert "¥18.00" in without and "付 7 元" not in without and "德康" not in without


def spend_all() -> None:
    """What the fund holds is spent."""
    with transaction() as session:
        fund = lock_fund(session, "weida")
        assert fund is not None
        fund.balance_fen = 0


def test_a_day_without_a_menu_says_so(sqlite_app: Flask) -> None:
    canteen_id = a_canteen()
    television, token = browser(sqlite_app), services.make_link(canteen_id, BY)

    unwritten = television.get(f"/board/{token}").text
    publish_menu(canteen_id, "红烧带鱼", on=TODAY - timedelta(days=1))
    closed = television.get(f"/board/{token}").text

    assert "菜单还没有发布" in unwritten
    assert "可能休息" in closed


def test_the_filing_number_stands_where_the_public_is_asked_to_give(sqlite_app: Flask) -> None:
    canteen_id = a_canteen()
    gifts.set_giving("weida", Giving(is_for_many=True, raiser="城关区慈善会", filing_no="53620102MJY0001"), BY)
    token = services.make_link(canteen_id, BY)

    page = browser(sqlite_app).get(f"/board/{token}").text

    assert "公开募捐：城关区慈善会，备案号 53620102MJY0001" in page
