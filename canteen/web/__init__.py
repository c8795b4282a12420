"""The shared edge: what every page has in common, whatever it is about.

Who may enter (access), what a form must carry (csrf), what a browser may do (headers), how a refusal and a
fault read (errors), how money and time are written (filters), which language a page speaks (languages), the
first page (home) and the way around (navigation). It knows no slice; slices bring their cards and pages to
it.
"""

from flask import Flask


def init_web(app: Flask) -> None:
    """Fit an app with all of the shared edge. Called once by create_app(), before the slices' blueprints."""
    # Imported here, so that `python -m canteen.web.catalogues` needs nothing but the catalogues.
    from canteen.web import (
        access,
        assets,
        csrf,
        errors,
        filters,
        headers,
        languages,
        limits,
        navigation,
        paths,
        release,
        signin,
        views,
    )

    for part in (languages, signin, access, csrf, headers, errors, filters, assets, navigation, paths, release, limits):
        part.init(app)
    app.register_blueprint(views.bp)


__all__ = ["init_web"]
