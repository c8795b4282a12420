"""The page of sending, the calendar of named days and the rule of one day: legible, reachable, in both languages."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from canteen.core.roles import Role
from canteen.settlement.sending import services as sending
from canteen.sponsors.agreements import naming, services
from canteen.sponsors.agreements.naming import Leave, Wish
from canteen.subsidies.services import load_programme
from tests.browser import axe
from tests.browser.conftest import Live
from tests.browser.test_office_pages import enter, faulty
from tests.factories import make_canteen, make_fund, programme
from tests.settlement.post_office import make_statement, post_office
from tests.sponsors.agreed import make_agreement, make_sponsor

LONG = "江门市新会区维达纸业慈善基金会与万胜皮制品厂爱心联盟"
NUMBER = "LIANMENG-2026-11-donor-v1"
RULE = {"id": "all", "title": "每餐两元", "payer": "government", "pays": {"fixed": "2.00"}}
WIDE, HIGH, NARROW = axe.WINDOWS
WINDOWS = {"zh": (WIDE, HIGH), "en": (NARROW,)}


def scene(live: Live) -> list[str]:
    """A month with named days, and statements that were sent, refused, perhaps sent, and never sent."""
    load_programme(programme([RULE]), [], None, "system:tests")
    canteens = [make_canteen("xfl", name="幸福里食堂"), make_canteen("nm", name="南门社区老人助餐点")]
    sponsor = make_sponsor(LONG + "有限公司", LONG)
    make_fund("lianmeng", 0, sponsor=LONG + "有限公司")
    agreed = make_agreement(sponsor)
    services.allot(agreed, "lianmeng", 400_000, "staff:1")
    consent = Leave("村委会", date(2026, 10, 30))
    for canteen_id, name, leave in ((canteens[0], LONG, consent), (canteens[1], "万胜", Leave())):
        wish = Wish("day", name, date(2026, 11, 1), date(2027, 10, 31), canteen_id, named_on=date(2026, 11, 21))
        naming.give_naming(agreed, wish, leave, None, "staff:1")
    numbers = [NUMBER, *(f"LIANMENG-2026-{month}-donor-v1" for month in ("08", "09", "10"))]
    for number in numbers:
        make_statement("lianmeng", number, "ji.jin.hui.lian.luo.ren@weida-charity.example.org")
    usual = {"smtp_host": "127.0.0.1", "smtp_security": "none", "mail_sender": "canteen@example.cn"}
    behaviours: list[dict[str, Any]] = [{}, {"refuses": {"RCPT": 550}}, {"dies_after_data": True}]
    for number, behaviour in zip(numbers[1:], behaviours, strict=True):
        with post_office(**behaviour) as post:
            settings = replace(live.app.config["CANTEEN"], **usual, smtp_port=str(post.port))
            sending.ask_to_send(number, settings, "staff:1")
            sending.send_waiting(settings)
    live.app.config["CANTEEN"] = settings
    return [
        *(f"/statements/{number}/sending" for number in numbers), "/statements", "/sponsors/days",
        "/sponsors/days?month=2027-10&canteen=xfl", f"/agreements/{agreed}/rule?programme=test-programme",
        f"/sponsors/{sponsor}",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_sending_and_named_days_are_legible_and_reachable(
    page: Page, live: Live, complaints: list[Any], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    addresses = scene(live)
    enter(page, live, Role.ADMINISTRATOR, language)
    monkeypatch.setattr(axe, "WINDOWS", WINDOWS[language])

    assert faulty(page, live.address, dict.fromkeys(addresses, 200)) == {}
    assert complaints == []
    page.goto(f"{live.address}/statements/{NUMBER}/sending")
    page.locator("main form.act button").first.click()
    expect(page.locator("main .tag").first).to_have_text("等待发送" if language == "zh" else "Waiting to be sent")
