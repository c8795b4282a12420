"""The page that a card's QR opens: what a card shows, what the family's code adds, and what never leaks."""

import logging
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from canteen.cards.family import renew_family_code
from canteen.checkin.models import Scan
from canteen.core.token import token_sha256
from canteen.db import transaction
from canteen.elders.models import Elder
from canteen.keys import key
from canteen.noticeboard import passes
from canteen.noticeboard.views import limiter
from tests.factories import TODAY, issue_card, make_canteen, make_elder, publish_menu, set_card_state, top_up
from tests.signing_in import Browser, browser

LINK = "/K/"


@pytest.fixture(autouse=True)
def fresh_limits(app: Flask) -> Iterator[None]:
    limiter.reset()
    yield


def card_and_code(balance_fen: int = 3250) -> tuple[str, str]:
    canteen_id = make_canteen(name="幸福里社区食堂")
    publish_menu(canteen_id, "红烧带鱼\n番茄炒蛋", 1500)
    publish_menu(canteen_id, "还没发布的菜", on=TODAY + timedelta(days=1), published=False)
    elder = make_elder(canteen_id, "欧阳秀英", balance_fen=0)
    token = issue_card(elder.id)
    if balance_fen:
        top_up(elder.id, balance_fen, canteen_id)
    return token, renew_family_code(elder.id, key("family-codes"), "system:tests")


def opened(app: Flask, token: str) -> Browser:
    phone = browser(app)
    phone.get(LINK + token)
    return phone


def try_code(phone: Browser, code: str) -> tuple[int, str]:
    answer = phone.send("/card", {"code": code}, page="/card")
    return answer.status_code, phone.get("/card").text if answer.status_code == 303 else answer.text


def test_a_card_opens_its_canteens_week_without_the_token_in_the_address(app: Flask) -> None:
    token, _code = card_and_code()
    phone = browser(app)

    answer = phone.get(LINK + token)
    page = phone.get(answer.location)

    assert (answer.status_code, answer.location) == (303, "/card")
    assert "幸福里社区食堂" in page.text
    assert "红烧带鱼、番茄炒蛋" in page.text
    assert "还没发布的菜" not in page.text
    assert "欧阳秀英" not in page.text
    assert "32.50" not in page.text


@pytest.mark.parametrize("link", ["/K/", "/k/"])
def test_the_link_and_the_page_are_kept_by_nobody(app: Flask, link: str) -> None:
    token, _code = card_and_code()
    phone = browser(app)

    for answer in (phone.get(link + token), phone.get("/card")):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_the_token_stands_neither_in_the_cookie_nor_in_a_log_line(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    token, _code = card_and_code()
    phone = browser(app)

    with caplog.at_level(logging.DEBUG):
        answer = phone.get(LINK + token)
        phone.get("/card")

    assert token not in answer.headers["Set-Cookie"]
    assert token not in caplog.text


def test_the_pass_runs_out_after_a_quarter_of_an_hour(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    token, _code = card_and_code()
    phone = opened(app, token)

    monkeypatch.setattr(passes, "LASTS_SECONDS", -1)

    assert "请扫一下就餐卡上的码" in phone.get("/card").text


def test_opening_the_link_serves_no_meal(app: Flask) -> None:
    token, _code = card_and_code()

    opened(app, token).get("/card")

    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Scan)) == 0


def test_the_family_sees_balance_and_records_with_its_code(app: Flask) -> None:
    token, code = card_and_code()
    phone = opened(app, token)

    status, page = try_code(phone, f" {code[:3]} {code[3:]} ")

    assert status == 303
    assert "欧阳秀英" in page
    assert "¥32.50" in page
    assert "11月20日 充值 ¥32.50" in page


def test_a_wrong_code_and_an_unknown_card_get_the_same_answer(app: Flask) -> None:
    token, code = card_and_code()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    unknown = "0" * 16 + "0"  # well-formed, of no card

    known = try_code(opened(app, token), wrong)
    stranger = try_code(opened(app, unknown), wrong)

    assert known[0] == stranger[0] == 403
    said = "对不上。请核对卡和六位数字"
    assert said in known[1]
    assert said in stranger[1]


def test_ten_wrong_tries_lock_the_code(app: Flask) -> None:
    token, code = card_and_code()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"

    for _try in range(10):
        limiter.reset()
        try_code(opened(app, token), wrong)

    limiter.reset()
    assert try_code(opened(app, token), code)[0] == 403


def test_one_address_may_not_try_fast(app: Flask) -> None:
    token, _code = card_and_code()
    phone = opened(app, token)

    answers = [phone.send("/card", {"code": "12"}, page="/card").status_code for _try in range(7)]

    assert answers == [403] * 6 + [429]


def test_a_lost_card_says_so_and_shows_no_meals_even_to_who_was_in(app: Flask) -> None:
    token, code = card_and_code()
    phone = opened(app, token)
    try_code(phone, code)

    set_card_state(token, "lost")

    page = phone.get("/card").text
    assert "这张卡已挂失" in page
    assert "欧阳秀英" not in page
    assert try_code(opened(app, token), code)[0] == 403


def test_an_elder_can_switch_the_page_off(app: Flask) -> None:
    token, code = card_and_code()
    phone = opened(app, token)
    try_code(phone, code)

    with transaction() as session:
        for elder in session.scalars(select(Elder)):
            elder.is_page_off = True

    assert "欧阳秀英" not in phone.get("/card").text
    assert try_code(opened(app, token), code)[0] == 403


def test_a_misread_is_not_clear_and_an_unknown_card_is_sent_to_the_canteen(app: Flask) -> None:
    assert "没扫清楚" in opened(app, "0123").get("/card").text
    assert "没有认出这张卡" in opened(app, "0" * 17).get("/card").text


def test_closing_the_page_forgets_the_card(app: Flask) -> None:
    token, code = card_and_code()
    phone = opened(app, token)
    try_code(phone, code)

    phone.send("/card/close", page="/card")

    assert "请扫一下就餐卡上的码" in phone.get("/card").text


def test_a_forged_pass_opens_nothing(app: Flask) -> None:
    token, _code = card_and_code()
    phone = browser(app)
    phone.set_cookie(passes.COOKIE, token_sha256(token), path=passes.PATH)

    assert "请扫一下就餐卡上的码" in phone.get("/card").text


def test_the_page_speaks_english_but_for_names(app: Flask) -> None:
    token, code = card_and_code()
    phone = opened(app, token)
    phone.send("/language", {"language": "en"}, page="/card")

    page = try_code(phone, code)[1]

    assert 'lang="en"' in page
    assert "Menu of this week" in page
    assert "20 Nov topped up ¥32.50" in page


def test_the_week_of_the_page_begins_on_monday(app: Flask) -> None:
    token, _code = card_and_code()
    canteen_id = 1
    publish_menu(canteen_id, "周一的鱼", on=date(2026, 11, 16))
    publish_menu(canteen_id, "上周日的鱼", on=date(2026, 11, 15))

    page = opened(app, token).get("/card").text

    assert "周一的鱼" in page
    assert "上周日的鱼" not in page
