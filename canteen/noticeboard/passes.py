"""What a browser carries from the card's link to the page without it: a signed, short-lived cookie.

It holds the hash of the token and, once the family's code was right, the elder's number; so the address bar,
the history and the log never see the token again.
"""

from dataclasses import dataclass

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

COOKIE = "canteen_card"
PATH = "/card"
LASTS_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class Pass:
    """Which card was read, and whose family has shown that it is theirs. No hash: the code was not clear."""

    token_sha256: str | None
    elder_id: int | None = None


def read() -> Pass | None:
    """The pass of this request; None where there is none, or it has run out."""
    try:
        held = _serializer().loads(request.cookies.get(COOKIE, ""), max_age=LASTS_SECONDS)
        return Pass(held["card"], held["elder"])
    except (BadData, KeyError, TypeError):
        return None


def give(response: Response, one: Pass) -> None:
    """Let the browser carry this pass for a quarter of an hour, to the card's page alone."""
    sealed = str(_serializer().dumps({"card": one.token_sha256, "elder": one.elder_id}))
    response.set_cookie(
        COOKIE,
        sealed,
        max_age=LASTS_SECONDS,
        path=PATH,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def take(response: Response) -> None:
    """The page is closed: forget the card."""
    response.delete_cookie(COOKIE, path=PATH)


def _serializer() -> URLSafeTimedSerializer:
    key = current_app.secret_key
    if key is None:
        raise RuntimeError("an app that signs passes needs its SECRET_KEY")
    return URLSafeTimedSerializer(key, salt="card page")
