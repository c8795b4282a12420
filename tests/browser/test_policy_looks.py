"""Every page of policies that has a number or a name in its address: legible, reachable, whole, in both languages."""

from datetime import date, time

import pytest
from playwright.sync_api import Page

from canteen.core.roles import Role
from canteen.db import reading
from canteen.subsidies.drafts.queries import read_draft
from canteen.subsidies.drafts.services import begin_copy, change_draft
from tests.browser import axe
from tests.browser.conftest import Live
from tests.browser.test_office_pages import enter, faults
from tests.factories import bind_programme, make_canteen, make_elder, publish_menu, shipped
from tests.settlement.trial_month import BEFORE, Till, at

WIDE, HIGH, NARROW = axe.WINDOWS
WINDOWS = {"zh": (WIDE, HIGH), "en": (NARROW,)}  # English is longest, and a telephone narrowest


def notice(values: dict) -> dict:
    """A draft with something of everything: faults, a gap in the ages, conditions within conditions, a grant."""
    version = values["version"][-1]
    version["rule"][0]["when"] = {"any": [{"age": {"from": "eighty"}}, {"not": {"living": ["alone"]}}]}
    version["grant"] = [
        {"id": "courier", "title": "送餐补贴每单2元", "payer": "government", "payee": "courier",
         "when": {"channel": ["delivery"]}, "pays": {"per_meal": "2.00"}},
    ]  # fmt: skip
    return values


def pages() -> list[str]:
    with at(BEFORE, time(8)):
        here = make_canteen(price_fen=1500)
        bind_programme(here, shipped("xinhui"))
        elder = make_elder(here, born_on=date(1944, 1, 1), facts={"category": ["low-income"]}, distance_m=900)
    publish_menu(here)
    meal = Till(here).serve(elder, date(2026, 10, 8))["meal_no"]
    code = shipped("xinhui")["programme"]["id"]
    draft = begin_copy(code, "staff:1")
    with reading() as session:
        revision = read_draft(session, draft).revision
    change_draft(draft, revision, notice, "staff:1")
    first = shipped("xinhui")["version"][0]["effective"].isoformat()
    of_draft = ("", "?card=rule-0", "?card=head", "?card=grant-0", "/review", "/examples", "/examples/new", "/examples/elder")
    return [
        f"/policies/{code}", f"/policies/{code}/{first}", *(f"/policies/drafts/{draft}{end}" for end in of_draft),
        f"/meals/{meal}/why", f"/elders/{elder.ref}", "/c/beimen", "/c/beimen/policy",
        "/policies/vocabulary/category", "/policies/vocabulary/working-days",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_policies_is_legible_and_reachable(
    page: Page, live: Live, complaints: list[str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    addresses = pages()
    enter(page, live, Role.OFFICER, language)
    monkeypatch.setattr(axe, "WINDOWS", WINDOWS[language])
    found = []

    for address in addresses:
        answer = page.goto(live.address + address)
        if answer is None or answer.status != 200:
            found.append((address, "does not open"))
            continue
        assert page.title()
        found += [(address, fault) for fault in faults(page)]

    assert found == []
    assert complaints == []
