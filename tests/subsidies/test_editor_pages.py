"""The editor's pages: cards as forms in real HTML, saved one by one; nothing typed is lost."""

import tomllib
from html.parser import HTMLParser
from random import Random
from typing import Any

import pytest
from flask import Flask, render_template_string
from signing_in import Browser, sign_in_as
from werkzeug.datastructures import MultiDict

import canteen.subsidies.trying.views  # noqa: F401 - the panel's own pages
from canteen.config import ROOT
from canteen.core.roles import Role
from canteen.db import reading
from canteen.subsidies.drafts.queries import DraftRow, read_draft
from canteen.subsidies.drafts.services import begin_copy, begin_import, change_draft, submit
from canteen.subsidies.editor.card_form import read_card
from canteen.subsidies.editor.cards import Card
from canteen.subsidies.editor.open_card import open_part
from canteen.subsidies.editor.shapes import one_line
from canteen.subsidies.editor.written import literal
from canteen.subsidies.services import load_programme
from canteen.subsidies.wording.names import Names
from tests.core.random_programmes import random_programme
from tests.subsidies.test_editor_forms import ODD

AUTHOR = "staff:1"


class Forms(HTMLParser):
    """The forms of a page, and what a browser would send of each without a button."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: dict[str, list[tuple[str, str]]] = {}
        self._form = ""
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = own.get("id") or f"form-{len(self.forms)}"
            self.forms[self._form] = []
        elif tag == "input" and "name" in own:
            kind = own.get("type", "text")
            if kind not in ("checkbox", "radio"):
                # A browser sends what it shows: a line has no breaks.
                self._send(own["name"], one_line(own.get("value", "")))
            elif "checked" in own:
                self._send(own["name"], one_line(own.get("value", "on")))
        elif tag == "select" and "name" in own:
            self._select, self._options = own["name"], []
        elif tag == "option" and self._select is not None:
            self._options.append((own.get("value", ""), "selected" in own))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select is not None:
            chosen = [value for value, selected in self._options if selected]
            if self._options:
                self._send(self._select, chosen[-1] if chosen else self._options[0][0])
            self._select = None

    def _send(self, name: str, value: str) -> None:
        self.forms.setdefault(self._form, []).append((name, value))


def card_form(page: str) -> MultiDict[str, str]:
    return MultiDict(Forms(page).forms["card-form"])


FORM = """{% from "subsidies/editor/_part_form.html" import part_form %}<form id="card-form">{{ part_form(card) }}</form>"""


def through_html(part: dict[str, Any], kind: Any) -> Any:
    """The part after its card was shown as HTML and sent back as a browser sends it."""
    page = render_template_string(FORM, card=open_part(Card(kind, 0), part, Names()))
    return read_card(card_form(page), part, kind)


def test_cards_in_html_are_sent_back_unchanged(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context():
        for seed in range(4):
            version = random_programme(Random(seed), rules=6)["version"][0]
            for kind in ("rule", "grant"):
                for part in version[kind]:
                    assert literal(through_html(part, kind)) == literal(part)
        for part in ODD:  # faulty, and kept all the same
            if isinstance(part, dict) and len(literal(part)) < 5_000:
                assert literal(through_html(part, "rule")) == literal(part)


def shipped(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / "canteen" / "programmes" / f"{name}.toml").read_text(encoding="utf-8"))


def draft_of(draft_id: int) -> DraftRow:
    with reading() as session:
        return read_draft(session, draft_id)


def opened(office: Browser, draft_id: int, card: str, version: int = 0) -> tuple[str, MultiDict[str, str]]:
    page = office.get(f"/policies/drafts/{draft_id}?version={version}&card={card}")
    assert page.status_code == 200
    return page.text, card_form(page.text)


def save(office: Browser, draft_id: int, form: MultiDict[str, str], act: str = "save") -> Any:
    return office.post(
        f"/policies/drafts/{draft_id}/card", data=MultiDict([*form.items(multi=True), ("act", act)])
    )


@pytest.fixture
def officer(sqlite_app: Flask) -> Browser:
    return sign_in_as(sqlite_app, Role.OFFICER)


def test_every_card_of_a_shipped_programme_opens_and_saves_without_a_change(officer: Browser) -> None:
    draft_id = begin_import(shipped("xinhui"), AUTHOR)
    before = draft_of(draft_id)

    for card in ("head", "rule-0", "rule-3", "rule-6", "grant-0"):
        _page, form = opened(officer, draft_id, card)
        assert save(officer, draft_id, form).status_code == 302

    after = draft_of(draft_id)
    assert literal(after.values) == literal(before.values)
    assert after.revision == before.revision


def test_a_tier_is_raised_and_gets_a_monthly_cap(officer: Browser) -> None:
    draft_id = begin_import(shipped("lanzhou-chengguan"), AUTHOR)

    _page, form = opened(officer, draft_id, "rule-3")
    form["pays.fixed"] = "12"
    page = save(officer, draft_id, form, "add:limit").text
    assert draft_of(draft_id).values == shipped("lanzhou-chengguan"), "a button inside a card saves nothing"
    form = card_form(page)
    form["limit.1.amount"] = "300"
    answer = save(officer, draft_id, form)

    assert answer.status_code == 302
    rule = draft_of(draft_id).values["version"][0]["rule"][3]
    assert rule["pays"] == {"fixed": "12.00"}
    assert rule["limit"] == [{"per": "day", "meals": 1}, {"per": "month", "amount": "300.00"}]
    assert list(rule) == list(shipped("lanzhou-chengguan")["version"][0]["rule"][3])


def test_conditions_come_nest_move_and_go_without_javascript(officer: Browser) -> None:
    draft_id = begin_import(shipped("four-payers"), AUTHOR)
    _page, form = opened(officer, draft_id, "rule-0")

    form["when.@new"] = "any"
    form = card_form(save(officer, draft_id, form, "add:when").text)
    form["when.any.0.@new"] = "not"
    form = card_form(save(officer, draft_id, form, "add:when.any.0").text)
    form["when.any.0.not.@new"] = "living"
    form = card_form(save(officer, draft_id, form, "add:when.any.0.not").text)
    form.setlist("when.any.0.not.living", ["alone", "care-home"])
    form["when.any.1.@new"] = "workday"
    form = card_form(save(officer, draft_id, form, "add:when.any.1").text)
    form = card_form(save(officer, draft_id, form, "up:when.any").text)
    form = card_form(save(officer, draft_id, form, "down:when.any.0").text)
    form = card_form(save(officer, draft_id, form, "remove:when.age").text)
    save(officer, draft_id, form)

    when = draft_of(draft_id).values["version"][0]["rule"][0]["when"]
    assert when == {"any": [{"workday": True}, {"not": {"living": ["alone", "care-home"]}}]}


def test_what_is_no_amount_is_kept_and_named_at_its_card_and_field(officer: Browser) -> None:
    draft_id = begin_import(shipped("futian"), AUTHOR)
    _page, form = opened(officer, draft_id, "rule-0")

    form["pays.fixed"] = "eight"
    page = officer.get(save(officer, draft_id, form).location).text

    assert draft_of(draft_id).values["version"][0]["rule"][0]["pays"] == {"fixed": "eight"}
    assert 'href="#f-pays.fixed"' in page
    assert card_form(page)["pays.fixed"] == "eight"
    assert page.count("请把金额写成数字") == 3, (
        "in the list for the eye and the script, and beside the field"
    )


def test_a_recomputation_shows_what_is_typed_and_saves_nothing(officer: Browser) -> None:
    draft_id = begin_import(shipped("futian"), AUTHOR)
    _page, form = opened(officer, draft_id, "rule-0")

    form["pays.fixed"] = "6"
    fragment = officer.post(f"/policies/drafts/{draft_id}/try", data=form).text
    plain = save(officer, draft_id, form, "try").text

    assert '<p data-words="pays">付 6.00 元</p>' in fragment
    assert "有 2 处要改" in fragment, "two examples of the file expect five yuan"
    assert card_form(plain)["pays.fixed"] == "6.00"
    assert "有 2 处要改" in plain
    assert draft_of(draft_id).values == shipped("futian")


def arrange(office: Browser, draft_id: int, card: str, do: str, **more: str) -> Any:
    data = {"revision": str(draft_of(draft_id).revision), "version": "0", "card": card, "do": do, **more}
    return office.send(f"/policies/drafts/{draft_id}/arrange", data)


def ids(draft_id: int, kind: str = "rule") -> list[Any]:
    return [part.get("id") for part in draft_of(draft_id).values["version"][0].get(kind, [])]


def test_cards_are_moved_copied_removed_put_back_and_added(officer: Browser) -> None:
    draft_id = begin_import(shipped("lanzhou-chengguan"), AUTHOR)

    arrange(officer, draft_id, "rule-3", "up")
    arrange(officer, draft_id, "rule-2", "copy")
    assert ids(draft_id) == ["three-no", "severe-disability", "age-75", "age-75-2", "age-65-74"]

    page = officer.get(arrange(officer, draft_id, "rule-3", "remove").location).text
    again = officer.get(f"/policies/drafts/{draft_id}").text
    undo = next(form for form in Forms(page).forms.values() if ("do", "restore") in form)
    assert ids(draft_id) == ["three-no", "severe-disability", "age-75", "age-65-74"]
    assert "放回去" not in again, "it is offered once"
    officer.post(f"/policies/drafts/{draft_id}/arrange", data=dict(undo))
    assert ids(draft_id)[3] == "age-75-2"

    page = officer.get(arrange(officer, draft_id, "rule-1", "add").location).text
    form = card_form(page)
    form["title"], form["pays.fixed"] = "60周岁每餐3元", "3"
    save(officer, draft_id, form)
    assert ids(draft_id)[:2] == ["three-no", "60-zhou-sui-mei-can-3-yuan"]


def test_a_card_saved_meanwhile_keeps_both_and_finds_its_rule_again(officer: Browser) -> None:
    draft_id = begin_import(shipped("lanzhou-chengguan"), AUTHOR)
    _page, form = opened(officer, draft_id, "rule-3")
    arrange(officer, draft_id, "rule-3", "up")

    form["pays.fixed"] = "13"
    answer = save(officer, draft_id, form)

    assert answer.status_code == 409
    assert "付 13.00 元" in answer.text
    assert "付 10.00 元" in answer.text
    mine = next(form for form in Forms(answer.text).forms.values() if ("card", "rule-2") in form)
    save(officer, draft_id, MultiDict(mine))
    rules = draft_of(draft_id).values["version"][0]["rule"]
    assert [rule["pays"] for rule in rules[2:]] == [{"fixed": "13.00"}, {"fixed": "9.00"}]


def test_a_card_removed_meanwhile_can_be_added_again(officer: Browser) -> None:
    draft_id = begin_import(shipped("lanzhou-chengguan"), AUTHOR)
    _page, form = opened(officer, draft_id, "rule-3")
    arrange(officer, draft_id, "rule-3", "remove")

    answer = save(officer, draft_id, form)
    mine = next(form for form in Forms(answer.text).forms.values() if ("card", "rule-3") in form)
    save(officer, draft_id, MultiDict(mine))

    assert "这一条已经不在了" in answer.text
    assert literal(draft_of(draft_id).values) == literal(shipped("lanzhou-chengguan"))


def test_a_published_version_and_a_manager_see_no_forms(sqlite_app: Flask, officer: Browser) -> None:
    load_programme(shipped("lanzhou-chengguan"))
    draft_id = begin_copy("lanzhou-chengguan", AUTHOR)

    locked = officer.get(f"/policies/drafts/{draft_id}?version=0&card=rule-3").text
    own = officer.get(f"/policies/drafts/{draft_id}").text
    managed = sign_in_as(sqlite_app, Role.MANAGER).get(f"/policies/drafts/{draft_id}?card=rule-3").text

    assert "复制为新版本" in locked
    assert "card-form" not in Forms(locked).forms
    assert "/arrange" not in locked
    assert "/arrange" in own
    assert "card-form" not in Forms(managed).forms
    assert "/arrange" not in managed


def test_a_submitted_draft_is_only_read_and_what_was_typed_is_shown(officer: Browser) -> None:
    draft_id = begin_import(shipped("futian"), AUTHOR)
    _page, form = opened(officer, draft_id, "rule-0")
    change_draft(draft_id, draft_of(draft_id).revision, lambda values: values, AUTHOR)
    submit(draft_id, draft_of(draft_id).revision, frozenset(), AUTHOR)

    form["pays.fixed"] = "6"
    answer = save(officer, draft_id, form)
    page = officer.get(f"/policies/drafts/{draft_id}?card=rule-0").text

    assert answer.status_code == 409
    assert "付 6.00 元" in answer.text
    assert "card-form" not in Forms(page).forms


def test_a_form_of_no_card_is_refused(officer: Browser) -> None:
    draft_id = begin_import(shipped("futian"), AUTHOR)

    for wrong in ({"version": "x"}, {"version": "7"}, {"card": "rule-99"}, {"card": "example-0"}):
        for path in ("card", "try", "arrange"):
            data = {"version": "0", "revision": "1", "card": "rule-0", "do": "remove", **wrong}
            assert officer.send(f"/policies/drafts/{draft_id}/{path}", data).status_code == 404, (path, wrong)
    assert draft_of(draft_id).values == shipped("futian")


def test_the_computed_table_tells_what_an_elder_pays_at_each_age(officer: Browser) -> None:
    draft_id = begin_import(shipped("lanzhou-chengguan"), AUTHOR)

    page = officer.get(f"/policies/drafts/{draft_id}").text
    table = page[page.index("age-title") : page.index("</table>", page.index("age-title"))]

    assert [text in table for text in ("60–64", "65–74", "75 岁及以上", "15.00", "6.00", "5.00")] == [
        True
    ] * 6
