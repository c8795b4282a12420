"""Pages of the pictures that sponsors may see."""

from datetime import date

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.queries import all_canteens
from canteen.canteens.views import say_at
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.core.roles import OFFICE
from canteen.db import reading
from canteen.sponsors import queries as money
from canteen.sponsors.agreements.queries import sponsor
from canteen.sponsors.pictures import queries, services, words
from canteen.sponsors.pictures.forms import PictureForm, WithdrawPictureForm
from canteen.web.access import requires
from canteen.web.downloads import hand_out

bp = Blueprint("pictures", __name__)
words.register()
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@bp.get("/sponsors/<int:sponsor_id>/pictures")
@requires(*OFFICE)
def index(sponsor_id: int) -> BaseResponse:
    """Every picture of a sponsor with its consent, and taking one in."""
    return _page(sponsor_id)


@bp.post("/sponsors/<int:sponsor_id>/pictures")
@requires(*OFFICE)
def add(sponsor_id: int) -> BaseResponse:
    """Take a picture in."""
    form, status = _with_choices(PictureForm(), sponsor_id), 200
    if form.validate_on_submit():
        try:
            services.add_picture(form.new_picture(sponsor_id), form.consent(), _today(), current_user.actor)
            flash(_("已保存照片。同意有效的时候，捐赠方在自己的页面上看得到。"), "ok")
            return redirect(url_for("sponsors.pictures.index", sponsor_id=sponsor_id), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    return _page(sponsor_id, status, form=form)


@bp.post("/sponsors/<int:sponsor_id>/pictures/<int:picture_id>/withdraw")
@requires(*OFFICE)
def withdraw(sponsor_id: int, picture_id: int) -> BaseResponse:
    """Take a picture away."""
    form, status = WithdrawPictureForm(), 200
    if form.validate_on_submit():
        try:
            services.withdraw_picture(sponsor_id, picture_id, form.reason.data or "", current_user.actor)
            flash(_("照片已经撤下，图像已经删除。"), "ok")
            return redirect(url_for("sponsors.pictures.index", sponsor_id=sponsor_id), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    return _page(sponsor_id, status, withdrawing=picture_id, withdraw_form=form)


@bp.get("/sponsors/<int:sponsor_id>/pictures/<int:picture_id>.jpg")
@requires(*OFFICE)
def picture(sponsor_id: int, picture_id: int) -> BaseResponse:
    """One picture, to look at."""
    with reading() as session:
        content = queries.content(session, sponsor_id, picture_id)
    return hand_out(content, "image/jpeg")


@bp.get("/sponsors/<int:sponsor_id>/pictures/<int:picture_id>/consent")
@requires(*OFFICE)
def consent(sponsor_id: int, picture_id: int) -> BaseResponse:
    """The paper of a consent."""
    with reading() as session:
        media_type, content = queries.paper(session, sponsor_id, picture_id)
    name = f"consent-{picture_id}.{ENDINGS[media_type]}"
    return hand_out(content, media_type, name)


def _page(
    sponsor_id: int,
    status: int = 200,
    *,
    form: PictureForm | None = None,
    withdrawing: int | None = None,
    withdraw_form: WithdrawPictureForm | None = None,
) -> BaseResponse:
    with reading() as session:
        giver, kept = sponsor(session, sponsor_id), queries.kept(session, sponsor_id)
    html = render_template(
        "sponsors/pictures/index.html", sponsor=giver, pictures=kept, on=_today(), withdrawing=withdrawing,
        form=form or _with_choices(PictureForm(formdata=None, data={"consent_on": _today()}), sponsor_id),
        withdraw_form=withdraw_form or WithdrawPictureForm(formdata=None),
    )  # fmt: skip
    return make_response(html, status)


def _with_choices(form: PictureForm, sponsor_id: int) -> PictureForm:
    with reading() as session:
        funds, canteens = money.funds(session, sponsor_id), all_canteens(session)
    form.fund.choices = [("", _("不分资金")), *((fund.code, fund.title) for fund in funds)]
    form.canteen.choices = [("", _("不分食堂")), *((str(place.id), place.name) for place in canteens)]
    return form


def _today() -> date:
    return today(current_app.config["CANTEEN"].default_zone)
