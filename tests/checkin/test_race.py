"""One card, sixteen processes, released together: one slot meal, whatever happens. And the test can fail."""

from collections import Counter
from datetime import date

from flask import Flask
from sqlalchemy import text

from canteen.checkin.models import Scan
from canteen.db import transaction
from tests.checkin.noon import make_noon
from tests.checkin.racing import plant, race, slot_meals
from tests.factories import Tablet, balance_fen, enrol_device, four_yuan, issue_card, make_elder, rows

PROCESSES = 16
ROUNDS = 200
PLANTED_ROUNDS = 20


def tills(app: Flask) -> tuple[list[Tablet], str, int]:
    noon = make_noon(app.test_client(), four_yuan(effective=date(2025, 1, 1)))
    elder = make_elder(noon.canteen_id, balance_fen=500 * ROUNDS + 700)
    tablets = [enrol_device(noon.canteen_id, f"{number} 号窗口") for number in range(PROCESSES)]
    return tablets, issue_card(elder.id), elder.id


def test_one_card_at_sixteen_tills_is_one_slot_meal(app: Flask) -> None:
    tablets, token, elder_id = tills(app)

    states = race(app, tablets, token, ROUNDS)

    assert slot_meals(ROUNDS) == [1] * ROUNDS
    assert [Counter(of_round) for of_round in states] == [Counter(MEAL=1, REJECTED=PROCESSES - 1)] * ROUNDS
    assert balance_fen(elder_id) == 700
    assert len(rows(Scan)) == PROCESSES * ROUNDS


def test_a_check_then_act_bug_is_caught_by_that_test(app: Flask) -> None:
    tablets, token, _ = tills(app)
    with transaction() as session:
        session.execute(text("DROP INDEX uq_meal_slot"))

    race(app, tablets, token, PLANTED_ROUNDS, prepare=plant)

    assert slot_meals(PLANTED_ROUNDS) != [1] * PLANTED_ROUNDS
