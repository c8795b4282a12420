"""Pages of the lists that rules speak in: categories, levels, voucher kinds, working days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from canteen.canteens.views import say_at
from canteen.clock import today
from canteen.core.errors import Refusal
from canteen.core.roles import OFFICE
from canteen.db import reading
from canteen.subsidies.blueprint import AUTHORS, bp
from canteen.subsidies.drafts.timeline import people
from canteen.subsidies.drafts.told import who
from canteen.subsidies.vocabulary import days, queries, services, told, words
from canteen.subsidies.vocabulary.forms import DayForm, TitlesForm, WordForm, YearForm
from canteen.subsidies.vocabulary.lists import all_lists, list_of
from canteen.subsidies.vocabulary.months import months_of, special_runs
from canteen.subsidies.vocabulary.notice import SpecialDay, read_notice
from canteen.subsidies.vocabulary.queries import ChangeRow, DayRow
from canteen.web.access import requires
from canteen.web.refusals import sentence

words.register()

FIELDS = {
    "text-missing": "title", "word-long": "title", "title-taken": "title", "note-long": "note",
    "day-closed": "day", "day-divided": "confirmed", "year-odd": "year", "year-known": "year",
    "year-incomplete": "notice", "notice-line": "notice", "notice-date": "notice",
}  # fmt: skip


@bp.app_context_processor
def _words() -> dict[str, object]:
    """How templates name a day."""
    return {"day_name": told.day_name}


def _may_write() -> bool:
    return current_user.role in AUTHORS


def _told(session: Session, changes: list[ChangeRow]) -> list[tuple[ChangeRow, str, str]]:
    """Changes with their sentence and their author's name."""
    found = people(session, [change.by for change in changes])
    return [(change, told.change_words(change), who(change.by, found)) for change in changes]


def _today() -> date:
    return today(current_app.config["CANTEEN"].default_zone)


@bp.get("/policies/vocabulary")
@requires(*OFFICE)
def vocabulary() -> str:
    """All lists, and the years that are missing."""
    with reading() as session:
        lists = [(one.name, queries.words_of(session, one)) for one in all_lists()]
        years = sorted(queries.full_years(session))
        missing = queries.missing_years(session, _today())
    return render_template(
        "subsidies/vocabulary/index.html", lists=lists, names=told.NAMES, purposes=told.PURPOSES,
        years=years, missing=missing, may_write=_may_write(),
    )  # fmt: skip


@bp.get("/policies/vocabulary/<name>")
@requires(*OFFICE)
def word_list(name: str) -> BaseResponse:
    """One list in its order, with its history."""
    return _list_page(name, WordForm(), 200)


@bp.post("/policies/vocabulary/<name>")
@requires(*AUTHORS)
def add_word(name: str) -> BaseResponse:
    """A new word at the end of the list."""
    list_of(name)
    form = WordForm()
    if not form.validate_on_submit():
        return _list_page(name, form, 422)
    code, title, english = (str(field.data or "") for field in (form.code, form.title, form.title_en))
    try:
        services.add_word(name, code.strip(), title, english, current_user.actor)
    except Refusal as refusal:
        return _list_page(name, form, say_at(form, refusal, FIELDS.get(refusal.code, "code")))
    flash(_("已新增“%(title)s”。", title=title), "ok")
    return redirect(url_for("subsidies.word_list", name=name), 303)


def _list_page(name: str, form: WordForm, status: int) -> BaseResponse:
    one = list_of(name)
    with reading() as session:
        found = queries.words_of(session, one)
        history = _told(session, queries.changes(session, name))
    html = render_template(
        "subsidies/vocabulary/list.html", name=name, found=found, form=form, history=history, names=told.NAMES,
        lists=all_lists(), purpose=told.PURPOSES[name], may_write=_may_write(),
    )  # fmt: skip
    return make_response(html, status)


@bp.get("/policies/vocabulary/<name>/<code>")
@requires(*OFFICE)
def word(name: str, code: str) -> BaseResponse:
    """One word: what uses it, its names, its history."""
    return _word_page(name, code, None, 200)


@bp.post("/policies/vocabulary/<name>/<code>")
@requires(*AUTHORS)
def rename_word(name: str, code: str) -> BaseResponse:
    """Other names for a word."""
    list_of(name)
    form = TitlesForm()
    if not form.validate_on_submit():
        return _word_page(name, code, form, 422)
    try:
        services.rename_word(name, code, form.title.data or "", form.title_en.data or "", current_user.actor)
    except Refusal as refusal:
        if refusal.code == "word-unknown":
            raise
        return _word_page(name, code, form, say_at(form, refusal, FIELDS.get(refusal.code, "")))
    flash(_("已保存。"), "ok")
    return redirect(url_for("subsidies.word", name=name, code=code), 303)


