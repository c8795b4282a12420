"""The pages of a fund's statements: legible, reachable, whole, in both languages and three windows."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page

from canteen.core.roles import Role
from canteen.sponsors.gifts.services import NewMoney, receive_money
from tests.browser import axe
from tests.browser.conftest import Live
from tests.browser.test_office_pages import enter, faulty
from tests.settlement.fund_months import close, eat, make_elders, make_place

WIDE, HIGH, NARROW = axe.WINDOWS
WINDOWS = {"zh": (WIDE, HIGH), "en": (NARROW,)}  # English is longest, and a telephone narrowest
FUND = "/funds/weida/statements"


def pages(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A fund with a sealed month, and one that is open: each page with the answer that it gives."""
    canteens, _fund = make_place(sponsor="江门市新会区维达纸业慈善基金会与万胜皮制品厂爱心联盟")
    monkeypatch.setenv("CANTEEN_NOW", "2026-10-02T03:00:00Z")
    receive_money(NewMoney("first", "weida", 2_053_000, date(2026, 10, 2), "bank"), "staff:1")
    elders = make_elders(canteens[0], 5)
    eat(canteens[0], elders, date(2026, 10, 3))
    close(monkeypatch, "2026-10")
    eat(canteens[0], elders, date(2026, 11, 3))
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T04:00:00Z")
    asked = "first_on-year=2026&first_on-month=12&first_on-day=9&last_on-year=2026&last_on-month=11&last_on-day=1"
    return {
        FUND: 200, f"{FUND}/look?period=2026-Q4": 200, f"{FUND}/look?period=2026-10-01..2026-11-30": 200,
        f"{FUND}/look?{asked}": 400, f"{FUND}/look?": 400, "/funds/weida": 200,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_statements_is_legible_and_reachable(
    page: Page, live: Live, complaints: list[Any], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    addresses = pages(monkeypatch)
    enter(page, live, Role.OFFICER, language)
    monkeypatch.setattr(axe, "WINDOWS", WINDOWS[language])

    assert faulty(page, live.address, addresses) == {}
    assert [said for said in complaints if "400" not in str(said)] == []
