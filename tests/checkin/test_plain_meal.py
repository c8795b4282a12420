"""A card held up at noon: the price is divided, recorded and answered."""

from datetime import date

from flask.testing import FlaskClient

from canteen.checkin.models import Meal, MealShare, Scan
from canteen.ledger.models import Entry, Posting
from tests.factories import (
    balance_fen,
    batch,
    bind_programme,
    enrol_device,
    four_yuan,
    issue_card,
    make_canteen,
    make_elder,
    only,
    programme,
    rows,
    scan,
)


def test_a_card_scanned_at_noon_serves_a_divided_meal(client: FlaskClient) -> None:
    canteen_id = make_canteen()
    bind_programme(canteen_id, four_yuan())
    elder = make_elder(canteen_id, born_on=date(1946, 11, 20), balance_fen=5000)
    token, tablet = issue_card(elder.id), enrol_device(canteen_id)
    record = scan(token)

    answer = client.post("/api/v1/scans", json=batch(record), headers=tablet.headers)

    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    assert body.keys() == {"epoch", "anchor", "backed_up_through", "results"}
    [result] = body["results"]
    assert (result["scan_id"], result["state"], result["code"]) == (record["scan_id"], "MEAL", None)
    assert result["price_fen"] == 1500
    assert (result["elder_fen"], result["wallet_fen"], result["cash_fen"]) == (500, 500, 0)
    assert result["balance_fen"] == 4500
    assert result["shares"] == [{"payer": "government", "fen": 1000}, {"payer": "elder", "fen": 500}]
    assert body["backed_up_through"] == result["commit_no"]
    assert balance_fen(elder.id) == 4500


def test_who_stays_in_a_care_home_lives_there_for_the_rules(client: FlaskClient) -> None:
    canteen_id = make_canteen()
    rule = {"id": "home", "title": "住养老机构的每餐8元", "payer": "government", "when": {"living": ["care-home"]},
            "pays": {"fixed": "8.00"}}  # fmt: skip
    bind_programme(canteen_id, programme([rule]))
    elder = make_elder(canteen_id, facts={"living": "alone", "care_home": "福寿院"}, balance_fen=5000)
    tablet = enrol_device(canteen_id)

    [result] = client.post(
        "/api/v1/scans", json=batch(scan(issue_card(elder.id))), headers=tablet.headers
    ).get_json()["results"]

    assert result["elder_fen"] == 700
    assert only(Meal).facts["living"] == "care-home"


def test_what_was_true_is_frozen_with_the_meal(client: FlaskClient) -> None:
    canteen_id = make_canteen()
    bind_programme(canteen_id, four_yuan())
    elder = make_elder(canteen_id, born_on=date(1956, 1, 1), facts={"category": ["low-income"], "living": "alone"})
    tablet = enrol_device(canteen_id)

    record = scan(issue_card(elder.id))
    client.post("/api/v1/scans", json=batch(record), headers=tablet.headers)

    meal, row = only(Meal), only(Scan)
    shares = rows(MealShare)
    entry = only(Entry, meal_id=meal.id)
    postings = rows(Posting, entry_id=entry.id)
    assert (meal.kind, meal.age_years, meal.programme_code) == ("slot", 70, "test-programme")
    assert (meal.version_on, meal.authority, meal.month) == (date(2014, 10, 1), "城关区民政局", "2026-11")
    assert meal.facts["categories"] == ["low-income"]
    assert meal.facts["living"] == "alone"
    assert [(share.rule_id, share.payer, share.amount_fen, share.levels) for share in shares] == [
        ("age-65-74", "government", 900, {"city": 360, "district": 540}),
        (None, "elder", 600, None),
    ]
    assert meal.trace[1] == {"rule": "age-75", "matched": False, "failed": "age", "paid_fen": 0}
    assert sorted((line.account_code, line.amount_fen) for line in postings) == [
        ("cash", 600), ("government:城关区民政局:city", 360), ("government:城关区民政局:district", 540), ("meals", -1500),
    ]  # fmt: skip
    assert sum(line.amount_fen for line in postings) == 0
    assert "token" not in row.claim
    assert len(row.claim["token_sha256"]) == 64
