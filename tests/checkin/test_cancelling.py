"""A meal taken back: everything mirrored, the slot and the limits free again."""

import secrets
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from canteen.checkin.cancelling import cancel_meal
from canteen.checkin.models import Meal, MealCancel, MealShare, ScanRuling
from canteen.core.errors import Refusal
from canteen.ledger.models import Entry, Posting
from canteen.sponsors.models import FundDay
from canteen.wallets.models import Voucher
from tests.checkin.noon import Noon, at, make_noon, outcome
from tests.factories import (
    TODAY,
    Tablet,
    balance_fen,
    credit_voucher,
    enrol_device,
    fund_balance_fen,
    issue_card,
    make_elder,
    make_fund,
    mark_closed,
    only,
    programme,
    rows,
    scan,
    set_card_state,
)


def take_back(noon: Noon, scan_id: str, tablet: Tablet | None = None, **changes: Any) -> TestResponse:
    body = {"cancel_id": secrets.token_hex(16), "reason": "刷错了", "seen_at": at()} | changes
    return noon.client.post(
        f"/api/v1/scans/{scan_id}/cancel", json=body, headers=(tablet or noon.tablet).headers
    )


def test_a_cancelled_meal_gives_everything_back_and_frees_its_slot(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    token = issue_card(elder.id)
    first = noon.serve(token)

    answer = take_back(noon, first["scan_id"])

    assert answer.status_code == 200, answer.text
    assert answer.get_json()["meal_no"] == first["meal_no"]
    assert balance_fen(elder.id) == 5000
    again = noon.serve(token)
    assert outcome(again) == ("MEAL", None)
    assert again["elder_fen"] == 500  # the day's one subsidised meal is free again
    assert sum(share.amount_fen for share in rows(MealShare, meal_id=first["meal_no"])) == 0
    assert sum(share.meals for share in rows(MealShare, meal_id=first["meal_no"])) == 0
    entry, mirror = rows(Entry, meal_id=first["meal_no"])
    assert (mirror.kind, mirror.reverses_id) == ("reversal", entry.id)


def test_fund_and_voucher_get_back_what_they_gave(client: FlaskClient) -> None:
    rules = [
        {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "2.00"}},
        {"id": "note", "title": "券", "payer": "voucher", "fund": "care", "pays": "all"},
    ]
    noon = make_noon(client, programme(rules))
    fund_id = make_fund("weida", 5000, per_day_fen=300)
    elder = make_elder(noon.canteen_id)
    soon = credit_voucher("care", elder.id, 400, TODAY)
    later = credit_voucher("care", elder.id, 5000, TODAY.replace(month=12))
    first = noon.serve(issue_card(elder.id))
    assert [voucher.left_fen for voucher in rows(Voucher)] == [0, 5000 - 900]
    assert only(FundDay).drawn_fen == 200

    take_back(noon, first["scan_id"])

    assert fund_balance_fen(fund_id) == 5000
    assert only(FundDay).drawn_fen == 0
    assert {voucher.id: voucher.left_fen for voucher in rows(Voucher)} == {soon: 400, later: 5000}


