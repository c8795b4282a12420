"""Every state the till can show, in both languages and three windows: nothing cut, nothing small, nothing hidden."""

import pytest
from playwright.sync_api import Page

from tests.browser import axe
from tests.browser.conftest import Live

LANGUAGES = ("zh", "en")
STATES_MODULE = "new URL('states.js', document.querySelector('script[type=module]').src)"
# Each window and each language; what is cut or small is looked for in all six.
AXE_LOOKS_AT = {((1280, 800), "zh"), ((800, 1280), "en"), ((360, 740), "zh")}
FORBIDDEN = ("低保", "特困", "三无", "五保", "身份证", "免费", "残疾", "优抚")

OVERFLOW = """() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) found.push("page too wide");
  if (root.scrollHeight > innerHeight) found.push("page too high");
  const stage = document.querySelector(".stage");
  if (stage.checkVisibility() && (stage.scrollHeight > stage.clientHeight + 1 || stage.scrollWidth > stage.clientWidth + 1))
    found.push("stage cut");
  for (const each of document.querySelectorAll(".stage *, .head *, .nav *, .ask *")) {
    if (each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1) found.push("cut: " + each.className);
  }
  return found;
}"""

TARGETS = """([bar, other]) => [...document.querySelectorAll("button, input:not([type=hidden]):not(.trap)")]
  .filter((each) => each.checkVisibility())
  .filter((each) => each.getBoundingClientRect().height < (each.closest(".nav, .stage-actions") ? bar : other) - 0.5)
  .map((each) => each.textContent + " " + each.getBoundingClientRect().height)"""


def open_states(page: Page, live: Live, language: str = "zh") -> list[str]:
    """The till in its first state, and the names of all."""
    page.emulate_media(reduced_motion="reduce")
    page.context.add_cookies([{"name": "canteen_language", "value": language, "url": live.address}])
    page.goto(f"{live.address}/till?state=ready")
    page.wait_for_selector('[data-shown="ready"]')
    return list(page.evaluate(f"async () => (await import({STATES_MODULE})).STATES"))


def show(page: Page, state: str) -> None:
    page.evaluate(f"async () => (await import({STATES_MODULE})).turnTo('{state}')")
    page.wait_for_selector(f'[data-shown="{state}"]')
    page.evaluate("() => document.fonts.ready")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("window", axe.WINDOWS, ids=lambda window: f"{window[0]}x{window[1]}")
def test_every_state_is_whole_legible_and_open_to_all(
    page: Page, live: Live, complaints: list[str], window: tuple[int, int], language: str
) -> None:
    page.set_viewport_size({"width": window[0], "height": window[1]})
    is_phone = window[0] <= 700
    faults = []

    for state in open_states(page, live, language):
        show(page, state)
        found = page.evaluate(OVERFLOW)
        found += axe.small_type(page, 18 if is_phone else 24)
        found += page.evaluate(TARGETS, [60, 60] if is_phone else [88, 64])
        if (window, language) in AXE_LOOKS_AT:
            found += axe.violations(page)
        faults += [(state, fault) for fault in found]

    assert faults == []
    assert complaints == []


def test_no_state_says_why_somebody_pays_little(page: Page, live: Live) -> None:
    said = []

    for state in open_states(page, live):
        show(page, state)
        text = page.inner_text("body")
        said += [(state, word) for word in FORBIDDEN if word in text]

    assert said == []


def test_who_pays_nothing_sees_the_same_stage_but_for_the_amounts(page: Page, live: Live) -> None:
    open_states(page, live)

    show(page, "accept")
    paying = page.inner_html(".stage")
    show(page, "free")
    free = page.inner_html(".stage")

    assert free == paying.replace("本人付 ¥5.00", "本人付 ¥0.00").replace("补贴 ¥10.00", "补贴 ¥15.00")


def test_an_english_page_holds_no_chinese_but_names_and_dishes(page: Page, live: Live) -> None:
    open_states(page, live, "en")

    words = page.evaluate(
        """() => [...document.querySelector('[data-part="words"]').content.querySelectorAll("li")]
          .map((each) => each.textContent).filter((text) => /[\\u4e00-\\u9fff]/.test(text))"""
    )

    assert words == []


def test_colour_is_not_what_tells_serve_from_stop(page: Page, live: Live) -> None:
    states = open_states(page, live)
    filled = []

    for state in states:
        show(page, state)
        # The field in which name and reason stand: white paper inside a frame, or the colour itself.
        paper = page.evaluate("() => getComputedStyle(document.querySelector('.matter')).backgroundColor")
        kind = page.get_attribute(".stage", "data-kind")
        if kind == "accept" or paper != "rgb(255, 255, 255)":
            filled.append((kind, paper))

    assert {kind for kind, _paper in filled} == {"accept", "ready", "checking"}
    assert {paper for _kind, paper in filled} == {"rgba(0, 0, 0, 0)"}


def test_states_are_shown_only_where_the_application_was_told_to(page: Page, live: Live) -> None:
    live.app.config["TESTING"] = False

    page.goto(f"{live.address}/till?state=accept")

    assert page.locator("body[data-state]").count() == 0
