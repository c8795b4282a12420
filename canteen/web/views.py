"""The pages that belong to no slice: the first page, the choice of language, packages' files, no network."""

import mimetypes

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen import clock
from canteen.core.roles import EVERYONE
from canteen.web import assets, home, languages, release
from canteen.web.access import public, requires
from canteen.web.headers import wasm
from canteen.web.redirects import safe_next

bp = Blueprint("web", __name__)

YEAR_SECONDS = 31_536_000
ICON_SIZES = (192, 512)
BRAND, PAGE_COLOUR = "#0B4F6C", "#F5F3EE"

release.opens_offline("/offline", "errors/offline.html")


@bp.get("/")
@requires(*EVERYONE)
def index() -> str:
    """The first page of whoever is signed in."""
    return render_template(
        "home/index.html",
        today=clock.today(current_app.config["CANTEEN"].default_zone),
        figures=home.figures_for(current_user.role),
        tasks=home.tasks_for(current_user.role),
    )


@bp.post("/language")
@public()
def language() -> BaseResponse:
    """Keep the chosen language in a cookie; the staff slice keeps it with the person too."""
    chosen = request.form.get("language", "")
    response = redirect(safe_next(request.form.get("next")), 303)
    if chosen in languages.LANGUAGES:
        g.chosen_language = chosen
        response.set_cookie(
            languages.COOKIE,
            chosen,
            max_age=YEAR_SECONDS,
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
    return response


@bp.get("/static/vendor/<package>/<path:name>")
@public()
def vendor(package: str, name: str) -> Response:
    """A style sheet, script or font of a package."""
    return assets.send_vendor(package, name)


@bp.get("/offline")
@public()
def offline() -> Response:
    """What an office page shows without a network; the till goes on by itself."""
    return make_response(render_template("errors/offline.html"))


@bp.get("/sw.js")
@public()
def service_worker() -> Response:
    """The service worker with the list of what it keeps. It stands at the root: it answers for all pages."""
    current = release.current_release()
    script = f"const RELEASE = {current.as_json()};\n{current.worker}"
    return Response(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@bp.get("/static/till/<version>/<path:name>")
@public()
@wasm
def release_file(version: str, name: str) -> Response:
    """A file of the release that this process serves; of any other version it has none."""
    current = release.current_release()
    content = current.contents.get(request.path)
    if version != current.version or content is None:
        abort(404)
    kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0] or "application/octet-stream"
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    lasting = {"Cache-Control": f"public, max-age={YEAR_SECONDS}, immutable"}
    return Response(content, content_type=kind + charset, headers=lasting)


@bp.get("/manifest.<language>.webmanifest")
@public()
def manifest(language: str) -> Response:
    """What a tablet shows of the till once it stands on its home screen."""
    if language not in languages.LANGUAGES:
        abort(404)
    with force_locale(language):
        answer = jsonify(
            id="/till",
            name=_("长者食堂收银台"),
            short_name=_("收银台"),
            lang="en" if language == "en" else "zh-CN",
            start_url="/till",
            scope="/till",
            display="standalone",
            theme_color=BRAND,
            background_color=PAGE_COLOUR,
            icons=[
                {
                    "src": assets.asset(f"images/till-{mark}{size}.png"),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": purpose,
                }
                for mark, purpose in (("", "any"), ("maskable-", "maskable"))
                for size in ICON_SIZES
            ],
        )
    answer.content_type = "application/manifest+json"
    answer.headers["Cache-Control"] = "no-cache"
    return answer

