"""What pages ask of meals."""

from flask.testing import FlaskClient

from canteen.checkin import queries
from canteen.checkin.cancelling import cancel_meal
from canteen.checkin.queries import DayCount
from canteen.db import reading
from tests.checkin.noon import make_noon
from tests.factories import TODAY, issue_card, make_elder


def test_an_elders_meals_and_a_canteens_day(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    token = issue_card(elder.id)
    noon.serve(token)
    noon.serve(token, decision="FULL_PRICE", shown_elder_fen=1500)
    taken_back = noon.serve(issue_card(make_elder(noon.canteen_id, "李建国").id))["meal_no"]
    cancel_meal(taken_back, "没有来", "staff:1")
    cash = {"id": "ab" * 16, "meal_period": "lunch", "portions": 3, "price_fen": 1800}
    client.post("/api/v1/cash-meals", json=cash, headers=noon.tablet.headers)

    with reading() as session:
        further, slot = queries.meals_of(session, elder.id)
        counts = queries.day_counts(session, noon.canteen_id, TODAY)
        in_month = queries.meals_in_month(session, elder.id, "2026-11")

    assert (slot.elder_fen, slot.others_fen, slot.canteen_name) == (500, {"government": 1000}, "北门社区食堂")
    assert (further.kind, further.elder_fen, further.others_fen) == ("further", 1500, {})
    assert counts == [DayCount("lunch", meals=2, further=1, cash_portions=3)]
    assert counts[0].served == 5
    assert in_month == 2
