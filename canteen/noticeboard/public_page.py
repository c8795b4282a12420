"""What every public page of a canteen has: its language and size of type from the address, and being kept a little."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from flask import request
from flask_babel import force_locale
from werkzeug.wrappers import Response

from canteen.web.languages import LANGUAGES, language

SIZES = ("a", "b", "c")

KEPT_SECONDS = 300
"""So long a browser may show the page without asking again: a notice changes at midnight, not at noon."""


def asked_language() -> Literal["zh", "en"]:
    """The language that the address asks for, else the reader's own."""
    asked = request.args.get("lang")
    return "en" if (asked if asked in LANGUAGES else language()) == "en" else "zh"


@contextmanager
def in_language() -> Iterator[None]:
    """Word what is made within in the language of the page."""
    with force_locale(asked_language()):
        yield


def look(endpoint: str, code: str, **more: str | None) -> dict[str, object]:
    """What the frame of a page needs: size of type, language, and the address to change either."""
    size = request.args.get("size", "a")
    keep = {key: value for key, value in more.items() if value is not None}
    asked = request.args.get("lang")
    return {
        "size": size if size in SIZES else "a",
        "lang": asked if asked in LANGUAGES else None,
        "here": (endpoint, {"code": code, **keep}),
    }


def kept(response: Response) -> Response:
    """Let browsers and proxies keep the page a little, by language: it is the same for everybody."""
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.vary.add("Cookie")
    response.add_etag()
    return response.make_conditional(request.environ)
