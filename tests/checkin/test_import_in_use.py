"""A roster that somebody was served by is not withdrawn any more."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.core.errors import Refusal
from canteen.elders.importing import import_roster
from canteen.elders.models import Elder
from canteen.elders.withdrawal import withdraw_import
from tests.factories import (
    batch,
    bind_programme,
    enrol_device,
    four_yuan,
    issue_card,
    make_canteen,
    only,
    scan,
)

NUMBER = "620102195706223721"


def roster(category: str) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([["姓名", "身份证号", "类别"], ["王秀英", NUMBER, category]])
    return text.getvalue().encode()


def test_an_import_that_changed_an_elder_stays_once_the_elder_has_eaten(app: Flask, client: FlaskClient) -> None:
    canteen_id = make_canteen("beimen")
    bind_programme(canteen_id, four_yuan())
    import_roster(roster(""), canteen_id, "staff:1")
    changed = import_roster(roster("低保"), canteen_id, "staff:1")
    tablet = enrol_device(canteen_id)
    card = issue_card(only(Elder).id)
    eaten = client.post("/api/v1/scans", json=batch(scan(card)), headers=tablet.headers).json["results"][0]
    assert eaten["state"] == "MEAL"

    with pytest.raises(Refusal) as refused:
        withdraw_import(changed.import_id or 0, "staff:1")

    assert refused.value.code == "import-used"
