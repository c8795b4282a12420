"""Pages of sponsors, agreements and names in a real browser: legible in three windows, long names never cut."""

from datetime import date

import pytest
from playwright.sync_api import Page

from canteen.core.roles import Role
from canteen.sponsors.agreements import naming, services
from canteen.sponsors.agreements.naming import Leave, Wish
from canteen.subsidies.services import load_programme
from tests.browser.conftest import Live
from tests.browser.test_office_pages import enter, faults
from tests.factories import make_canteen, make_fund, programme
from tests.sponsors.agreed import make_agreement, make_sponsor

LONG = "江门市新会区维达纸业慈善基金会与万胜皮制品厂爱心联盟"  # 26 characters
CUT = """() => [...document.querySelectorAll("[data-name]")].filter((each) => {
  const name = each.getBoundingClientRect(), place = each.closest(".place").getBoundingClientRect();
  return name.right > place.right || name.bottom > place.bottom;
}).length"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_names_are_legible_and_a_name_shows_in_full_as_it_is_typed(
    page: Page, live: Live, language: str
) -> None:
    rule = {"id": "all", "title": "每餐两元", "payer": "government", "pays": {"fixed": "2.00"}}
    load_programme(programme([rule]), [], None, "system:tests")
    canteen_id, sponsor = make_canteen(), make_sponsor(LONG + "有限公司", LONG)
    make_fund("weida", 500_000, sponsor=LONG + "有限公司", canteens=[canteen_id])
    agreed = make_agreement(sponsor)
    services.allot(agreed, "weida", 400_000, "staff:1")
    wish = Wish("canteen", LONG, date(2026, 11, 1), date(2027, 10, 31), canteen_id, needs_approval=True)
    right = naming.give_naming(agreed, wish, Leave(), None, "staff:1")
    enter(page, live, Role.ADMINISTRATOR, language)

    pages = (
        "/sponsors", f"/sponsors/{sponsor}", f"/agreements/{agreed}", f"/agreements/{agreed}/namings/{right}",
        f"/agreements/{agreed}/rule", f"/agreements/{agreed}/namings/new",
    )  # fmt: skip
    found = []
    for path in pages:
        page.goto(live.address + path)
        found += [f"{path} {fault}" for fault in faults(page)]
    page.fill("#display_name", "维达老地方")

    assert found == []
    assert page.locator("[data-called]").all_text_contents() == ["维达老地方"] * 2
    assert page.locator("[data-name]").all_text_contents() == [LONG] * 5
    page.check('input[name="object"][value="day"]')
    assert page.locator("[data-name]").all_text_contents() == ["维达老地方"] * 5
    page.fill("#display_name", LONG)
    assert page.locator("[data-name]").all_text_contents() == [LONG] * 5
    assert page.evaluate(CUT) == 0
    assert page.locator('[data-part="too-long"]').is_hidden()
    page.fill("#display_name", LONG + "会")
    assert page.locator('[data-part="too-long"]').is_visible()
    page.check('input[name="object"][value="wall"]')
    assert page.locator('.place:has([data-part="absent"]:visible)').count() == 4
