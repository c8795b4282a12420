"""Pages of rights of naming, and of the rule by which a fund pays."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.queries import all_canteens
from canteen.canteens.views import say_at
from canteen.core.errors import Refusal
from canteen.core.roles import OFFICE
from canteen.db import reading
from canteen.sponsors.agreements import (
    card_back,  # noqa: F401 - its line stands on the cards
    named_days,
    naming,
    proposing,
    queries,
    showing,
    words,
)
from canteen.sponsors.agreements.checking import LONGEST_SHOWN
from canteen.sponsors.agreements.forms import (
    LeaveForm,
    NamingForm,
    ProgrammeForm,
    RuleForm,
    WithdrawForm,
    paper_of,
)
from canteen.sponsors.agreements.queries import AgreementRow
from canteen.sponsors.agreements.views import may_write, this_day
from canteen.sponsors.blueprint import AUTHORS, bp
from canteen.subsidies.drafts.queries import read_draft
from canteen.subsidies.drafts.views import editor_path
from canteen.subsidies.queries import all_programmes, read_mapping
from canteen.subsidies.wording.names import page_names
from canteen.subsidies.wording.rules import part_words
from canteen.web.access import requires
from canteen.web.filters import day


@bp.route("/agreements/<int:agreement_id>/namings/new", methods=["GET", "POST"])
@requires(*AUTHORS)
def new_naming(agreement_id: int) -> BaseResponse:
    """Give a right of naming, with a look at every place where the name will stand."""
    agreed = _agreed(agreement_id)
    usual = {
        "display_name": agreed.display_name, "begins_on": agreed.begins_on, "ends_on": agreed.ends_on,
        "object": "canteen",
    }  # fmt: skip
    form, status = NamingForm(data=usual), 200
    places = _with_canteens(form)
    is_preview = request.form.get("act") == "preview"
    if not is_preview and form.validate_on_submit():
        try:
            made = naming.give_naming(
                agreement_id, form.wish(), form.leave(), paper_of(form.paper), current_user.actor
            )
            _tell_given(agreed, made)
            return redirect(url_for("sponsors.agreement", agreement_id=agreement_id), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    place = places.get(form.canteen.data or 0) or next(iter(places.values()), "")
    html = render_template(
        "sponsors/naming_new.html", form=form, agreement=agreed, name=form.display_name.data or "", place=place,
        longest=LONGEST_SHOWN,
    )  # fmt: skip
    return make_response(html, status)


def _tell_given(agreed: AgreementRow, naming_id: int) -> None:
    with reading() as session:
        short = showing.lacks(agreed, queries.naming(session, naming_id))
    if short:
        wanting = _("；").join(str(words.LACK_NAMES[code]) for code in short)
        flash(_("已登记冠名，现在还不能显示：%(wanting)s。", wanting=wanting), "warn")
    else:
        flash(_("已登记冠名。手续齐了，到了日期就可以显示。"), "ok")


@bp.get("/agreements/<int:agreement_id>/namings/<int:naming_id>")
@requires(*OFFICE)
def one_naming(agreement_id: int, naming_id: int) -> BaseResponse:
    """One right of naming: where it shows, what it lacks, what the place bore before."""
    return _naming_page(agreement_id, naming_id)


@bp.post("/agreements/<int:agreement_id>/namings/<int:naming_id>/leave")
@requires(*AUTHORS)
def allow_naming(agreement_id: int, naming_id: int) -> BaseResponse:
    """Note consent and approval."""
    form, status = LeaveForm(), 200
    if form.validate_on_submit():
        try:
            sent = paper_of(form.paper)
            naming.complete_naming(agreement_id, naming_id, form.leave(), sent, current_user.actor)
            flash(_("保存好了。"), "ok")
            return _to_naming(agreement_id, naming_id)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    return _naming_page(agreement_id, naming_id, status, leave_form=form)


@bp.post("/agreements/<int:agreement_id>/namings/<int:naming_id>/withdraw")
@requires(*AUTHORS)
def withdraw_naming(agreement_id: int, naming_id: int) -> BaseResponse:
    """Show a name no more."""
    form, status = WithdrawForm(), 200
    if form.validate_on_submit():
        try:
            from_on, reason = form.from_on.data or this_day(), form.reason.data
            naming.withdraw_naming(agreement_id, naming_id, from_on, reason, this_day(), current_user.actor)
            flash(_("从那天起不再显示。以前的单据不变。"), "ok")
            return _to_naming(agreement_id, naming_id)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    return _naming_page(agreement_id, naming_id, status, withdraw_form=form)


@bp.route("/agreements/<int:agreement_id>/rule", methods=["GET", "POST"])
@requires(*AUTHORS)
def propose_rule(agreement_id: int) -> BaseResponse:
    """Propose the rule by which a fund of the agreement pays."""
    agreed, choose = _agreed(agreement_id), ProgrammeForm(request.args)
    with reading() as session:
        programmes = all_programmes(session)
    choose.programme.choices = [(programme.code, programme.title) for programme in programmes]
    code = request.args.get("programme", programmes[0].code if programmes else "")
    if not any(programme.code == code for programme in programmes):
        return make_response(
            render_template("sponsors/rule.html", agreement=agreed, choose=choose, form=None)
        )
    form, status = _rule_form(agreement_id, agreed, code), 200
    is_preview = request.form.get("act") == "preview"
    if form.validate_on_submit() and not is_preview:
        try:
            draft_id = proposing.propose_rule(agreement_id, form.wish(code), current_user.actor)
            flash(_("已按这条规则起草新版本。请核对算例，改好以后提交，由另一个人发布。"), "ok")
            _tell_early(draft_id, form.named_day.data if form.days.data == "named" else "")
            return redirect(editor_path(draft_id), 303)
        except Refusal as refusal:
            status = say_at(form, refusal, words.FIELD_OF.get(refusal.code, ""))
    html = render_template(
        "sponsors/rule.html", agreement=agreed, choose=choose, form=form, code=code,
        following=_following(code, form.before.data or ""),
    )  # fmt: skip
    return make_response(html, status)


def _rule_form(agreement_id: int, agreed: AgreementRow, code: str) -> RuleForm:
    form = RuleForm(data={"title": _("%(name)s 爱心助餐", name=agreed.display_name)})
    with reading() as session:
        funds = queries.allotted(session, agreement_id)
        version = proposing.version_to_copy(read_mapping(session, code))
        days = named_days.offered(session, agreement_id, this_day())
    form.fund.choices = [(fund.code, f"{fund.title}（{fund.code}）") for fund in funds]
    form.named_day.choices = [
        ("", _("按资金的起止日期")),
        *((on.isoformat(), f"{day(on)} {words.FESTIVAL_NAMES.get(name, name)}") for on, name in days),
    ]
    rules = [(str(rule["id"]), str(rule["title"])) for rule in version.get("rule", [])]
    form.before.choices = [
        *((rule, _("排在“%(title)s”前面", title=title)) for rule, title in rules),
        ("", _("排在最后")),
    ]
    if request.method == "GET":
        form.before.data = form.before.choices[0][0]
    return form


def _tell_early(draft_id: int, named_day: str | None) -> None:
    """A rule of a version that begins after its one day would never pay."""
    with reading() as session:
        begins_on = read_draft(session, draft_id).begins_on
    if named_day and begins_on and named_day < begins_on.isoformat():
        flash(_("新版本从 %(begins)s 起，冠名日在它以前：请在草稿里把开始日期改早。", begins=day(begins_on)), "warn")


def _following(code: str, before: str) -> list[str]:
    """What decides when the fund is used up, in words: the rules that stand next."""
    with reading() as session:
        version = proposing.version_to_copy(read_mapping(session, code))
        known = page_names(session)
    try:
        return [_told(rule, known) for rule in proposing.following(version, before)]
    except Refusal:
        return []


def _told(rule: Any, known: Any) -> str:
    told = part_words(rule, known)
    return f"{told.title}{_('：')}{told.line}"


def _naming_page(
    agreement_id: int,
    naming_id: int,
    status: int = 200,
    *,
    leave_form: LeaveForm | None = None,
    withdraw_form: WithdrawForm | None = None,
) -> BaseResponse:
    agreed = _agreed(agreement_id)
    with reading() as session:
        right = queries.naming(session, naming_id)
        if right.agreement_id != agreement_id:
            raise Refusal("naming-unknown", "没有这项冠名。")
        place = right.canteen_id
        before = [] if place is None else [row for row in queries.history(session, place) if row.id != right.id]
    html = render_template(
        "sponsors/naming.html", agreement=agreed, naming=right, history=before, words=words, on=this_day(),
        lacks=showing.lacks(agreed, right), is_in_days=showing.is_in_days(right, this_day()),
        leave_form=leave_form or LeaveForm(formdata=None, obj=right), may_write=may_write(),
        withdraw_form=withdraw_form or WithdrawForm(formdata=None, data={"from_on": this_day()}),
    )  # fmt: skip
    return make_response(html, status)


def _agreed(agreement_id: int) -> AgreementRow:
    with reading() as session:
        return queries.agreement(session, agreement_id)


def _with_canteens(form: NamingForm) -> dict[int, str]:
    with reading() as session:
        places = {canteen.id: canteen.name for canteen in all_canteens(session)}
    form.canteen.choices = [(0, _("不选")), *places.items()]
    return places


def _to_naming(agreement_id: int, naming_id: int) -> BaseResponse:
    return redirect(url_for("sponsors.one_naming", agreement_id=agreement_id, naming_id=naming_id), 303)
