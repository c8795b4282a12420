"""What a till asks for between two scans, cash meals, and finding an elder by hand."""

import secrets
from typing import Any

import pytest
from flask.testing import FlaskClient

from canteen.checkin.models import CashMeal
from canteen.ledger.models import Posting
from tests.checkin.noon import make_noon
from tests.factories import (
    issue_card,
    make_elder,
    make_fund,
    only,
    programme,
    publish_menu,
    revoke_device,
    rows,
    scan,
)


def test_the_till_shows_the_running_meal_period(client: FlaskClient) -> None:
    rule = {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "2.00"}}
    noon = make_noon(client, programme([rule]))
    make_fund("weida", 5000, sponsor="德康大药房")
    publish_menu(noon.canteen_id, "红烧带鱼\n番茄炒蛋", price_fen=1600)
    noon.serve(issue_card(make_elder(noon.canteen_id, "王秀英").id))

    answer = client.get("/api/v1/till", headers=noon.tablet.headers)

    till = answer.get_json()
    assert till["canteen"] == {"code": "beimen", "name": "北门社区食堂"}
    assert (till["meal_period"], till["hours"], till["served"]) == ("lunch", "10:30-13:00", 1)
    assert (till["menu"], till["price_fen"], till["strip"]) == ("红烧带鱼、番茄炒蛋", 1600, "德康大药房")
    assert till["cashier"] is None
    assert [meal["name"] for meal in till["recent"]] == ["王秀英"]


def test_between_meal_periods_the_till_names_none(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = make_noon(client)
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T07:00:00Z")

    till = client.get("/api/v1/till", headers=noon.tablet.headers).get_json()

    assert (till["meal_period"], till["hours"], till["menu"], till["served"]) == (None, None, None, 0)


@pytest.mark.parametrize("question", ["WXY", "wx", "秀英", "王秀英", "0318", "00000318"])
def test_an_elder_is_found_by_initials_name_and_card(client: FlaskClient, question: str) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, "王秀英", initials=" WXY ")
    issue_card(elder.id)
    make_elder(noon.canteen_id, "李建国", initials=" LJG ")

    answer = client.get("/api/v1/find", query_string={"q": question}, headers=noon.tablet.headers)

    [found] = answer.get_json()["elders"]
    assert found == {
        "ref": elder.ref, "name": "王秀英", "age_years": 80, "tail": "0318", "hint": None, "labels": [],
        "served": False, "served_at": None,
    }  # fmt: skip


@pytest.mark.parametrize("question", ["", " ", "8", "XY", "张", "%", "_", "620102"])
def test_what_fits_nobody_finds_nobody(client: FlaskClient, question: str) -> None:
    noon = make_noon(client)
    issue_card(make_elder(noon.canteen_id, "王秀英").id)

    answer = client.get("/api/v1/find", query_string={"q": question}, headers=noon.tablet.headers)

    assert answer.get_json()["elders"] == []


def test_at_most_eight_are_found_and_none_of_another_canteen(client: FlaskClient) -> None:
    noon = make_noon(client)
    for number in range(9):
        make_elder(noon.canteen_id, f"王秀{number}")
    make_elder(noon.canteen_id, "王秀英", listed=False)

    answer = client.get("/api/v1/find?q=WXY", headers=noon.tablet.headers)

    names = [found["name"] for found in answer.get_json()["elders"]]
    assert len(names) == 8
    assert "王秀英" not in names


def test_who_has_eaten_is_shown_as_served(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id)
    noon.send(scan(elder_ref=elder.ref))

    [found] = client.get("/api/v1/find?q=王", headers=noon.tablet.headers).get_json()["elders"]

    assert found["served"] is True
    assert found["served_at"] == "2026-11-20T04:00:00Z"


def test_a_card_shows_whose_it_is_without_checking_in(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=1250)
    token = issue_card(elder.id)

    answer = client.post("/api/v1/find", json={"token": token}, headers=noon.tablet.headers)

    [found] = answer.get_json()["elders"]
    assert (found["ref"], found["balance_fen"], found["served"]) == (elder.ref, 1250, False)


def test_cash_meals_are_counted_once_for_kitchen_and_till(client: FlaskClient) -> None:
    noon = make_noon(client)
    body = {"id": secrets.token_hex(16), "meal_period": "lunch", "portions": 3, "price_fen": 1800}

    answers = [client.post("/api/v1/cash-meals", json=body, headers=noon.tablet.headers) for _ in range(2)]

    assert answers[0].get_json() == answers[1].get_json()
    assert answers[0].get_json()["cash_fen"] == 5400
    assert only(CashMeal).portions == 3
    assert {line.account_code: line.amount_fen for line in rows(Posting)} == {"cash": 5400, "cash-meals": -5400}
    assert client.get("/api/v1/till", headers=noon.tablet.headers).get_json()["served"] == 3


@pytest.mark.parametrize(
    "change",
    [{"id": "a b"}, {"meal_period": "tea"}, {"portions": 0}, {"portions": 1.5}, {"portions": True}, {"price_fen": 0},
     {"price_fen": "18"}, {"portions": 501}],
)  # fmt: skip
def test_an_ill_formed_cash_meal_is_refused(client: FlaskClient, change: dict[str, Any]) -> None:
    noon = make_noon(client)
    body = {"id": secrets.token_hex(16), "meal_period": "lunch", "portions": 3, "price_fen": 1800} | change

    answer = client.post("/api/v1/cash-meals", json=body, headers=noon.tablet.headers)

    assert (answer.status_code, answer.get_json()["code"]) == (400, "cash-meal")
    assert rows(CashMeal) == []


def test_a_revoked_device_learns_nothing(client: FlaskClient) -> None:
    noon = make_noon(client)
    make_elder(noon.canteen_id)
    revoke_device(noon.tablet)

    for address in ("/api/v1/find?q=WXY", "/api/v1/till"):
        answer = client.get(address, headers=noon.tablet.headers)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "device-revoked")


def test_the_calls_stand_in_the_openapi_description(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]

    assert {"/api/v1/scans", "/api/v1/scans/{scan_id}/cancel", "/api/v1/meals/{meal_no}/cancel",
            "/api/v1/cash-meals", "/api/v1/till", "/api/v1/find"} <= paths.keys()  # fmt: skip
