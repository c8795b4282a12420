"""The protocol's table of outcomes, row by row through POST /scans: state, code, who pays, and the books after each.

Every row is one record of an elder of its own, so that all rows stand in one database and its invariants are checked
on all of them together. Prices are worked out by hand: 15.00 a meal, 10.00 by government from 75 on.
"""

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from canteen.canteens.models import Canteen
from canteen.canteens.services import raise_revision
from canteen.checkin.models import Meal, Scan, ScanRuling
from canteen.clock import now
from canteen.db import reading, transaction
from canteen.devices.models import Device
from canteen.ledger.models import Posting
from canteen.oversight import services
from canteen.oversight.invariants import check_database
from canteen.oversight.rulings import OFFERED
from tests.checkin.noon import Noon, at, make_noon, outcome
from tests.factories import (
    MadeElder,
    Tablet,
    balance_fen,
    bind_programme,
    enrol_device,
    four_yuan,
    issue_card,
    make_canteen,
    make_elder,
    make_fund,
    mark_closed,
    only,
    programme,
    revoke_device,
    rows,
    scan,
    set_card_state,
)

GOVERNMENT, WALLET, CASH, OWED, ABSORBED = "government", "wallet", "cash", "elder:receivable", "operator:absorbed"
OFFLINE = {"decision": "ACCEPTED", "shown_elder_fen": 500}
Paid = dict[str, int]


@dataclass(slots=True)
class Window:
    """The canteen, one without a programme, one elsewhere; and a new elder with 50 yuan for every record."""

    noon: Noon
    other: Noon
    unbound: Noon
    elders: list[MadeElder] = field(default_factory=list)

    def elder(self, balance: int = 5000, **changes: Any) -> tuple[MadeElder, str]:
        made = make_elder(self.noon.canteen_id, f"老人{len(self.elders)}", balance_fen=balance, **changes)
        self.elders.append(made)
        return made, issue_card(made.id)


def make_window(client: FlaskClient) -> Window:
    noon = make_noon(client)
    elsewhere, nowhere = make_canteen("nanmen"), make_canteen("dongmen")
    bind_programme(elsewhere, four_yuan())
    other = Noon(client, elsewhere, enrol_device(elsewhere))
    return Window(noon, other, Noon(client, nowhere, enrol_device(nowhere)))


def books() -> Paid:
    """What stands on the payers' accounts, a debit positive: what was taken from each."""
    sums: Counter[str] = Counter()
    for line in rows(Posting):
        account = line.account_code.split(":")[0] if line.account_code.startswith(GOVERNMENT) else line.account_code
        if account in (GOVERNMENT, WALLET, CASH, OWED, ABSORBED):
            sums[account] += line.amount_fen
    return dict(sums)


def taken(before: Paid, after: Paid) -> Paid:
    return {key: after.get(key, 0) - before.get(key, 0) for key in before | after if after.get(key, 0) != before.get(key, 0)}


def broken() -> list[str]:
    with reading() as session:
        return [f"{each.name} {each.where} {each.message}" for each in check_database(session).broken]


def plain(c: Window) -> dict[str, Any]:
    return c.noon.serve(c.elder()[1])


def guest(c: Window) -> dict[str, Any]:
    return c.other.serve(c.elder()[1])


def limit(c: Window) -> dict[str, Any]:
    # The day's one subsidised meal was eaten at breakfast, of which the tablet had not heard.
    _, token = c.elder()
    c.noon.serve(token, meal_period="breakfast", decision="ACCEPTED", shown_elder_fen=500, seen_at=at(hours=5))
    return c.noon.serve(token, **OFFLINE)


def rule(c: Window) -> dict[str, Any]:
    return c.noon.serve(c.elder()[1], decision="ACCEPTED", shown_elder_fen=400)


def late(c: Window) -> dict[str, Any]:
    return c.noon.serve(c.elder()[1], decision="ACCEPTED", shown_elder_fen=500, seen_at="2026-10-31T04:00:00Z")


def full_price(c: Window) -> dict[str, Any]:
    _, token = c.elder()
    c.noon.serve(token)
    return c.noon.serve(token, decision="FULL_PRICE", shown_elder_fen=1500)


def elsewhere(c: Window) -> dict[str, Any]:
    _, token = c.elder()
    c.noon.serve(token)
    return c.other.serve(token, **OFFLINE)


def elsewhere_agreed(c: Window) -> dict[str, Any]:
    _, token = c.elder()
    c.noon.serve(token)
    return c.other.serve(token, decision="ACCEPTED", shown_elder_fen=1500, price_basis="full")


def again(c: Window) -> dict[str, Any]:
    _, token = c.elder()
    c.noon.serve(token)
    return c.noon.serve(token, **OFFLINE)


