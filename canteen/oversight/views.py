"""The review tray: what waits for a person's decision, whatever its kind. It works without JavaScript."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.forms import PERIOD_NAMES
from canteen.canteens.queries import CanteenRow
from canteen.canteens.views import my_canteen, my_canteens, say_at
from canteen.checkin.queries import day_counts
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.core.roles import Role
from canteen.db import reading
from canteen.oversight import words
from canteen.oversight.blueprint import WHO, bp
from canteen.oversight.cases import DONE, OPEN, REFERRED, STATES, Case, Choice, staff_names
from canteen.oversight.forms import DecisionForm, TakeBackForm
from canteen.oversight.kinds import KINDS, waiting_count
from canteen.oversight.rulings import MATCH
from canteen.oversight.signals.deciding import EXCLUDED
from canteen.oversight.whom import elder_ref
from canteen.web.access import requires
from canteen.web.filters import short_day
from canteen.web.home import Figure, Task, figures, tasks
from canteen.web.refusals import sentence

words.register()


@dataclass(frozen=True, slots=True)
class Filter:
    """What the tray shows: one canteen, one kind or all, one day or all, one state."""

    canteen: CanteenRow
    kind: str
    on: date | None
    state: str

    @property
    def query(self) -> dict[str, Any]:
        """For an address that shows the same again."""
        chosen = {"canteen": self.canteen.code, "show": self.kind, "day": self.on.isoformat() if self.on else ""}
        chosen |= {"state": "" if self.state == OPEN else self.state}
        return {name: value for name, value in chosen.items() if value}

    def cases(self, session: Session) -> list[Case]:
        """The cases, oldest first; what is decided newest first."""
        kinds = [KINDS[self.kind]] if self.kind else list(KINDS.values())
        found = [case for kind in kinds for case in kind.cases(session, self.canteen.id, self.state, self.on)]
        return sorted(found, key=lambda case: (case.service_on, case.at), reverse=self.state == DONE)


@bp.get("/review")
@requires(*WHO)
def review() -> str:
    """The tray of one canteen."""
    return _tray(_filter(request.args))


@bp.post("/review")
@requires(*WHO)
def decide_many() -> BaseResponse | tuple[str, int]:
    """One decision with one reason on all cases that are ticked; each stands or fails by itself."""
    chosen, keys = _filter(request.form), request.form.getlist("case")
    form = DecisionForm().offer(_all_decisions(chosen))
    if not form.validate_on_submit():
        return _tray(chosen, form, keys), 400
    try:
        cases = _ticked(chosen.canteen, keys)
        choice = _choice(chosen.canteen, form)
    except Refusal as refusal:
        status = say_at(form, refusal, "elder" if refusal.code.startswith("elder") else "")
        return _tray(chosen, form, keys), status
    left = [case.key for case in cases if not _decided(case, form, choice)]
    done = len(cases) - len(left)
    if done:
        flash(ngettext("%(num)s 条处理好了。", "%(num)s 条处理好了。", done), "ok")
    if left:
        return _tray(chosen, form, left), 409
    return redirect(url_for("oversight.review", **chosen.query), 303)


@bp.get("/review/<kind>/<int:number>")
@requires(*WHO)
def case_page(kind: str, number: int) -> str:
    """One case: what happened, what was recorded, what was decided."""
    canteen, case = _case(kind, number)
    form = DecisionForm(formdata=None).offer(case.decisions)
    return _case_page(_filter(request.args, canteen), case, form)


@bp.post("/review/<kind>/<int:number>")
@requires(*WHO)
def decide(kind: str, number: int) -> BaseResponse | tuple[str, int]:
    """Decide on one case; the next one that waits opens by itself."""
    canteen, case = _case(kind, number)
    chosen, form = _filter(request.form, canteen), DecisionForm().offer(case.decisions)
    if not form.validate_on_submit():
        return _case_page(chosen, case, form), 400
    try:
        meals = [int(value) for value in request.form.getlist("meal") if value.isdecimal()]
        choice = _choice(canteen, form, meals if form.decision.data == EXCLUDED else None)
        KINDS[kind].decide(number, form.decision.data, form.reason.data or "", current_user.actor, choice)
    except Refusal as refusal:
        status = say_at(form, refusal, "elder" if refusal.code.startswith("elder") else "")
        return _case_page(chosen, case, form), status
    flash(_("已记下：%(decision)s。", decision=words.DECISIONS[form.decision.data]), "ok")
    return redirect(_next(chosen, case), 303)


@bp.post("/review/<kind>/rulings/<int:ruling_id>/take-back")
@requires(*WHO)
def take_back(kind: str, ruling_id: int) -> BaseResponse:
    """Take back a decision; the case waits again."""
    form = TakeBackForm()
    with reading() as session:
        canteen_id = KINDS[kind].canteen_of_ruling(session, ruling_id) if kind in KINDS else None
    canteen = next((canteen for canteen in my_canteens() if canteen.id == canteen_id), None)
    if canteen is None:
        raise Refusal("ruling-unknown", "没有这个决定。")
    if not form.validate_on_submit():
        flash(_("请写明撤回的原因。"), "warn")
    else:
        KINDS[kind].take_back(ruling_id, form.reason.data or "", current_user.actor)
        flash(_("已撤回，这一条重新等待核查。"), "ok")
    return redirect(url_for("oversight.review", canteen=canteen.code), 303)


@tasks(*WHO)
def waiting_tasks() -> list[Task]:
    """What waits, on the first page."""
    with reading() as session:
        counts = [(canteen, waiting_count(session, canteen.id)) for canteen in my_canteens()]
    return [
        Task(
            _("%(canteen)s有 %(count)s 条记录待核查", canteen=canteen.name, count=count),
            url_for("oversight.review", canteen=canteen.code),
        )
        for canteen, count in counts
        if count
    ]


@figures(*WHO, Role.OFFICER, position=10)
def todays_meals() -> list[Figure]:
    """How many ate today in the canteens of whoever looks."""
    with reading() as session:
        served = sum(
            count.served
            for canteen in my_canteens()
            for count in day_counts(session, canteen.id, today(canteen.time_zone))
        )
    return [Figure(_("今天用餐"), str(served), url_for("oversight.today"), _("人次"))]


def _filter(values: Mapping[str, str], canteen: CanteenRow | None = None) -> Filter:
    try:
        on = date.fromisoformat(values.get("day", ""))
    except ValueError:
        on = None
    kind, state = values.get("show", ""), values.get("state", "")
    where = canteen or my_canteen(values.get("canteen"))
    return Filter(where, kind if kind in KINDS else "", on, state if state in STATES else OPEN)


def _tray(chosen: Filter, form: DecisionForm | None = None, ticked: Sequence[str] = ()) -> str:
    with reading() as session:
        cases = chosen.cases(session)
        referred = sum(len(kind.cases(session, chosen.canteen.id, REFERRED, None)) for kind in KINDS.values())
    form = form or DecisionForm(formdata=None).offer(_all_decisions(chosen))
    return render_template(
        "oversight/review.html", chosen=chosen, canteens=my_canteens(), cases=cases, form=form, ticked=ticked,
        referred=referred, groups=_groups(cases), kinds=words.KIND_NAMES, states=words.STATE_NAMES, periods=PERIOD_NAMES, words=words,
    )  # fmt: skip


def _groups(cases: Sequence[Case]) -> list[tuple[str, tuple[str, ...]]]:
    """The decisions of each kind that is shown, under its name where there are several."""
    shown = [kind for name, kind in KINDS.items() if any(case.kind == name for case in cases)]
    names = [str(words.KIND_NAMES[kind.name]) if len(shown) > 1 else "" for kind in shown]
    return [(name, kind.decisions) for name, kind in zip(names, shown, strict=True)]


def _all_decisions(chosen: Filter) -> tuple[str, ...]:
    kinds = [KINDS[chosen.kind]] if chosen.kind else list(KINDS.values())
    return tuple(one for kind in kinds for one in kind.decisions)


def _case(kind: str, number: int) -> tuple[CanteenRow, Case]:
    """A case of one of one's own canteens. Raises Refusal `scan-unknown`."""
    with reading() as session:
        case = KINDS[kind].case(session, number) if kind in KINDS and number < 2**63 else None
    canteen = next((one for one in my_canteens() if case is not None and one.id == case.canteen_id), None)
    if case is None or canteen is None:
        raise Refusal("scan-unknown", "没有这条记录。")
    return canteen, case


