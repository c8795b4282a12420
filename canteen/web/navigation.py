"""The way around: the main menu, with what exists and what this person may enter.

The menu is written down here by address, so that the shared edge knows no slice. An address that no slice
serves, or whose page does not let this role in, is not shown: the declarations of the routes are the one
truth.
"""

from dataclasses import dataclass

from flask import Flask, current_app, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from canteen.core.roles import Role
from canteen.web.access import may_enter

MENU = (
    (
        _l("每天"),
        (
            ("/", _l("首页"), "home"),
            ("/till", _l("收银台"), "till"),
            ("/elders", _l("老人"), "people"),
            ("/cards", _l("办卡"), "card"),
            ("/menu", _l("菜单"), "calendar"),
            ("/days", _l("当天"), "history"),
            ("/closes", _l("日结"), "tick"),
            ("/kitchen/portions", _l("出餐数"), "bowl"),
            ("/slips", _l("纸条"), "paper"),
            ("/visits", _l("探访"), "bowl"),
        ),
    ),
    (
        _l("每月"),
        (
            ("/review", _l("异常核查"), "review"),
            ("/close", _l("月结"), "tick"),
            ("/statements", _l("结算单"), "paper"),
            ("/sponsors", _l("冠名与资金"), "heart"),
            ("/notices", _l("公示和感谢墙"), "paper"),
        ),
    ),
    (
        _l("设置"),
        (
            ("/policies", _l("补贴政策"), "rules"),
            ("/canteens", _l("各食堂"), "building"),
            ("/devices", _l("设备"), "tablet"),
            ("/staff", _l("工作人员"), "person"),
            ("/audit", _l("操作记录"), "history"),
            ("/settings", _l("系统设置"), "settings"),
        ),
    ),
)


BENEATH = {"/sponsors": ("/funds", "/agreements")}
"""Pages that stand beneath an entry of the menu under addresses of their own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu, ready for the page."""

    path: str
    title: str
    icon: str
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one title."""

    title: str
    entries: tuple[Entry, ...]


def init(app: Flask) -> None:
    """Make `navigation()` and `page_open()` known to templates."""
    app.jinja_env.globals.update(navigation=navigation, page_open=page_open)


def navigation() -> list[Group]:
    """The menu of the person who is signed in; empty for anybody else."""
    if not current_user.is_authenticated:
        return []
    groups = (Group(str(title), _entries(entries)) for title, entries in MENU)
    return [group for group in groups if group.entries]


def page_open(path: str) -> bool:
    """Whether a page stands at this address and lets the signed-in person in."""
    endpoint = endpoint_at(current_app, path)
    return endpoint is not None and current_user.is_authenticated and _may(current_user.role, endpoint)


def endpoint_at(app: Flask, path: str) -> str | None:
    """The endpoint that answers GET at a path; None where there is none."""
    adapter = app.url_map.bind("localhost")
    try:
        endpoint, _arguments = adapter.match(path, method="GET")
    except RequestRedirect as elsewhere:
        return endpoint_at(app, path + "/") if elsewhere.new_url.endswith(path + "/") else None
    except HTTPException:
        return None
    return str(endpoint)


def _may(role: Role, endpoint: str) -> bool:
    return may_enter(current_app, endpoint, role)


def _entries(entries: tuple[tuple[str, str, str], ...]) -> tuple[Entry, ...]:
    return tuple(
        Entry(path, str(title), icon, _is_at(path))
        for path, title, icon in entries
        if page_open(path)
    )


def _is_at(path: str) -> bool:
    """Whether this page is the entry's own or stands beneath it."""
    here = request.path
    beneath = () if path == "/" else (path, *BENEATH.get(path, ()))
    return here == path or any(here.startswith(f"{one}/") for one in beneath)
