"""A plain-http server for the page of steps alone: a tablet that does not trust us yet can open nothing else."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from canteen.web.languages import LANGUAGES

STEPS = "/certificate"
OPEN = (STEPS, "/static/")

Start = Callable[..., Any]


class Quiet(WSGIRequestHandler):
    """Writes no line a request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing of this is worth a line."""


class StepsOnly:
    """The application, of which only the steps can be reached, and nobody's sign-in goes in or out."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer one request: the steps, what they are drawn with, or the way to them."""
        path = environ.get("PATH_INFO", "")
        if path == "/language":
            chosen = Request(environ).form.get("language", "")
            return _to_steps(f"?language={chosen}" if chosen in LANGUAGES else "")(environ, start)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not path.startswith(OPEN):
            return _to_steps()(environ, start)
        environ["HTTP_COOKIE"] = ""
        return self.app.wsgi_app(environ, _without_cookies(start))


def _to_steps(query: str = "") -> Response:
    return Response(status=303, headers={"Location": STEPS + query})


def _without_cookies(start: Start) -> Start:
    def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start(status, [each for each in headers if each[0].lower() != "set-cookie"], *more)

    return begin


@contextmanager
def steps_on(app: Flask, host: str, port: int) -> Iterator[None]:
    """Serve the steps beside the real server. Raises OSError for a port that is taken."""
    server = make_server(host, port, StepsOnly(app), threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(timeout=2)
        server.server_close()