def deceased(c: Window) -> dict[str, Any]:
    return c.noon.serve(c.elder(died_on=date(2026, 11, 19))[1], **OFFLINE)


def revoked_online(c: Window) -> dict[str, Any]:
    _, token = c.elder()
    set_card_state(token, "lost")
    return c.noon.serve(token)


def reused(c: Window) -> dict[str, Any]:
    first = scan(c.elder()[1], **OFFLINE)
    c.noon.send(first)
    return c.noon.send(first | {"seq": first["seq"] + 1})[0]


def bad_record(c: Window) -> dict[str, Any]:
    return c.noon.serve(c.elder()[1], channel="post")


def credit(c: Window) -> dict[str, Any]:
    return c.noon.serve(c.elder(balance=200)[1], **OFFLINE)


# What each record has taken from whom in all; a record before it in the same row is counted too.
DIVIDED = {GOVERNMENT: 1000, WALLET: 500}
TABLE: tuple[tuple[str, Callable[[Window], dict[str, Any]], tuple[str, str | None], Paid], ...] = (
    ("plain", plain, ("MEAL", None), DIVIDED),
    ("guest", guest, ("MEAL", "GUEST"), DIVIDED),
    ("limit", limit, ("MEAL", "LIMIT"), {GOVERNMENT: 1000, WALLET: 1000, ABSORBED: 1000}),
    ("rule", rule, ("MEAL", "RULE"), {GOVERNMENT: 1000, WALLET: 400, ABSORBED: 100}),
    ("late", late, ("MEAL", "LATE"), DIVIDED),
    ("full price", full_price, ("MEAL", "FULL_PRICE"), {GOVERNMENT: 1000, WALLET: 2000}),
    ("elsewhere", elsewhere, ("MEAL", "DUPLICATE_OTHER"), DIVIDED | {ABSORBED: 1500}),
    ("agreed", elsewhere_agreed, ("MEAL", "DUPLICATE_OTHER"), {GOVERNMENT: 1000, WALLET: 2000}),
    ("again", again, ("REJECTED", "DUPLICATE_SAME"), DIVIDED),
    ("deceased", deceased, ("REJECTED", "DECEASED"), {}),
    ("revoked", revoked_online, ("REJECTED", "REVOKED"), {}),
    ("id reused", reused, ("REJECTED", "ID_REUSED"), DIVIDED),
    ("bad record", bad_record, ("REJECTED", "BAD_RECORD"), {}),
    ("credit", credit, ("MEAL", None), {GOVERNMENT: 1000, WALLET: 200, OWED: 300}),
)


def test_every_row_that_needs_no_person(client: FlaskClient) -> None:
    c = make_window(client)
    widen_hours(c.noon.canteen_id)
    early_enrolled(c.noon.tablet)
    mark_closed(c.noon.canteen_id, "2026-10")

    for name, make, expected, paid in TABLE:
        before = books()
        result = make(c)
        topped_up = -5000 if name != "credit" else -200
        assert outcome(result) == expected, name
        moved = taken(before, books())
        cash = moved.pop(CASH, 0)
        assert cash + topped_up == 0, name  # the cash of the top-up and none of the meal
        moved[WALLET] = moved.get(WALLET, 0) - topped_up
        assert {key: fen for key, fen in moved.items() if fen} == paid, name
        assert broken() == [], name

    late_meal = only(Meal, service_on=date(2026, 10, 31))
    assert late_meal.month == "2026-11"


def widen_hours(canteen_id: int) -> None:
    with transaction() as session:
        canteen = session.get_one(Canteen, canteen_id)
        canteen.hours = {"breakfast": ["06:30", "08:30"]} | canteen.hours
        raise_revision(session)


def early_enrolled(tablet: Tablet) -> None:
    with transaction() as session:
        session.get_one(Device, tablet.id).enrolled_at = now() - timedelta(days=60)


def clock(c: Window) -> tuple[dict[str, Any], MadeElder]:
    elder, token = c.elder()
    return c.noon.serve(token, seen_at=at(minutes=9)), elder


def window(c: Window) -> tuple[dict[str, Any], MadeElder]:
    elder, token = c.elder()
    return c.noon.serve(token, meal_period="dinner", **OFFLINE), elder


def no_rule(c: Window) -> tuple[dict[str, Any], MadeElder]:
    elder, token = c.elder()
    return c.unbound.serve(token, **OFFLINE), elder


def unknown(c: Window) -> tuple[dict[str, Any], MadeElder]:
    elder, _ = c.elder()
    return c.noon.serve(None, token_sha256=secrets.token_hex(32), **OFFLINE), elder  # type: ignore[arg-type]


