"""Deciding on a signal: nothing is taken out unseen, what is taken out can be taken back, and the books agree."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from canteen.checkin.models import Meal, ScanRuling
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.elders.models import Elder
from canteen.ledger.models import Entry
from canteen.oversight import queries
from canteen.oversight.invariants import check_database
from canteen.oversight.models import Signal, SignalRuling
from canteen.oversight.queries import Observed
from canteen.oversight.signals.deciding import decide_signal, take_back_decision
from canteen.oversight.signals.services import look_for_signals
from tests.checkin.noon import Noon, make_noon
from tests.factories import TODAY, balance_fen, issue_card, make_elder, mark_closed, only, rows, scan

BY, OTHER = "staff:7", "staff:8"


def refused(code: str) -> Any:
    return pytest.raises(Refusal, check=lambda refusal: refusal.code == code)


def eaten_after_the_end(noon: Noon, name: str = "王秀英", **changes: Any) -> tuple[int, int]:
    """A meal of somebody whose account was closed later, as of that day; the signal and the elder."""
    elder = make_elder(noon.canteen_id, name, balance_fen=5000)
    noon.serve(issue_card(elder.id), **changes)
    with transaction() as session:
        session.get_one(Elder, elder.id).closed_on = TODAY
    look_for_signals()
    return int(only(Signal, elder_id=elder.id).id), elder.id


def broken() -> list[str]:
    with reading() as session:
        return [f"{each.name} {each.where} {each.message}" for each in check_database(session).broken]


def seen(noon: Noon) -> Observed:
    with reading() as session:
        return queries.observed(session, noon.canteen_id, TODAY, TODAY)


def test_a_meal_that_is_left_out_is_reversed_and_counts_again_when_it_is_taken_back(client: FlaskClient) -> None:
    noon = make_noon(client)
    number, elder_id = eaten_after_the_end(noon)
    assert balance_fen(elder_id) == 4500

    decided = decide_signal(number, "excluded", "登记以后别人用了卡", BY)

    assert decided.meals == (1,)
    assert balance_fen(elder_id) == 5000
    assert seen(noon) == Observed(payable=0, not_payable=1, under_review=0)
    assert broken() == []
    with transaction() as session:
        session.get_one(Elder, elder_id).closed_on = None  # it was registered for the wrong elder
    take_back_decision(decided.ruling_id, "登记错了人", OTHER)

    assert [(meal.id, meal.cancelled_at is None) for meal in rows(Meal)] == [(1, False), (2, True)]
    assert balance_fen(elder_id) == 4500
    assert seen(noon) == Observed(payable=1, not_payable=0, under_review=0)
    assert (only(Signal).state, only(Signal).facts["meals"]) == ("open", [2])
    assert only(ScanRuling).ruling == "restored"
    assert broken() == []
    again = decide_signal(number, "excluded", "还是剔除", BY)
    assert again.meals == (2,)
    assert balance_fen(elder_id) == 5000
    assert broken() == []


def test_in_a_closed_month_leaving_out_is_an_adjustment_and_stays(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = make_noon(client)
    number, _elder = eaten_after_the_end(noon)
    mark_closed(noon.canteen_id, "2026-11")
    monkeypatch.setenv("CANTEEN_NOW", "2026-12-02T04:00:00Z")

    decided = decide_signal(number, "excluded", "月结以后才知道", BY)

    mirror = rows(Entry, meal_id=1)[-1]
    assert (mirror.month, mirror.reverses_id is not None, mirror.service_on) == ("2026-12", True, TODAY)
    assert broken() == []
    mark_closed(noon.canteen_id, "2026-12")
    with refused("month-closed"):
        take_back_decision(decided.ruling_id, "后悔了", BY)


def test_what_was_eaten_again_meanwhile_is_not_restored_beside_it(client: FlaskClient) -> None:
    noon = make_noon(client)
    number, elder_id = eaten_after_the_end(noon)
    decided = decide_signal(number, "excluded", "核对过", BY)
    with transaction() as session:
        session.get_one(Elder, elder_id).closed_on = None
    noon.send(scan(elder_ref=only(Elder).ref))

    with refused("slot-held"):
        take_back_decision(decided.ruling_id, "恢复", BY)

    assert only(Signal).state == "excluded"
    assert len([meal for meal in rows(Meal) if meal.cancelled_at is None]) == 1


def test_a_signal_is_never_decided_by_the_cashier_of_its_records(client: FlaskClient) -> None:
    noon = make_noon(client)
    number, _elder = eaten_after_the_end(noon, cashier_ref=BY)

    for ruling in ("valid", "excluded", "referred"):
        with refused("own-record"):
            decide_signal(number, ruling, "没问题", BY)
    decide_signal(number, "valid", "", OTHER)


def test_what_is_referred_is_decided_by_somebody_else(client: FlaskClient) -> None:
    noon = make_noon(client)
    number, _elder = eaten_after_the_end(noon)

    with refused("reason-missing"):
        decide_signal(number, "referred", " ", BY)
    decide_signal(number, "referred", "请负责人看", BY)
    with refused("referred-yourself"):
        decide_signal(number, "valid", "", BY)
    with refused("referred-yourself"):
        decide_signal(number, "referred", "再转", OTHER)
    last = decide_signal(number, "valid", "", OTHER)
    with refused("not-waiting"):
        decide_signal(number, "excluded", "再想想", OTHER)

    assert [ruling.ruling for ruling in rows(SignalRuling)] == ["referred", "valid"]
    take_back_decision(last.ruling_id, "看错了", BY)
    assert only(Signal).state == "open"
    with refused("ruling-taken-back"):
        take_back_decision(last.ruling_id, "看错了", BY)


def test_only_the_named_meals_are_left_out_and_only_those_of_the_signal(client: FlaskClient) -> None:
    noon = make_noon(client)
    offline = {"decision": "ACCEPTED", "shown_elder_fen": 500}
    elders = [make_elder(noon.canteen_id, f"老人{n}", born_on=date(1940, 1, 1 + n)) for n in range(25)]
    at = [f"2026-11-20T03:30:{n:02d}Z" for n in range(25)]
    noon.send(*[scan(elder_ref=e.ref, seen_at=when, **offline) for e, when in zip(elders, at, strict=True)])
    look_for_signals()
    signal = only(Signal, rule="fast")

    with refused("meals-many"):
        decide_signal(signal.id, "excluded", "全部剔除", BY)
    with refused("meal-unknown"):
        decide_signal(signal.id, "excluded", "别处的一餐", BY, meals=[999])
    decide_signal(signal.id, "excluded", "这两份重了", BY, meals=signal.facts["meals"][:2])

    assert sum(meal.cancelled_at is not None for meal in rows(Meal)) == 2
    assert broken() == []
