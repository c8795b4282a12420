"""The demonstration is a district that works: its months close, its books are sound, its people can sign in."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from canteen.canteens.models import Canteen
from canteen.checkin.models import Meal, Scan
from canteen.db import reading
from canteen.demo.district import PASSWORD, STAFF
from canteen.sponsors.agreements.queries import sponsor
from canteen.sponsors.agreements.showing import rights
from canteen.sponsors.gifts.queries import amounts, giving
from canteen.sponsors.models import Fund
from canteen.sponsors.queries import funds
from tests.factories import only
from tests.signing_in import Browser
from tests.stories.office import type_command

TOLD = ("demo", "--elders", "30", "--months", "2", "--seed", "7")


def test_a_district_is_told_that_works(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-06T04:00:00Z")
    codes = ("xingfuli", "dekang", "shiqiao")

    answer = type_command(*TOLD)

    # All full months but the newest are closed; the newest is ready to be.
    assert answer.exit_code == 0, answer.messages
    told = answer.document
    assert told["elders"] == 30
    assert told["closed"] == [{"period": "2026-09", "canteen": code} for code in codes]
    assert told["open"] == [{"period": "2026-10", "canteen": code} for code in codes]
    for code in codes:
        looked = type_command("close", "2026-10", "--canteen", code, "--dry-run", "--by", "王会计", "--second", "李主任")
        assert looked.exit_code == 0, looked.document
        assert [finding for finding in looked.document["findings"] if finding["severity"] == "block"] == []

    # Its books are sound, and nothing waits for a person.
    assert type_command("verify").document["broken"] == []
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Meal)) == told["meals"]
        assert session.scalar(select(func.count()).where(Scan.state == "EXCEPTION")) == 0

    # Its givers are of every kind; what they gave is told apart, and their names may be shown.
    with reading() as session:
        kinds = {row.code: (sponsor(session, row.sponsor_id).kind, row.nature) for row in funds(session)}
        money = {code: amounts(session, code) for code in kinds}
        here, on = only(Canteen, code="dekang").id, date(2026, 10, 31)
        shown = [right.given for right in rights(session) if right.holds(here, on)]
        invites = giving(session, only(Fund, code="aixin").id)
    assert kinds == {
        "dekang": ("organisation", "donation"), "aixin": ("many", "donation"),
        "laojiefang": ("anonymous", "donation"), "rupin": ("organisation", "sponsorship"),
    }  # fmt: skip
    pharmacy = money["dekang"]
    assert (pharmacy.pledged_fen, pharmacy.received_fen, pharmacy.open_pledge_fen) == (80_000_00, 60_000_00, 20_000_00)
    assert pharmacy.used_fen > pharmacy.paid_over_fen > 0
    assert (pharmacy.expenses_fen, money["aixin"].in_kind_fen) == (2 * 1_800_00, 2 * 1_680_00)
    assert {("canteen", "德康老地方"), ("day", "德康大药房")} <= {(name.object, name.name) for name in shown}
    assert invites.raiser and invites.filing_no

    # Each role can sign in.
    for login, name, _ in STAFF:
        browser = Browser(app)
        browser.send("/login", {"login": login, "password": PASSWORD})
        assert name in browser.get("/").text

    # It does not mix with data that is there.
    again = type_command(*TOLD)
    assert (again.exit_code, again.document) == (1, None)
    assert "已经有数据" in again.messages


def test_the_same_seed_tells_the_same_story(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from random import Random

    from canteen.demo.people import people

    first = people(Random(5), 40, "620102", ("甲", "乙"), date(2026, 11, 1))

    assert people(Random(5), 40, "620102", ("甲", "乙"), date(2026, 11, 1)) == first
    assert len({person.identity_number for person in first}) == 40
