"""A batch answers for each of its records, whatever the others are."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from canteen.checkin.models import Meal, Scan
from tests.checkin.noon import make_noon, outcome
from tests.factories import batch, issue_card, make_elder, only, rows, scan


def test_one_broken_record_spoils_nothing_but_itself(client: FlaskClient) -> None:
    noon = make_noon(client)
    tokens = [issue_card(make_elder(noon.canteen_id, f"老人{n}").id) for n in range(4)]
    records: list[Any] = [scan(token) for token in tokens]
    records.insert(2, scan(tokens[0], boot_id="short"))

    results = noon.send(*records)

    assert [outcome(result) for result in results] == [
        ("MEAL", None), ("MEAL", None), ("REJECTED", "BAD_RECORD"), ("MEAL", None), ("MEAL", None),
    ]  # fmt: skip
    assert [result["scan_id"] for result in results] == [record["scan_id"] for record in records]


BROKEN = [
    {"boot_id": "0011"}, {"seq": -1}, {"seq": True}, {"seq": 1.5}, {"seq": None}, {"meal_period": "tea"},
    {"channel": "post"}, {"seen_at": "2026-11-20 04:00"}, {"seen_at": "2026-11-20T04:00:00+08:00"},
    {"seen_at": "2026-13-20T04:00:00Z"}, {"mono_ms": "1"}, {"anchor": 5}, {"shown_elder_fen": -1},
    {"shown_elder_fen": 5.0}, {"decision": "MAYBE"}, {"decision": None}, {"note": "x" * 201}, {"note": "a\u0000b"},
    {"note": "\ud800"}, {"tender": "gold"}, {"price_basis": "half"}, {"cash_taken_fen": "5"}, {"tray": {}},
    {"tray": [{"dish_ref": "a", "portions": -1}]}, {"token": "1300000000000000000"}, {"token": None},
    {"token": ["x"]}, {"elder_ref": "ab"}, {"token": None, "token_sha256": "zz"}, {"scan_id": "ABC"},
    {"scan_id": None}, {"scan_id": 7}, {"scan_id": "\ud800"},
]  # fmt: skip


def test_every_broken_key_is_a_bad_record_and_nothing_else(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)
    others: list[Any] = [None, 5, "x", [], {}]
    body = batch(*[scan(token) | changes for changes in BROKEN], *others)

    answer = client.post(
        "/api/v1/scans", data=json.dumps(body), content_type="application/json", headers=noon.tablet.headers
    )

    results = answer.get_json()["results"]
    assert [outcome(result) for result in results] == [("REJECTED", "BAD_RECORD")] * (len(BROKEN) + len(others))
    assert all("scan_id" in result for result in results)
    assert rows(Meal) == []


def test_a_bad_record_is_known_again_by_its_id(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)
    broken = scan(token, channel="post")

    first, second = noon.send(broken)[0], noon.send(broken)[0]
    mended = noon.send(broken | {"channel": "dine-in"})[0]

    assert first == second
    assert first["commit_no"] == only(Scan).id
    assert outcome(mended) == ("REJECTED", "ID_REUSED")


def test_a_payment_code_is_never_kept(client: FlaskClient) -> None:
    noon = make_noon(client)

    [result] = noon.send(scan("130123456789012345"))

    assert outcome(result) == ("REJECTED", "BAD_RECORD")
    assert "130123456789012345" not in json.dumps(only(Scan).claim) + json.dumps(only(Scan).answer)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("no json", "not-a-batch"),
        ("[]", "not-a-batch"),
        ("{}", "not-a-batch"),
        ('{"records": {}}', "not-a-batch"),
        ('{"sent_at": "2026-11-20T04:00:00Z", "records": []}', "batch-size"),
        (json.dumps({"sent_at": "2026-11-20T04:00:00Z", "records": [{}] * 501}), "batch-size"),
        ('{"records": [{}]}', "sent-at"),
        ('{"sent_at": "noon", "records": [{}]}', "sent-at"),
        ('{"sent_at": 5, "records": [{}]}', "sent-at"),
    ],
)
def test_a_body_that_is_no_batch_is_a_problem(client: FlaskClient, body: str, code: str) -> None:
    noon = make_noon(client)

    answer = client.post(
        "/api/v1/scans", data=body, content_type="application/json", headers=noon.tablet.headers
    )

    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert answer.get_json()["code"] == code


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nobody"}, {"Authorization": "Basic x"}])
def test_an_unknown_token_is_told_so(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.post("/api/v1/scans", json=batch(scan()), headers=headers)

    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")


def test_a_body_without_measure_is_refused_before_it_is_read(client: FlaskClient) -> None:
    noon = make_noon(client)

    answer = client.post(
        "/api/v1/scans", data=b"[" + b" " * 5_000_000, content_type="application/json", headers=noon.tablet.headers
    )

    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")


def test_five_hundred_records_are_answered_in_the_order_sent(client: FlaskClient) -> None:
    noon = make_noon(client)
    tokens = [issue_card(make_elder(noon.canteen_id, f"老人{n}").id) for n in range(20)]
    records = [scan(token, **({"meal_period": "tea"} if n == 7 else {})) for n in range(25) for token in tokens]

    results = noon.send(*records)

    assert [result["scan_id"] for result in results] == [record["scan_id"] for record in records]
    assert sum(result["state"] == "MEAL" for result in results) == 20
    assert sum(result["code"] == "BAD_RECORD" for result in results) == 20
    assert len(rows(Meal)) == 20


def test_the_whole_code_of_a_card_is_read_as_a_gun_sends_it(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)

    result = noon.serve(f"https://canteen.example/k/{token.lower()}")

    assert outcome(result) == ("MEAL", None)
