"""Forms from elsewhere are refused; forms that were open too long keep what was typed."""

import re
from html import unescape

import pytest
from flask import Blueprint, Flask, request
from signing_in import PASSWORD, TOKEN, browser, make_staff, sign_in_as

from canteen.core.roles import Role
from canteen.web import typed
from canteen.web.access import requires

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
def desk(sqlite_app: Flask) -> Flask:
    """A page that answers with what it was sent."""
    bp = Blueprint("desk", __name__)

    @bp.post("/desk")
    @requires(Role.MANAGER)
    def save() -> str:
        return "saved " + request.form["name"]

    sqlite_app.register_blueprint(bp)
    return sqlite_app


def hidden(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(text) if name not in ("next",)}


def test_a_form_without_a_token_is_not_saved(desk: Flask) -> None:
    answer = sign_in_as(desk, Role.MANAGER).post("/desk", data={"name": "王秀英"})

    assert answer.status_code == 400
    assert "页面放得太久了" in answer.text


def test_the_expired_form_keeps_what_was_typed_and_saves_it_with_one_click(desk: Flask) -> None:
    office = sign_in_as(desk, Role.MANAGER)
    answer = office.post("/desk", data={"name": '王<"秀英', "password": "secret words", "csrf_token": "old"})
    kept = hidden(answer.text.split("<main")[1].split("</main>")[0])

    assert kept["name"] == '王<"秀英'
    assert "secret words" not in answer.text
    assert office.post("/desk", data=kept).text == 'saved 王<"秀英'


def test_a_sign_in_that_ended_keeps_what_was_typed_over_the_new_one(desk: Flask) -> None:
    make_staff(Role.MANAGER, "li")
    office = browser(desk)

    ended = office.post("/desk", data={"name": "王秀英", "pin": "12345678"})
    assert ended.status_code == 401
    assert "您填的内容还在" in ended.text
    gate = hidden(ended.text.split("<main")[1].split("</main>")[0])
    wrong = office.post("/login", data={**gate, "login": "li", "password": "wrong"})
    gate = hidden(wrong.text.split("<main")[1].split("</main>")[0])
    back = office.post("/login", data={**gate, "login": "li", "password": PASSWORD})
    assert "已经登录" in back.text
    kept = hidden(back.text.split("<main")[1].split("</main>")[0])

    assert "pin" not in kept
    assert office.post("/desk", data=kept).text == "saved 王秀英"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
    ],
)
def test_another_site_can_neither_post_nor_plant_a_form(desk: Flask, headers: dict[str, str]) -> None:
    office = sign_in_as(desk, Role.MANAGER)
    found = TOKEN.search(office.get("/offline").text)
    assert found

    answer = office.post("/desk", data={"name": "x", "csrf_token": found[1]}, headers=headers)
    stranger = browser(desk).post("/desk", data={"name": "planted"}, headers=headers)

    assert answer.status_code == 400
    assert 'value="x"' not in answer.text
    assert "planted" not in stranger.text and 'name="typed"' not in stranger.text


def test_an_altered_or_foreign_form_is_not_taken_back(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        sealed = typed.seal(typed.Typed("/desk", (("name", "王秀英"),)))
        elsewhere = typed.seal(typed.Typed("//elsewhere.example/desk", ()))

        assert typed.unseal(sealed) == typed.Typed("/desk", (("name", "王秀英"),))
        assert typed.unseal(sealed[:-2] + "xx") is None
        assert typed.unseal(elsewhere) is None
        assert typed.unseal("") is None


def test_a_form_of_another_sign_in_is_refused(desk: Flask) -> None:
    hers, his = sign_in_as(desk, Role.MANAGER), sign_in_as(desk, Role.MANAGER)
    found = TOKEN.search(hers.get("/offline").text)
    assert found

    assert his.post("/desk", data={"name": "x", "csrf_token": found[1]}).status_code == 400
