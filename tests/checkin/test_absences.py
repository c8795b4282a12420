"""今天谁还没来: who is a regular, what a tick does, and which visits are left when service is over."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from canteen.canteens import services as canteens
from canteen.checkin.absences import queries, services
from canteen.checkin.absences.models import AbsenceTick, VisitTask
from canteen.checkin.models import Meal
from canteen.clock import now
from canteen.core.roles import Role
from canteen.db import reading, transaction
from tests.factories import (
    TODAY,
    MadeElder,
    add_fact,
    batch,
    bind_programme,
    enrol_device,
    four_yuan,
    issue_card,
    make_canteen,
    make_elder,
    only,
    rows,
    scan,
)
from tests.signing_in import make_staff, sign_in_as

AFTER_LUNCH = "2026-11-20T05:31:00Z"  # 13:31 in Shanghai, one minute past the tolerance


def eat(canteen_id: int, elder: MadeElder, *days: date, meal_period: str = "lunch", **more: Any) -> None:
    """Meals of other days, as the ledger would hold them."""
    with transaction() as session:
        for on in days:
            session.execute(
                insert(Meal).values(
                    kind="slot", elder_id=elder.id, canteen_id=canteen_id, service_on=on, meal_period=meal_period,
                    month=on.isoformat()[:7], channel="dine-in", price_fen=1500, elder_fen=500, wallet_fen=0,
                    cash_fen=500, absorbed_fen=0, credit_fen=0, facts={}, trace=[], served_at=now(), **more,
                )
            )  # fmt: skip


def fridays(*weeks: int) -> list[date]:
    return [TODAY - timedelta(weeks=back) for back in weeks]


def a_regular(canteen_id: int, name: str = "王秀英", **facts: Any) -> MadeElder:
    elder = make_elder(canteen_id, name, **facts)
    eat(canteen_id, elder, *fridays(1, 2, 4, 5))
    return elder


def a_tick(elder: MadeElder, **changes: Any) -> dict[str, Any]:
    return {
        "id": "ab" * 16, "elder_ref": elder.ref, "service_on": "2026-11-20", "meal_period": "lunch",
        "state": "asked", "ticked_at": "2026-11-20T04:40:00Z", **changes,
    }  # fmt: skip


def absent(canteen_id: int) -> list[int]:
    with reading() as session:
        return queries.absent(session, canteen_id, TODAY, "lunch")


def open_names(canteen_id: int) -> list[str]:
    with reading() as session:
        return [visit.elder_name for visit in queries.open_visits(session, canteen_id)]


def test_four_of_the_last_five_like_weekdays_make_a_regular(app: Flask) -> None:
    canteen_id = make_canteen()
    regular = a_regular(canteen_id)
    eat(canteen_id, make_elder(canteen_id, "三回"), *fridays(1, 2, 3))
    eat(canteen_id, make_elder(canteen_id, "从前"), *fridays(4, 5, 6, 7))
    eat(canteen_id, make_elder(canteen_id, "晚餐"), *fridays(1, 2, 3, 4), meal_period="dinner")
    eat(canteen_id, make_elder(canteen_id, "撤销"), *fridays(1, 2, 3, 4), cancelled_at=now())

    assert absent(canteen_id) == [regular.id]


def test_who_ate_anywhere_is_away_or_has_died_is_not_missed(app: Flask) -> None:
    canteen_id, other = make_canteen("beimen"), make_canteen("nanmen")
    eat(other, a_regular(canteen_id, "在别处"), TODAY)
    add_fact(a_regular(canteen_id, "住院").id, "hospital", "yes", date(2026, 11, 18))
    a_regular(canteen_id, "去世", died_on=date(2026, 11, 19))
    back = a_regular(canteen_id, "回来了")
    add_fact(back.id, "away", "yes", date(2026, 11, 1), date(2026, 11, 19))

    assert absent(canteen_id) == [back.id]


def test_a_tick_is_kept_once_and_takes_the_elder_from_the_list(app: Flask, client: FlaskClient) -> None:
    canteen_id = make_canteen()
    elder = a_regular(canteen_id)
    tablet = enrol_device(canteen_id)

    first = client.post("/api/v1/absences", json=a_tick(elder), headers=tablet.headers)
    again = client.post("/api/v1/absences", json=a_tick(elder), headers=tablet.headers)
    other = client.post("/api/v1/absences", json=a_tick(elder, state="phoned"), headers=tablet.headers)

    assert (first.status_code, first.json) == (200, again.json)
    assert (other.status_code, other.json["code"]) == (409, "key-reused")
    assert only(AbsenceTick).state == "asked"
    assert absent(canteen_id) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": ""}, {"id": 5}, {"elder_ref": "nobody"}, {"elder_ref": None}, {"service_on": "gestern"},
        {"service_on": "2020-01-01"}, {"meal_period": "tea"}, {"state": "eaten"}, {"ticked_at": "noon"},
        {"cashier_ref": "x" * 99},
    ],
)  # fmt: skip
def test_a_broken_tick_is_refused_and_nothing_is_kept(
    sqlite_app: Flask, wrong: dict[str, Any]
) -> None:
    canteen_id = make_canteen()
    tick = a_tick(make_elder(canteen_id), **wrong)

    answer = sqlite_app.test_client().post(
        "/api/v1/absences", json=tick, headers=enrol_device(canteen_id).headers
    )

    assert (answer.status_code, answer.json["code"]) == (400, "absence")
    assert rows(AbsenceTick) == []


def test_who_is_not_ticked_when_service_ends_becomes_one_visit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    canteen_id = make_canteen()
    eat(canteen_id, make_elder(canteen_id, "来了"), TODAY)
    a_regular(canteen_id, "没来")
    asked = a_regular(canteen_id, "问过")
    tablet = enrol_device(canteen_id)
    app.test_client().post("/api/v1/absences", json=a_tick(asked), headers=tablet.headers)

    assert services.make_visit_tasks() == 0
    monkeypatch.setenv("CANTEEN_NOW", AFTER_LUNCH)
    made = services.make_visit_tasks(), services.make_visit_tasks()

    assert made == (1, 0)
    assert open_names(canteen_id) == ["没来"]


def test_a_day_on_which_nobody_ate_wants_no_visits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    canteen_id = make_canteen()
    elder = a_regular(canteen_id)
    monkeypatch.setenv("CANTEEN_NOW", AFTER_LUNCH)

    assert services.make_visit_tasks() == 0

    # The tablets come back: somebody did eat, so the others were missed.
    eat(canteen_id, make_elder(canteen_id, "来了"), TODAY)
    assert services.make_visit_tasks() == 1
    assert only(VisitTask).elder_id == elder.id


def test_a_meal_that_comes_in_late_settles_the_visit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    canteen_id = make_canteen()
    bind_programme(canteen_id, four_yuan())
    elder = a_regular(canteen_id, "离线用餐")
    eat(canteen_id, make_elder(canteen_id, "来了"), TODAY)
    token, tablet = issue_card(elder.id), enrol_device(canteen_id)
    late = scan(token, decision="ACCEPTED", shown_elder_fen=500, tender="wallet", price_basis="subsidised")
    monkeypatch.setenv("CANTEEN_NOW", AFTER_LUNCH)
    services.make_visit_tasks()
    before = open_names(canteen_id)

    app.test_client().post("/api/v1/scans", json=batch(late), headers=tablet.headers)

    assert (before, open_names(canteen_id)) == (["离线用餐"], [])


def test_a_manager_sees_the_phone_and_notes_how_the_elder_is(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    canteen_id = make_canteen()
    a_regular(canteen_id, "没来")
    eat(canteen_id, make_elder(canteen_id, "来了"), TODAY)
    monkeypatch.setenv("CANTEEN_NOW", AFTER_LUNCH)
    office = sign_in_as(app, Role.ADMINISTRATOR)
    page = office.get("/visits").text
    visit = only(VisitTask)

    empty = office.send(f"/visits/{visit.id}", {"note": "  "}, page="/visits")
    done = office.send(f"/visits/{visit.id}", {"note": "感冒，女儿在家"}, page="/visits")
    twice = office.send(f"/visits/{visit.id}", {"note": "又一次"}, page="/visits")

    assert "没来" in page and "没有留电话" in page
    assert (empty.status_code, done.status_code, twice.status_code) == (400, 303, 409)
    assert (only(VisitTask).state, only(VisitTask).note) == ("done", "感冒，女儿在家")
    assert "感冒，女儿在家" in office.get("/visits").text


def test_another_canteens_manager_and_a_cashier_see_no_visits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = make_canteen("beimen"), make_canteen("nanmen")
    a_regular(other, "别处的老人")
    eat(other, make_elder(other, "来了"), TODAY)
    monkeypatch.setenv("CANTEEN_NOW", AFTER_LUNCH)
    services.make_visit_tasks()
    staff_id = make_staff(Role.MANAGER)
    with transaction() as session:
        canteens.assign(session, staff_id, mine)
    office = sign_in_as(app, Role.MANAGER, staff_id)

    assert sign_in_as(app, Role.CASHIER).get("/visits").status_code == 403
    assert "别处的老人" not in office.get("/visits").text
    assert office.send(f"/visits/{only(VisitTask).id}", {"note": "x"}, page="/visits").status_code == 404
