"""What a browser may do on our pages, said in headers on every answer.

Nothing inline runs, nothing comes from elsewhere, nobody frames us, and a page with people's data is not
kept by any cache. Two marks change it: `wasm` lets the till's barcode reader run, `private_link` is for the
pages whose address holds a token.
"""

import re
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request

View = TypeVar("View", bound=Any)

MARK = "__headers__"

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self' blob:",
    "worker-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
WASM_POLICY = {**POLICY, "script-src": "'self' 'wasm-unsafe-eval'"}

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
YEAR_SECONDS = 31_536_000
REQUEST_ID = "X-Request-Id"
_GIVEN_ID = re.compile(r"[0-9a-f]{16,32}")


def wasm(view: View) -> View:
    """Mark a page that runs the barcode reader: WebAssembly and the camera are allowed on it."""
    return _mark(view, "wasm")


def private_link(view: View) -> View:
    """Mark a page whose address holds a token: no referrer, no cache, no search engine."""
    return _mark(view, "private_link")


def init(app: Flask) -> None:
    """Put the headers on every answer of an app."""
    app.after_request(add)


def add(response: Response) -> Response:
    """The headers of one answer; what a view set by itself stays."""
    marks = _marks()
    policy = WASM_POLICY if "wasm" in marks else POLICY
    wanted = dict(ALWAYS)
    wanted["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    wanted["Permissions-Policy"] = (
        f"camera=({'self' if 'wasm' in marks else ''}), microphone=(), geolocation=()"
    )
    wanted["Referrer-Policy"] = "no-referrer" if "private_link" in marks else "same-origin"
    if "private_link" in marks:
        wanted["X-Robots-Tag"] = "noindex"
    if request.is_secure:
        wanted["Strict-Transport-Security"] = f"max-age={_https_only_seconds()}"
    if _GIVEN_ID.fullmatch(request.headers.get(REQUEST_ID, "")):
        # Given back, so that a tablet knows an answer that something between had kept of an earlier request.
        wanted[REQUEST_ID] = request.headers[REQUEST_ID]
    for name, value in wanted.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def _https_only_seconds() -> int:
    # On the canteen's own network the authority may be made anew: a browser that insists on https could then not
    # even open the plain page with the steps. Only the public name, whose certificate others sign, is insisted on.
    is_public = request.host.split(":")[0] == current_app.config["CANTEEN"].public_host
    return YEAR_SECONDS if is_public else 0


def _marks() -> frozenset[str]:
    view = current_app.view_functions.get(request.endpoint or "")
    found: frozenset[str] = getattr(getattr(view, "view_class", view), MARK, frozenset())
    return found


def _mark(view: View, name: str) -> View:
    setattr(view, MARK, getattr(view, MARK, frozenset()) | {name})
    return view
