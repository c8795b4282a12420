"""A restored database tells its tablets so, the first time as every other."""

from flask.testing import FlaskClient

from canteen.checkin.standing import raise_epoch
from canteen.db import transaction
from tests.checkin.noon import Noon, make_noon
from tests.factories import batch, scan


def epoch(noon: Noon) -> int:
    answer = noon.client.post("/api/v1/scans", json=batch(scan(elder_ref="nobody")), headers=noon.tablet.headers)
    told: int = answer.get_json()["epoch"]
    return told


def test_each_restore_raises_the_epoch_that_tablets_are_told(client: FlaskClient) -> None:
    noon = make_noon(client)
    told = [epoch(noon)]

    for _ in range(2):
        with transaction() as session:
            raise_epoch(session)
        told.append(epoch(noon))

    assert told == [1, 2, 3]
