"""日结: what lies in the drawer is what the records say or is said why, and every record is closed exactly once."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from canteen.checkin.models import Scan
from canteen.checkin.shifts.models import CashClose, ClosedEntry, ClosedScan, TillShift
from canteen.checkin.shifts.portions import portions_noted, portions_of
from canteen.checkin.shifts.queries import day_is_complete, days_not_closed, open_tills
from canteen.db import reading, transaction
from canteen.ledger.models import Posting
from canteen.ledger.queries import balance_fen
from tests.checkin.noon import Noon, make_noon
from tests.factories import TODAY, Tablet, enrol_device, issue_card, make_elder, rows, scan

FREE_ON_TABLET = {"decision": "ACCEPTED", "shown_elder_fen": 500, "tender": "cash", "cash_taken_fen": 500}


def look(noon: Noon, tablet: Tablet | None = None) -> dict[str, Any]:
    answer = noon.client.get("/api/v1/cash-closes/next", headers=(tablet or noon.tablet).headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def close(noon: Noon, counted_fen: Any, tablet: Tablet | None = None, **more: Any) -> TestResponse:
    tablet = tablet or noon.tablet
    body = {"id": secrets.token_hex(16), "state": look(noon, tablet)["state"], "counted_fen": counted_fen, "float_fen": 0}
    return noon.client.post("/api/v1/cash-closes", json=body | more, headers=tablet.headers)


def post(noon: Noon, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = noon.client.post(f"/api/v1{path}", json=body, headers=noon.tablet.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def cash_card(noon: Noon) -> str:
    """A card of an elder of 80 with an empty wallet: five yuan in cash."""
    return issue_card(make_elder(noon.canteen_id).id)


def cash_fen() -> int:
    with reading() as session:
        return balance_fen(session, "cash")


def test_a_till_is_closed_on_what_meals_cash_meals_and_top_ups_put_in_the_drawer(app: Flask) -> None:
    noon = make_noon(app.test_client())
    rich = make_elder(noon.canteen_id, balance_fen=0)
    noon.serve(cash_card(noon))
    undone = scan(cash_card(noon))
    noon.send(undone)
    post(noon, f"/scans/{undone['scan_id']}/cancel", {"cancel_id": "c1", "reason": "till"})
    post(noon, "/cash-meals", {"id": "m1", "meal_period": "lunch", "portions": 2, "price_fen": 1500})
    post(noon, "/top-ups", {"id": "t1", "elder_ref": rich.ref, "amount_fen": 10000, "method": "cash"})
    post(noon, "/top-ups", {"id": "t2", "elder_ref": rich.ref, "amount_fen": 5000, "method": "wechat"})

    seen = look(noon)
    done = close(noon, 33500, float_fen=20000, portions={"lunch": 150}).get_json()

    assert (seen["figures"]["meals"], seen["figures"]["cancelled"], seen["figures"]["cash_portions"]) == (2, 1, 2)
    assert seen["figures"]["top_ups"] == {"cash": {"count": 1, "fen": 10000}, "wechat": {"count": 1, "fen": 5000}}
    assert (seen["figures"]["meals_cash_fen"], seen["figures"]["cancelled_cash_fen"]) == (1000, -500)
    assert (done["expected_fen"], done["difference_fen"], done["number"]) == (20000 + 500 + 3000 + 10000, 0, 1)
    assert cash_fen() == 13500
    with reading() as session:
        assert portions_of(session, noon.canteen_id, TODAY) == {"lunch": 150}
        assert day_is_complete(session, noon.canteen_id, TODAY)


def test_a_difference_needs_a_note_and_is_booked_against_its_own_account(app: Flask) -> None:
    noon = make_noon(app.test_client())
    noon.serve(cash_card(noon))

    silent = close(noon, 0)
    said = close(noon, 0, note="找错了零钱").get_json()

    assert silent.status_code == 409 and silent.get_json()["code"] == "note-missing"
    assert said["difference_fen"] == -500
    assert cash_fen() == 0
    with reading() as session:
        assert balance_fen(session, "cash-difference") == 500
        assert session.scalar(select(func.sum(Posting.amount_fen))) == 0


def test_a_close_sent_again_is_one_close(app: Flask) -> None:
    noon = make_noon(app.test_client())
    noon.serve(cash_card(noon))
    body = {"id": "e" * 32, "state": look(noon)["state"], "counted_fen": 400, "float_fen": 0, "note": "少了一元"}

    answers = [post(noon, "/cash-closes", body) for _ in range(3)]
    other = noon.client.post("/api/v1/cash-closes", json=body | {"counted_fen": 500}, headers=noon.tablet.headers)

    assert answers[0] == answers[1] == answers[2]
    assert other.status_code == 409 and other.get_json()["code"] == "close-id-reused"
    assert len(rows(CashClose)) == 1


def test_a_meal_after_the_cashier_looked_is_shown_first(app: Flask) -> None:
    noon = make_noon(app.test_client())
    noon.serve(cash_card(noon))
    state = look(noon)["state"]
    noon.serve(cash_card(noon))

    stale = close(noon, 500, state=state)

    assert stale.status_code == 409 and stale.get_json()["code"] == "figures-changed"
    assert rows(CashClose) == []
    assert close(noon, 1000).status_code == 200


def test_a_meal_after_the_close_is_the_next_closes_and_the_first_stays_as_it_was(app: Flask) -> None:
    noon = make_noon(app.test_client())
    first = scan(cash_card(noon))
    noon.send(first)
    one = close(noon, 500).get_json()
    noon.serve(cash_card(noon))
    post(noon, f"/scans/{first['scan_id']}/cancel", {"cancel_id": "c1", "reason": "till"})

    with reading() as session:
        assert [till.records for till in open_tills(session, noon.canteen_id, TODAY)] == [1]
    two = close(noon, 0).get_json()

    assert (one["figures"]["meals"], two["figures"]["meals"], two["figures"]["cancelled"]) == (1, 1, 1)
    assert (two["number"], two["expected_fen"]) == (2, 0)
    assert [row.figures["meals"] for row in rows(CashClose)] == [1, 1]
    with reading() as session:
        assert day_is_complete(session, noon.canteen_id, TODAY)


def test_each_till_closes_its_own_and_the_day_is_complete_with_the_last(app: Flask) -> None:
    noon = make_noon(app.test_client())
    second = enrol_device(noon.canteen_id, "二号窗口")
    noon.serve(cash_card(noon))
    noon.serve(cash_card(noon), tablet=second)

    close(noon, 500)

    with reading() as session:
        assert [till.name for till in open_tills(session, noon.canteen_id, TODAY)] == ["二号窗口"]
        assert not day_is_complete(session, noon.canteen_id, TODAY)
        assert days_not_closed(session, noon.canteen_id, date(2026, 11, 1), TODAY) == [TODAY]
    assert close(noon, 500, tablet=second).get_json()["figures"]["meals"] == 1
    with reading() as session:
        assert day_is_complete(session, noon.canteen_id, TODAY)


def test_cash_for_a_record_that_waits_is_in_the_drawer_and_named(app: Flask) -> None:
    noon = make_noon(app.test_client())
    noon.send(scan(elder_ref="nobody", **FREE_ON_TABLET))

    seen = look(noon)

    assert (seen["figures"]["waiting"], seen["figures"]["held_fen"], seen["expected_fen"]) == (1, 500, 500)
    assert close(noon, 500).get_json()["difference_fen"] == 0
    assert cash_fen() == 0


def test_an_empty_day_asks_why_nobody_ate(app: Flask) -> None:
    noon = make_noon(app.test_client())

    silent = close(noon, 0)
    said = close(noon, 0, no_meals_reason="停水").get_json()

    assert silent.status_code == 409 and silent.get_json()["code"] == "no-meals-reason"
    assert said["no_meals_reason"] == "停水" and said["service_on"] == TODAY.isoformat()


def test_a_close_ends_the_shift_and_a_later_meal_has_a_late_one(app: Flask) -> None:
    noon = make_noon(app.test_client())
    opened = {"id": "1" * 32, "kind": "open", "shift_id": "a" * 32, "at": "2026-11-20T02:30:00Z", "float_fen": 10000}
    post(noon, "/shifts", opened)
    noon.serve(cash_card(noon), shift_id="a" * 32)
    assert close(noon, 10500, float_fen=10000).get_json()["is_late"] is False

    late = {"id": "2" * 32, "kind": "open", "shift_id": "b" * 32, "at": "2026-11-20T04:00:00Z", "late": True}
    post(noon, "/shifts", late)
    noon.serve(cash_card(noon), shift_id="b" * 32)
    again = close(noon, 500).get_json()

    assert (again["is_late"], again["number"], again["figures"]["meals"]) == (True, 2, 1)
    assert [shift.is_closed for shift in rows(TillShift)] == [True, True]


def test_scans_during_closes_are_each_in_exactly_one(app: Flask) -> None:
    noon = make_noon(app.test_client())
    cards = [cash_card(noon) for _ in range(24)]

    def serve() -> int:
        client = app.test_client()
        mine = Noon(client, noon.canteen_id, noon.tablet)
        return len([mine.serve(card) for card in cards])

    def keep_closing() -> int:
        mine = Noon(app.test_client(), noon.canteen_id, noon.tablet)
        tries = (close(mine, 0, note="测试", no_meals_reason="测试") for _ in range(12))
        return len([answer for answer in tries if answer.status_code == 200])

    with ThreadPoolExecutor(3) as pool:
        served = pool.submit(Context().run, serve)
        closed = [pool.submit(Context().run, keep_closing) for _ in range(2)]
        assert served.result() == 24
        assert all(one.result() >= 0 for one in closed)
    close(noon, 0, note="测试", no_meals_reason="测试")

    scans, counted = {row.id for row in rows(Scan)}, rows(ClosedScan)
    assert len(scans) == 24
    assert sorted(row.scan_row_id for row in counted) == sorted(scans)
    assert sum(row.figures["meals"] for row in rows(CashClose)) == 24
    assert sum(row.figures["booked_fen"] for row in rows(CashClose)) == 24 * 500
    assert len(rows(ClosedEntry)) == 24
    assert cash_fen() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id": "x"}, "id"),
        ({"state": 7}, "state"),
        ({"counted_fen": -1}, "counted_fen"),
        ({"counted_fen": 1.5}, "counted_fen"),
        ({"counted_fen": True}, "counted_fen"),
        ({"note": "长" * 201}, "note"),
        ({"portions": {"supper": 3}}, "portions"),
        ({"portions": {"lunch": -3}}, "portions"),
        ({"denominations": {"100": 4}}, "denominations"),
        ({"denominations": {"7": 0}}, "denominations"),
    ],
)
def test_a_malformed_close_names_what_is_wrong(sqlite_app: Flask, wrong: dict[str, Any], field: str) -> None:
    noon = make_noon(sqlite_app.test_client())

    answer = close(noon, **{"counted_fen": 500, **wrong})

    assert answer.status_code == 400 and f" {field} " in answer.get_json()["title"]
    assert rows(CashClose) == []


def test_a_close_is_evidence_that_nobody_changes(app: Flask) -> None:


    noon = make_noon(app.test_client())
    noon.serve(cash_card(noon))
    close(noon, 500)

    for statement in ("UPDATE cash_close SET counted_fen = 1", "DELETE FROM closed_scan", "DELETE FROM closed_entry"):
        with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
            session.execute(text(statement))


def test_a_corrected_portion_count_is_a_further_row(app: Flask) -> None:
    noon = make_noon(app.test_client())
    noon.serve(cash_card(noon))
    close(noon, 500, portions={"lunch": 150})
    noon.serve(cash_card(noon))
    close(noon, 500, portions={"lunch": 148})

    with reading() as session:
        noted = portions_noted(session, noon.canteen_id, TODAY, TODAY)

    assert [row.portions for row in noted] == [150, 148]
    assert all(row.noted_by == f"device:{noon.tablet.ref}" for row in noted)
