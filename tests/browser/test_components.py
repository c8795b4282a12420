"""The pieces that all office pages are made of, on one page, as legible and reachable as the pages."""

import axe
import pytest
from flask import Blueprint, Flask, render_template_string
from playwright.sync_api import Page, expect
from wtforms import BooleanField, FileField, Form, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Optional

from canteen.web.access import public
from canteen.web.fields import DatePartsField, YuanField
from tests.browser.conftest import Live

PAGE = """
{% extends "base.html" %}
{% import "components/forms.html" as forms %}
{% import "components/tables.html" as tables %}
{% import "components/marks.html" as marks %}
{% from "components/notices.html" import notice, empty %}
{% block title %}Pieces{% endblock %}
{% block breadcrumb %}{{ marks.breadcrumb([("Home", "/"), ("List", "/list")]) }}{% endblock %}
{% block content %}
{% for kind in ("ok", "info", "warn", "stop") %}
{% call notice(kind, "Title") %}<p>Text <a href="/">link</a></p>{% endcall %}{% endfor %}
<p>{% for kind in ("ok", "info", "warn", "stop", "off", "gift", "plain") %}
{{ marks.tag(kind, kind) }} {% endfor %}</p>
{{ marks.tabs("Tabs", [("One", "/1", True), ("Two", "/2", False)]) }}
{% call marks.stats() %}
{{ marks.stat("Meals", 9999|count, "次", "note", "/") }}{{ marks.stat("Owed", 999999999|yuan) }}{% endcall %}
{% call marks.panel("To do") %}{% call marks.tasks() %}
{% for state in ("todo", "doing", "stop", "done") %}
{{ marks.task("Task", state, state, "/", "note") }}{% endfor %}
{% endcall %}{% endcall %}
{{ marks.timeline([("11:42", "Text", "Who"), ("11:41", "Text", "")]) }}
{{ empty("Nothing", "Next step", "/", "Go") }}
{% call tables.table("Elders", ["Name",
{"text": "Balance", "number": True, "href": "/?sort=1", "sorted": "ascending"}], True) %}
{% for each in range(3) %}
<tr>{{ tables.head_cell("Name", "买买提·阿不都热合曼", "/") }}
{{ tables.cell("Balance", 123450|yuan, True) }}</tr>{% endfor %}
{% endcall %}
{{ tables.pager(2, 3, "web.index", 60) }}
{{ tables.facts([("Name", "x"), ("Note", "A_very_long_word_that_does_not_break_by_itself_at_all")]) }}
{% call forms.form(upload=True) %}
{{ forms.error_summary(form) }}
{% for field in form %}{{ forms.field(field) }}{% endfor %}
{{ forms.field(form.amount2, width="short", unit="元") }}
{{ forms.buttons("Save", "/", "danger") }}
{% endcall %}
{% call forms.form(method="get") %}{{ forms.button("Find", "secondary", icon_name="search") }}{% endcall %}
{{ forms.act("Do it", "/act", values={"id": 7}) }}
{% endblock %}
"""


class Pieces(Form):
    amount = YuanField("Amount", [InputRequired("Fill in the amount.")], description="In yuan.")
    born_on = DatePartsField("Born on", [InputRequired("Fill in the day.")], description="As on the card.")
    sex = RadioField("Sex", [InputRequired("Choose.")], choices=[("f", "F"), ("m", "M")])
    diets = SelectMultipleField("Diets", [Optional()], choices=[("soft", "Soft"), ("salt", "Low salt")])
    community = SelectField("Community", choices=[("1", "One"), ("2", "Two")])
    note = TextAreaField("Note", [Optional()])
    file = FileField("File", [Optional()])
    consent = BooleanField("Consent", description="On paper.")
    amount2 = YuanField("Price")


@pytest.fixture
def pieces(sqlite_app: Flask) -> None:
    bp = Blueprint("pieces", __name__)

    @bp.get("/pieces")
    @public()
    def page() -> str:
        form = Pieces()
        form.validate()
        return render_template_string(PAGE, form=form)

    sqlite_app.register_blueprint(bp)


@pytest.mark.parametrize(("width", "height"), axe.WINDOWS)
def test_every_piece_is_legible_and_reachable(
    pieces: None, live: Live, page: Page, complaints: list[str], width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})

    page.goto(live.address + "/pieces")

    assert axe.violations(page) == []
    assert axe.small_type(page) == []
    assert axe.small_targets(page) == []
    assert not axe.wide(page)
    assert complaints == []


def test_the_pieces_bear_larger_letters_and_wider_spacing(pieces: None, live: Live, page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 400})  # 1280 by 800 at 200 %

    page.goto(live.address + "/pieces")
    console = page.context.new_cdp_session(page)
    console.send("Runtime.evaluate", {"expression": WIDER_SPACING})

    assert not axe.wide(page)


def test_a_faulty_day_is_described_and_its_first_box_is_reached(pieces: None, live: Live, page: Page) -> None:
    page.goto(live.address + "/pieces")

    page.click("#error-summary a[href='#born_on-year']")

    expect(page.locator("#born_on-year")).to_be_focused()
    expect(page.locator("#born_on")).to_have_attribute("aria-describedby", "born_on-hint born_on-error")


WIDER_SPACING = """{
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important;" +
    "letter-spacing: .12em !important; word-spacing: .16em !important }");
  document.adoptedStyleSheets = [sheet];
}"""
