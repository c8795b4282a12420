"""Pages of meal cards: one elder's card box, and printing many."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteen, my_canteens
from canteen.cards import family, queries, services, words
from canteen.cards.forms import LAYOUTS, FilterForm
from canteen.cards.queries import CardFilter, CardRow, Holder
from canteen.cards.services import IssuedCard
from canteen.cards.sheets import Layout, pdf_of, sheet_of, slips_of
from canteen.core.errors import Refusal
from canteen.core.roles import COUNTER, KEEPERS
from canteen.db import reading, transaction
from canteen.elders.boxes import elder_box
from canteen.elders.queries import ElderPage
from canteen.keys import key
from canteen.web.access import requires

bp = Blueprint("cards", __name__)
words.register()

PAGE = 100
MOST_ON_SHEET = 40
"""Cards printed from a page at one time, some five seconds; the command prints a whole canteen."""


@bp.get("/cards")
@requires(*KEEPERS)
def index() -> str:
    """A canteen's cards: what waits for the printer, or all."""
    canteen = my_canteen(request.args.get("canteen"))
    page = max(request.args.get("page", 1, type=int), 1)
    form = _filter(canteen, request.args if "new" in request.args else MultiDict({"new": "1"}))
    with reading() as session:
        found = queries.cards_to_print(session, canteen.id, form.wanted())
        missing = queries.count_without_card(session, canteen.id)
    return render_template(
        "cards/index.html", canteen=canteen, canteens=my_canteens(), form=form, layouts=LAYOUTS,
        cards=found[(page - 1) * PAGE : page * PAGE], total=len(found), missing=missing, most=MOST_ON_SHEET,
        page=page, pages=-(-len(found) // PAGE),
        last_id=max((card.id for card in found), default=0),
    )  # fmt: skip


@bp.post("/cards/issue")
@requires(*KEEPERS)
def issue_all() -> BaseResponse:
    """Issue cards to all of a canteen's elders who have none."""
    canteen = my_canteen(request.form.get("canteen"))
    issued = services.issue_to_all(canteen.id, key("cards"), current_user.actor)
    flash(_("已发 %(count)s 张卡，等待打印。", count=issued), "ok")
    return redirect(url_for("cards.index", canteen=canteen.code), 303)


@bp.post("/cards/sheet.pdf")
@requires(*KEEPERS)
def sheet() -> Response:
    """The sheet of the filtered cards."""
    canteen, wanted = _posted()
    with reading() as session:
        found = queries.cards_to_print(session, canteen.id, wanted)
    return _sheet(canteen, found, request.form.get("layout", "8-up"))


@bp.post("/cards/printed")
@requires(*KEEPERS)
def printed() -> BaseResponse:
    """The sheet came out well: mark its cards as printed."""
    canteen, wanted = _posted()
    marked = services.mark_printed(canteen.id, wanted, current_user.actor)
    flash(_("已把 %(count)s 张卡标记为已打印。", count=marked), "ok")
    return redirect(url_for("cards.index", canteen=canteen.code), 303)


@bp.post("/cards/slips.pdf")
@requires(*KEEPERS)
def slips() -> Response:
    """Family codes for those of the filtered cards that have none, as slips to cut; printed this once."""
    canteen, wanted = _posted()
    with reading() as session:
        found = queries.without_family_code(session, canteen.id, wanted)
    if not found:
        raise Refusal("slips-none", "这些卡都已经有家庭码了。家里丢了小条，请在老人的卡页面换一个。")
    codes = [family.fresh_code(card.elder_id, key("family-codes")) for card in found]
    with transaction() as session:
        family.keep(session, codes, current_user.actor)
    return _pdf(pdf_of(slips_of(canteen, found, codes)), "family-slips.pdf")


@bp.get("/cards/<ref>")
@requires(*COUNTER)
def page(ref: str) -> str:
    """One elder's card box."""
    return _page(_holder(ref))


@bp.post("/cards/<ref>/issue")
@requires(*COUNTER)
def issue(ref: str) -> str:
    """Issue a first card, and show the family code this once."""
    holder = _holder(ref)
    code = family.fresh_code(holder.elder_id, key("family-codes"))
    with transaction() as session:
        services.issue(session, holder.elder_id, _canteen_of(holder).id, key("cards"), current_user.actor)
        family.keep(session, [code], current_user.actor)
    flash(_("已发卡。请打印卡片，连同家庭码交给老人。"), "ok")
    return _page(holder, code.code)


@bp.post("/cards/<ref>/lost")
@requires(*COUNTER)
def lost(ref: str) -> BaseResponse:
    """Report the card lost."""
    services.report_lost(_holder(ref).elder_id, current_user.actor)
    flash(_("已挂失，余额不会丢。离线的收银台联网后才会停用这张卡。"), "ok")
    return redirect(url_for("cards.page", ref=ref), 303)


@bp.post("/cards/<ref>/lift")
@requires(*COUNTER)
def lift(ref: str) -> BaseResponse:
    """The card was found."""
    services.lift_loss(_holder(ref).elder_id, current_user.actor)
    flash(_("已解挂，这张卡可以用了。"), "ok")
    return redirect(url_for("cards.page", ref=ref), 303)


@bp.post("/cards/<ref>/replace")
@requires(*COUNTER)
def replace(ref: str) -> BaseResponse:
    """A new card; the old one is dead at once."""
    made: IssuedCard = services.replace_card(_holder(ref).elder_id, key("cards"), current_user.actor)
    flash(_("已补卡，旧卡立即作废，余额不变。请打印尾号 %(tail)s 的新卡。", tail=made.tail), "ok")
    return redirect(url_for("cards.page", ref=ref), 303)


@bp.post("/cards/<ref>/card.pdf")
@requires(*COUNTER)
def single(ref: str) -> Response:
    """One elder's card to print."""
    holder = _holder(ref)
    with reading() as session:
        card = queries.live_card(session, holder.elder_id)
    if card is None:
        raise Refusal("card-none", "这位老人还没有卡。请先发卡。")
    if card.state == "lost":
        raise Refusal("card-lost-unprinted", "这张卡已挂失。请先解挂，或者补卡。")
    return _sheet(_canteen_of(holder), [card], request.form.get("layout", "single"))


@bp.post("/cards/<ref>/printed")
@requires(*COUNTER)
def single_printed(ref: str) -> BaseResponse:
    """The one card came out well."""
    holder = _holder(ref)
    with reading() as session:
        card = queries.live_card(session, holder.elder_id)
    if card is not None:
        services.mark_printed(card.canteen_id, CardFilter(serial=card.serial), current_user.actor)
        flash(_("已标记为已打印。"), "ok")
    return redirect(url_for("cards.page", ref=ref), 303)


@bp.post("/cards/<ref>/family-code")
@requires(*COUNTER)
def family_code(ref: str) -> str:
    """A new family code, shown this once."""
    holder = _holder(ref)
    return _page(holder, family.renew_family_code(holder.elder_id, key("family-codes"), current_user.actor))


@bp.post("/cards/<ref>/unlock")
@requires(*COUNTER)
def unlock(ref: str) -> BaseResponse:
    """Let the family try again with the code it has."""
    family.unlock_family_code(_holder(ref).elder_id, current_user.actor)
    flash(_("已解锁，原来的家庭码可以再试 10 次。"), "ok")
    return redirect(url_for("cards.page", ref=ref), 303)


@elder_box("cards/box.html", order=10)
def card_box(elder: ElderPage) -> dict[str, Any] | None:
    """The card on the elder's page."""
    with reading() as session:
        return {"elder": elder, "card": queries.live_card(session, elder.id)}


def _holder(ref: str) -> Holder:
    mine = [canteen.id for canteen in my_canteens()]
    with reading() as session:
        return queries.holder_by_ref(session, ref, mine)


def _canteen_of(holder: Holder) -> CanteenRow:
    """The canteen at which the holder is served here: the home canteen where one works there."""
    mine = my_canteens()
    return next((canteen for canteen in mine if canteen.id == holder.home_canteen_id), mine[0])


def _page(holder: Holder, code: str = "") -> str:
    with reading() as session:
        card = queries.live_card(session, holder.elder_id)
        history = queries.cards_of(session, holder.elder_id)
        code_state = queries.family_code(session, holder.elder_id)
    return render_template(
        "cards/page.html", holder=holder, card=card, history=history, code=code, code_state=code_state,
        zone=_canteen_of(holder).time_zone,
    )  # fmt: skip


def _filter(canteen: CanteenRow, values: MultiDict[str, str]) -> FilterForm:
    form = FilterForm(values)
    with reading() as session:
        names = queries.communities(session, canteen.id)
    form.community.choices = [("", _("全部社区")), *((name, name) for name in names)]
    return form


def _posted() -> tuple[CanteenRow, CardFilter]:
    canteen = my_canteen(request.form.get("canteen"))
    form = _filter(canteen, request.form)
    return canteen, form.wanted(request.form.get("last_id", type=int), MOST_ON_SHEET)


def _sheet(canteen: CanteenRow, found: list[CardRow], wanted: str) -> Response:
    layouts: dict[str, Layout] = {"8-up": "8-up", "10-up": "10-up", "single": "single"}
    made = services.tokens(found, key("cards"))
    sheet_ = sheet_of(canteen, made, current_app.config["CANTEEN"].public_host, layouts.get(wanted, "8-up"))
    return _pdf(pdf_of(sheet_), "cards.pdf")


def _pdf(content: bytes, name: str) -> Response:
    response = make_response(content)
    response.content_type = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
