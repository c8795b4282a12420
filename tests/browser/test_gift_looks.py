"""The pages of a fund's gifts: legible, reachable, whole, in both languages."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page

from canteen.core.roles import Role
from canteen.sponsors.gifts import correcting, services, spending
from canteen.sponsors.gifts.queries import Giving
from canteen.sponsors.gifts.services import NewPledge
from canteen.sponsors.gifts.spending import NewPayOver, NewRefund
from canteen.sponsors.models import Gift
from tests.browser import axe
from tests.browser.conftest import Live
from tests.browser.test_office_pages import enter, faulty
from tests.factories import make_canteen, make_fund, mark_closed, rows
from tests.sponsors.test_gifts import MONEY, RICE, TODAY, WAGES, draw

WIDE, HIGH, NARROW = axe.WINDOWS
WINDOWS = {"zh": (WIDE, HIGH), "en": (NARROW,)}  # English is longest, and a telephone narrowest
LONG = "江门市新会区维达纸业慈善基金会与万胜皮制品厂爱心联盟"


def pages() -> list[str]:
    here = make_canteen()
    weida = make_fund("weida", 0, sponsor=LONG)
    make_fund("wansheng", 9_000, ends_on=date(2026, 11, 1))
    services.set_giving("weida", Giving(1_000_000, True, "江门市新会区慈善会", "53440000MJ1234567XA26001"), "staff:1")
    services.pledge(NewPledge("p1", "weida", 20_530_000, TODAY), "staff:1")
    services.receive_money(replace(MONEY, amount_fen=3_000_000, was_pledged=True), "staff:1")
    services.receive_money(replace(MONEY, key="k2", receipt_number="0001234568", bank_no=""), "staff:1")
    correcting.reverse("weida", "money", rows(Gift)[-1].id, "金额记错", "staff:1", TODAY)
    services.receive_goods(RICE, "staff:1")
    spending.spend(replace(WAGES, canteen_id=here, document_no="收据 11", bank_no="B-17"), "staff:1")
    for day in range(1, 20):
        draw(weida, here, 180_000, date(2026, 10, day))
    mark_closed(here, "2026-10")
    spending.pay_over(NewPayOver("o1", "weida", here, "2026-10", 1_000_000, TODAY, "B-18"), "staff:1")
    spending.ask_refund(NewRefund("wansheng", "万胜皮制品厂", "giver", "协议第八条"), "staff:1", TODAY)
    gift, fund = rows(Gift)[0].id, "/funds/weida/gifts"
    kinds = ("money", "pledge", "goods", "expense", "pay-over")
    return [
        fund, *(f"{fund}?kind={kind}" for kind in kinds[1:]), *(f"{fund}/new/{kind}" for kind in (*kinds, "refund")),
        f"{fund}/giving", f"{fund}/money/{gift}/reverse", "/funds/wansheng/gifts?kind=refund",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_gifts_is_legible_and_reachable(
    page: Page, live: Live, complaints: list[Any], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    addresses = pages()
    enter(page, live, Role.ADMINISTRATOR, language)
    monkeypatch.setattr(axe, "WINDOWS", WINDOWS[language])

    assert faulty(page, live.address, dict.fromkeys(addresses, 200)) == {}
    assert complaints == []