def _case_page(chosen: Filter, case: Case, form: DecisionForm) -> str:
    kind = KINDS[case.kind]
    with reading() as session:
        records, history = kind.records(session, case), kind.history(session, case)
        names = staff_names(session, [one.by for one in history])
    return render_template(
        "oversight/case.html", chosen=chosen, case=case, form=form, records=records, history=history, names=names,
        take_back_form=TakeBackForm(formdata=None), periods=PERIOD_NAMES, words=words,
        is_reversible=kind.is_reversible, meals=set(case.facts.get("meals") or ()), zone=chosen.canteen.time_zone,
    )  # fmt: skip


def _ticked(canteen: CanteenRow, keys: Sequence[str]) -> list[Case]:
    if not keys:
        raise Refusal("nothing-chosen", "请先勾选要处理的记录，再选一项决定。")
    cases = []
    for key in dict.fromkeys(keys):
        kind, _dash, number = key.partition("-")
        if not number.isdecimal() or len(number) > 18:
            raise Refusal("scan-unknown", "没有这条记录。")
        where, case = _case(kind, int(number))
        if where.id != canteen.id:
            raise Refusal("scan-unknown", "没有这条记录。")
        cases.append(case)
    return cases


def _choice(canteen: CanteenRow, form: DecisionForm, meals: Sequence[int] | None = None) -> Choice:
    """Whose meal it was, for a match. Raises Refusal `elder-needed`, `elder-several`."""
    if form.decision.data != MATCH:
        return Choice(meals=meals)
    text = (form.elder.data or "").strip()
    if not text:
        raise Refusal("elder-needed", "请写明是哪位老人：卡尾号、姓名或编号。")
    return Choice(elder_ref=elder_ref(canteen, text))


