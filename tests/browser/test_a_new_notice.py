"""A new notice on Friday: typed, tried on last month, refused once, published by another; the tills divide by it."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from canteen.core.roles import Role
from tests.browser.conftest import Live
from tests.browser.test_office_pages import enter, faults
from tests.factories import MadeElder, bind_programme, make_canteen, make_elder, programme
from tests.settlement.trial_month import BEFORE, OCTOBER, Till, at, fixed, time

SECONDS_A_TAP, SECONDS_A_KEY = 5, 1.5


def field_of(page: Page, label: str) -> Locator:
    """The field of exactly this label, whether it may be left empty or not."""
    return page.get_by_label(re.compile(rf"^{label}(\s*（选填）)?$")).last


@dataclass
class Hands:
    """An officer's hands, which count what they do."""

    page: Page
    taps: int = 0
    typed: list[str] = field(default_factory=list)

    def tap(self, role: Any, name: str, **more: Any) -> None:
        self.taps += 1
        self.page.get_by_role(role, name=name, **more).first.click()

    def type(self, label: str, text: str) -> None:
        self.taps += 1
        self.typed.append(text)
        field_of(self.page, label).fill(text)

    def choose(self, label: str, choice: str) -> None:
        self.taps += 2
        self.page.get_by_label(label, exact=True).select_option(choice)

    @property
    def seconds(self) -> float:
        """How long a person who is not used to it takes for that."""
        return self.taps * SECONDS_A_TAP + sum(map(len, self.typed)) * SECONDS_A_KEY


def district() -> tuple[Till, dict[str, MadeElder]]:
    """7.00 from 80 on, 5.00 from 70 to 79, of 15.00; four elders who ate in October."""
    tiers = [
        fixed("age-80", "7.00", title="80周岁及以上每餐7元", when={"age": {"from": 80}}),
        fixed("age-70", "5.00", title="70–79周岁每餐5元", when={"age": {"from": 70, "to": 79}}),
    ]
    with at(BEFORE, time(8)):
        here = make_canteen(price_fen=1500)
        bind_programme(here, programme(tiers, effective=date(2025, 1, 1), reference="城民发〔2025〕1号"))
        elders = {
            "eats twice": make_elder(here, "甲秀英", born_on=date(1941, 1, 1)),
            "80 in December": make_elder(here, "乙国强", born_on=date(1946, 12, 1)),
            "72": make_elder(here, "丙桂兰", born_on=date(1954, 1, 1)),
            "82": make_elder(here, "丁建国", born_on=date(1944, 1, 1)),
        }
    till = Till(here)
    for elder, lunches in zip(elders.values(), (31, 10, 5, 20), strict=True):
        for on in OCTOBER[:lunches]:
            till.serve(elder, on)
    for on in OCTOBER[:13]:
        till.serve(elders["eats twice"], on, "dinner")
    return till, elders


def pays(till: Till, elder: MadeElder, on: date) -> int:
    return int(till.serve(elder, on)["elder_fen"])


def figures(page: Page, table: str) -> dict[str, list[str]]:
    rows = page.get_by_role("table", name=table).locator("tbody tr").all()
    cells = [[cell.inner_text().strip() for cell in row.locator("th, td").all()] for row in rows]
    return {name: amounts for name, *amounts in cells}


def raise_the_tier(hands: Hands) -> None:
    hands.tap("button", "复制为新版本")
    hands.page.locator("#rule-0").get_by_role("link", name="改").click()
    hands.type("名称", "80周岁及以上每餐8元，每月最多300元")
    hands.type("固定金额", "8")
    hands.tap("button", "加一个限额")
    hands.choose("限额 1：每多久", "month")
    hands.type("限额 1：金额", "300")
    hands.tap("button", "保存", exact=True)
    hands.page.locator("#head").get_by_role("link", name="改").click()
    hands.taps += 2
    hands.type("文号", "城民发〔2026〕九号")
    hands.tap("button", "保存", exact=True)


def test_a_new_notice_is_typed_tried_refused_published_and_divided_by(
    page: Page, browser: Browser, live: Live, complaints: list[str]
) -> None:
    till, elders = district()
    enter(page, live, Role.OFFICER)
    other = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    enter(other, live, Role.OFFICER, login="second-officer")
    hands = Hands(page)

    # Typed within five minutes; beside it the page has computed along.
    page.goto(f"{live.address}/policies")
    raise_the_tier(hands)
    expect(page.locator("#rule-0")).to_contain_text("每月最多补 300.00 元")
    hands.tap("link", "审阅和提交")
    assert 60 <= hands.seconds <= 300, hands

    # Tried on October: 甲 ate 44 times (37 × 8, 4, nothing: 300 instead of 308), 丁 20 times (160 instead of 140).
    page.get_by_role("button", name="试算", exact=True).click()
    expect(page.locator(".trial-sentence")).to_be_visible(timeout=60_000)
    assert figures(page, "各方一个月付多少") == {
        "政府": ["¥523.00", "¥535.00", "+¥12.00"],
        "老人个人": ["¥662.00", "¥650.00", "−¥12.00"],
    }
    assert faults(page) == []

    # Whoever wrote it cannot publish it; the other refuses it once.
    page.go_back()
    page.get_by_role("button", name="提交，请另一个人发布").click()
    expect(page.get_by_text("由另一个人发布").first).to_be_visible()
    expect(page.get_by_role("button", name="发布", exact=True)).to_have_count(0)
    other.goto(f"{live.address}/policies")
    other.get_by_role("link", name="2026年12月1日").first.click()
    other.get_by_text("退回", exact=True).click()
    other.get_by_label("原因").fill("文号要写成 9 号")
    other.get_by_role("button", name="退回，请改").click()
    page.reload()
    expect(page.get_by_text("文号要写成 9 号")).to_be_visible()
    page.get_by_role("link", name="修改").first.click()
    page.locator("#head").get_by_role("link", name="改").click()
    field_of(page, "文号").fill("城民发〔2026〕9号")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("link", name="审阅和提交").click()
    page.get_by_role("button", name="提交，请另一个人发布").click()
    expect(page.get_by_text("由另一个人发布").first).to_be_visible()
    other.goto(f"{live.address}/policies")
    other.get_by_role("link", name="2026年12月1日").first.click()
    other.get_by_role("button", name="发布", exact=True).click()
    expect(other.get_by_text("将来").first).to_be_visible()

    # Everybody can read it beforehand.
    page.goto(f"{live.address}/c/beimen/policy")
    expect(page.locator("body")).to_contain_text("2026年12月1日")

    # On the day the till divides by it, the day before it does not; a birthday counts from the day itself.
    last, first = date(2026, 11, 30), date(2026, 12, 1)
    assert (pays(till, elders["82"], last), pays(till, elders["82"], first)) == (800, 700)
    assert (pays(till, elders["80 in December"], last), pays(till, elders["72"], first)) == (1000, 1000)
    answer = till.serve(elders["80 in December"], first)
    assert answer["elder_fen"] == 700

    # Asked why, the page names the rule and the notice.
    page.goto(f"{live.address}/meals/{answer['meal_no']}/why")
    expect(page.locator("main")).to_contain_text("80周岁及以上每餐8元，每月最多300元")
    expect(page.locator("main")).to_contain_text("城民发〔2026〕9号")
    assert complaints == []
