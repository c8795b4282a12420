"""Who may enter: every route says so, and one that does not lets nobody in.

A view carries its declaration as a mark; the check itself runs before each request, in one place. So a
forgotten mark closes a page instead of opening it, and tests/conventions can list every route with who may
enter.

    @bp.get("/elders")
    @requires(Role.MANAGER, Role.OFFICER)
    def index() -> str: ...

The mark goes under the route decorator. On a MethodView it may stand on the class or on one method.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_login import current_user
from werkzeug.exceptions import Forbidden, Unauthorized

from canteen.core.roles import Role

View = TypeVar("View", bound=Any)

MARK = "__access__"
DEVICE_CHECK = "canteen_device_check"

API_DESCRIPTION = "api-docs."
"""The pages of the framework that describe the API, open to everyone like the plain files under /static."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may enter one route: anybody, enrolled devices, or people with one of some roles."""

    anybody: bool = False
    devices: bool = False
    roles: frozenset[Role] = frozenset()


def requires(*roles: Role) -> Callable[[View], View]:
    """Let in signed-in people who have one of these roles."""
    if not roles:
        raise ValueError("requires() needs at least one role; public() is for pages open to everyone")
    return _mark(Access(roles=frozenset(roles)))


def public() -> Callable[[View], View]:
    """Let in anybody, signed in or not."""
    return _mark(Access(anybody=True))


def device_only() -> Callable[[View], View]:
    """Let in enrolled devices by their bearer token. CSRF does not apply: no cookie is looked at."""
    return _mark(Access(devices=True))


def init(app: Flask) -> None:
    """Check every request of an app."""
    app.before_request(check_entry)


def check_devices_with(app: Flask, check: Callable[[], None]) -> None:
    """Name the function that reads the bearer token of a request and raises where it is not good.

    Without one no device gets in, which is what an installation without the devices slice should do.
    """
    app.extensions[DEVICE_CHECK] = check


def access_of(app: Flask, endpoint: str | None, method: str) -> Access | None:
    """What a route declares for a method; None where it declares nothing."""
    if endpoint is None:
        return None
    if endpoint == "static" or endpoint.startswith(API_DESCRIPTION):
        return Access(anybody=True)
    view = app.view_functions.get(endpoint)
    cls = getattr(view, "view_class", None)
    handler = getattr(cls, ("get" if method == "HEAD" else method).lower(), None)
    for marked in (handler, cls, view):
        found = getattr(marked, MARK, None)
        if isinstance(found, Access):
            return found
    return None


def undeclared(app: Flask) -> Iterator[str]:
    """Every route and method that says nothing of who may enter, as `GET /path (endpoint)`."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if access_of(app, rule.endpoint, method) is None:
                yield f"{method} {rule.rule} ({rule.endpoint})"


def check_entry() -> None:
    """Run before each request: refuse whoever the route does not let in."""
    if request.endpoint is None or request.method == "OPTIONS":
        return  # The 404 or the plain answer of the framework follows.
    access = access_of(current_app, request.endpoint, request.method)
    if access is None:
        raise Forbidden("this route does not say who may enter")
    if access.anybody:
        return
    if access.devices:
        _check_device(current_app)
        return
    if not current_user.is_authenticated:
        raise Unauthorized()
    if current_user.role not in access.roles:
        raise Forbidden()


def may_enter(app: Flask, endpoint: str, role: Role) -> bool:
    """Whether a person of this role would be let in to see a page."""
    access = access_of(app, endpoint, "GET")
    return access is not None and (access.anybody or role in access.roles)


def _check_device(app: Flask) -> None:
    check = app.extensions.get(DEVICE_CHECK)
    if check is None:
        raise Unauthorized()
    check()


def _mark(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, MARK, access)
        return view

    return mark