def _decided(case: Case, form: DecisionForm, choice: Choice) -> bool:
    """Whether this one could be decided so; what stands against it is told by its name and day."""
    try:
        if form.decision.data not in case.decisions:
            raise Refusal("ruling-not-offered", "这种情况不能这样决定，请另选一项。")
        KINDS[case.kind].decide(case.number, form.decision.data, form.reason.data or "", current_user.actor, choice)
    except Refusal as refusal:
        who = case.elder_name or case.window or words.title_of(case)
        form.form_errors.append(f"{short_day(case.service_on)} {who}：{sentence(refusal)}")
        return False
    return True


def _next(chosen: Filter, decided: Case) -> str:
    """The next case that waits under the same filter; the list where there is none."""
    with reading() as session:
        cases = Filter(chosen.canteen, chosen.kind, chosen.on, OPEN).cases(session)
    later = [case for case in cases if (case.service_on, case.at) >= (decided.service_on, decided.at)]
    following = next((case for case in [*later, *cases] if case.key != decided.key), None)
    if following is None:
        return url_for("oversight.review", canteen=chosen.canteen.code)
    return url_for("oversight.case_page", kind=following.kind, number=following.number, **chosen.query)


from canteen.oversight import day_views, rule_views, slip_views  # noqa: E402, F401 - they add their pages to `bp`
