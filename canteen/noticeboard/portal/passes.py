"""What a sponsor's browser carries after it used a link first: a signed cookie with the link's number and a secret.

The cookie alone opens nothing: at every call the database is asked whether the link still stands and whether the
secret is that of the browser that used it first. So a link that is revoked or has run out shuts the page at once.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response

from canteen.clock import today
from canteen.db import reading
from canteen.sponsors.links import queries
from canteen.sponsors.links.services import Opened

COOKIE = "canteen_sponsor"
PATH = "/s"


@dataclass(frozen=True, slots=True)
class PortalPass:
    """Whose page this browser may read, and by which link."""

    sponsor_id: int
    link_id: int


def read() -> PortalPass | None:
    """The pass of this request, as the link stands now; None where there is none or it has ended."""
    return entry()[1]


def entry() -> tuple[str, PortalPass | None]:
    """How the link stands that this browser carries: bound, expired, revoked, or unknown; and the pass it gives."""
    held = _held()
    if held is None:
        return "unknown", None
    link_id, secret = held
    with reading() as session:
        state, sponsor_id = queries.entry(session, link_id, secret, this_day())
    return state, None if sponsor_id is None else PortalPass(sponsor_id, link_id)


def secret() -> str | None:
    """What this browser holds of a link, whichever it is."""
    held = _held()
    return None if held is None else held[1]


def give(response: Response, opened: Opened) -> None:
    """Let the browser carry the link until it ends, to the sponsor's pages alone."""
    response.set_cookie(
        COOKIE,
        str(_serializer().dumps({"link": opened.link_id, "secret": opened.secret})),
        max_age=(opened.expires_on - this_day() + timedelta(days=1)).days * 24 * 3600,
        path=PATH,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def this_day() -> date:
    """The day as the office counts it."""
    return today(current_app.config["CANTEEN"].default_zone)


def _held() -> tuple[int, str] | None:
    try:
        held = _serializer().loads(request.cookies.get(COOKIE, ""))
        return int(held["link"]), str(held["secret"])
    except (BadData, KeyError, TypeError, ValueError):
        return None


def _serializer() -> URLSafeSerializer:
    key = current_app.secret_key
    if key is None:
        raise RuntimeError("an app that signs passes needs its SECRET_KEY")
    return URLSafeSerializer(key, salt="sponsor page")
