"""The page of devices."""

import re

from flask import Flask
from signing_in import make_staff, sign_in_as

from canteen.canteens import services as canteens
from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.devices import queries
from tests.factories import enrol_device, make_canteen


def test_a_manager_gets_a_code_with_its_picture_and_a_tablet_enrols_by_it(app: Flask) -> None:
    make_canteen("beimen")
    office = sign_in_as(app, Role.ADMINISTRATOR)

    page = office.send("/devices/codes", {"canteen": "beimen"}, page="/devices").text

    code = re.search(r">([0-9A-HJKMNP-TV-Z]{4} [0-9A-HJKMNP-TV-Z]{4})<", page)
    assert code and "data:image/svg+xml;base64," in page and "12:10" in page
    answer = app.test_client().post("/api/v1/devices/enrol", json={"code": code[1], "name": "1 号窗口"})
    assert answer.status_code == 200
    assert "1 号窗口" in office.get("/devices").text


def test_a_device_is_revoked_and_declared_lost_with_a_reason(app: Flask) -> None:
    canteen_id = make_canteen()
    tablet = enrol_device(canteen_id)
    office = sign_in_as(app, Role.ADMINISTRATOR)
    lost = f"/devices/{tablet.id}/lost"

    assert office.send(f"/devices/{tablet.id}/revoke", page="/devices").status_code == 303
    assert "请写明平板怎么丢的" in office.send(lost, {"reason": ""}, page=lost).text
    assert office.send(lost, {"reason": "掉进水里"}, page=lost).status_code == 303

    with reading() as session:
        assert queries.by_id(session, tablet.id).lost_reason == "掉进水里"


def test_a_manager_of_another_canteen_reaches_neither_device_nor_code(app: Flask) -> None:
    mine, other = make_canteen("beimen"), make_canteen("nanmen")
    tablet = enrol_device(other)
    staff_id = make_staff(Role.MANAGER)
    with transaction() as session:
        canteens.assign(session, staff_id, mine)
    office = sign_in_as(app, Role.MANAGER, staff_id)

    assert office.send(f"/devices/{tablet.id}/revoke", page="/devices").status_code == 403
    assert office.send("/devices/codes", {"canteen": "nanmen"}, page="/devices").status_code == 403


def test_without_a_workplace_one_is_told_whom_to_ask(app: Flask) -> None:
    make_canteen()

    answer = sign_in_as(app, Role.MANAGER).get("/devices")

    assert answer.status_code == 409 and "还没有分到食堂" in answer.text
