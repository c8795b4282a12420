"""Office pages in a real browser: legible, reachable, usable without JavaScript, in both languages."""

import re
from collections.abc import Iterator, Mapping

import axe
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request, Route, expect
from signing_in import NAMES, PASSWORD, make_staff

from canteen.core.roles import Role
from canteen.web.access import access_of
from tests.browser.conftest import Live

CHINESE = re.compile(r"[\u3400-\u9fff]+")
# These are not pages of the office: they have a look, and tests, of their own.
ELSEWHERE = (
    "/till",
    "/api",
    "/static",
    "/board",
    "/k/",
    "/K/",
    "/s/",
    "/thanks",
    "/verify",
    "/healthz",
    "/readyz",
)


def enter(page: Page, live: Live, role: Role, language: str = "zh", login: str | None = None) -> None:
    """Sign a new person of this role in, by the page."""
    login = login or f"{role.value}-in-{language}"
    make_staff(role, login)
    page.context.add_cookies([{"name": "canteen_language", "value": language, "url": live.address}])
    page.goto(live.address + "/login")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    expect(page).to_have_url(live.address + "/")


def office_paths(app: Flask, role: Role) -> Iterator[str]:
    """Every page that a person of this role opens by its plain address."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.arguments or rule.rule.startswith(ELSEWHERE):
            continue
        access = access_of(app, rule.endpoint, "GET")
        if access is not None and (access.anybody or role in access.roles):
            yield rule.rule


def faults(page: Page) -> list[str]:
    """What is wrong with a page in each of three windows."""
    found = []
    for width, height in axe.WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        here = [f"{each.rule} {each.where}" for each in axe.violations(page)]
        here += [f"small type: {text}" for text in axe.small_type(page)]
        here += [f"small target: {text}" for text in axe.small_targets(page)]
        here += ["wider than the window"] if axe.wide(page) else []
        found += [f"{width}: {each}" for each in here]
    return found


def faulty(page: Page, address: str, paths: Mapping[str, int]) -> dict[str, list[str]]:
    """The pages with whom something is wrong, and what; each answers with the status that stands beside its path."""
    found = {}
    for path, status in paths.items():
        answer = page.goto(address + path)
        assert answer is not None and answer.status == status, path
        found[path] = faults(page)
    return {path: wrong for path, wrong in found.items() if wrong}


def is_page(page: Page, address: str) -> bool:
    answer = page.request.get(address, max_redirects=0)
    return answer.status == 200 and answer.headers.get("content-type", "").startswith("text/html")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MANAGER])
def test_every_office_page_is_legible_and_reachable(
    page: Page, live: Live, complaints: list[str], role: Role, language: str
) -> None:
    enter(page, live, role, language)
    found: dict[str, list[str]] = {}
    paths = set(office_paths(live.app, role))
    if role is not Role.ADMINISTRATOR:
        paths -= set(office_paths(live.app, Role.ADMINISTRATOR)) - {"/"}

    for path in sorted(paths):
        if is_page(page, live.address + path):
            page.goto(live.address + path)
            found[path] = faults(page)
            if language == "en":
                found[path] += chinese_left(page)

    assert found
    assert {path: each for path, each in found.items() if each} == {}
    assert complaints == []


def chinese_left(page: Page) -> list[str]:
    """Chinese on an English page that is neither a person's name nor the name of a language."""
    text = page.locator("body").inner_text()
    for known in ("中文", *NAMES.values()):
        text = text.replace(known, "")
    return [f"not English: {each}" for each in CHINESE.findall(text)]


