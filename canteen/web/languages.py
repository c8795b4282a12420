"""Chinese first, English second.

The language of a page is the signed-in person's own choice, else the browser's last choice (a cookie), else
Chinese. Each slice keeps its English in a catalogue of its own; here they become one.
"""

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale
from flask_login import current_user

from canteen.web import catalogues

LANGUAGES = ("zh", "en")
COOKIE = "canteen_language"

babel = Babel()


def init(app: Flask) -> None:
    """Attach the languages to an app. Catalogues edited since the last setup are compiled first."""
    catalogues.compile_stale()
    domains = catalogues.domains() or ["web"]
    babel.init_app(
        app,
        default_locale="zh",
        default_timezone="Asia/Shanghai",
        default_domain=";".join(domains),
        default_translation_directories=";".join([str(catalogues.FOLDER)] * len(domains)),
        locale_selector=language,
    )
    app.jinja_env.globals.update(page_language=page_language)


def language() -> str:
    """`zh` or `en` for this request."""
    if not has_request_context():
        return "zh"
    # After a fault the database may be what broke: do not ask it who is signed in.
    own = None if g.get("fault") else getattr(current_user, "language", None)
    chosen = own or request.cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else "zh"


def page_language() -> str:
    """The language tag of the page: `zh-CN` or `en`."""
    return "en" if str(get_locale() or "zh") == "en" else "zh-CN"
