"""Thirty tills on one fund: to the last fen, nobody waits at its end, and whoever asks what it holds is told all of it."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from canteen.checkin.cancelling import cancel_meal
from canteen.db import db, reading, transaction
from canteen.settlement.verification import verify_all
from canteen.sponsors import queries
from canteen.sponsors.gifts.services import NewMoney, receive_money
from canteen.sponsors.holding import lock_fund
from canteen.sponsors.models import FundSlice
from tests.checkin.emptying import RULES, Tills, empty, exact
from tests.checkin.noon import Noon, make_noon
from tests.checkin.racing import plant
from tests.factories import (
    TODAY,
    batch,
    enrol_device,
    fund_balance_fen,
    issue_card,
    make_elder,
    make_fund,
    programme,
    publish_menu,
    scan,
)

TILLS = 30
# A fund is cut above 480.00: 2 times 16 slices of the dearest meal, 15.00. With 3.00 beside, money for 95 meals of 5.00
# lies just below that line, and for 96 just above it. The others are the ends of what must hold, and their neighbours.
MEALS = (0, 1, 95, 96, 199, 200)
PLENTY_FEN = 1_000_003


def tills(app: Flask, most: int, prepare: Any = None) -> Tills:
    noon = make_noon(app.test_client(), programme(RULES))
    make_fund("weida", 0)
    tablets = [enrol_device(noon.canteen_id, f"{number} 号窗口") for number in range(TILLS)]
    cards = [issue_card(make_elder(noon.canteen_id, f"老人{number}").id) for number in range(most + TILLS)]
    return Tills(tablets, cards, prepare)


def fresh_card(noon: Noon) -> str:
    return issue_card(make_elder(noon.canteen_id).id)


def gift_of(result: dict[str, Any]) -> int:
    return sum(share["fen"] for share in result["shares"] if share["payer"] == "sponsor:weida")


def sliced_fen() -> list[int]:
    with reading() as session:
        return list(session.scalars(select(FundSlice.balance_fen).order_by(FundSlice.slice_no)))


def test_thirty_tills_empty_a_fund_to_the_last_fen(app: Flask) -> None:
    found = empty(app, tills(app, max(MEALS)), MEALS)

    assert found == [exact(meals, TILLS) for meals in MEALS]
    assert sliced_fen() == [0] * (16 if db.engine.dialect.name == "postgresql" else 0)
    assert not verify_all().broken


def test_a_fund_drawn_on_without_its_lock_is_caught_by_that_test(app: Flask) -> None:
    found = empty(app, tills(app, 60, prepare=plant), (60, 7))

    assert found != [exact(meals, TILLS) for meals in (60, 7)]


def test_a_fund_with_plenty_is_cut_and_still_says_all_that_it_holds(client: FlaskClient) -> None:
    noon = make_noon(client, programme(RULES))
    fund_id = make_fund("weida", PLENTY_FEN)

    gifts = [gift_of(noon.serve(fresh_card(noon))) for _ in range(3)]

    assert gifts == [500, 500, 500]
    assert (sum(sliced_fen()) > 0) == (db.engine.dialect.name == "postgresql")
    assert fund_balance_fen(fund_id) == PLENTY_FEN - 1500
    with reading() as session:
        row = queries.fund(session, "weida")
    assert (row.balance_fen, row.used_fen) == (PLENTY_FEN - 1500, 1500)
    assert not verify_all().broken


def test_who_locks_a_fund_holds_all_of_it(client: FlaskClient) -> None:
    noon = make_noon(client, programme(RULES))
    fund_id = make_fund("weida", PLENTY_FEN)
    noon.serve(fresh_card(noon))

    with transaction() as session:
        fund = lock_fund(session, "weida")
        assert fund is not None and fund.balance_fen == PLENTY_FEN - 500

    assert sum(sliced_fen()) == 0
    assert gift_of(noon.serve(fresh_card(noon))) == 500
    assert fund_balance_fen(fund_id) == PLENTY_FEN - 1000


def test_gifts_booked_at_noon_and_meals_lose_nothing_of_each_other(app: Flask) -> None:
    noon = make_noon(app.test_client(), programme(RULES))
    fund_id = make_fund("weida", PLENTY_FEN)
    bodies = [batch(scan(fresh_card(noon))) for _ in range(40)]

    def serve(body: dict[str, Any]) -> int:
        return app.test_client().post("/api/v1/scans", json=body, headers=noon.tablet.headers).status_code

    def give(number: int) -> int:
        with app.app_context():
            return receive_money(NewMoney(f"noon-{number}", "weida", 100, TODAY, "bank"), "staff:1")

    with ThreadPoolExecutor(6) as pool:
        served, given = [], []
        for number, body in enumerate(bodies):
            served.append(pool.submit(Context().run, serve, body))
            if number % 2:
                given.append(pool.submit(Context().run, give, number))
        assert {done.result() for done in served} == {200}
        assert all(done.result() for done in given)

    assert fund_balance_fen(fund_id) == PLENTY_FEN + 20 * 100 - 40 * 500
    assert not verify_all().broken


def test_a_batch_and_a_meal_taken_back_reckon_with_the_whole_fund(client: FlaskClient) -> None:
    noon = make_noon(client, programme(RULES))
    fund_id = make_fund("weida", PLENTY_FEN)
    first = noon.serve(fresh_card(noon))

    queue = noon.send(*[scan(fresh_card(noon)) for _ in range(12)])
    last = noon.serve(fresh_card(noon))
    cancel_meal(first["meal_no"], "多刷了一次", "staff:1")

    assert {gift_of(result) for result in [*queue, last]} == {500}
    assert fund_balance_fen(fund_id) == PLENTY_FEN - 13 * 500
    assert not verify_all().broken


def test_a_dear_menu_is_paid_in_full_where_a_slice_would_be_short(client: FlaskClient) -> None:
    noon = make_noon(client, programme([RULES[0] | {"pays": "all"}]))
    publish_menu(noon.canteen_id, price_fen=6000)
    make_fund("weida", 80_000)  # Sixteen slices would hold 50.00 each.

    assert [gift_of(noon.serve(fresh_card(noon))) for _ in range(14)] == [6000] * 13 + [2000]


def test_a_days_ceiling_holds_however_much_the_fund_holds(client: FlaskClient) -> None:
    noon = make_noon(client, programme(RULES))
    make_fund("weida", PLENTY_FEN, per_day_fen=800)

    assert [gift_of(noon.serve(fresh_card(noon))) for _ in range(3)] == [500, 300, 0]
