"""Every route says who may enter, and what changes something is never a GET."""

from flask import Flask

from canteen.core.roles import Role
from canteen.web import access

PUBLIC_POSTS_WITHOUT_FORM: frozenset[str] = frozenset()


def test_every_route_declares_who_may_enter(sqlite_app: Flask) -> None:
    assert list(access.undeclared(sqlite_app)) == []


def test_a_route_that_declares_nothing_is_found_and_lets_nobody_in(sqlite_app: Flask) -> None:
    sqlite_app.add_url_rule("/forgotten", "forgotten", lambda: "open")

    assert list(access.undeclared(sqlite_app)) == ["GET /forgotten (forgotten)"]
    assert sqlite_app.test_client().get("/forgotten").status_code == 403


def test_the_people_and_the_log_are_for_those_who_answer_for_them(sqlite_app: Flask) -> None:
    closed = {
        rule.rule: access.access_of(sqlite_app, rule.endpoint, "GET")
        for rule in sqlite_app.url_map.iter_rules()
        if rule.rule.startswith(("/staff", "/audit", "/settings"))
    }

    assert closed
    for rule, found in closed.items():
        assert found is None or not found.anybody, rule
        assert found is None or Role.CASHIER not in found.roles, rule
