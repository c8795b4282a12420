"""Where a page finds its styles, scripts and fonts: ours under /static, the packages' under /static/vendor.

Addresses carry a piece of the file's digest, so a browser may keep a file for a year and still sees a new
one at once. Of the packages only the folders named here are served.
"""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, abort, current_app, request, send_from_directory, url_for

from canteen.config import ROOT

PACKAGES = ROOT / "node_modules"
SERVED = {
    "bootstrap": "bootstrap/dist/css",
    "noto-sans-sc": "@fontsource-variable/noto-sans-sc",
    "zxing-wasm": "zxing-wasm/dist",
    "htmx": "htmx.org/dist",
    "idb": "idb/build",
}
KINDS = frozenset({".css", ".js", ".mjs", ".woff2", ".wasm", ".svg"})
YEAR_SECONDS = 31_536_000


def init(app: Flask) -> None:
    """Make `asset()` and `vendor()` known to templates, and let addresses with a digest be kept."""
    app.jinja_env.globals.update(asset=asset, vendor=vendor)
    app.after_request(keep_what_has_a_digest)


def asset(path: str) -> str:
    """The address of one of our own static files."""
    return url_for("static", filename=path, v=digest(Path(current_app.static_folder or "") / path))


def vendor(path: str) -> str:
    """The address of a file of a package, by the short name above: `bootstrap/bootstrap.min.css`."""
    package, _, name = path.partition("/")
    return url_for("web.vendor", package=package, name=name, v=digest(PACKAGES / SERVED[package] / name))


def send_vendor(package: str, name: str) -> Response:
    """The file of a package, if it is one that pages use."""
    if package not in SERVED or Path(name).suffix not in KINDS:
        abort(404)
    return send_from_directory(PACKAGES / SERVED[package], name)


def keep_what_has_a_digest(response: Response) -> Response:
    """Styles, scripts and fonts may be kept by the browser; nothing else may."""
    if request.endpoint not in ("static", "web.vendor") or response.status_code >= 400:
        return response
    # The font's slices are named by the style sheet without a digest, but a package's file never changes in
    # place.
    lasting = "v" in request.args or request.path.endswith(".woff2")
    response.headers["Cache-Control"] = (
        f"public, max-age={YEAR_SECONDS}, immutable" if lasting else "no-cache"
    )
    return response


def digest(path: Path) -> str:
    """Eight digits that change when the file does; `0` for a file that is not there."""
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        return "0"
    return _digest(path, stamp)


@lru_cache(maxsize=512)
def _digest(path: Path, _stamp: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:8]