def test_the_same_cancellation_twice_is_one_reversal(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    first = noon.serve(issue_card(elder.id))
    cancel_id = secrets.token_hex(16)

    answers = [take_back(noon, first["scan_id"], cancel_id=cancel_id).get_json() for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    assert balance_fen(elder.id) == 5000
    other = take_back(noon, first["scan_id"])
    assert (other.status_code, other.get_json()["code"]) == (409, "already-cancelled")


def test_a_cancellation_that_comes_before_its_scan_is_held(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    record = scan(issue_card(elder.id), decision="ACCEPTED", shown_elder_fen=500)

    held = take_back(noon, record["scan_id"]).get_json()
    [result] = noon.send(record)

    assert held["held"] is True
    assert outcome(result) == ("MEAL", None)
    assert only(Meal).cancelled_at is not None
    assert balance_fen(elder.id) == 5000
    assert sum(line.amount_fen for line in rows(Posting, account_code="meals")) == 0


def test_a_till_has_ten_minutes(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = make_noon(client)
    tokens = [issue_card(make_elder(noon.canteen_id, name).id) for name in ("甲", "乙")]
    first, second = (noon.serve(token) for token in tokens)

    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T04:10:00Z")
    in_time = take_back(noon, first["scan_id"])
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T04:10:01Z")
    late = take_back(noon, second["scan_id"])

    assert in_time.status_code == 200
    assert (late.status_code, late.get_json()["code"]) == (409, "too-late")


def test_both_done_offline_are_ten_minutes_apart_by_the_tablets_own_times(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)
    [result] = noon.send(scan(token, decision="ACCEPTED", shown_elder_fen=500, seen_at="2026-11-20T03:00:00Z"))
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T06:00:00Z")

    assert take_back(noon, result["scan_id"], seen_at="2026-11-20T03:10:01Z").status_code == 409
    assert take_back(noon, result["scan_id"], seen_at="2026-11-20T03:09:00Z").status_code == 200


def test_a_till_takes_back_its_own_meals_only(client: FlaskClient) -> None:
    noon = make_noon(client)
    first = noon.serve(issue_card(make_elder(noon.canteen_id).id))
    other = enrol_device(noon.canteen_id, "二号窗口")

    answer = take_back(noon, first["scan_id"], other)

    assert (answer.status_code, answer.get_json()["code"]) == (403, "not-this-till")


def test_a_meal_is_taken_back_by_its_number_too(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    first = noon.serve(issue_card(elder.id))
    body = {"cancel_id": secrets.token_hex(16), "reason": "不买"}
    address = f"/api/v1/meals/{first['meal_no']}/cancel"

    answers = [client.post(address, json=body, headers=noon.tablet.headers) for _ in range(2)]

    assert answers[0].status_code == 200
    assert answers[0].get_json() == answers[1].get_json()
    assert balance_fen(elder.id) == 5000
    missing = client.post("/api/v1/meals/999999/cancel", json=body | {"cancel_id": "ab" * 16}, headers=noon.tablet.headers)
    assert missing.status_code == 404


def test_a_waiting_record_that_is_taken_back_waits_no_more(client: FlaskClient) -> None:
    noon = make_noon(client)
    result = noon.serve(None, token_sha256="ab" * 32)

    answer = take_back(noon, result["scan_id"])

    assert answer.status_code == 200
    assert only(ScanRuling).ruling == "not-a-meal"


def test_a_rejected_record_has_nothing_to_take_back(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)
    set_card_state(token, "lost")

    answer = take_back(noon, noon.serve(token)["scan_id"])

    assert (answer.status_code, answer.get_json()["code"]) == (409, "nothing-to-cancel")
    assert rows(MealCancel) == []


@pytest.mark.parametrize(
    "change", [{"cancel_id": "a b"}, {"cancel_id": None}, {"seen_at": "noon"}, {"reason": 5}]
)
def test_an_ill_formed_cancellation_is_refused(client: FlaskClient, change: dict[str, Any]) -> None:
    noon = make_noon(client)
    first = noon.serve(issue_card(make_elder(noon.canteen_id).id))

    answer = take_back(noon, first["scan_id"], **change)

    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert only(Meal).cancelled_at is None


def test_the_office_takes_back_later_with_a_reason(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    meal_no = noon.serve(issue_card(elder.id))["meal_no"]
    monkeypatch.setenv("CANTEEN_NOW", "2026-12-02T04:00:00Z")
    mark_closed(noon.canteen_id, "2026-11")

    with pytest.raises(Refusal, match="原因"):
        cancel_meal(meal_no, " ", "staff:1")
    cancel_meal(meal_no, "家属说没有来", "staff:1")

    assert balance_fen(elder.id) == 5000
    entry, mirror = rows(Entry, meal_id=meal_no)
    assert (entry.month, mirror.month) == ("2026-11", "2026-12")
    assert [share.month for share in rows(MealShare)] == ["2026-11", "2026-11", "2026-12", "2026-12"]
    with pytest.raises(Refusal, match="撤销过"):
        cancel_meal(meal_no, "再来一次", "staff:1")


def test_a_promise_that_was_kept_is_taken_back_as_well(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    record = scan(issue_card(elder.id))
    noon.send(record)
    noon.send(record | {"decision": "ACCEPTED", "shown_elder_fen": 300})

    take_back(noon, record["scan_id"])

    assert balance_fen(elder.id) == 5000
    sums: dict[str, int] = {}
    for line in rows(Posting):
        sums[line.account_code] = sums.get(line.account_code, 0) + line.amount_fen
    assert sums == {"cash": 5000, "wallet": -5000, "government:城关区民政局:-": 0, "meals": 0, "operator:absorbed": 0}
