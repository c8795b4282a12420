"""A record that waits: decided by a person, with a reason, and taken back while the month is open."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from canteen.checkin.models import Meal, MealShare, Scan, ScanRuling
from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.ledger.models import Entry, Posting
from canteen.oversight import queries, services
from canteen.oversight.queries import Observed
from tests.checkin.noon import Noon, make_noon, outcome
from tests.factories import (
    TODAY,
    balance_fen,
    bind_programme,
    enrol_device,
    four_yuan,
    issue_card,
    make_canteen,
    make_elder,
    mark_closed,
    only,
    rows,
    scan,
    set_card_state,
)

BY = "staff:7"


def waits(noon: Noon, card: str | None = None, **changes: Any) -> int:
    """A record that was served anyway; answers its row's number."""
    changes = {"decision": "SERVED_ANYWAY"} | changes
    result = noon.serve(card, **changes)
    assert result["state"] == "EXCEPTION", result
    return only(Scan, scan_id=result["scan_id"]).id


def refused(code: str) -> Any:
    return pytest.raises(Refusal, check=lambda refusal: refusal.code == code)


def seen(noon: Noon, first_on: date = TODAY, last_on: date = TODAY) -> Observed:
    with reading() as session:
        return queries.observed(session, noon.canteen_id, first_on, last_on)


def test_an_unknown_card_is_matched_to_an_elder(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    row_id = waits(noon, token_sha256="ab" * 32)

    ruled = services.rule_on(row_id, "match", "认得，是王奶奶", BY, elder_ref=elder.ref)

    meal = only(Meal)
    assert ruled.meal_no == meal.id
    assert (meal.kind, meal.elder_id, meal.service_on, meal.elder_fen) == ("slot", elder.id, TODAY, 500)
    assert balance_fen(elder.id) == 4500
    assert only(Scan).state == "EXCEPTION"  # the answer stays what it was; the decision is a record of its own
    assert outcome(noon.serve(issue_card(elder.id))) == ("REJECTED", "DUPLICATE_SAME")


def test_what_was_shown_is_all_that_the_elder_pays_for_a_meal_approved_later(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=100)
    row_id = waits(noon, issue_card(elder.id), shown_elder_fen=300)

    services.rule_on(row_id, "subsidised", "核对过", BY)

    meal = only(Meal)
    assert (meal.elder_fen, meal.wallet_fen, meal.credit_fen, meal.absorbed_fen) == (300, 100, 200, 200)
    assert sum(share.amount_fen for share in rows(MealShare)) == 1500


def test_full_price_is_the_elders_alone(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=2000)
    row_id = waits(noon, issue_card(elder.id))

    services.rule_on(row_id, "full-price", "当时说好原价", BY)

    assert (only(Meal).kind, balance_fen(elder.id)) == ("further", 500)
    assert {share.payer for share in rows(MealShare)} == {"elder"}


def test_the_canteen_bears_what_nobody_else_may_be_charged_for(client: FlaskClient) -> None:
    noon = make_noon(client)
    known = waits(noon, issue_card(make_elder(noon.canteen_id, balance_fen=5000).id))
    unknown = waits(noon, token_sha256="ab" * 32)

    services.rule_on(known, "absorbed", "说不清", BY)
    services.rule_on(unknown, "absorbed", "没找到人", BY)

    assert [meal.absorbed_fen for meal in rows(Meal)] == [1500]
    assert only(Entry, kind="absorbed").meal_id is None
    assert [line.amount_fen for line in rows(Posting, account_code="operator:absorbed")] == [1500, 1500]


def test_what_is_no_meal_costs_nobody(client: FlaskClient) -> None:
    noon = make_noon(client)
    row_id = waits(noon, token_sha256="ab" * 32)

    services.rule_on(row_id, "not-a-meal", "试扫", BY)

    assert rows(Entry) == []
    assert seen(noon) == Observed(payable=0, not_payable=1, under_review=0)


def test_observed_is_payable_and_not_payable_and_under_review(client: FlaskClient) -> None:
    noon = make_noon(client)
    tokens = [issue_card(make_elder(noon.canteen_id, name).id) for name in ("甲", "乙", "丙")]
    noon.serve(tokens[0])
    noon.serve(tokens[0])
    waits(noon, tokens[1])
    matched = waits(noon, tokens[2])
    waits(noon, token_sha256="ab" * 32)
    noon.send(scan(tokens[0], channel="post"))

    services.rule_on(matched, "subsidised", "核对过", BY)

    assert seen(noon) == Observed(payable=2, not_payable=2, under_review=2)
    assert seen(noon).observed == len(rows(Scan)) == 6
    assert seen(noon, date(2026, 11, 1), date(2026, 11, 19)).observed == 0


def test_a_decision_is_made_once_and_offered_by_the_code(client: FlaskClient) -> None:
    noon = make_noon(client)
    row_id = waits(noon, token_sha256="ab" * 32)

    with refused("ruling-not-offered"):
        services.rule_on(row_id, "subsidised", "想当然", BY)
    with refused("elder-needed"):
        services.rule_on(row_id, "match", "忘了写是谁", BY)
    with refused("elder-unknown"):
        services.rule_on(row_id, "match", "写错了", BY, elder_ref="nobody")
    with refused("reason-missing"):
        services.rule_on(row_id, "not-a-meal", "  ", BY)
    assert rows(ScanRuling) == []
    services.rule_on(row_id, "not-a-meal", "试扫", BY)
    with refused("not-waiting"):
        services.rule_on(row_id, "absorbed", "再想想", BY)


def test_nobody_decides_on_what_they_took_in_themselves(client: FlaskClient) -> None:
    noon = make_noon(client)
    row_id = waits(noon, issue_card(make_elder(noon.canteen_id).id), cashier_ref="7")

    with refused("own-record"):
        services.rule_on(row_id, "subsidised", "没问题", "staff:7")
    services.rule_on(row_id, "subsidised", "没问题", "staff:8")


def test_a_slot_that_is_taken_stays_with_the_first_meal(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id, balance_fen=5000).id)
    row_id = waits(noon, token)
    noon.serve(token)

    with refused("slot-taken"):
        services.rule_on(row_id, "subsidised", "没看见", BY)
    services.rule_on(row_id, "full-price", "多打一份", BY)

    assert sorted(meal.kind for meal in rows(Meal)) == ["further", "slot"]


