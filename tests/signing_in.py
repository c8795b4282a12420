"""A browser for tests of pages, and people who are signed in.

office = sign_in_as(app, Role.MANAGER)
page = office.get("/elders")
office.send("/elders/new", {"name": "王秀英"})      # with the form's token
"""

import itertools
import re
from contextvars import Context
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from canteen.core.roles import Role
from canteen.db import transaction
from canteen.staff import services
from canteen.staff.models import Staff
from canteen.staff.queries import as_signed_in

PASSWORD = "red umbrella early bus"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
NAMES = {
    Role.ADMINISTRATOR: "王建国",
    Role.MANAGER: "李秀英",
    Role.CASHIER: "陈桂花",
    Role.OFFICER: "赵卫东",
}
_numbers = itertools.count(1)


class Browser(FlaskClient):
    """A test client whose every request stands alone, as in service.

    The fixtures keep an application context open, which a request would share: who is signed in would be
    remembered from one request to the next.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return Context().run(super().open, *args, **kwargs)

    def send(
        self, path: str, data: dict[str, Any] | None = None, page: str = "/offline", **kwargs: Any
    ) -> TestResponse:
        """POST a form with the token that a page of ours carries, by default one that always opens."""
        found = TOKEN.search(self.get(page).text)
        assert found, f"{page} has no form"
        return self.post(path, data={"csrf_token": found[1], **(data or {})}, **kwargs)


def browser(app: Flask) -> Browser:
    """A browser in which nobody is signed in."""
    return Browser(app, app.response_class, use_cookies=True)


def make_staff(
    role: Role, login: str | None = None, *, must_change: bool = False, password: str = PASSWORD
) -> int:
    """A person who works here; return their number."""
    with transaction() as session:
        login = login or f"{role.value}{next(_numbers)}"
        return services.register(
            session, login, NAMES[role], role, password, by="system:test", must_change=must_change
        )


def sign_in_as(app: Flask, role: Role, staff_id: int | None = None) -> Browser:
    """A browser in which a person of this role is signed in; a new person unless one is named."""
    staff_id = staff_id or make_staff(role)
    office = browser(app)
    with transaction() as session:
        person = session.get(Staff, staff_id)
        assert person is not None
        identity = as_signed_in(person).get_id()

    def enter() -> None:
        with office.session_transaction() as cookie:
            cookie["_user_id"] = identity
            cookie.permanent = True

    Context().run(enter)
    return office
