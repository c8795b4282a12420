"""What a tablet tells of itself, what it hears in return, and how a revoked one is emptied."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from signing_in import sign_in_as

from canteen.clock import now
from canteen.core.roles import Role
from canteen.db import reading
from canteen.devices import queries, services
from canteen.devices.queries import DeviceState
from canteen.keys import key
from canteen.web.release import current_release
from tests.factories import Tablet, enrol_device, make_canteen, revoke_device

REPORT = "/api/v1/devices/report"
SENT_AT = "2026-11-20T04:00:00Z"


def told(**changes: Any) -> dict[str, Any]:
    return {
        "version": "3f9a2b1c00112233", "unsent": 0, "kept": 2, "oldest_unsent_at": None, "sent_at": SENT_AT,
        "battery": 87, "storage_persisted": True, "self_test": {"storage": True, "gun": None}, "epoch": 1,
    } | changes  # fmt: skip


def report(client: FlaskClient, tablet: Tablet, **changes: Any) -> Any:
    return client.post(REPORT, json=told(**changes), headers=tablet.headers)


def state_of(tablet: Tablet) -> DeviceState:
    with reading() as session:
        return queries.by_ref(session, tablet.ref)


def test_a_report_is_kept_and_answered_with_lease_and_time(app: Flask, client: FlaskClient) -> None:
    tablet = enrol_device(make_canteen())

    answer = report(client, tablet, unsent=7, oldest_unsent_at="2026-11-20T03:00:00.5Z", sent_at="2026-11-20T04:06:00Z")

    assert answer.json == {
        "lease_until": "2026-11-23T04:00:00Z", "now": "2026-11-20T04:00:00Z", "revoked": False, "epoch": 1,
    }  # fmt: skip
    state = state_of(tablet)
    assert state.report and (state.report.unsent, state.report.kept, state.report.battery_percent) == (7, 2, 87)
    assert (state.report.clock_error_ms, state.report.self_test) == (360_000, {"storage": True, "gun": None})
    assert state.report.empty_at is None and state.device.last_contact_at == now()


def test_what_was_measured_by_round_trip_goes_before_the_time_of_sending(
    app: Flask, client: FlaskClient
) -> None:
    tablet = enrol_device(make_canteen())

    report(client, tablet, sent_at="2026-11-20T03:59:57Z", clock_error_ms=-120)

    assert state_of(tablet).report.clock_error_ms == -120  # type: ignore[union-attr]


def test_a_later_report_takes_the_place_of_the_earlier(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet, first = enrol_device(make_canteen()), now()
    report(client, tablet)
    monkeypatch.setenv("CANTEEN_NOW", (first + timedelta(hours=1)).isoformat())

    report(client, tablet, unsent=3)

    found = state_of(tablet).report
    assert found and (found.unsent, found.empty_at, found.reported_at) == (3, first, first + timedelta(hours=1))


@pytest.mark.parametrize(
    "changes",
    [
        {"unsent": -1}, {"unsent": True}, {"unsent": 1.5}, {"kept": "2"}, {"battery": 101}, {"version": "x" * 41},
        {"version": "a\u0000"}, {"oldest_unsent_at": "yesterday"}, {"oldest_unsent_at": "2026-02-30T00:00:00Z"},
        {"sent_at": None}, {"sent_at": 5}, {"storage_persisted": "yes"}, {"self_test": [1]},
        {"self_test": {"gun": "x" * 3000}}, {"self_test": {"gun": "\u0000"}}, {"epoch": -1}, {"clock_error_ms": 10**13},
    ],
)  # fmt: skip
def test_a_report_that_is_none_is_named_and_changes_nothing(sqlite_app: Flask, changes: dict[str, Any]) -> None:
    tablet = enrol_device(make_canteen())

    answer = report(sqlite_app.test_client(), tablet, **changes)

    assert (answer.status_code, answer.json["code"]) == (400, "bad-report")
    assert next(iter(changes)) in answer.json["title"] + answer.json.get("detail", "")
    assert state_of(tablet).report is None


def test_a_revoked_tablet_hands_in_what_it_holds_and_says_that_it_is_empty(
    app: Flask, client: FlaskClient
) -> None:
    tablet = enrol_device(make_canteen())
    early = client.post("/api/v1/devices/emptied", json={}, headers=tablet.headers)
    report(client, tablet, unsent=7)
    services.revoke(tablet.id, "staff:1")

    heard = report(client, tablet, unsent=7)
    office = sign_in_as(app, Role.ADMINISTRATOR)
    assert "停用：等它交出 7 笔" in office.get("/devices").text
    emptied = client.post("/api/v1/devices/emptied", json={}, headers=tablet.headers)

    assert (early.status_code, early.json["code"]) == (409, "device-not-revoked")
    assert heard.json["revoked"] is True and emptied.status_code == 200
    assert state_of(tablet).device.emptied_at == now()
    assert "已停用，已清空" in office.get("/devices").text


def test_a_revoked_tablet_may_still_hand_in_cash_meals(app: Flask, client: FlaskClient) -> None:
    tablet = enrol_device(make_canteen(price_fen=1500))
    revoke_device(tablet)

    answer = client.post(
        "/api/v1/cash-meals",
        json={"id": "a" * 32, "meal_period": "lunch", "portions": 1, "price_fen": 1500},
        headers=tablet.headers,
    )

    assert answer.status_code == 200


def test_the_pages_show_what_tablets_told(app: Flask, client: FlaskClient) -> None:
    canteen_id = make_canteen()
    busy, late, quiet = (enrol_device(canteen_id, name) for name in ("一号窗口", "二号窗口", "三号窗口"))
    report(client, busy, unsent=12, oldest_unsent_at="2026-11-19T23:30:00Z", version=current_release().version)
    report(client, late, sent_at="2026-11-20T04:06:10Z", self_test={"gun": False}, storage_persisted=False)
    office = sign_in_as(app, Role.ADMINISTRATOR)

    listed = office.get("/devices").text
    page = office.get(f"/devices/{late.ref}").text

    assert "12 笔" in listed and "最早 07:30" in listed and "最新" in listed and "87%" in listed
    assert "快 6 分 10 秒" in listed and "旧版 3f9a2b1c" in listed and "三号窗口" in listed
    assert "浏览器可能清掉" in page and "有问题" in page
    assert office.get(f"/devices/{quiet.ref}").status_code == 200
    assert office.get("/devices/" + "0" * 32).status_code == 404


def test_a_tablet_is_renamed(app: Flask) -> None:
    tablet = enrol_device(make_canteen())
    office = sign_in_as(app, Role.ADMINISTRATOR)

    bad = office.send(f"/devices/{tablet.id}/name", {"name": "窗" * 41}, page=f"/devices/{tablet.ref}")
    office.send(f"/devices/{tablet.id}/name", {"name": " 东门 窗口 "}, page=f"/devices/{tablet.ref}")

    assert bad.status_code == 400 and "最多 40 个字" in bad.text
    assert state_of(tablet).device.name == "东门 窗口"


def test_the_page_of_a_code_learns_that_it_was_used(app: Flask, client: FlaskClient) -> None:
    canteen_id = make_canteen("beimen")
    make_canteen("nanmen")
    office = sign_in_as(app, Role.ADMINISTRATOR)
    used, dead = (services.make_code(canteen_id, key("devices"), "staff:1") for _ in range(2))

    def state(code_id: int, canteen: str = "beimen") -> Any:
        return office.get(f"/devices/codes/{code_id}?canteen={canteen}")

    assert state(used.id).json == {"state": "waiting", "name": ""}
    client.post("/api/v1/devices/enrol", json={"code": used.code, "name": "东门"})
    for _ in range(5):
        client.post("/api/v1/devices/enrol", json={"code": "00000000", "name": "x"})
    assert state(used.id).json == {"state": "used", "name": "东门"}
    assert state(dead.id).json["state"] == "dead"
    assert state(used.id, "nanmen").status_code == 404
