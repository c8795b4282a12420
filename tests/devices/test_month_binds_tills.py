"""A month closes over no silent till: a till that reports must have said, after the month, that nothing is unsent."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.core.errors import Finding
from canteen.db import transaction
from canteen.devices import services
from canteen.settlement.services import close_month
from tests.factories import Tablet, bind_programme, enrol_device, four_yuan, make_canteen

AFTER_NOVEMBER = "2026-12-01T02:00:00Z"


def findings(*, dry_run: bool = True) -> dict[str, Finding]:
    result = close_month("2026-11", "beimen", "王敏", "赵刚", dry_run=dry_run)
    return {finding.code: finding for finding in result.findings}


def tell(client: FlaskClient, tablet: Tablet, unsent: int) -> Any:
    body = {"version": "1", "unsent": unsent, "kept": 0, "sent_at": "2026-11-20T04:00:00Z"}
    return client.post("/api/v1/devices/report", json=body, headers=tablet.headers)


def given_a_sheet(name: str, canteen_id: int) -> Tablet:
    tablet = enrol_device(canteen_id, name)
    with transaction() as session:
        services.note_sheet(session, tablet.id, date(2026, 11, 20))
        services.renew_lease(session, tablet.id)
    return tablet


def test_a_till_with_unsent_records_holds_the_month_up_until_it_is_empty(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    canteen_id = make_canteen()
    bind_programme(canteen_id, four_yuan())
    tablet = given_a_sheet("一号窗口", canteen_id)
    tell(client, tablet, 0)
    monkeypatch.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    silent = findings()["device-not-synced"]
    tell(client, tablet, 7)
    holding = findings()["device-not-synced"]
    tell(client, tablet, 0)

    assert silent.severity == "block" and "一号窗口" in silent.message and silent.where == tablet.ref
    assert "还有 7 笔没有传完" in holding.message
    assert "device-not-synced" not in findings(dry_run=False)


def test_a_revoked_till_holds_the_month_up_until_it_was_emptied_or_is_declared_lost(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    canteen_id = make_canteen()
    bind_programme(canteen_id, four_yuan())
    emptied, lost = (given_a_sheet(name, canteen_id) for name in ("一号窗口", "二号窗口"))
    tell(client, lost, 3)
    for tablet in (emptied, lost):
        services.revoke(tablet.id, "staff:1")
    monkeypatch.setenv("CANTEEN_NOW", AFTER_NOVEMBER)

    assert findings()["device-not-synced"].where in (emptied.ref, lost.ref)
    client.post("/api/v1/devices/emptied", json={}, headers=emptied.headers)
    assert findings()["device-not-synced"].where == lost.ref
    services.declare_lost(lost.id, "掉进水里", "staff:1")

    told = findings()
    assert "device-not-synced" not in told and told["device-lost"].severity == "warn"
    assert "掉进水里" in told["device-lost"].message and "还有 3 笔没有上传" in told["device-lost"].message
