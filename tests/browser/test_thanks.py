"""The thank-you wall and the public notice: legible, reachable, whole, in both languages and three sizes of type."""

from datetime import date

import pytest
from playwright.sync_api import Page

from canteen.core.roles import Role
from canteen.noticeboard.wall import services
from canteen.sponsors.gifts import services as gifts
from canteen.sponsors.gifts import spending
from canteen.sponsors.gifts.queries import Giving
from canteen.sponsors.gifts.spending import NewExpense
from tests.browser import axe
from tests.browser.conftest import Live
from tests.browser.test_office_pages import enter, faulty
from tests.factories import make_canteen
from tests.noticeboard.noticed import ACTOR, close, eat, make_place, publish, published
from tests.noticeboard.walls import give, make_donor, name_place

LONG = "江门市新会区维达纸业慈善基金会与万胜皮制品厂爱心联盟"
WIDE, HIGH, NARROW = axe.WINDOWS
WINDOWS = {"zh": (WIDE, HIGH), "en": (NARROW,)}  # English is longest, and a telephone narrowest
WIDEST = ("/notices/2026-11?canteen=xfl", "/thanks/xfl?size=b")  # of all, those with most on them


def hang(clock: pytest.MonkeyPatch) -> list[str]:
    """A wall with everything on it; answers its addresses and the office's."""
    place = make_place()
    make_place("other")
    eat(place, date(2026, 11, 3))
    spending.spend(
        NewExpense("e1", place.donor.code, "equipment", "锅", "陈", 1_000, date(2026, 11, 9)), ACTOR
    )
    close(clock)
    close(clock, "other")
    first = publish(place)
    services.withdraw(published(place)[0].id, "监督电话写错了，已经更正", ACTOR)
    second = publish(place)
    clock.setenv("CANTEEN_NOW", "2026-12-04T02:00:00Z")
    for day, name in ((1, LONG), (2, "丁氏"), (3, "龘科技"), (4, "Bosch")):
        give(make_donor(f"捐赠方{day}", shown=name, shows_amount=day < 3), 1_234_567_00, date(2026, 12, day))
    give(make_donor("去年的人", shown="去年的名字"), on=date(2025, 5, 6))
    give(make_donor("不留名的人", "anonymous", shown=None), on=date(2026, 12, 2))
    many = make_donor("热饭资金", "many", shown=None)
    gifts.set_giving(many.code, Giving(None, True, "江门市新会区慈善会", "53440000MJ1234567XA26001"), ACTOR)
    give(many, on=date(2026, 12, 2), giver="张三")
    name_place(place.donor, LONG, place.canteen_id)
    shop = make_donor("红星", "organisation", shown="红星超市", nature="sponsorship")
    name_place(shop, "红星晚餐", place.canteen_id, object="meal", meal="dinner")
    office = ["/notices", "/notices/2026-11?canteen=xfl", "/notices/2026-11?canteen=other"]
    wall = ["/thanks/xfl", f"/thanks/xfl/{first}", f"/thanks/xfl/{second}", "/thanks/nowhere"]
    return [*office, *wall, "/thanks/xfl?size=b&order=strokes", "/thanks/xfl?size=c"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_wall_and_the_notices_are_legible_and_reachable(
    page: Page, live: Live, complaints: list[str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    enter(page, live, Role.ADMINISTRATOR, language)
    monkeypatch.setattr(axe, "WINDOWS", WINDOWS[language])
    make_canteen("empty")
    assert faulty(page, live.address, {"/thanks/empty": 200}) == {}
    addresses = hang(monkeypatch)
    addresses = addresses if language == "en" else [path for path in addresses if path.startswith(WIDEST)]

    assert faulty(page, live.address, {path: 404 if "nowhere" in path else 200 for path in addresses}) == {}
    assert complaints == []
