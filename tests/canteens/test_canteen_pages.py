"""The pages of canteens."""

from flask import Flask
from signing_in import make_staff, sign_in_as

from canteen.canteens import queries
from canteen.core.roles import Role
from canteen.db import reading
from tests.factories import make_canteen

NEW = {"code": "beimen", "name": "北门社区食堂", "area": "urban", "division": "620102", "price": "15"}


def test_an_administrator_opens_a_canteen_and_changes_its_hours(app: Flask) -> None:
    office = sign_in_as(app, Role.ADMINISTRATOR)

    opened = office.send("/canteens/new", {**NEW, "lunch": "10:30-13:00"}, page="/canteens/new")
    assert opened.location == "/canteens/beimen"
    changed = {**NEW, "lunch": "10:00-13:00", "dinner": "16:30-18:30", "phone": "0931-8461234"}
    assert office.send("/canteens/beimen", changed, page="/canteens/beimen").status_code == 303

    with reading() as session:
        row = queries.by_code(session, "beimen")
    assert row.hours == {"lunch": ("10:00", "13:00"), "dinner": ("16:30", "18:30")}
    assert (row.price_fen, row.phone) == (1500, "0931-8461234")


def test_what_is_wrong_is_told_beside_the_field(app: Flask) -> None:
    office = sign_in_as(app, Role.ADMINISTRATOR)
    make_canteen("beimen")

    taken = office.send("/canteens/new", {**NEW, "lunch": "10:30-13:00"}, page="/canteens/new")
    unclear = office.send("/canteens/new", {**NEW, "lunch": "noon"}, page="/canteens/new")
    overlap = {**NEW, "code": "x", "lunch": "10:30-17:00", "dinner": "16:30-18:30"}

    assert taken.status_code == 409 and "已经有食堂用了" in taken.text
    assert "看不懂" in unclear.text and 'value="noon"' in unclear.text
    assert "时间重叠" in office.send("/canteens/new", overlap, page="/canteens/new").text


def test_people_get_a_workplace_and_then_see_it(app: Flask) -> None:
    make_canteen("beimen")
    staff_id = make_staff(Role.MANAGER)
    office = sign_in_as(app, Role.ADMINISTRATOR)
    manager = sign_in_as(app, Role.MANAGER, staff_id)
    assert manager.get("/canteens/beimen").status_code == 409

    office.send("/canteens/beimen/workers", {"staff": str(staff_id)}, page="/canteens/beimen")

    assert manager.get("/canteens/beimen").status_code == 200
    assert manager.get("/canteens/new").status_code == 403
