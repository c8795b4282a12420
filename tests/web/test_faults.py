"""What a person sees and what the log keeps when something breaks."""

import logging

import pytest
from flask import Blueprint, Flask
from signing_in import browser, sign_in_as

from canteen.core.errors import Corrupt, Refusal
from canteen.core.roles import Role
from canteen.web.access import public

SECRET = "王秀英 110101194403080028"


@pytest.fixture
def broken(sqlite_app: Flask) -> Flask:
    """Pages that break, served as in service and not as in tests."""
    bp = Blueprint("broken", __name__)

    @bp.get("/broken/<token>")
    @public()
    def page(token: str) -> str:
        raise Corrupt(SECRET)

    @bp.get("/refused")
    @public()
    def refused() -> str:
        raise Refusal("menu-closed", "菜单已经定稿，不能再改。")

    sqlite_app.register_blueprint(bp)
    sqlite_app.config["TESTING"] = False
    return sqlite_app


def test_a_fault_is_a_page_in_plain_words_with_a_number(
    broken: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = browser(broken).get("/broken/TOKEN123")

    assert answer.status_code == 500
    assert "系统出错了" in answer.text and "收银台可以继续刷卡" in answer.text
    number = caplog.messages[0].split()[1].rstrip(":")
    assert number in answer.text


def test_neither_page_nor_log_tells_what_was_in_the_fault_or_the_address(
    broken: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = browser(broken).get("/broken/TOKEN123")

    for secret in ("TOKEN123", "王秀英", "110101194403080028"):
        assert secret not in caplog.text
        assert secret not in answer.text
    assert "Corrupt at broken.page" in caplog.text


def test_a_fault_is_told_to_a_program_as_problem_json(broken: Flask) -> None:
    answer = browser(broken).get("/broken/T", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert answer.json is not None and answer.json["code"] == "fault"


def test_a_refusal_that_no_page_caught_is_a_page_with_its_words(broken: Flask) -> None:
    answer = browser(broken).get("/refused")
    told = browser(broken).get("/refused", headers={"Accept": "application/problem+json"})

    assert answer.status_code == 409
    assert "菜单已经定稿，不能再改。" in answer.text and "回到首页" in answer.text
    assert told.json == {
        "type": "about:blank", "status": 409, "code": "menu-closed", "title": "菜单已经定稿，不能再改。",
    }  # fmt: skip


@pytest.mark.parametrize(("method", "path", "status"), [("get", "/nowhere", 404), ("put", "/login", 405)])
def test_a_wrong_address_is_a_page_with_a_next_step(
    sqlite_app: Flask, method: str, path: str, status: int
) -> None:
    answer = getattr(sign_in_as(sqlite_app, Role.CASHIER), method)(path)

    assert answer.status_code == status
    assert "首页" in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["/thanks/%00", "/thanks/xfl/a%00b", "/policy/%00", "/verify/%00", "/s/a%00b"])
def test_an_address_with_a_zero_byte_is_not_there(app: Flask, path: str) -> None:
    assert browser(app).get(path).status_code == 404


def test_a_file_that_is_too_large_is_refused_in_words(sqlite_app: Flask) -> None:
    sqlite_app.config["MAX_CONTENT_LENGTH"] = 1000

    answer = browser(sqlite_app).post("/login", data={"login": "x" * 5000})

    assert answer.status_code == 413
    assert "文件太大了" in answer.text


def test_the_page_without_a_network_points_to_the_till(sqlite_app: Flask) -> None:
    page = browser(sqlite_app).get("/offline").text

    assert "没有网络。这个页面要联网才能用。收银台可以继续刷卡。" in page
    assert 'href="/till"' in page
