"""Headers: what a browser may do, where it may be sent, what it may keep."""

import pytest
from flask import Blueprint, Flask
from signing_in import browser, sign_in_as

from canteen.core.roles import Role
from canteen.web.access import public
from canteen.web.headers import private_link, wasm
from canteen.web.redirects import safe_next


@pytest.fixture
def pages(sqlite_app: Flask) -> Flask:
    bp = Blueprint("pages", __name__)

    @bp.get("/reader")
    @public()
    @wasm
    def reader() -> str:
        return "reader"

    @bp.get("/family/<token>")
    @public()
    @private_link
    def family(token: str) -> str:
        return "family"

    sqlite_app.register_blueprint(bp)
    return sqlite_app


def test_nothing_inline_and_nothing_from_elsewhere_may_run(sqlite_app: Flask) -> None:
    headers = browser(sqlite_app).get("/login").headers

    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["script-src"] == policy["style-src"] == policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_the_mark_of_a_request_is_given_back_and_nothing_else(sqlite_app: Flask) -> None:
    office = browser(sqlite_app)

    assert office.get("/login", headers={"X-Request-Id": "0123456789abcdef"}).headers["X-Request-Id"] == "0123456789abcdef"
    for other in ("", "short", "0123456789abcdef;x", "0123456789ABCDEF"):
        assert "X-Request-Id" not in office.get("/login", headers={"X-Request-Id": other}).headers


def test_only_a_marked_page_runs_the_barcode_reader_and_the_camera(pages: Flask) -> None:
    headers = browser(pages).get("/reader").headers

    assert "script-src 'self' 'wasm-unsafe-eval';" in headers["Content-Security-Policy"]
    assert headers["Permissions-Policy"].startswith("camera=(self)")
    assert browser(pages).get("/login").headers["Permissions-Policy"].startswith("camera=()")


def test_a_page_with_a_token_in_its_address_tells_nobody(pages: Flask) -> None:
    headers = browser(pages).get("/family/ABC").headers

    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"


def test_https_is_remembered_and_its_cookie_stays_on_it(sqlite_app: Flask) -> None:
    (sqlite_app.config["CANTEEN"].home / "public-host").write_text("card.example.cn")
    plain = browser(sqlite_app).get("/login")
    secure = browser(sqlite_app).get("/login", base_url="https://card.example.cn")

    assert "Strict-Transport-Security" not in plain.headers
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Secure" not in plain.headers["Set-Cookie"]
    for flag in ("Secure", "HttpOnly", "SameSite=Lax"):
        assert flag in secure.headers["Set-Cookie"]


def test_a_host_of_the_canteens_own_network_may_go_back_to_the_plain_page_with_the_steps(
    sqlite_app: Flask,
) -> None:
    for host in ("canteen.local:8000", "192.168.1.5:8000", "localhost"):
        answer = browser(sqlite_app).get("/login", base_url=f"https://{host}")
        assert answer.headers["Strict-Transport-Security"] == "max-age=0"


def test_errors_carry_the_headers_too(sqlite_app: Flask) -> None:
    answer = browser(sqlite_app).get("/nowhere")

    assert answer.status_code == 404
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("wanted", ["/elders", "/elders?q=王&page=2", "/", "/a#b"])
def test_a_path_of_ours_is_followed(wanted: str) -> None:
    assert safe_next(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        None, "", "elders", "//elsewhere.example", "///elsewhere.example", "/\\elsewhere.example",
        "\\\\elsewhere",
        "https://elsewhere.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x=1", "/\t/elsewhere.example",
        "/a\\b", "/" + "a" * 3000, " /elders", "\u2028/x",
    ],
)  # fmt: skip
def test_an_address_of_elsewhere_is_not_followed(wanted: str | None) -> None:
    assert safe_next(wanted) == "/"


def test_a_sign_in_never_leads_elsewhere(sqlite_app: Flask) -> None:
    page = browser(sqlite_app).get("/login?next=//elsewhere.example").text
    office = sign_in_as(sqlite_app, Role.CASHIER)

    assert '<input type="hidden" name="next" value="/">' in page.split("<main")[1]
    assert office.get("/login?next=https://elsewhere.example").location == "/"
    assert office.get("/login?next=/a%0d%0aX-Planted:%201").headers.get("X-Planted") is None


def test_files_with_a_digest_are_kept_and_others_asked_for_again(sqlite_app: Flask) -> None:
    office = browser(sqlite_app)

    assert "immutable" in office.get("/static/css/tokens.css?v=1").headers["Cache-Control"]
    assert office.get("/static/css/tokens.css").headers["Cache-Control"] == "no-cache"
    assert (
        "immutable" in office.get("/static/vendor/bootstrap/bootstrap.min.css?v=1").headers["Cache-Control"]
    )


@pytest.mark.parametrize(
    "path",
    ["bootstrap/../../../../etc/passwd", "bootstrap/%2e%2e/package.json", "nothing/x.css",
     "noto-sans-sc/package.json",
     "bootstrap/nothing.css"],
)  # fmt: skip
def test_only_what_pages_use_is_served_of_a_package(sqlite_app: Flask, path: str) -> None:
    assert browser(sqlite_app).get(f"/static/vendor/{path}").status_code == 404
