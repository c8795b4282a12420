"""A cash meal that a tablet tells of after the network came back belongs to the day on which it was eaten."""

from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from canteen.checkin.answers import utc_text
from canteen.checkin.models import CashMeal
from tests.conftest import NOON
from tests.factories import enrol_device, make_canteen, only


@pytest.mark.parametrize(("hours_ago", "day"), [(20, 19), (80, 20), (-2, 20)])
def test_a_cash_meal_is_counted_on_the_day_the_tablet_saw_it(client: FlaskClient, hours_ago: int, day: int) -> None:
    tablet = enrol_device(make_canteen())
    seen_at = utc_text(datetime.fromisoformat(NOON) - timedelta(hours=hours_ago))
    body = {"id": "m1", "meal_period": "dinner", "portions": 1, "price_fen": 1500, "seen_at": seen_at}

    answer = client.post("/api/v1/cash-meals", json=body, headers=tablet.headers)

    assert answer.status_code == 200
    assert only(CashMeal).service_on == date(2026, 11, day)


def test_a_time_that_is_none_is_refused(client: FlaskClient) -> None:
    tablet = enrol_device(make_canteen())
    body = {"id": "m1", "meal_period": "lunch", "portions": 1, "price_fen": 1500, "seen_at": "noon"}

    answer = client.post("/api/v1/cash-meals", json=body, headers=tablet.headers)

    assert (answer.status_code, answer.json["code"]) == (400, "cash-meal")
