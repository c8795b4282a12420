"""The application: settings in, a Flask application out."""

from datetime import timedelta
from importlib import import_module

from flask import Flask
from flask_migrate import Migrate
from flask_smorest import Api

from canteen.config import ROOT, Settings
from canteen.db import db, init_db
from canteen.keys import read_or_make
from canteen.web import init_web

# In the order of a canteen's day; a slice without pages of its own is not listed.
PAGES = (
    "staff", "canteens", "devices", "elders", "subsidies", "cards", "menus", "wallets", "sponsors",
    "checkin", "oversight", "settlement", "noticeboard",
)  # fmt: skip
APIS = ("devices", "wallets", "checkin")
WORDED = ("ledger",)  # slices without pages whose refusals are read on others' pages
OPENAPI = {
    "API_TITLE": "Canteen",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.0.3",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
}


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; it opens no connection before the first request or command."""
    settings = settings or Settings()
    app = Flask(
        "canteen", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "canteen" / "static")
    )
    app.config.update(
        CANTEEN=settings,
        SECRET_KEY=read_or_make(settings.keys, "cookies"),
        MAX_CONTENT_LENGTH=32 * 1024 * 1024,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        **OPENAPI,
    )
    init_db(app, settings.address)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    init_web(app)
    _mount(app)
    return app


def _mount(app: Flask) -> None:
    for name in WORDED:
        import_module(f"canteen.{name}.words").register()
    for name in PAGES:
        app.register_blueprint(import_module(f"canteen.{name}.views").bp)
    for name in ("canteen.health", "canteen.lan.views"):
        app.register_blueprint(import_module(name).bp)
    # The framework words errors in a form of its own; ours are problem+json, and they stand before it came.
    words = {code: dict(handlers) for code, handlers in app.error_handler_spec[None].items()}
    api = Api(app)
    app.error_handler_spec[None].clear()
    app.error_handler_spec[None].update(words)
    for name in APIS:
        api.register_blueprint(import_module(f"canteen.{name}.api").bp)
