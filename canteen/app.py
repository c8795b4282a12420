"""The application: settings in, a Flask application out."""

from datetime import timedelta
from importlib import import_module

from flask import Flask
from flask_migrate import Migrate

from canteen.config import ROOT, Settings
from canteen.db import db, init_db
from canteen.keys import read_or_make
from canteen.web import init_web

# In the order of a canteen's day; a slice without pages of its own is not listed.
PAGES = (
    "staff", "canteens", "devices", "elders", "cards", "subsidies", "menus", "wallets", "sponsors",
    "checkin", "oversight", "settlement", "noticeboard",
)  # fmt: skip
APIS = ("devices", "wallets", "checkin")


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
    )
    init_db(app, settings.address)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    init_web(app)
    _mount(app)
    return app


def _mount(app: Flask) -> None:
    for name in PAGES:
        app.register_blueprint(import_module(f"canteen.{name}.views").bp)
    for name in APIS:
        app.register_blueprint(import_module(f"canteen.{name}.api").bp)
    app.register_blueprint(import_module("canteen.health").bp)