def _word_page(name: str, code: str, form: TitlesForm | None, status: int) -> BaseResponse:
    one = list_of(name)
    with reading() as session:
        row = queries.word_of(session, one, code)
        history = _told(session, queries.changes(session, name, code))
    shown = form or TitlesForm(data={"title": row.title, "title_en": row.title_en})
    html = render_template(
        "subsidies/vocabulary/word.html", name=name, row=row, form=shown, history=history, names=told.NAMES,
        may_write=_may_write(),
    )  # fmt: skip
    return make_response(html, status)


@bp.post("/policies/vocabulary/<name>/<code>/move")
@requires(*AUTHORS)
def move_word(name: str, code: str) -> BaseResponse:
    """One place up or down."""
    services.move_word(name, code, -1 if request.form.get("way") == "up" else 1, current_user.actor)
    return redirect(url_for("subsidies.word_list", name=name) + f"#word-{code}", 303)


@bp.post("/policies/vocabulary/<name>/<code>/retire")
@requires(*AUTHORS)
def retire_word(name: str, code: str) -> BaseResponse:
    """No longer offered."""
    return _act(services.retire_word, name, code, _("已停用。以前登记的还在，照样能看到。"))


@bp.post("/policies/vocabulary/<name>/<code>/restore")
@requires(*AUTHORS)
def restore_word(name: str, code: str) -> BaseResponse:
    """Offered again."""
    return _act(services.restore_word, name, code, _("已重新启用。"))


@bp.post("/policies/vocabulary/<name>/<code>/remove")
@requires(*AUTHORS)
def remove_word(name: str, code: str) -> BaseResponse:
    """Gone, if nothing ever used it."""
    try:
        services.remove_word(name, code, current_user.actor)
    except Refusal as refusal:
        if refusal.code != "word-used":
            raise
        flash(sentence(refusal), "stop")
        return redirect(url_for("subsidies.word", name=name, code=code), 303)
    flash(_("已删除。"), "ok")
    return redirect(url_for("subsidies.word_list", name=name), 303)


def _act(act: Callable[[str, str, str], None], name: str, code: str, said: str) -> BaseResponse:
    act(name, code, current_user.actor)
    flash(said, "ok")
    return redirect(url_for("subsidies.word", name=name, code=code), 303)


@bp.get("/policies/vocabulary/working-days")
@requires(*OFFICE)
def working_days() -> BaseResponse:
    """A year at a glance."""
    return _year_page(request.args.get("year", type=int) or _today().year, DayForm(), 200)


@bp.post("/policies/vocabulary/working-days")
@requires(*AUTHORS)
def change_day() -> BaseResponse:
    """Whether people work on one day."""
    form = DayForm()
    on = form.day.data
    year = _today().year if on is None else on.year
    if not form.validate_on_submit() or on is None:
        return _year_page(year, form, 422)
    kind, note, is_confirmed = form.kind.data == "work", form.note.data, bool(form.confirmed.data)
    try:
        days.set_working_day(on, kind, note, current_user.actor, is_confirmed=is_confirmed)
    except Refusal as refusal:
        return _year_page(year, form, say_at(form, refusal, FIELDS.get(refusal.code, "")))
    flash(_("已保存。"), "ok")
    return redirect(url_for("subsidies.working_days", year=year), 303)


def _year_page(year: int, form: DayForm, status: int) -> BaseResponse:
    with reading() as session:
        found = queries.days_of(session, year)
        years = sorted(queries.full_years(session))
        missing = queries.missing_years(session, _today())
        history = _told(session, queries.changes(session, "working-day"))
    html = render_template(
        "subsidies/vocabulary/working_days.html", year=year, months=months_of(found), runs=special_runs(found),
        years=years, missing=missing, form=form, history=history, lists=all_lists(), names=told.NAMES,
        may_write=_may_write(), asks=bool(form.confirmed.errors or form.confirmed.data),
    )  # fmt: skip
    return make_response(html, status)


@bp.route("/policies/vocabulary/working-days/enter", methods=["GET", "POST"])
@requires(*AUTHORS)
def enter_year() -> BaseResponse:
    """Paste a year's notice, look at what it makes of the year, then save it."""
    form, status = YearForm(data={"year": request.args.get("year", "")}), 200
    shown: list[DayRow] = []
    if form.validate_on_submit():
        year = form.year_typed()
        try:
            special = _read(year, form.notice.data or "")
            if request.form.get("act") == "save":
                days.enter_year(year, special, current_user.actor)
                flash(_("已录入 %(year)s 年。", year=year), "ok")
                return redirect(url_for("subsidies.working_days", year=year), 303)
            shown = [DayRow(*row) for row in days.year_with(year, special)]
        except Refusal as refusal:
            status = say_at(form, refusal, FIELDS.get(refusal.code, ""))
    elif request.method == "POST":
        status = 422
    html = render_template(
        "subsidies/vocabulary/enter_year.html", form=form, months=months_of(shown), runs=special_runs(shown)
    )
    return make_response(html, status)


def _read(year: int, text: str) -> tuple[SpecialDay, ...]:
    special = read_notice(text, year)
    days.check_new_year(year, special)
    return special
