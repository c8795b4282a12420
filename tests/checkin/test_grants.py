"""Grants stand beside the price: they are posted with the meal, and change nothing that an elder pays."""

from datetime import date

from flask.testing import FlaskClient

from canteen.checkin.models import MealShare
from canteen.ledger.models import Posting
from tests.factories import (
    batch,
    bind_programme,
    enrol_device,
    issue_card,
    make_canteen,
    make_elder,
    programme,
    rows,
    scan,
)

RULE = {"id": "age-60", "title": "60岁以上每餐5元", "payer": "government", "when": {"age": {"from": 60}}, "pays": {"fixed": "5.00"}}
DELIVERY = {
    "id": "delivery", "title": "送餐补贴", "payer": "government", "payee": "courier", "when": {"channel": ["delivery"]},
    "pays": {"per_meal": "2.00"}, "limit": [{"per": "day", "meals": 1}],
}  # fmt: skip
QUALITY = {"id": "quality", "title": "考核补贴", "payer": "government", "pays": {"per_meal": "1.00"}, "assessed": True}


def serve(client: FlaskClient, channel: str, period: str = "lunch") -> dict[str, object]:
    canteen_id = make_canteen("beimen")
    bind_programme(canteen_id, programme([RULE], effective=date(2020, 1, 1), grant=[DELIVERY, QUALITY]))
    elder = make_elder(canteen_id, born_on=date(1946, 1, 1))
    tablet = enrol_device(canteen_id)
    answer = client.post(
        "/api/v1/scans", json=batch(scan(issue_card(elder.id), channel=channel)), headers=tablet.headers
    )
    result: dict[str, object] = answer.json["results"][0]
    return result


def test_a_delivered_meal_brings_the_courier_two_yuan(client: FlaskClient) -> None:
    result = serve(client, "delivery")

    assert (result["state"], result["elder_fen"]) == ("MEAL", 1000)
    (grant,) = rows(MealShare, is_grant=True)
    assert (grant.rule_id, grant.payer, grant.payee, grant.amount_fen) == ("delivery", "government", "courier", 200)
    assert [line.amount_fen for line in rows(Posting, account_code="courier")] == [-200]


def test_a_meal_eaten_here_brings_no_delivery_grant(client: FlaskClient) -> None:
    serve(client, "dine-in")

    assert rows(MealShare, is_grant=True) == []


def test_what_the_assessment_decides_about_is_not_owed_by_the_meal(client: FlaskClient) -> None:
    serve(client, "delivery")

    assert [share.rule_id for share in rows(MealShare, is_grant=True)] == ["delivery"]
    assert sum(line.amount_fen for line in rows(Posting)) == 0