def test_the_check_would_find_a_planted_fault(page: Page) -> None:
    page.set_content(
        "<main><p style='color:#666;font-size:11px'>pale</p><button style='height:9px'></button></main>"
    )

    rules = {each.rule for each in axe.violations(page)}
    assert {"color-contrast-enhanced", "button-name", "document-title"} <= rules
    assert axe.small_type(page) == ["pale"]
    assert len(axe.small_targets(page)) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_strangers_pages_are_legible_and_reachable(page: Page, live: Live, language: str) -> None:
    page.context.add_cookies([{"name": "canteen_language", "value": language, "url": live.address}])

    for path in ("/login", "/nowhere", "/offline"):
        page.goto(live.address + path)
        assert faults(page) == [], path


def test_a_faulty_form_leads_the_reader_to_each_fault(page: Page, live: Live) -> None:
    enter(page, live, Role.ADMINISTRATOR)
    page.goto(live.address + "/staff/new")

    page.click("main form button[type=submit]")

    summary = page.locator("#error-summary")
    expect(summary).to_be_focused()
    expect(summary.locator("h2")).to_have_text("有 3 处要改")
    assert faults(page) == []
    summary.locator("a").first.click()
    expect(page.locator("#name")).to_be_focused()
    expect(page.locator("#name")).to_have_attribute("aria-invalid", "true")


def test_a_hurried_hand_sends_a_form_once_and_sees_that_it_is_being_saved(page: Page, live: Live) -> None:
    enter(page, live, Role.ADMINISTRATOR)
    page.goto(live.address + "/staff/new")
    page.fill("#name", "陈桂花")
    page.fill("#login", "guihua")
    page.check("#role-2")
    sent: list[str] = []
    held: list[Route] = []

    def hold(route: Route, request: Request) -> None:
        if request.method == "POST":
            sent.append(request.url)
            held.append(route)
        else:
            route.continue_()

    page.route("**/staff/new", hold)
    button = page.locator("main form button[type=submit]")

    shown = button.evaluate(
        """async (button) => {
          button.click();
          button.click();
          await new Promise((done) => setTimeout(done, 100));
          button.click();
          return [button.disabled, button.textContent.trim()];
        }"""
    )
    assert shown == [True, "正在保存…"]
    held[0].continue_()

    expect(page.locator(".once")).to_be_visible()
    assert len(sent) == 1


def test_the_slash_key_goes_to_the_search_but_not_while_typing(page: Page, live: Live) -> None:
    enter(page, live, Role.MANAGER)
    page.wait_for_load_state("load")

    page.keyboard.press("/")
    expect(page.locator("#site-search")).to_be_focused()
    page.keyboard.type("a/b")

    expect(page.locator("#site-search")).to_have_value("a/b")


def test_everything_works_without_javascript(browser: Browser, live: Live) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    try:
        enter(page, live, Role.ADMINISTRATOR)
        page.click("a.menu-opener")
        expect(page.locator("#menu")).to_be_visible()
        page.click("#menu a[href='/staff']")
        page.click(".page-actions a")
        page.click("main form button[type=submit]")
        expect(page.locator("#error-summary")).to_be_visible()
        page.fill("#name", "陈桂花")
        page.fill("#login", "guihua")
        page.check("#role-2")
        page.click("main form button[type=submit]")
        expect(page.locator(".once")).to_be_visible()
        page.click("footer button[value=en]")
        expect(page.locator("html")).to_have_attribute("lang", "en")
    finally:
        context.close()


def test_keyboard_alone_reaches_the_content_and_shows_where_it_is(page: Page, live: Live) -> None:
    enter(page, live, Role.ADMINISTRATOR)
    page.goto(live.address + "/staff")

    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    button = page.locator(".page-actions a")
    expect(button).to_be_focused()
    expect(button).to_have_css("outline-width", "4px")


def test_a_page_on_paper_leaves_the_way_around_out(page: Page, live: Live) -> None:
    enter(page, live, Role.ADMINISTRATOR)
    page.goto(live.address + "/staff")

    page.emulate_media(media="print")

    expect(page.locator(".site-head")).to_be_hidden()
    expect(page.locator(".site-nav")).to_be_hidden()
    expect(page.locator("table.rows")).to_be_visible()
