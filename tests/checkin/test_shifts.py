"""Shifts: opened and handed over by badges, told late and twice, and never needed where nobody has a badge."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from signing_in import PASSWORD, make_staff
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from canteen.canteens.models import Workplace
from canteen.checkin.shifts.models import ShiftEvent, TillShift
from canteen.core.roles import Role
from canteen.db import reading, transaction
from canteen.staff import badges
from canteen.staff.throttle import Caller
from tests.factories import Tablet, enrol_device, make_canteen

AT = "2026-11-20T02:30:00Z"
PIN = "70318264"


@dataclass(frozen=True, slots=True)
class Cashier:
    """Somebody with a badge."""

    id: int
    badge: str

    @property
    def ref(self) -> str:
        return f"staff:{self.id}"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.badge.removeprefix("B/").encode()).hexdigest()


def cashier_at(canteen_id: int, role: Role = Role.CASHIER) -> Cashier:
    staff_id = make_staff(role)
    with transaction() as session:
        session.add(Workplace(staff_id=staff_id, canteen_id=canteen_id))
    return Cashier(staff_id, badges.issue(staff_id, "staff:1"))


def event(kind: str = "open", shift_id: str = "a" * 32, **more: Any) -> dict[str, Any]:
    return {"id": secrets.token_hex(16), "kind": kind, "shift_id": shift_id, "at": AT, "mono_ms": 4000.5} | more


def tell(app: Flask, tablet: Tablet, body: dict[str, Any], path: str = "/api/v1/shifts") -> TestResponse:
    return app.test_client().post(path, json=body, headers=tablet.headers)


def state(app: Flask, tablet: Tablet) -> dict[str, Any]:
    answer = app.test_client().get("/api/v1/shifts", headers=tablet.headers)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_canteen_without_badges_works_without_shifts(app: Flask) -> None:
    canteen_id = make_canteen()
    tablet = enrol_device(canteen_id)
    badges.issue(make_staff(Role.ADMINISTRATOR), "staff:1")

    found = state(app, tablet)

    assert found["uses_shifts"] is False and found["shift"] is None and found["last_close"] is None


def test_a_badge_opens_a_shift_and_the_next_badge_takes_it_over(app: Flask) -> None:
    canteen_id = make_canteen()
    tablet, first, second = enrol_device(canteen_id), cashier_at(canteen_id), cashier_at(canteen_id, Role.MANAGER)

    opened = tell(app, tablet, event(badge_sha256=first.sha256, float_fen=20000, meal_period="lunch")).get_json()
    later = tell(app, tablet, event("hand-over", badge_sha256=second.sha256, at="2026-11-20T03:30:00Z")).get_json()

    assert opened["known"] and opened["cashier"]["ref"] == first.ref
    assert opened["shift"]["float_fen"] == 20000 and opened["shift"]["meal_period"] == "lunch"
    assert later["cashier"] == {"ref": second.ref, "name": "李秀英", "is_manager": True}
    found = state(app, tablet)
    assert found["uses_shifts"] is True
    assert (found["shift"]["shift_id"], found["shift"]["cashier_ref"]) == ("a" * 32, second.ref)


def test_events_that_arrive_the_wrong_way_round_end_the_same(app: Flask) -> None:
    canteen_id = make_canteen()
    tablet, first, second = enrol_device(canteen_id), cashier_at(canteen_id), cashier_at(canteen_id)

    tell(app, tablet, event("hand-over", badge_sha256=second.sha256, at="2026-11-20T03:30:00Z"))
    tell(app, tablet, event(badge_sha256=first.sha256, float_fen=5000))

    shift = state(app, tablet)["shift"]
    assert (shift["cashier_ref"], shift["float_fen"], shift["opened_at"]) == (second.ref, 5000, AT)


def test_the_same_event_is_counted_once_and_another_under_its_id_is_refused(app: Flask) -> None:
    canteen_id = make_canteen()
    tablet, cashier = enrol_device(canteen_id), cashier_at(canteen_id)
    body = event(badge_sha256=cashier.sha256, float_fen=100)

    answers = [tell(app, tablet, body).get_json() for _ in range(3)]
    other = tell(app, tablet, body | {"float_fen": 200})

    assert answers[0] == answers[1] == answers[2]
    assert other.status_code == 409 and other.get_json()["code"] == "event-id-reused"
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(ShiftEvent)) == 1


def test_an_unknown_badge_is_said_so_and_what_was_served_under_it_stays_known(app: Flask) -> None:
    canteen_id, elsewhere = make_canteen(), make_canteen("dongmen")
    tablet, stranger = enrol_device(canteen_id), cashier_at(elsewhere)

    asked = tell(app, tablet, {"badge_sha256": stranger.sha256}, "/api/v1/shifts/badge")
    told = tell(app, tablet, event(badge_sha256="0" * 64))

    assert asked.status_code == 404 and asked.get_json()["code"] == "badge-unknown"
    assert told.status_code == 200 and told.get_json()["known"] is False and told.get_json()["cashier"] is None


def test_a_badge_revoked_after_it_was_scanned_offline_still_opened_the_shift(app: Flask) -> None:
    canteen_id = make_canteen()
    tablet, cashier = enrol_device(canteen_id), cashier_at(canteen_id)
    badges.revoke(cashier.id, "staff:1")

    before = tell(app, tablet, event(badge_sha256=cashier.sha256)).get_json()
    after = tell(app, tablet, event("hand-over", badge_sha256=cashier.sha256, at="2026-11-20T04:00:01Z")).get_json()

    assert before["known"] is True
    assert after["known"] is False


def test_a_pin_opens_a_shift_online_and_its_proof_is_good_on_this_tablet_alone(app: Flask) -> None:
    canteen_id = make_canteen()
    tablet, other, cashier = enrol_device(canteen_id), enrol_device(canteen_id), cashier_at(canteen_id)
    badges.choose_pin(cashier.id, PIN, PASSWORD, Caller("l" * 64, "a" * 64))

    proven = tell(app, tablet, {"staff_ref": cashier.ref, "pin": PIN}, "/api/v1/shifts/pin").get_json()
    opened = tell(app, tablet, event(proof=proven["proof"])).get_json()
    stolen = tell(app, other, event(shift_id="b" * 32, proof=proven["proof"])).get_json()
    forged = tell(app, other, event(shift_id="b" * 32, proof=f"{cashier.id}.99999999999.{'0' * 64}")).get_json()

    assert proven["name"] == "陈桂花" and PIN not in proven["proof"]
    assert opened["cashier"]["ref"] == cashier.ref
    assert stolen["known"] is False and forged["known"] is False


def test_wrong_pins_at_a_till_lock_out_after_five_and_a_stranger_gets_the_same_answer(app: Flask) -> None:
    canteen_id = make_canteen()
    tablet, cashier = enrol_device(canteen_id), cashier_at(canteen_id)
    badges.choose_pin(cashier.id, PIN, PASSWORD, Caller("l" * 64, "a" * 64))

    def try_(ref: str, pin: str) -> tuple[int, str]:
        answer = tell(app, tablet, {"staff_ref": ref, "pin": pin}, "/api/v1/shifts/pin")
        return answer.status_code, answer.get_json()["code"]

    codes = [try_(cashier.ref, "00000000") for _ in range(5)]

    assert codes == [(403, "pin-wrong")] * 5
    assert try_(cashier.ref, PIN) == (429, "sign-in-locked")
    assert try_("staff:999999", PIN) == (403, "pin-wrong")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id": "x"}, "id"),
        ({"kind": "lunch"}, "kind"),
        ({"shift_id": "A" * 32}, "shift_id"),
        ({"at": "yesterday"}, "at"),
        ({"float_fen": -1}, "float_fen"),
        ({"float_fen": 1.5}, "float_fen"),
        ({"badge_sha256": "B/"}, "badge_sha256"),
        ({"note": "\0"}, "note"),
        ({"badge_sha256": "0" * 64, "proof": "1.2.3"}, "proof"),
    ],
)
def test_a_malformed_event_names_what_is_wrong_and_nothing_is_kept(
    sqlite_app: Flask, wrong: dict[str, Any], field: str
) -> None:
    tablet = enrol_device(make_canteen())

    answer = tell(sqlite_app, tablet, event() | wrong)

    assert answer.status_code == 400 and f" {field} " in answer.get_json()["title"]
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(TillShift)) == 0


def test_a_shift_belongs_to_the_tablet_that_opened_it(app: Flask) -> None:
    canteen_id = make_canteen()
    one, two, cashier = enrol_device(canteen_id), enrol_device(canteen_id), cashier_at(canteen_id)
    tell(app, one, event(badge_sha256=cashier.sha256))

    answer = tell(app, two, event("hand-over", badge_sha256=cashier.sha256))

    assert answer.status_code == 409 and answer.get_json()["code"] == "shift-elsewhere"
