"""The pages that belong to no slice: the first page, the choice of language, packages' files, no network."""

from flask import Blueprint, Response, current_app, g, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen import clock
from canteen.core.roles import EVERYONE
from canteen.web import assets, home, languages
from canteen.web.access import public, requires
from canteen.web.redirects import safe_next

bp = Blueprint("web", __name__)

YEAR_SECONDS = 31_536_000


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
