"""The sponsor's page and the office's page of its links: legible, reachable, whole, in three sizes and both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from canteen.core.roles import Role
from canteen.sponsors.links.services import issue_link
from tests import signing_in
from tests.browser import axe, test_office_pages
from tests.browser.conftest import Live
from tests.browser.test_office_pages import enter, faults
from tests.noticeboard.sponsor_months import ACTOR, add_sponsor, make_months

WIDE, HIGH, NARROW = axe.WINDOWS


def open_by_link(page: Page, live: Live, sponsor_id: int) -> None:
    page.context.clear_cookies()
    page.goto(f"{live.address}/s/{issue_link(sponsor_id, 90, '测试', ACTOR)}")
    expect(page).to_have_url(f"{live.address}/s")


@pytest.fixture
def sponsors(live: Live, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    return make_months(monkeypatch)


def test_the_sponsors_page_in_every_size_and_language(
    page: Page, live: Live, sponsors: dict[str, int], complaints: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[str, str]] = []
    for name, language, size, window in (
        ("weida", "zh", "a", WIDE), ("weida", "en", "b", HIGH), ("weida", "zh", "c", NARROW), ("dairy", "en", "a", NARROW),
        ("dairy", "en", "c", WIDE),
    ):  # fmt: skip
        monkeypatch.setattr(test_office_pages.axe, "WINDOWS", (window,))
        open_by_link(page, live, sponsors[name])
        page.goto(f"{live.address}/s?lang={language}&size={size}")
        assert page.title()
        found += [(f"{name} {language} {size}", fault) for fault in faults(page)]

    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.goto(f"{live.address}/s?lang=zh")
    left = page.locator(".figure").first.bounding_box()
    assert left is not None
    assert left["y"] + left["height"] < WIDE[1] / 2, "what is left stands in the upper half"

    page.context.clear_cookies()
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    page.goto(f"{live.address}/s?lang=en&size=c")
    found += [("/s", str(fault)) for fault in axe.violations(page)]
    assert found == []
    assert complaints == []


def test_the_offices_pages_of_links(
    page: Page, live: Live, monkeypatch: pytest.MonkeyPatch, complaints: list[str]
) -> None:
    sponsor_id = add_sponsor("江门市新会区维达纸业慈善基金会与万胜皮制品厂爱心联盟", "weida")
    links = f"{live.address}/sponsors/{sponsor_id}/links"
    found = []

    def look(window: tuple[int, int]) -> None:
        monkeypatch.setattr(test_office_pages.axe, "WINDOWS", (window,))
        found.extend(faults(page))

    enter(page, live, Role.ADMINISTRATOR, "en")
    page.goto(links)
    page.fill("#label", "陈女士的手机")
    page.locator("main form button[type=submit]").click()
    address = page.input_value("#address")
    look(NARROW)
    signing_in.browser(live.app).get(address.removeprefix(live.address))
    page.goto(links)
    look(NARROW)
    page.locator("main table a").click()
    look(WIDE)
    page.locator("main form button[type=submit]").click()

    expect(page).to_have_url(links)
    expect(page.locator("main table").first).to_contain_text("Revoked")
    assert address not in page.content()
    assert found == []
    assert complaints == []
