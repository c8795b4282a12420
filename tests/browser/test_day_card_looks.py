"""The card of a named day and the pictures of a sponsor in a real browser: legible in three windows, and for everybody."""

import io
from datetime import date

import pytest
from PIL import Image
from playwright.sync_api import Page

from canteen.core.roles import Role
from canteen.sponsors.links.services import issue_link
from canteen.sponsors.pictures.services import Consent, NewPicture, add_picture, withdraw_picture
from tests.browser.conftest import Live
from tests.browser.test_office_pages import enter, faults
from tests.factories import TODAY, publish_menu
from tests.noticeboard.named_days import LONG, NEXT_DAY, Named, name_day, serve, serve_noon

DISHES = "红烧带鱼\n番茄炒蛋\n清炒菜心\n冬瓜排骨汤\n米饭\n南瓜粥\n小花卷\n白切鸡\n凉拌木耳\n蒸水蛋\n莲藕焖猪手\n时令水果"
CUT = """() => [...document.querySelectorAll(".card-name, .card-dishes li, .photo p")].filter((each) => {
  const words = each.getBoundingClientRect(), room = document.querySelector("main").getBoundingClientRect();
  return words.right > room.right || each.scrollWidth > each.clientWidth + 1;
}).length"""


@pytest.fixture
def day(live: Live, monkeypatch: pytest.MonkeyPatch) -> Named:
    """A named day of a sponsor with a long name, over; and two pictures, one of them taken away."""
    noon = serve_noon(live.app.test_client())
    named = name_day(noon, shown=LONG, name="维达重阳敬老日")
    publish_menu(noon.canteen_id, DISHES)
    serve(noon, 6)
    monkeypatch.setenv("CANTEEN_NOW", NEXT_DAY)
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "#d9a441").save(out, "JPEG")
    consent = Consent("食堂负责人", TODAY, None, nobody_recognisable=True)
    for number in (1, 2):
        picture = NewPicture(named.sponsor_id, out.getvalue(), f"{LONG}的午餐 {number}", "weida", noon.canteen_id)
        add_picture(picture, consent, date(2026, 11, 21), "staff:1")
    withdraw_picture(named.sponsor_id, 1, "本人撤回同意", "staff:1")
    return named


@pytest.mark.parametrize("language", ["zh", "en"])
def test_cards_and_pictures_are_legible_and_nothing_is_cut(page: Page, live: Live, day: Named, language: str) -> None:
    page.goto(f"{live.address}/s/{issue_link(day.sponsor_id, 30, '王总', 'staff:1')}")
    found = look(page, live, [f"/s/days/{day.naming_id}", "/d"], language)
    code = page.context.request.get(f"{live.address}/s/days/{day.naming_id}?lang={language}").text()
    page.fill("#code", code.split("</main>")[0].rsplit("<br>", 1)[1].split("</p>")[0].split()[-1])
    page.click("main button")
    assert page.locator(".card-figure strong").text_content() == "6"
    found += faults(page)
    enter(page, live, Role.OFFICER, language)
    office = f"/agreements/{day.agreement_id}/namings/{day.naming_id}/card"
    found += look(page, live, [office, f"/sponsors/{day.sponsor_id}/pictures"], language)

    assert found == []
    assert page.locator("img").evaluate_all("all => all.every((each) => each.naturalWidth === 800)")


def look(page: Page, live: Live, paths: list[str], language: str) -> list[str]:
    """What is wrong with each page in the three windows."""
    found = []
    for path in paths:
        page.goto(f"{live.address}{path}?lang={language}")
        found += [f"{path} {fault}" for fault in faults(page)]
        found += [f"{path} cuts words"] * page.evaluate(CUT)
    return found
