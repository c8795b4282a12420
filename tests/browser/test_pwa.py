"""The till as an app of the tablet: it opens in a dead network, and its version changes as a whole or not at all."""

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

from canteen.config import ROOT
from canteen.web import release
from tests.browser.conftest import Live
from tests.browser.till_hands import Counter, open_counter
from tests.factories import make_canteen

MODULE = "js/checkin/money.js"


@dataclass
class House:
    """A server that can be cut off, and come back with other files."""

    app: Flask
    server: BaseWSGIServer
    thread: threading.Thread

    @property
    def live(self) -> Live:
        """Its address, as the cashier's hands want it."""
        return Live(self.app, f"http://127.0.0.1:{self.server.server_port}")

    def cut(self) -> None:
        """Nobody answers at its address any more."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def deploy(self, folder: Path, module: str) -> str:
        """Serve a copy of the files in which one module is another; answers the new version."""
        shutil.copytree(ROOT / "canteen" / "static", folder)
        (folder / module).write_text((folder / module).read_text() + "\n// newer\n")
        self.app.static_folder = str(folder)
        self.app.extensions.pop(release.EXTENSION)
        return release.current_release().version


@pytest.fixture
def house(sqlite_app: Flask) -> Iterator[House]:
    server = make_server("127.0.0.1", 0, sqlite_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found = House(sqlite_app, server, thread)
    yield found
    if thread.is_alive():
        found.cut()


@pytest.fixture
def tablet(browser: Browser) -> Iterator[Page]:
    """A browser that lets a page have its service worker."""
    context = browser.new_context(service_workers="allow", viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def kept_counter(tablet: Page, house: House) -> Counter:
    """An enrolled tablet that has taken in the whole release."""
    counter = open_counter(tablet, house.live, make_canteen())
    expect(tablet.locator("body[data-kept=yes]")).to_be_attached(timeout=60_000)
    return counter


def look_for_an_update(tablet: Page) -> None:
    tablet.evaluate("async () => { await (await navigator.serviceWorker.ready).update().catch(() => undefined); }")


def test_the_till_opens_in_a_dead_network_in_either_language(tablet: Page, house: House) -> None:
    counter = kept_counter(tablet, house)

    house.cut()
    tablet.reload()
    counter.sees("ready", "请刷卡")
    counter.tap("更多")
    counter.tap("English")

    counter.sees("ready")
    expect(tablet.locator("html")).to_have_attribute("lang", "en")


def test_an_office_page_in_a_dead_network_says_so_and_leads_to_the_till(tablet: Page, house: House) -> None:
    counter = kept_counter(tablet, house)

    house.cut()
    tablet.goto(f"{house.live.address}/elders")
    expect(tablet.locator("main")).to_contain_text("没有网络。这个页面要联网才能用。收银台可以继续刷卡。")
    tablet.get_by_role("link", name="打开收银台").click()

    counter.sees("ready")


def test_no_answer_and_no_office_page_is_kept(tablet: Page, house: House) -> None:
    kept_counter(tablet, house)
    tablet.goto(f"{house.live.address}/login")

    kept = tablet.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys()) {
            for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
          }
          return found;
        }"""
    )

    assert f"/static/till/{release.current_release().version}/{MODULE}" in kept
    assert [path for path in kept if not path.startswith(("/static/", "/kept/language"))] == []


def test_a_newer_version_waits_until_it_is_asked_for_and_then_comes_whole(
    tablet: Page, house: House, tmp_path: Path
) -> None:
    counter = kept_counter(tablet, house)
    old = release.current_release().version
    modules: list[str] = []
    tablet.on("request", lambda request: modules.append(request.url) if "/static/till/" in request.url else None)

    new = house.deploy(tmp_path / "static", MODULE)
    look_for_an_update(tablet)
    expect(tablet.locator("body[data-update=waiting]")).to_be_attached(timeout=60_000)
    tablet.reload()
    counter.sees("ready")
    assert old != new and {url.split("/")[5] for url in modules} == {old}

    modules.clear()
    expect(tablet.locator("body[data-update=waiting]")).to_be_attached()
    counter.tap("更多")
    counter.tap("现在更新")
    expect(tablet.locator(f"body[data-release='{new}']")).to_be_attached(timeout=30_000)
    counter.sees("ready")
    assert {url.split("/")[5] for url in modules} == {new}


def test_a_release_with_one_altered_file_is_never_taken(tablet: Page, house: House, tmp_path: Path) -> None:
    counter = kept_counter(tablet, house)
    old = release.current_release().version

    new = house.deploy(tmp_path / "static", MODULE)
    sound = release.current_release()
    address = f"/static/till/{new}/{MODULE}"
    house.app.extensions[release.EXTENSION] = replace(
        sound, contents={**sound.contents, address: b"// half a fi"}
    )
    look_for_an_update(tablet)
    tablet.reload()

    counter.sees("ready")
    expect(tablet.locator(f"body[data-release='{old}']")).to_be_attached()
    assert tablet.evaluate("async () => (await navigator.serviceWorker.ready).waiting") is None


def test_an_update_waits_for_the_end_of_service(page: Page, live: Live) -> None:
    quiet = {"isShiftOpen": False, "isMealTime": False, "isPageOpen": False, "idle_ms": 600_000}
    busy = ({"isShiftOpen": True}, {"isMealTime": True}, {"isPageOpen": True}, {"idle_ms": 599_999})
    page.goto(f"{live.address}/till")

    found = page.evaluate(
        "async (all) => all.map((await import('/static/js/checkin/release.js')).isQuiet)",
        [quiet, *(quiet | one for one in busy)],
    )

    assert found == [True, False, False, False, False]


def test_two_processes_of_one_installation_serve_one_release(sqlite_app: Flask) -> None:
    first, second = release.gather(sqlite_app), release.gather(sqlite_app)

    assert first == second and {"/till", "/till/display", "/offline"} <= set(first.pages)
    assert f"/static/till/{first.version}/js/checkin/till.js" in first.contents
    assert any(url.endswith("zxing_reader.wasm") for url in first.digests)


def test_the_manifest_names_the_till_in_both_languages_and_its_pictures_are_of_the_sizes_told(
    sqlite_app: Flask,
) -> None:
    client = sqlite_app.test_client()
    told = {language: client.get(f"/manifest.{language}.webmanifest") for language in ("zh", "en")}

    documents = {language: json.loads(answer.text) for language, answer in told.items()}
    assert [documents[language]["name"] for language in ("zh", "en")] == ["长者食堂收银台", "Canteen till"]
    assert {answer.content_type for answer in told.values()} == {"application/manifest+json"}
    assert (documents["zh"]["display"], documents["zh"]["start_url"]) == ("standalone", "/till")
    icons = documents["zh"]["icons"]
    assert {(icon["sizes"], icon["purpose"]) for icon in icons} == {
        (f"{size}x{size}", purpose) for size in (192, 512) for purpose in ("any", "maskable")
    }
    for icon in icons:
        path = ROOT / "canteen" / icon["src"].split("?")[0].lstrip("/")
        assert "x".join(map(str, Image.open(path).size)) == icon["sizes"]
