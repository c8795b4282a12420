"""Who may enter, by the declarations on the routes."""

import pytest
from flask import Blueprint, Flask
from flask.views import MethodView
from signing_in import browser, sign_in_as
from werkzeug.exceptions import Unauthorized

from canteen.core.roles import EVERYONE, Role
from canteen.web.access import check_devices_with, device_only, public, requires


@pytest.fixture
def rooms(sqlite_app: Flask) -> Flask:
    """Four rooms with four kinds of doors."""
    bp = Blueprint("rooms", __name__)

    @bp.get("/hall")
    @public()
    def hall() -> str:
        return "hall"

    @bp.get("/office")
    @requires(Role.MANAGER, Role.OFFICER)
    def office() -> str:
        return "office"

    @bp.post("/hatch")
    @device_only()
    def hatch() -> str:
        return "hatch"

    @bp.get("/forgotten")
    def forgotten() -> str:
        return "forgotten"

    class Shelf(MethodView):
        @requires(Role.MANAGER)
        def get(self) -> str:
            return "read"

        def post(self) -> str:
            return "written"

    bp.add_url_rule("/shelf", view_func=Shelf.as_view("shelf"))
    sqlite_app.register_blueprint(bp)
    return sqlite_app


def test_anybody_enters_the_hall(rooms: Flask) -> None:
    assert browser(rooms).get("/hall").text == "hall"


def test_a_stranger_is_led_to_the_sign_in_and_back(rooms: Flask) -> None:
    answer = browser(rooms).get("/office?q=王")

    assert answer.status_code == 302
    assert answer.location == "/login?next=/office?q%3D%E7%8E%8B"


@pytest.mark.parametrize("role", EVERYONE)
def test_each_role_enters_where_it_is_named_and_nowhere_else(rooms: Flask, role: Role) -> None:
    answer = sign_in_as(rooms, role).get("/office")

    assert answer.status_code == (200 if role in (Role.MANAGER, Role.OFFICER) else 403)
    if answer.status_code == 403:
        assert "这个页面不归您管" in answer.text


def test_a_forgotten_declaration_closes_the_door(rooms: Flask) -> None:
    assert sign_in_as(rooms, Role.ADMINISTRATOR).get("/forgotten").status_code == 403


def test_a_class_of_methods_is_asked_method_by_method(rooms: Flask) -> None:
    office = sign_in_as(rooms, Role.MANAGER)

    assert office.get("/shelf").text == "read"
    assert office.send("/shelf").status_code == 403


def test_no_device_enters_before_somebody_checks_tokens(rooms: Flask) -> None:
    rooms.extensions.pop("canteen_device_check", None)

    assert browser(rooms).post("/hatch").status_code == 401


def test_a_device_enters_by_its_token_without_a_form_token(rooms: Flask) -> None:
    def check() -> None:
        from flask import request

        if request.headers.get("Authorization") != "Bearer good":
            raise Unauthorized()

    check_devices_with(rooms, check)

    assert browser(rooms).post("/hatch", headers={"Authorization": "Bearer good"}).text == "hatch"
    assert browser(rooms).post("/hatch", headers={"Authorization": "Bearer bad"}).status_code == 401
    assert sign_in_as(rooms, Role.ADMINISTRATOR).post("/hatch").status_code == 401


def test_requires_without_a_role_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one role"):
        requires()


def test_the_menu_shows_what_a_person_may_open(sqlite_app: Flask) -> None:
    administrator = sign_in_as(sqlite_app, Role.ADMINISTRATOR).get("/").text
    cashier = sign_in_as(sqlite_app, Role.CASHIER).get("/").text

    assert 'href="/staff"' in administrator
    assert 'href="/staff"' not in cashier
    assert 'href="/nowhere"' not in administrator


def test_a_program_is_told_as_problem_json(rooms: Flask) -> None:
    answer = browser(rooms).get("/office", headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None and answer.json["code"] == "not-signed-in"
