"""The same scan id gets the same answer, for ever; what may change once is what a tablet decided meanwhile."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from canteen.checkin.answers import dump
from canteen.checkin.models import Meal, MealShare, Scan
from canteen.ledger.models import Entry, Posting
from tests.checkin.noon import make_noon, outcome
from tests.factories import balance_fen, batch, issue_card, make_elder, only, rows, scan


def test_a_record_sent_again_gets_the_same_bytes(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    record = scan(issue_card(elder.id))
    body = batch(record)

    texts = [client.post("/api/v1/scans", json=body, headers=noon.tablet.headers).data for _ in range(3)]

    assert texts[0] == texts[1] == texts[2]
    assert balance_fen(elder.id) == 4500
    assert len(rows(Scan)) == 1


def test_a_record_sent_again_by_the_hash_of_its_token_is_the_same_record(client: FlaskClient) -> None:
    noon = make_noon(client)
    record = scan(issue_card(make_elder(noon.canteen_id).id))
    first = noon.send(record)[0]

    kept = {key: value for key, value in record.items() if key != "token"}
    kept["token_sha256"] = only(Scan).claim["token_sha256"]

    assert dump(noon.send(kept)[0]) == dump(first)


def test_the_same_id_twice_in_one_batch_is_one_meal(client: FlaskClient) -> None:
    noon = make_noon(client)
    record = scan(issue_card(make_elder(noon.canteen_id).id))

    first, second = noon.send(record, record)

    assert first == second
    assert len(rows(Meal)) == 1


@pytest.mark.parametrize(
    "change",
    [{"seq": 999_999}, {"boot_id": "ffffffffffffffff"}, {"channel": "takeaway"}, {"meal_period": "dinner"},
     {"mono_ms": 1}, {"set_ref": "b"}, {"seen_at": "2026-11-20T04:00:01Z"}, {"tray": []}],
)  # fmt: skip
def test_an_id_with_other_content_is_refused(client: FlaskClient, change: dict[str, Any]) -> None:
    noon = make_noon(client)
    record = scan(issue_card(make_elder(noon.canteen_id).id))
    first = noon.send(record)[0]

    reused = noon.send(record | change)[0]

    assert outcome(reused) == ("REJECTED", "ID_REUSED")
    assert noon.send(record)[0] == first


def test_the_first_effect_stays_when_the_tablet_decided_alike(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    record = scan(issue_card(elder.id))
    first = noon.send(record)[0]

    again = noon.send(record | {"decision": "ACCEPTED", "shown_elder_fen": 500})[0]

    assert again == first
    assert only(Scan).decision == "ACCEPTED"
    assert len(rows(Entry, meal_id=first["meal_no"])) == 1


def test_the_price_that_the_tablet_showed_is_kept_by_an_adjusting_entry(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    record = scan(issue_card(elder.id))
    noon.send(record)

    changed = noon.send(record | {"decision": "ACCEPTED", "shown_elder_fen": 300})[0]

    assert outcome(changed) == ("MEAL", None)
    assert (changed["elder_fen"], changed["wallet_fen"], changed["balance_fen"]) == (300, 300, 4700)
    assert changed["shares"] == [
        {"payer": "government", "fen": 1000}, {"payer": "elder", "fen": 300}, {"payer": "operator:absorbed", "fen": 200},
    ]  # fmt: skip
    assert balance_fen(elder.id) == 4700
    promise = only(Entry, kind="promise")
    assert {line.account_code: line.amount_fen for line in rows(Posting, entry_id=promise.id)} == {
        "operator:absorbed": 200, "wallet": -200,
    }  # fmt: skip
    assert sum(share.amount_fen for share in rows(MealShare)) == 1500
    assert sum(share.meals for share in rows(MealShare, payer="elder")) == 1


def test_cash_that_was_taken_offline_gives_the_wallet_its_money_back(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    record = scan(issue_card(elder.id))
    noon.send(record)

    changed = noon.send(
        record | {"decision": "ACCEPTED", "shown_elder_fen": 500, "tender": "cash", "cash_taken_fen": 500}
    )[0]

    assert (changed["wallet_fen"], changed["cash_fen"], changed["balance_fen"]) == (0, 500, 5000)
    assert balance_fen(elder.id) == 5000


def test_a_decision_changes_once_only(client: FlaskClient) -> None:
    noon = make_noon(client)
    record = scan(issue_card(make_elder(noon.canteen_id, balance_fen=5000).id))
    noon.send(record)
    accepted = record | {"decision": "ACCEPTED", "shown_elder_fen": 300}
    changed = noon.send(accepted)[0]

    assert noon.send(record)[0] == changed
    assert noon.send(record | {"decision": "SERVED_ANYWAY"})[0] == changed
    assert noon.send(accepted | {"shown_elder_fen": 0})[0] == changed


def test_what_was_refused_online_and_served_by_the_tablet_waits_with_both_facts(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)
    noon.serve(token)
    record = scan(token)
    assert outcome(noon.send(record)[0]) == ("REJECTED", "DUPLICATE_SAME")

    changed = noon.send(record | {"decision": "SERVED_ANYWAY"})[0]

    assert outcome(changed) == ("EXCEPTION", "SERVED_ANYWAY")
    row = only(Scan, scan_id=record["scan_id"])
    assert (row.state, row.code) == ("EXCEPTION", "SERVED_ANYWAY")
    assert row.claim["was"] == ["ONLINE", "REJECTED", "DUPLICATE_SAME"]
    assert len(rows(Meal)) == 1


def test_totals_do_not_depend_on_the_order_or_repetition_of_batches(client: FlaskClient) -> None:
    noon = make_noon(client)
    elders = [make_elder(noon.canteen_id, f"老人{n}", balance_fen=1000) for n in range(6)]
    records = [scan(issue_card(elder.id), decision="ACCEPTED", shown_elder_fen=500) for elder in elders]

    noon.send(*records[3:], *records[:2])
    noon.send(*reversed(records))
    noon.send(records[2], records[2])

    assert len(rows(Meal)) == 6
    assert {balance_fen(elder.id) for elder in elders} == {500}
