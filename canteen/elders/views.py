"""Pages of elders: the list, one elder's page, registration and correction, dated facts, death."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteens, say_at
from canteen.clock import today
from canteen.core.calendar import age_on
from canteen.core.errors import Refusal
from canteen.core.names import masked_name
from canteen.core.roles import KEEPERS, OFFICE
from canteen.db import reading
from canteen.elders import facts, queries, roster_views, services, words
from canteen.elders.boxes import boxes_of
from canteen.elders.divisions import division_name
from canteen.elders.forms import (
    DeathForm,
    DistanceForm,
    EndFactForm,
    FactForm,
    ParticularsForm,
    ReasonForm,
    RegistrationForm,
)
from canteen.elders.particulars import RESIDENT, Identity, checked_identity
from canteen.elders.queries import ElderPage
from canteen.elders.roster.values import read_distance
from canteen.web.access import requires

bp = Blueprint("elders", __name__)
bp.register_blueprint(roster_views.bp)
words.register()


FIELD_OF = {
    "name-missing": "name", "name-formula": "name", "hint-private": "hint", "phone": "phone",
    "identity-kind": "identity_kind", "sex-unknown": "sex", "death-date": "died_on",
    "evidence-missing": "evidence", "reason-missing": "reason",
    "fact-days": "until_on", "fact-overlaps": "from_on", "id-missing": "identity_number",
    "id-scientific": "identity_number", "id-length": "identity_number", "id-checksum": "identity_number",
    "id-division": "identity_number", "id-date": "identity_number", "printed-name": "printed_name",
}  # fmt: skip


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """What the templates of this slice, and boxes of later ones, put facts into words with."""
    return {
        "fact_in_words": words.fact_in_words,
        "fact_kinds": words.KIND_NAMES,
        "fact_value": words.value_in_words,
        "sex_names": words.SEX_NAMES,
        "identity_names": words.IDENTITY_NAMES,
    }


bp.add_app_template_filter(masked_name)


@bp.app_template_filter()
def kilometres(metres: int) -> str:
    """Metres as kilometres with as many decimals as they need: 1900 → 1.9."""
    return f"{metres // 1000}.{metres % 1000:03d}".rstrip("0").rstrip(".")


@bp.get("/elders")
@requires(*OFFICE)
def index() -> str:
    """The elders on one's lists, by the sound of their names; `q` searches, `canteen` narrows."""
    mine = my_canteens()
    chosen = [canteen for canteen in mine if canteen.code == request.args.get("canteen")] or mine
    text = request.args.get("q", "")[:40]
    with reading() as session:
        found = queries.elder_list(
            session, [canteen.id for canteen in chosen], _today(mine), text, _page_number()
        )
    return render_template(
        "elders/index.html",
        found=found,
        text=text,
        code=request.args.get("canteen", ""),
        tabs=_canteen_tabs(mine, text),
        may_keep=current_user.role in KEEPERS,
    )


@bp.route("/elders/new", methods=["GET", "POST"])
@requires(*KEEPERS)
def new() -> BaseResponse:
    """Register an elder; `check` only looks at the number and fills in what follows from it."""
    mine = _own_canteens()
    form, status, known = RegistrationForm(), 200, None
    form.canteen.choices = [(canteen.id, canteen.name) for canteen in mine]
    wants_check = request.method == "POST" and "check" in request.form
    if wants_check:
        status = _check_number(form, _today(mine))
    elif form.validate_on_submit():
        canteen = next(canteen for canteen in mine if canteen.id == form.canteen.data)
        try:
            ref = services.register_elder(
                canteen.id, form.registration(today(canteen.time_zone)), current_user.actor
            )
            flash(_("已登记。"), "ok")
            return redirect(url_for("elders.page", ref=ref), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, FIELD_OF.get(refusal.code, ""))
            known = refusal.code == "elder-known"
    identity = _understood(form, _today(mine))
    html = render_template(
        "elders/new.html",
        form=form,
        identity=identity,
        place=division_name(identity.number[:6]) if identity and identity.number else "",
        age=age_on(identity.born_on, _today(mine)) if identity and identity.born_on else None,
        known=_known(form) if known or identity else None,
    )
    return make_response(html, status)


