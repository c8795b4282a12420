"""How a browser shows who is signed in. Who that is, the staff slice says: it names the loader.

Flask-Login keeps an identity in a signed cookie that cannot be taken back. So the identity carries a
version, which sign-out everywhere, a change of role and dismissal raise: the loader then no longer knows
it.
"""

from datetime import timedelta

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, current_user

login = LoginManager()

SHIFT = timedelta(hours=12)
"""A sign-in lasts a long working day without a click, and no longer."""


class CookieInterface(SecureCookieSessionInterface):
    """The cookie is marked Secure wherever the page itself came by https.

    An installation may serve the counter by http on localhost and the district by https; a fixed setting
    would either lose the cookie in one or leave it open in the other.
    """

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def init(app: Flask) -> None:
    """Attach the sign-in to an app."""
    app.session_interface = CookieInterface()
    app.config.update(
        SESSION_COOKIE_NAME="canteen",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SHIFT,
    )
    # The identifier of Flask-Login is made of address and browser; an address changes in the middle of a
    # shift.
    login.session_protection = None
    login.init_app(app, add_context_processor=True)
    app.jinja_env.globals["signed_in"] = signed_in


def signed_in() -> bool:
    """Whether somebody is signed in on this page."""
    return bool(current_user and current_user.is_authenticated)
