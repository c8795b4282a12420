"""A tablet's queue sent at once becomes what its scans would have become one by one."""

from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.checkin.models import Scan
from canteen.checkin.round_trips import counted
from canteen.db import reading
from canteen.devices.models import Device
from canteen.sponsors.models import Fund
from tests.checkin.noon import Noon, at
from tests.factories import (
    batch,
    bind_programme,
    enrol_device,
    fund_balance_fen,
    issue_card,
    make_canteen,
    make_elder,
    make_fund,
    mark_closed,
    only,
    programme,
    rows,
    scan,
    set_card_state,
)

TOLD = ("state", "code", "price_fen", "elder_fen", "wallet_fen", "cash_fen", "balance_fen", "shares", "notices", "message")


def open_canteen(client: FlaskClient, code: str, fund_fen: int = 70_00) -> Noon:
    """A canteen of its own programme and fund, which pays 5.00 while it lasts, then 2.00 for nobody."""
    rules = [
        {"id": "aid", "title": "补贴", "payer": "government", "when": {"age": {"from": 70}}, "pays": {"fixed": "6.00"},
         "limit": [{"per": "day", "meals": 1}]},
        {"id": "gift", "title": "资助", "payer": "sponsor", "fund": f"fund-{code}", "pays": {"fixed": "5.00"}},
    ]  # fmt: skip
    canteen_id = make_canteen(code, name=code)
    make_fund(f"fund-{code}", fund_fen, sponsor=code, per_day_fen=60_00)
    bind_programme(canteen_id, programme(rules, code=f"programme-{code}"))
    return Noon(client, canteen_id, enrol_device(canteen_id, code))


def queue(noon: Noon, seed: int) -> list[Any]:
    """Some thirty records as a queue may hold them: mostly plain, with all that is out of the ordinary between."""
    random = Random(seed)
    people = [make_elder(noon.canteen_id, f"老人{number}", balance_fen=number * 300) for number in range(24)]
    cards = [issue_card(elder.id) for elder in people]
    set_card_state(cards[5], "lost")
    records: list[Any] = [scan(card, decision="ACCEPTED", shown_elder_fen=400) for card in cards]
    records += [scan(cards[0]), scan(cards[1], meal_period="dinner"), scan(elder_ref=people[2].ref)]
    records += [scan("0" * 17), {"scan_id": "x"}, scan(cards[3], decision="SERVED_ANYWAY"), scan(cards[6], seen_at=at(hours=2))]
    random.shuffle(records)
    records += [dict(records[4]), {**records[7], "seq": 99, "mono_ms": 5}] if isinstance(records[4], dict) else []
    return records


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_queue_sent_at_once_becomes_what_it_would_have_become_one_by_one(client: FlaskClient, seed: int) -> None:
    apart, together = open_canteen(client, "apart"), open_canteen(client, "together")
    singles, whole = queue(apart, seed), queue(together, seed)

    one_by_one = [apart.send(record)[0] for record in singles]
    at_once = together.send(*whole)

    assert [told(answer) for answer in at_once] == [told(answer, "apart", "together") for answer in one_by_one]
    left = {fund.code: fund.held_fen for fund in rows(Fund)}
    # The day's ceiling of 60.00 is reached: the fund still holds 10.00.
    assert left == {"fund-apart": 10_00, "fund-together": 10_00}
    assert [answer["scan_id"] for answer in at_once[:5]] == [record.get("scan_id") for record in whole[:5]]


def told(answer: dict[str, Any], old: str = "", new: str = "") -> dict[str, Any]:
    kept = {key: answer.get(key) for key in TOLD}
    shares = [share | {"payer": share["payer"].replace(old, new)} for share in kept["shares"]]
    return kept | {"shares": shares}


def test_a_fund_ends_to_the_fen_within_one_batch(client: FlaskClient) -> None:
    noon = open_canteen(client, "short", fund_fen=22_00)
    cards = [issue_card(make_elder(noon.canteen_id, f"老人{number}").id) for number in range(12)]

    results = noon.send(*[scan(card) for card in cards])

    given = [sum(share["fen"] for share in result["shares"] if share["payer"].startswith("sponsor")) for result in results]
    assert given == [500, 500, 500, 500, 200, *[0] * 7]
    assert fund_balance_fen(only(Fund).id) == 0


def test_the_same_batch_again_gets_the_same_answers(client: FlaskClient) -> None:
    noon = open_canteen(client, "again")
    records = queue(noon, 4)

    first, second = noon.send(*records), noon.send(*records)

    assert first == second
    with reading() as session:
        device = session.get(Device, noon.tablet.id)
        assert device is not None and device.last_contact_at is not None


def test_a_held_cancellation_meets_its_scan_within_a_batch(client: FlaskClient) -> None:
    noon = open_canteen(client, "held")
    records = [scan(issue_card(make_elder(noon.canteen_id, f"老人{number}").id)) for number in range(10)]
    path = f"/api/v1/scans/{records[4]['scan_id']}/cancel"
    assert noon.client.post(path, json={"cancel_id": "c" * 32}, headers=noon.tablet.headers).status_code == 200

    noon.send(*records)

    again = noon.client.post("/api/v1/scans", json=batch(records[4]), headers=noon.tablet.headers)
    assert again.get_json()["results"][0]["state"] == "MEAL"
    assert fund_balance_fen(only(Fund).id) == 70_00 - 9 * 5_00


def test_a_queue_of_a_closed_month_counts_in_the_open_one(client: FlaskClient) -> None:
    noon = open_canteen(client, "late")
    cards = [issue_card(make_elder(noon.canteen_id, f"老人{number}").id) for number in range(9)]
    mark_closed(noon.canteen_id, "2026-11")

    results = noon.send(*[scan(card) for card in cards])

    assert {result["code"] for result in results} == {"LATE"}
    assert len(rows(Scan)) == 9


def test_fifty_scans_take_few_round_trips(postgresql_app: Flask) -> None:
    noon = open_canteen(postgresql_app.test_client(), "many")
    cards = [issue_card(make_elder(noon.canteen_id, f"老人{number}").id) for number in range(20)]
    noon.serve(issue_card(make_elder(noon.canteen_id).id))

    with counted() as look:
        results = noon.send(*[scan(card) for card in cards])

    assert {result["state"] for result in results} == {"MEAL"}
    assert look.count <= 3  # locks, one look, one write