def _check_number(form: RegistrationForm, on: date) -> int:
    try:
        identity = checked_identity(Identity(form.identity_kind.data, form.identity_number.data), on)
    except Refusal as refusal:
        return say_at(form, refusal, "identity_number")
    # Where the card was first issued is usually the household's place: offered, for the clerk to correct.
    if identity.number and not form.household_division.data:
        form.household_division.data = identity.number[:6]
    return 200


def _understood(form: RegistrationForm, on: date) -> Identity | None:
    """What a well-formed number says, for the line under it."""
    if form.identity_kind.data != RESIDENT or not form.identity_number.data:
        return None
    try:
        return checked_identity(Identity(RESIDENT, form.identity_number.data), on)
    except Refusal:
        return None


def _known(form: RegistrationForm) -> queries.ElderRow | None:
    with reading() as session:
        return queries.elder_by_number(session, form.identity_number.data or "")


@bp.post("/elders/<ref>/list")
@requires(*KEEPERS)
def list_here(ref: str) -> BaseResponse:
    """Add an elder of another canteen to one's own list."""
    mine = _own_canteens()
    canteen_id = request.form.get("canteen", type=int)
    canteen = next((canteen for canteen in mine if canteen.id == canteen_id), mine[0])
    services.list_elder(ref, canteen.id, current_user.actor)
    flash(_("已加入%(name)s的名单。", name=canteen.name), "ok")
    return redirect(url_for("elders.page", ref=ref), 303)


@bp.get("/elders/<ref>")
@requires(*OFFICE)
def page(ref: str) -> str:
    """One elder: who they are, what is known of them and since when."""
    return _page(ref)


@bp.post("/elders/<ref>/identity")
@requires(*OFFICE)
def identity(ref: str) -> BaseResponse:
    """The page with the whole identity number; that somebody looked is put on record."""
    _elder(ref)
    response = make_response(_page(ref, identity=services.show_identity(ref, current_user.actor)))
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(ref: str, **more: Any) -> str:
    elder = _elder(ref)
    return render_template(
        "elders/page.html",
        elder=elder,
        boxes=boxes_of(elder),
        stays=facts.STAYS,
        may_keep=current_user.role in KEEPERS,
        my_ids=[canteen.id for canteen in my_canteens()],
        **more,
    )


@bp.route("/elders/<ref>/edit", methods=["GET", "POST"])
@requires(*KEEPERS)
def edit(ref: str) -> BaseResponse:
    """Correct what is written down of an elder."""
    elder = _elder(ref)
    form, status = ParticularsForm(obj=elder), 200
    if form.validate_on_submit():
        try:
            services.correct_elder(ref, form.particulars(), current_user.actor)
            flash(_("保存好了。"), "ok")
            return redirect(url_for("elders.page", ref=ref), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, FIELD_OF.get(refusal.code, ""))
    return make_response(render_template("elders/edit.html", elder=elder, form=form), status)


@bp.route("/elders/<ref>/distance/<int:canteen_id>", methods=["GET", "POST"])
@requires(*KEEPERS)
def distance(ref: str, canteen_id: int) -> BaseResponse:
    """Say how far an elder lives from a canteen."""
    elder = _elder(ref)
    listing = next((entry for entry in elder.listings if entry.canteen_id == canteen_id), None)
    if listing is None or canteen_id not in [canteen.id for canteen in my_canteens()]:
        raise Refusal("elder-unlisted", "这位老人不在这个食堂的名单里。")
    shown = "" if listing.distance_m is None else kilometres(listing.distance_m)
    form = DistanceForm(data={"distance": shown})
    if form.validate_on_submit():
        services.set_distance(ref, canteen_id, read_distance(form.distance.data), current_user.actor)
        flash(_("保存好了。"), "ok")
        return redirect(url_for("elders.page", ref=ref), 303)
    return make_response(
        render_template("elders/distance.html", elder=elder, form=form, listing=listing), 200
    )