def test_nothing_is_charged_for_the_dead_by_a_decision_either(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000, died_on=date(2026, 11, 1))
    row_id = waits(noon, token_sha256="ab" * 32)

    with refused("elder-deceased"):
        services.rule_on(row_id, "match", "像是他", BY, elder_ref=elder.ref)

    assert balance_fen(elder.id) == 5000


def test_a_record_without_a_rule_is_divided_once_there_is_one(client: FlaskClient) -> None:
    canteen_id = make_canteen()
    noon = Noon(client, canteen_id, enrol_device(canteen_id))
    [result] = noon.send(scan(issue_card(make_elder(canteen_id).id)))
    assert outcome(result) == ("EXCEPTION", "NO_RULE")
    row_id = only(Scan).id
    with refused("no-rule-yet"):
        services.rule_on(row_id, "subsidised", "等政策", BY)
    with refused("no-price"):
        services.rule_on(row_id, "absorbed", "等价格", BY)

    bind_programme(canteen_id, four_yuan())
    services.rule_on(row_id, "subsidised", "政策到了", BY)

    assert only(Meal).programme_code == "test-programme"


def test_a_decision_after_the_close_counts_in_the_open_month(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = make_noon(client)
    row_id = waits(noon, issue_card(make_elder(noon.canteen_id).id))
    with reading() as session:
        assert [row.id for row in queries.waiting(session, noon.canteen_id, "2026-11")] == [row_id]
    assert services.carry(row_id, "老人住院，回来再问", BY) == "2026-12"
    mark_closed(noon.canteen_id, "2026-11")
    monkeypatch.setenv("CANTEEN_NOW", "2026-12-02T04:00:00Z")

    with reading() as session:
        assert queries.waiting(session, noon.canteen_id, "2026-11") == []
        [row] = queries.waiting(session, noon.canteen_id, "2026-12")
    services.rule_on(row_id, "subsidised", "问过了", BY)

    assert row.carried_reason == "老人住院，回来再问"
    meal = only(Meal)
    assert (meal.service_on, meal.month) == (TODAY, "2026-12")


def test_a_decision_is_taken_back_while_the_month_is_open(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    first = waits(noon, issue_card(elder.id))
    second = waits(noon, token_sha256="ab" * 32)
    made = services.rule_on(first, "subsidised", "核对过", BY)
    borne = services.rule_on(second, "absorbed", "没找到人", BY)

    services.take_back(made.ruling_id, "看错了人", BY)
    services.take_back(borne.ruling_id, "找到人了", BY)

    assert balance_fen(elder.id) == 5000
    assert sum(line.amount_fen for line in rows(Posting, account_code="operator:absorbed")) == 0
    assert seen(noon).under_review == 2
    with refused("ruling-taken-back"):
        services.take_back(made.ruling_id, "再来", BY)
    services.rule_on(first, "full-price", "重新决定", BY)
    mark_closed(noon.canteen_id, "2026-11")
    with refused("month-closed"):
        services.take_back(rows(ScanRuling)[-1].id, "晚了", BY)


def test_a_revoked_card_served_offline_can_be_approved(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)
    set_card_state(token, "lost")
    row_id = waits(noon, token, decision="ACCEPTED", shown_elder_fen=500)

    services.rule_on(row_id, "subsidised", "是本人，卡找到了", BY)

    assert only(Meal).kind == "slot"
