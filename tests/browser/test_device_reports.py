"""A real tablet tells the office of itself, is emptied when it was revoked, and saves a file that the server can open."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from test_office_pages import CHINESE, enter, faults

from canteen.clock import now
from canteen.core.roles import Role
from canteen.db import reading
from canteen.devices import queries, services
from canteen.devices.queries import DeviceState
from canteen.devices.sealing import open_file, read_file
from canteen.keys import key
from canteen.lan import keeping
from canteen.web.release import current_release
from tests.browser.conftest import Live
from tests.browser.till_hands import open_counter
from tests.factories import enrol_device, issue_card, make_canteen, make_elder, scan


def device_of(canteen_id: int) -> DeviceState:
    with reading() as session:
        return queries.states_of_canteen(session, canteen_id)[0]


def test_a_tablet_reports_and_a_revoked_one_holds_nothing_afterwards(page: Page, live: Live) -> None:
    canteen_id = make_canteen()
    with page.expect_response("**/api/v1/devices/report", timeout=60_000) as heard:
        open_counter(page, live, canteen_id)
    assert heard.value.ok
    told = device_of(canteen_id).report
    assert told and told.unsent == 0 and told.version == page.locator("body").get_attribute("data-release")
    assert abs(told.clock_error_ms) < 60_000 and told.self_test is not None

    services.revoke(device_of(canteen_id).device.id, "staff:1")
    page.reload()
    expect(page.locator("#enrol-code")).to_be_visible(timeout=60_000)

    left = page.evaluate(
        """async () => {
          const { Store } = await import("/static/js/checkin/store.js");
          const store = await Store.open();
          const shelves = [...store.database.objectStoreNames];
          const counts = await Promise.all(shelves.map((shelf) => store.ask(shelf, "readonly", (all) => all.count())));
          return counts.reduce((sum, count) => sum + count, 0);
        }"""
    )
    assert (device_of(canteen_id).device.emptied_at is not None, left) == (True, 0)


def test_a_file_that_a_tablet_saves_can_be_opened_here(page: Page, live: Live) -> None:
    code = services.make_code(make_canteen(), key("devices"), "staff:1").code
    given = live.app.test_client().post("/api/v1/devices/enrol", json={"code": code, "name": "东门"}).json
    page.goto(f"{live.address}/login")
    records, letters = [{"scan_id": "a" * 32, "note": "王秀英"}], [{"no": 1, "path": "/cash-meals", "body": {"id": "b"}}]

    saved = page.evaluate(
        "async ([given, records, letters]) => (await import('/static/js/checkin/export.js')).exported(given, records, letters)",
        [given, records, letters],
    )

    file = read_file(saved.encode())
    opened = open_file(file, key("outbox"))
    assert file.is_by(given["secret"]) and not file.is_by("0" * 64)
    assert opened.records == records and opened.letters == [{"path": "/cash-meals", "body": {"id": "b"}}]
    assert "王秀英" not in json.dumps(saved, ensure_ascii=False)


def test_the_page_of_a_code_says_by_itself_when_a_tablet_has_used_it(page: Page, live: Live) -> None:
    make_canteen()
    enter(page, live, Role.ADMINISTRATOR)
    page.goto(f"{live.address}/devices")
    page.get_by_role("button", name="添加平板").click()
    code = page.locator(".stat-value").inner_text()

    live.app.test_client().post("/api/v1/devices/enrol", json={"code": code, "name": "东门窗口"})

    expect(page.locator("[data-part=used]")).to_contain_text("东门窗口", timeout=30_000)
    expect(page.locator("[data-part=code]")).to_be_hidden()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_of_tablets_are_legible_and_reachable(
    page: Page, live: Live, complaints: list[str], language: str
) -> None:
    canteen_id = make_canteen()
    busy, gone = enrol_device(canteen_id, "一号窗口"), enrol_device(canteen_id, "东门进门右手边靠窗的那一个窗口")
    tell(live, busy.headers, version=current_release().version, unsent=0)
    tell(live, gone.headers, version="00112233aabbccdd", unsent=12, oldest_unsent_at="2026-11-19T23:30:00Z")
    card = issue_card(make_elder(canteen_id).id)
    records = [scan(card, decision="ACCEPTED", seq=seq) for seq in (0, 3, 9)]
    sent_at = now().isoformat().replace("+00:00", "Z")
    live.app.test_client().post("/api/v1/scans", json={"sent_at": sent_at, "records": records}, headers=gone.headers)
    services.revoke(gone.id, "staff:1")
    keeping.ensure(live.app.config["CANTEEN"], now() - timedelta(days=380))
    enter(page, live, Role.ADMINISTRATOR, language)

    found: dict[str, list[str]] = {}
    for path in ("/devices", f"/devices/{gone.ref}", f"/devices/{busy.ref}", "/certificate"):
        page.goto(live.address + path)
        found[path] = faults(page) + picture(page, path, language)
        if language == "en":
            page.evaluate("() => document.querySelectorAll('.languages, .site-person').forEach((each) => each.remove())")
            body = page.locator("main").inner_text().replace("北门社区食堂", "").replace("一号窗口", "")
            found[path] += CHINESE.findall(body.replace("东门进门右手边靠窗的那一个窗口", ""))

    assert {path: wrong for path, wrong in found.items() if wrong} == {} and complaints == []


def tell(live: Live, headers: dict[str, str], **changes: object) -> None:
    report = {
        "kept": 0, "sent_at": "2026-11-20T04:06:10Z", "battery": 87, "storage_persisted": False, "epoch": 1,
        "self_test": {"storage": True, "camera": False, "gun": None, "sound": True, "offline": True},
    }  # fmt: skip
    answer = live.app.test_client().post("/api/v1/devices/report", json=report | changes, headers=headers)
    assert answer.status_code == 200


def picture(page: Page, path: str, language: str) -> list[str]:
    """Keep a picture of each window where a folder for them is named."""
    if folder := os.environ.get("CANTEEN_PICTURES"):
        for width, height in ((1280, 800), (800, 1280), (360, 740)):
            page.set_viewport_size({"width": width, "height": height})
            name = path.strip("/").split("/")[0] + ("-one" if path.count("/") > 1 else "")
            page.screenshot(path=str(Path(folder) / f"{name}-{language}-{width}.png"), full_page=True)
    return []