@bp.route("/elders/<ref>/facts/new", methods=["GET", "POST"])
@requires(*KEEPERS)
def new_fact(ref: str) -> BaseResponse:
    """Record a dated fact; `kind` in the address says which."""
    elder = _elder(ref)
    kind = request.args.get("kind", "")
    if kind not in facts.KINDS:
        return make_response(render_template("elders/fact_kind.html", elder=elder, kinds=facts.KINDS))
    form, status = FactForm(data={"from_on": today(_zone(elder))}), 200
    for other in set(facts.KINDS) - {kind}:
        del form[other]
    if form.validate_on_submit():
        try:
            services.add_fact(ref, form.fact(kind), current_user.actor)
            flash(_("已记录。"), "ok")
            return redirect(url_for("elders.page", ref=ref), 303)
        except Refusal as refusal:
            field = kind if refusal.code in ("fact-value", "fact-known") else FIELD_OF.get(refusal.code, "")
            status = say_at(form, refusal, field)
    html = render_template("elders/fact_new.html", elder=elder, form=form, kind=kind)
    return make_response(html, status)


@bp.route("/elders/<ref>/facts/<int:fact_id>/end", methods=["GET", "POST"])
@requires(*KEEPERS)
def end_fact(ref: str, fact_id: int) -> BaseResponse:
    """Say what a fact's last day is, or take it back as never true."""
    elder = _elder(ref)
    fact = next((fact for fact in elder.facts if fact.id == fact_id and not fact.withdrawn_at), None)
    if fact is None:
        raise Refusal("fact-unknown", "没有这一条，或者已经撤回了。")
    form, status = EndFactForm(data={"until_on": fact.until_on or today(_zone(elder))}), 200
    if form.validate_on_submit():
        try:
            services.end_fact(ref, fact_id, form.last_day, form.evidence.data, current_user.actor)
            flash(_("已记录最后一天。"), "ok")
            return redirect(url_for("elders.page", ref=ref), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, "until_on")
    return make_response(render_template("elders/fact_end.html", elder=elder, fact=fact, form=form), status)


@bp.post("/elders/<ref>/facts/<int:fact_id>/withdraw")
@requires(*KEEPERS)
def withdraw_fact(ref: str, fact_id: int) -> BaseResponse:
    """Take back a fact that was never true."""
    _elder(ref)
    services.withdraw_fact(ref, fact_id, current_user.actor)
    flash(_("已撤回。记录还在，标为已撤回。"), "ok")
    return redirect(url_for("elders.page", ref=ref), 303)


@bp.route("/elders/<ref>/death", methods=["GET", "POST"])
@requires(*KEEPERS)
def death(ref: str) -> BaseResponse:
    """Note a death, or take back one noted by mistake."""
    elder = _elder(ref)
    form: DeathForm | ReasonForm = ReasonForm() if elder.died_on else DeathForm()
    status = 200
    if form.validate_on_submit():
        try:
            if isinstance(form, DeathForm):
                services.register_death(ref, form.day, form.evidence.data, current_user.actor)
                flash(_("已登记。从这一天的第二天起不再记餐，卡里的余额冻结，等家人来结清。"), "ok")
            else:
                services.withdraw_death(ref, form.reason.data, current_user.actor)
                flash(_("已撤销去世登记。"), "ok")
            return redirect(url_for("elders.page", ref=ref), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, FIELD_OF.get(refusal.code, ""))
    return make_response(render_template("elders/death.html", elder=elder, form=form), status)


def _canteen_tabs(mine: Sequence[CanteenRow], text: str) -> list[tuple[str, str, bool]]:
    """All canteens and each of them, where one has several: words, address, whether it is the one shown."""
    if len(mine) < 2:
        return []
    code = request.args.get("canteen", "")
    every = (_("全部食堂"), url_for("elders.index", q=text or None), not code)
    return [every] + [
        (canteen.name, url_for("elders.index", q=text or None, canteen=canteen.code), canteen.code == code)
        for canteen in mine
    ]


def _elder(ref: str) -> ElderPage:
    mine = my_canteens()
    with reading() as session:
        return queries.elder_page(session, ref, [canteen.id for canteen in mine], _today(mine))


def _own_canteens() -> Sequence[CanteenRow]:
    mine = my_canteens()
    if not mine:
        raise Refusal("no-workplace", "您还没有分到食堂。请系统管理员在“食堂”页面里把您加上。")
    return mine


def _today(mine: Sequence[CanteenRow]) -> date:
    return today(mine[0].time_zone if mine else "Asia/Shanghai")


def _zone(elder: ElderPage) -> str:
    home = [canteen for canteen in my_canteens() if canteen.id == elder.home_canteen_id]
    return home[0].time_zone if home else "Asia/Shanghai"


def _page_number() -> int:
    return request.args.get("page", 1, type=int)
