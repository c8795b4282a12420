"""The box in which a trial is asked for, and its page: how far it is, then what it comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.views import my_canteens
from canteen.clock import today
from canteen.core.calendar import month_of
from canteen.core.errors import Refusal
from canteen.core.names import masked_name
from canteen.core.roles import OFFICE
from canteen.db import reading
from canteen.settlement.trial import queries, services, words
from canteen.settlement.trial.forms import TrialForm
from canteen.settlement.trial.queries import TrialRow
from canteen.settlement.trial.result import Change
from canteen.subsidies.blueprint import AUTHORS
from canteen.subsidies.drafts.boxes import draft_box
from canteen.subsidies.drafts.content import begins_on, versions_of
from canteen.subsidies.drafts.queries import DraftRow, read_draft
from canteen.subsidies.wording.names import page_names
from canteen.web.access import requires
from canteen.web.filters import month as month_words
from canteen.web.refusals import sentence

bp = Blueprint("trial", __name__)
words.register()


@dataclass(frozen=True, slots=True)
class ElderLine:
    """One of the largest changes as a page shows it; `href` only for who may see the elder by name."""

    change: Change
    name: str
    href: str
    meal_href: str


@draft_box("settlement/trial/_box.html", order=50)
def trial_box(draft: DraftRow) -> dict[str, Any] | None:
    """The choice of canteen and month, and the last trials of this draft."""
    with reading() as session:
        trials = queries.latest(session, draft.id)
    if not (draft.is_in_hand or trials):
        return None
    may_ask = draft.is_in_hand and current_user.role in AUTHORS
    return {
        "draft": draft,
        "form": _form(draft) if may_ask else None,
        "trials": trials,
        "content_print": queries.content_print(draft.values),
        "words": words,
    }


def _form(draft: DraftRow) -> TrialForm:
    form = TrialForm()
    months = queries.triable_months(_this_month())
    form.offer(queries.triable_canteens(draft, my_canteens()), months, _open_days(draft))
    return form


def _open_days(draft: DraftRow) -> list[date]:
    """The first days of the versions that are not published yet, the one tried by default first."""
    days = [begins_on(versions_of(draft.values)[place]) for place in reversed(draft.open_versions)]
    return [day for day in days if day is not None]


def _this_month() -> str:
    return month_of(today(current_app.config["CANTEEN"].default_zone))


@bp.post("/policies/drafts/<int:draft_id>/trial")
@requires(*AUTHORS)
def ask(draft_id: int) -> BaseResponse:
    """Ask for a trial; a small month is divided at once."""
    with reading() as session:
        draft = read_draft(session, draft_id)
    form = _form(draft)
    if not form.validate_on_submit():
        flash(_("请选食堂和月份，再试算。"), "warn")
        return redirect(_review(draft_id), 303)
    try:
        trial_id = services.ask(
            draft_id, form.canteen.data, form.month.data, current_user.actor, form.chosen_version()
        )
    except Refusal as refusal:
        flash(sentence(refusal), "warn")
        return redirect(_review(draft_id), 303)
    services.run_if_small(trial_id)
    return redirect(url_for("settlement.trial.page", draft_id=draft_id, trial_id=trial_id), 303)


def _review(draft_id: int) -> str:
    return url_for("subsidies.review", draft_id=draft_id) + "#trial"


@bp.get("/policies/drafts/<int:draft_id>/trial/<int:trial_id>")
@requires(*OFFICE)
def page(draft_id: int, trial_id: int) -> BaseResponse | str:
    """One trial: how far it is (`part=progress` says so as JSON), then what it comes to."""
    with reading() as session:
        row = queries.read_one(session, draft_id, trial_id)
        if request.args.get("part") == "progress":
            told = {"state": row.state, "percent": row.percent, "text": words.progress_words(row)}
            return jsonify(told)
        draft = read_draft(session, draft_id)
        names = page_names(session)
        elders = queries.names_of(session, [change.elder_id for change in row.found.largest] if row.found else ())
    found = row.found
    return render_template(
        "settlement/trial/page.html", row=row, draft=draft, found=found, words=words, names=names,
        title=_("试算：%(canteen)s %(month)s", canteen=row.canteen_name, month=month_words(row.month)),
        sentence=words.in_a_sentence(found) if found else "",
        payers=_payers(row), largest=_largest(row, elders),
        is_stale=row.is_over and row.fingerprint != queries.content_print(draft.values),
        may_ask=draft.is_in_hand and current_user.role in AUTHORS,
    )  # fmt: skip


def _payers(row: TrialRow) -> list[tuple[str, int, int]]:
    """Every payer before and after: whoever is billed first, then the canteen, then the elders."""
    if row.found is None:
        return []
    before, after = row.found.before, row.found.after
    last = ("operator", "operator:absorbed", "elder")
    payers = sorted(before.keys() | after.keys(), key=lambda payer: (payer in last and last.index(payer) + 1, payer))
    return [(payer, before.get(payer, 0), after.get(payer, 0)) for payer in payers]


def _largest(row: TrialRow, elders: dict[int, queries.Named]) -> Sequence[ElderLine]:
    """The largest changes, by name for those who work in the canteen; others read a masked name and no more."""
    by_name = row.canteen_code in {canteen.code for canteen in my_canteens()}
    lines = []
    for change in row.found.largest if row.found else ():
        elder = elders[change.elder_id]
        href = url_for("elders.page", ref=elder.ref) if by_name else ""
        meal = url_for("checkin.why.meal", meal_no=change.meal_no) if by_name else ""
        lines.append(ElderLine(change, elder.name if by_name else masked_name(elder.name), href, meal))
    return lines
