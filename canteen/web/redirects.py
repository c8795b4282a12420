"""Where a page may send a browser on to: only to our own pages."""

from urllib.parse import urlsplit

from flask import request

LONGEST = 2_000


def safe_next(wanted: str | None, otherwise: str = "/") -> str:
    """The address asked for if it is a path of this site, else the other one.

    `//elsewhere.example`, `/\\elsewhere.example` and anything with a control character are addresses of
    other sites to a browser, or break a header; they are not followed.
    """
    if not wanted or len(wanted) > LONGEST or not wanted.isprintable():
        return otherwise
    if not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or "\\" in wanted:
        return otherwise
    parts = urlsplit(wanted)
    return otherwise if parts.scheme or parts.netloc else wanted


def here() -> str:
    """The path of this page with its query, to come back to; the first page after a POST."""
    if request.method != "GET":
        return "/"
    return request.full_path.rstrip("?")
