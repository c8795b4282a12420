"""What pages need to open without a network, as one whole: the pages themselves, scripts, styles, pictures.

A till that is reloaded in a dead network must find a page and its modules that belong together. So the files are
gathered once, when the process first needs them, under one version that is a digest of them all; modules are served
from memory under an address that holds the version (`/static/till/<version>/js/...`, so plain relative imports stay
inside it), and the service worker takes the whole list or nothing.

A slice names the pages that open without a network when its views are imported: `opens_offline("/till", ...)`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from threading import Lock
from urllib.parse import urljoin, urlsplit

from flask import Flask, current_app, g, render_template
from flask_babel import force_locale

from canteen.web.assets import PACKAGES, SERVED
from canteen.web.languages import LANGUAGES

STATIC = "/static/"
VENDOR = "/static/vendor/"
VERSIONED = "/static/till/"
DRAFT = "0" * 16
"""Stands for the version while the version is being worked out."""

ALWAYS = ("/static/vendor/zxing-wasm/reader/zxing_reader.wasm",)
"""Files whose address no page or script spells out in full."""
WORKER = "js/offline/worker.js"

MENTIONED = {
    ".html": (re.compile(r"""(?:href|src|data-[\w-]+)="(/static/[^"#]+)"""),),
    ".css": (re.compile(r"""url\(\s*['"]?([^'")]+)['"]?\s*\)"""), re.compile(r"""@import\s+['"]([^'"]+)['"]""")),
    ".js": (
        re.compile(r"""(?:from|import)\s*\(?\s*['"]((?:\.{1,2}/|/static/)[^'"]+)['"]"""),
        re.compile(r"""new URL\(\s*['"]([^'"]+)['"]\s*,\s*import\.meta\.url"""),
        re.compile(r"""['"](/static/[^'"$]+\.\w+)['"]"""),
    ),
}
MENTIONED[".mjs"] = MENTIONED[".js"]
ON_DEMAND = frozenset({".woff2"})
"""A font of a hundred slices is kept slice by slice, as they are used."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that opens without a network, and the template that makes it for a browser nobody is signed in to."""

    path: str
    template: str


@dataclass(frozen=True, slots=True)
class Release:
    """One version: the digest of every file, the content of those that are served from memory."""

    version: str
    fonts: str
    worker: str
    digests: dict[str, str] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    pages: dict[str, dict[str, str]] = field(default_factory=dict)

    def as_json(self) -> str:
        """What the service worker is told: version, files with their digests, pages by path and language."""
        files = sorted(self.digests.items())
        return json.dumps(
            {"version": self.version, "fonts": self.fonts, "files": files, "pages": self.pages}, ensure_ascii=True
        )


_pages: dict[str, Page] = {}
_lock = Lock()
EXTENSION = "canteen_release"


def opens_offline(path: str, template: str) -> None:
    """Name a page that the service worker keeps, in both languages. It may hold nothing of anybody."""
    _pages[path] = Page(path, template)


def init(app: Flask) -> None:
    """Make `till_module()` and `till_version()` known to templates."""
    app.jinja_env.globals.update(till_module=till_module, till_version=till_version)


def till_module(path: str) -> str:
    """The address of a script of the till; whatever it imports by a relative path is of the same version."""
    return f"{VERSIONED}{till_version()}/{path}"


def till_version() -> str:
    """The version of the files that this process serves."""
    drafted = g.get("release_version")
    return str(drafted) if drafted else current_release().version


def current_release() -> Release:
    """The release of this process. Files that change under a running process change nothing until it starts anew."""
    app = current_app
    with _lock:
        found: Release | None = app.extensions.get(EXTENSION)
        if found is None:
            found = app.extensions[EXTENSION] = gather(app._get_current_object())  # type: ignore[attr-defined]
    return found


def gather(app: Flask) -> Release:
    """Read all pages and whatever they mention, and give the whole a version."""
    draft = dict(_walk(app, DRAFT))
    lines = "\n".join(f"{url} {_digest(content)}" for url, content in sorted(draft.items()))
    version = _digest(lines.encode())[:16]
    contents = {url.replace(DRAFT, version): content for url, content in draft.items()}
    # The pages name the version, so they are made once more now that it is known.
    contents.update(_rendered(app, version))
    return Release(
        version=version,
        worker=(Path(app.static_folder or "") / WORKER).read_text(encoding="utf-8"),
        fonts=_digest((PACKAGES / SERVED["noto-sans-sc"] / "index.css").read_bytes())[:16],
        digests={url: _digest(content) for url, content in contents.items()},
        contents={url: content for url, content in contents.items() if url.startswith(VERSIONED)},
        pages={
            page.path: {language: page_url(version, page.path, language) for language in LANGUAGES}
            for page in _pages.values()
        },
    )


def page_url(version: str, path: str, language: str) -> str:
    """Where the kept form of a page lies."""
    return f"{VERSIONED}{version}/pages/{path.strip('/').replace('/', '-')}.{language}.html"


def _walk(app: Flask, version: str) -> Iterator[tuple[str, bytes]]:
    """Every file of the release by its address, the pages first, each once."""
    rendered = _rendered(app, version)
    yield from rendered.items()
    waiting = [url for content in rendered.values() for url in _mentioned("/", ".html", content)] + list(ALWAYS)
    seen: set[str] = set()
    while waiting:
        url = waiting.pop()
        path = _path_of(app, url)
        if url in seen or path.suffix in ON_DEMAND or not path.is_file():
            continue
        seen.add(url)
        content = path.read_bytes()
        yield url, content
        waiting += _mentioned(url, path.suffix, content)


def _rendered(app: Flask, version: str) -> dict[str, bytes]:
    return {
        page_url(version, page.path, language): _render(app, page, language, version)
        for page in _pages.values()
        for language in LANGUAGES
    }


def _render(app: Flask, page: Page, language: str, version: str) -> bytes:
    # A request of its own, without cookies: a kept page is the same for everybody.
    with app.test_request_context(page.path), force_locale(language):
        g.release_version = version
        return render_template(page.template, state="", csrf_token=lambda: "").encode()


def _mentioned(url: str, suffix: str, content: bytes) -> list[str]:
    patterns = MENTIONED.get(suffix, ())
    text = content.decode() if patterns else ""
    found = [match for pattern in patterns for match in pattern.findall(text)]
    return [urljoin(url, each.replace("&amp;", "&")) for each in found if not each.startswith("data:")]


def _path_of(app: Flask, url: str) -> Path:
    """The file behind an address; a path that is no file where there is none."""
    path = urlsplit(url).path
    if path.startswith(VENDOR):
        package, _, name = path.removeprefix(VENDOR).partition("/")
        return PACKAGES / SERVED[package] / name if package in SERVED else PACKAGES / "none"
    own = PurePosixPath(path.removeprefix(STATIC))
    if path.startswith(VERSIONED):
        own = PurePosixPath(*own.parts[2:])
    return Path(app.static_folder or "") / own


def _digest(content: bytes) -> str:
    return _digest_of(content)


@lru_cache(maxsize=256)
def _digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()
