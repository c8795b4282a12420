"""The hot path's shape: how often an accepted check-in goes to the database, its device's check included."""

from typing import Any

import psycopg
import pytest
from flask import Flask

from canteen.checkin import round_trips
from canteen.checkin.models import Meal
from tests.checkin.noon import make_noon, outcome
from tests.factories import issue_card, make_elder, make_fund, programme, rows

MOST = 2


def test_an_accepted_check_in_sends_two_statements(
    postgresql_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = [
        {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "2.00"}},
        {"id": "half", "title": "一半", "payer": "government", "pays": {"percent": 50},
         "limit": [{"per": "month", "amount": "300.00"}, {"per": "day", "meals": 1}]},
    ]  # fmt: skip
    noon = make_noon(postgresql_app.test_client(), programme(rules))
    make_fund("weida", 100_000)
    tokens = [issue_card(make_elder(noon.canteen_id, f"老人{n}", balance_fen=5000).id) for n in range(3)]
    noon.serve(tokens[0])  # The process learns the device and the standing facts once.
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def listen(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        sent.append(str(query))
        return execute(self, query, *rest, **more)

    monkeypatch.setattr(psycopg.Cursor, "execute", listen)

    for token in tokens[1:]:
        sent.clear()
        with round_trips.counted() as look:
            result = noon.serve(token)
        assert outcome(result) == ("MEAL", None)
        assert (look.count, len(sent)) == (MOST, MOST)
    assert len(rows(Meal)) == 3
