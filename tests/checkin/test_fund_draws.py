"""A fund pays through a rule, within its own terms, and to the last fen."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.checkin.models import Meal
from tests.checkin.noon import Noon, make_noon
from tests.factories import (
    batch,
    fund_balance_fen,
    issue_card,
    make_canteen,
    make_elder,
    make_fund,
    programme,
    rows,
    scan,
)

GIFT = {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "5.00"}}


def gift_of(result: dict[str, Any]) -> int:
    return sum(share["fen"] for share in result["shares"] if share["payer"] == "sponsor:weida")


def fresh_card(noon: Noon, name: str = "甲") -> str:
    return issue_card(make_elder(noon.canteen_id, name).id)


@pytest.mark.parametrize(
    ("terms", "paid"),
    [
        ({}, 500),
        ({"begins_on": date(2026, 11, 20), "ends_on": date(2026, 11, 20)}, 500),
        ({"begins_on": date(2026, 11, 21)}, 0),
        ({"ends_on": date(2026, 11, 19)}, 0),
        ({"per_meal_fen": 200}, 200),
        ({"guests": ()}, 0),
    ],
)
def test_a_funds_own_terms_bind_too(client: FlaskClient, terms: dict[str, Any], paid: int) -> None:
    noon = make_noon(client, programme([GIFT]))
    fund_id = make_fund("weida", 10_000, **terms)

    result = noon.serve(fresh_card(noon))

    assert gift_of(result) == paid
    assert fund_balance_fen(fund_id) == 10_000 - paid


def test_a_fund_pays_in_its_own_canteens(client: FlaskClient) -> None:
    noon = make_noon(client, programme([GIFT]))
    other = make_canteen("nanmen")
    make_fund("weida", 10_000, canteens=(other,))

    assert gift_of(noon.serve(fresh_card(noon))) == 0


def test_a_fund_for_named_guests_pays_for_them_alone_and_shows_nobody(client: FlaskClient) -> None:
    noon = make_noon(client, programme([GIFT]))
    guest = make_elder(noon.canteen_id, "客")
    make_fund("weida", 10_000, guests=(guest.id,))

    for_guest, for_other = noon.serve(issue_card(guest.id)), noon.serve(fresh_card(noon))

    assert (gift_of(for_guest), gift_of(for_other)) == (500, 0)
    assert for_guest["strip"] is for_other["strip"] is None


def test_a_days_ceiling_holds_over_all_elders(client: FlaskClient) -> None:
    noon = make_noon(client, programme([GIFT]))
    make_fund("weida", 10_000, per_day_fen=800)

    assert [gift_of(noon.serve(fresh_card(noon, name))) for name in "甲乙丙"] == [500, 300, 0]


def test_the_strip_is_the_same_for_all_who_eat(client: FlaskClient) -> None:
    noon = make_noon(client, programme([GIFT | {"when": {"category": ["low-income"]}}]))
    make_fund("weida", 10_000, sponsor="德康大药房")
    poor = make_elder(noon.canteen_id, "甲", facts={"category": ["low-income"]})

    strips = {noon.serve(issue_card(poor.id))["strip"], noon.serve(fresh_card(noon))["strip"]}

    assert strips == {"德康大药房"}


def test_many_at_once_draw_a_fund_exactly_to_its_end(app: Flask) -> None:
    noon = make_noon(app.test_client(), programme([GIFT]))
    fund_id = make_fund("weida", 3_700)
    bodies = [batch(scan(fresh_card(noon, f"老人{number}"))) for number in range(16)]

    def send(body: dict[str, Any]) -> dict[str, Any]:
        def post() -> dict[str, Any]:
            answer = app.test_client().post("/api/v1/scans", json=body, headers=noon.tablet.headers)
            result: dict[str, Any] = answer.get_json()["results"][0]
            return result

        return Context().run(post)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(send, bodies))

    assert sum(gift_of(result) for result in results) == 3_700
    assert fund_balance_fen(fund_id) == 0
    assert len(rows(Meal)) == 16


def test_batches_and_single_scans_cross_without_a_deadlock(app: Flask) -> None:
    noon = make_noon(app.test_client(), programme([GIFT]))
    make_fund("weida", 1_000_000)
    cards = [fresh_card(noon, f"老人{number}") for number in range(24)]
    there = [scan(card, decision="ACCEPTED", shown_elder_fen=1000) for card in cards]
    back = [scan(card, decision="ACCEPTED", shown_elder_fen=1000) for card in reversed(cards)]
    bodies = [batch(*there), batch(*back), *[batch(scan(card)) for card in cards]]

    def send(body: dict[str, Any]) -> int:
        def post() -> int:
            return app.test_client().post("/api/v1/scans", json=body, headers=noon.tablet.headers).status_code

        return Context().run(post)

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(send, bodies))

    assert statuses == {200}
    assert len(rows(Meal)) == len(cards)
