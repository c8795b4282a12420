"""No form of another site may act in a signed-in person's name.

Every POST with a cookie behind it carries a token bound to that cookie. Devices send a bearer token and no
cookie, so there is nothing to forge and no token to check.
"""

from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect

from canteen.web.access import access_of

protection = CSRFProtect()


def init(app: Flask) -> None:
    """Switch the protection on for all forms of an app."""
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # Checked below, where the declaration of the route is known.
        WTF_CSRF_TIME_LIMIT=None,  # As long as the sign-in lasts: a form left open over lunch still saves.
        WTF_CSRF_SSL_STRICT=False,  # It wants a Referer; pages with a token in their address send none.
    )
    protection.init_app(app)
    app.before_request(check)


def check() -> None:
    """Run before each request: a changing one must come from our own page, with its token."""
    if request.method in ("GET", "HEAD", "OPTIONS", "TRACE") or request.endpoint is None:
        return
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return  # Tests of a trade's rules switch it off; those of the edge leave it on.
    access = access_of(current_app, request.endpoint, request.method)
    if access is not None and access.devices:
        return
    if not is_from_here():
        raise CSRFError("the request comes from another site")
    protection.protect()


def is_from_here() -> bool:
    """Whether the browser says that the request comes from our own pages; true where it says nothing."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin == "null" or urlsplit(origin).netloc == request.host
