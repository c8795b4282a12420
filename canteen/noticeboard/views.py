"""The page that a card's QR opens. A GET changes nothing; the token leaves the address at once."""

from datetime import date

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from canteen.cards.family import check_family_code
from canteen.clock import today
from canteen.core.token import WellFormed, read_code
from canteen.db import reading
from canteen.keys import key
from canteen.menus.forms import PERIOD_NAMES
from canteen.noticeboard import passes, queries
from canteen.noticeboard.forms import FamilyCodeForm
from canteen.noticeboard.passes import Pass
from canteen.noticeboard.public_page import SIZES
from canteen.noticeboard.queries import CardPage, FamilyPage
from canteen.web.access import public
from canteen.web.headers import private_link
from canteen.web.limits import limiter

bp = Blueprint("noticeboard", __name__)

TRIES = "6 per minute; 30 per hour"


@bp.get("/K/<path:code>")
@bp.get("/k/<path:code>", endpoint="card_link_small")
@public()
@private_link
def card_link(code: str) -> BaseResponse:
    """What stands in the QR: on to the page whose address does not hold the token."""
    reading_of = read_code(code)
    response = redirect(url_for("noticeboard.card"), 303)
    passes.give(response, Pass(reading_of.sha256 if isinstance(reading_of, WellFormed) else None))
    return response


@bp.get("/card")
@public()
@private_link
def card() -> BaseResponse:
    """The canteen's week, and with the family's code the elder's meals."""
    return _page(passes.read(), FamilyCodeForm(), wrong=False)


@bp.post("/card")
@public()
@private_link
@limiter.limit(TRIES)
def show_family() -> BaseResponse:
    """Try the family's code. A wrong one and an unknown card get the same answer."""
    held, form = passes.read(), FamilyCodeForm()
    elder_id = check_family_code(
        (held and held.token_sha256) or "", form.code.data or "", key("family-codes")
    )
    if held is None or elder_id is None:
        return _page(held, form, wrong=True)
    response = redirect(url_for("noticeboard.card"), 303)
    passes.give(response, Pass(held.token_sha256, elder_id))
    return response


@bp.post("/card/close")
@public()
@private_link
def close() -> BaseResponse:
    """Forget the card on this telephone."""
    response = redirect(url_for("noticeboard.card"), 303)
    passes.take(response)
    return response


def _page(held: Pass | None, form: FamilyCodeForm, *, wrong: bool) -> BaseResponse:
    day = today(current_app.config["CANTEEN"].default_zone)
    card_of, family = _look_up(held, day)
    size = request.args.get("size", "a")
    html = render_template(
        "noticeboard/card.html", held=held, card=card_of, family=family, form=form, wrong=wrong, this_day=day,
        size=size if size in SIZES else "a", period_names=PERIOD_NAMES,
    )  # fmt: skip
    return make_response(html, 403 if wrong else 200)


def _look_up(held: Pass | None, day: date) -> tuple[CardPage | None, FamilyPage | None]:
    if held is None or held.token_sha256 is None:
        return None, None
    with reading() as session:
        found = queries.card_page(session, held.token_sha256, day)
        # A card reported lost after the code was typed shows nothing more.
        if found is None or found.state != "active" or held.elder_id is None:
            return found, None
        return found, queries.family_page(session, held.elder_id, found.canteen, day)


from canteen.noticeboard.board import views as board_views  # noqa: E402
from canteen.noticeboard.named_day import views as named_day_views  # noqa: E402
from canteen.noticeboard.policy import views as policy_views  # noqa: E402, F401 - its routes hang on `bp`
from canteen.noticeboard.portal import views as portal_views  # noqa: E402
from canteen.noticeboard.wall import views as wall_views  # noqa: E402

for part in (board_views, named_day_views, portal_views, wall_views):
    bp.register_blueprint(part.bp)