def expired(c: Window) -> tuple[dict[str, Any], MadeElder]:
    elder, token = c.elder()
    with transaction() as session:
        session.get_one(Device, c.noon.tablet.id).lease_until = now() - timedelta(hours=1)
    return c.noon.serve(token, **OFFLINE), elder


def revoked(c: Window) -> tuple[dict[str, Any], MadeElder]:
    elder, token = c.elder()
    set_card_state(token, "replaced")
    return c.noon.serve(token, **OFFLINE), elder


def served_anyway(c: Window) -> tuple[dict[str, Any], MadeElder]:
    elder, token = c.elder()
    return c.noon.serve(token, decision="SERVED_ANYWAY"), elder


def device_revoked(c: Window) -> tuple[dict[str, Any], MadeElder]:
    elder, token = c.elder()
    tablet = enrol_device(c.noon.canteen_id, "旧平板")
    revoke_device(tablet)
    return c.noon.serve(token, tablet, **OFFLINE), elder


WAITING: dict[str, Callable[[Window], tuple[dict[str, Any], MadeElder]]] = {
    "CLOCK": clock, "WINDOW": window, "NO_RULE": no_rule, "UNKNOWN": unknown, "EXPIRED": expired, "REVOKED": revoked,
    "SERVED_ANYWAY": served_anyway, "DEVICE_REVOKED": device_revoked,
}  # fmt: skip
# By decision: what is taken from whom, and what the wallet of 50 yuan then holds.
RULED: dict[str, tuple[Paid, int]] = {
    "match": (DIVIDED, 4500),
    "subsidised": (DIVIDED, 4500),
    "full-price": ({WALLET: 1500}, 3500),
    "absorbed": ({ABSORBED: 1500}, 5000),
    "not-a-meal": ({}, 5000),
}


def test_every_code_that_waits_is_offered_its_decisions() -> None:
    assert set(WAITING) == set(OFFERED)


@pytest.mark.parametrize("code", sorted(WAITING))
def test_every_decision_on_a_record_that_waits_and_its_taking_back(client: FlaskClient, code: str) -> None:
    c = make_window(client)
    made = [(ruling, *WAITING[code](c)) for ruling in OFFERED[code]]
    assert {outcome(result) for _, result, _ in made} == {("EXCEPTION", code)}
    assert all(result["shares"] == [] for _, result, _ in made)
    bind_programme(c.unbound.canteen_id, four_yuan())  # the policy that a NO_RULE record waited for

    for ruling, result, elder in made:
        before = books()
        number = only(Scan, scan_id=result["scan_id"]).id
        paid, left = RULED[ruling]

        ruled = services.rule_on(number, ruling, "核对过", "staff:7", elder.ref if ruling == "match" else None)

        assert (taken(before, books()), balance_fen(elder.id)) == (paid, left), (code, ruling)
        assert broken() == [], (code, ruling)
        services.take_back(ruled.ruling_id, "看错了", "staff:8")
        assert (taken(before, books()), balance_fen(elder.id)) == ({}, 5000), (code, ruling)
        again_ruled = services.rule_on(number, "absorbed", "食堂认了", "staff:7")
        assert taken(before, books()) == {ABSORBED: 1500}, (code, ruling)
        assert only(ScanRuling, id=again_ruled.ruling_id).reversed_at is None
    assert broken() == []


def test_the_price_promise_holds_for_a_decision_too(client: FlaskClient) -> None:
    c = make_window(client)
    elder, token = c.elder(balance=100)
    result = c.noon.serve(token, decision="SERVED_ANYWAY", shown_elder_fen=300)
    before = books()

    services.rule_on(only(Scan, scan_id=result["scan_id"]).id, "subsidised", "核对过", "staff:7")

    assert taken(before, books()) == {GOVERNMENT: 1000, WALLET: 100, OWED: 200, ABSORBED: 200}
    assert balance_fen(elder.id) == 0
    assert broken() == []


def test_a_fund_that_ran_out_between_sheet_and_sync_is_a_limit(client: FlaskClient) -> None:
    gift = {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "5.00"}}
    noon = make_noon(client, programme([gift]))
    make_fund("weida", 700)
    first, second = (issue_card(make_elder(noon.canteen_id, name, balance_fen=5000).id) for name in ("甲", "乙"))
    noon.serve(first, decision="ACCEPTED", shown_elder_fen=1000)

    result = noon.serve(second, decision="ACCEPTED", shown_elder_fen=1000)

    assert outcome(result) == ("MEAL", "LIMIT")
    assert result["shares"] == [
        {"payer": "sponsor:weida", "fen": 200}, {"payer": "elder", "fen": 1000}, {"payer": "operator:absorbed", "fen": 300},
    ]  # fmt: skip
    assert broken() == []
