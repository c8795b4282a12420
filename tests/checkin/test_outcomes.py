"""Every record ends as exactly one line of the outcome table, and the table says who pays."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from canteen.checkin.models import CashMeal, Meal, MealShare, Scan
from canteen.ledger.models import Entry, Posting
from tests.checkin.noon import at, make_noon, outcome
from tests.factories import (
    TODAY,
    balance_fen,
    bind_programme,
    enrol_device,
    four_yuan,
    issue_card,
    list_elder,
    make_canteen,
    make_elder,
    make_fund,
    mark_closed,
    only,
    programme,
    publish_menu,
    revoke_device,
    rows,
    scan,
    set_card_state,
)

MONEY = ("price_fen", "elder_fen", "wallet_fen", "cash_fen", "balance_fen")


def nobody_pays(result: dict) -> bool:
    return all(result[key] is None for key in MONEY) and result["shares"] == []


def test_a_card_of_another_canteen_is_a_guest_of_the_canteen_that_serves(client: FlaskClient) -> None:
    noon = make_noon(client)
    home = make_canteen("nanmen")
    generous = [{"id": "all", "title": "全免", "payer": "government", "pays": "all"}]
    bind_programme(home, programme(generous, code="generous"))
    token = issue_card(make_elder(home).id)

    result = noon.serve(token)

    assert outcome(result) == ("MEAL", "GUEST")
    assert result["elder_fen"] == 500
    assert "R09" in result["notices"]


def test_an_elder_on_two_lists_is_no_guest(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(make_canteen("nanmen"))
    list_elder(noon.canteen_id, elder.id)

    assert outcome(noon.serve(issue_card(elder.id))) == ("MEAL", None)


def test_a_second_scan_at_the_same_canteen_names_the_first_meal(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id, balance_fen=5000).id)
    first = noon.serve(token)

    second = noon.serve(token, tablet=enrol_device(noon.canteen_id, "二号窗口"))

    assert outcome(second) == ("REJECTED", "DUPLICATE_SAME")
    assert nobody_pays(second)
    assert second["meal_no"] == first["meal_no"]
    assert second["first"]["window"] == "一号窗口"
    assert len(rows(Meal)) == 1


def test_a_slot_taken_elsewhere_and_served_offline_is_borne_by_the_canteen(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    token = issue_card(elder.id)
    noon.serve(token)
    other = make_canteen("nanmen")
    bind_programme(other, four_yuan())

    result = noon.serve(token, enrol_device(other), decision="ACCEPTED", shown_elder_fen=500)

    assert outcome(result) == ("MEAL", "DUPLICATE_OTHER")
    assert result["shares"] == [{"payer": "operator:absorbed", "fen": 1500}]
    assert result["elder_fen"] == 0
    assert balance_fen(elder.id) == 4500
    assert sorted(meal.kind for meal in rows(Meal)) == ["further", "slot"]


def test_a_slot_taken_elsewhere_is_paid_by_the_elder_who_agreed_to_the_price(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    token = issue_card(elder.id)
    noon.serve(token)
    other = make_canteen("nanmen")
    bind_programme(other, four_yuan())

    result = noon.serve(
        token, enrol_device(other), decision="ACCEPTED", shown_elder_fen=1500, price_basis="full"
    )

    assert outcome(result) == ("MEAL", "DUPLICATE_OTHER")
    assert result["shares"] == [{"payer": "elder", "fen": 1500}]
    assert balance_fen(elder.id) == 5000 - 500 - 1500


def test_asked_online_a_slot_taken_elsewhere_serves_nothing(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)
    noon.serve(token)
    other = make_canteen("nanmen")
    bind_programme(other, four_yuan())

    assert outcome(noon.serve(token, enrol_device(other)))[0] == "REJECTED"
    assert len(rows(Meal)) == 1


def test_a_further_meal_is_paid_by_the_elder_alone(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=2500)
    token = issue_card(elder.id)
    noon.serve(token)

    result = noon.serve(token, decision="FULL_PRICE", shown_elder_fen=1500)

    assert outcome(result) == ("MEAL", "FULL_PRICE")
    assert result["shares"] == [{"payer": "elder", "fen": 1500}]
    assert balance_fen(elder.id) == 500
    assert only(Meal, kind="further").programme_code is None


def test_an_empty_wallet_refuses_nothing(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=200)

    result = noon.serve(issue_card(elder.id))

    assert outcome(result) == ("MEAL", None)
    assert (result["elder_fen"], result["wallet_fen"], result["cash_fen"]) == (500, 200, 300)
    assert "R13" in result["notices"]
    assert balance_fen(elder.id) == 0


def test_cash_tender_leaves_the_wallet_alone(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)

    result = noon.serve(issue_card(elder.id), tender="cash")

    assert (result["wallet_fen"], result["cash_fen"]) == (0, 500)
    assert balance_fen(elder.id) == 5000


def test_a_limit_used_up_between_sheet_and_sync_is_borne_by_the_operator(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000)
    token = issue_card(elder.id)
    noon.serve(token)
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T09:00:00Z")

    result = noon.serve(token, meal_period="dinner", decision="ACCEPTED", shown_elder_fen=500)

    assert outcome(result) == ("MEAL", "LIMIT")
    assert result["shares"] == [{"payer": "elder", "fen": 500}, {"payer": "operator:absorbed", "fen": 1000}]
    assert balance_fen(elder.id) == 4000
    absorbed = rows(Posting, account_code="operator:absorbed")
    assert [line.amount_fen for line in absorbed] == [1000]


def test_asked_online_the_elder_hears_that_the_limit_is_used_up(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id, balance_fen=5000).id)
    noon.serve(token)
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T09:00:00Z")

    result = noon.serve(token, meal_period="dinner")

    assert outcome(result) == ("MEAL", None)
    assert result["elder_fen"] == 1500
    assert "R12" in result["notices"]


@pytest.mark.parametrize(("shown", "elder_fen", "absorbed"), [(400, 400, 100), (600, 500, 0)])
def test_another_rule_than_the_sheet_showed_keeps_the_price_promise(
    client: FlaskClient, shown: int, elder_fen: int, absorbed: int
) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id, balance_fen=5000).id)

    result = noon.serve(token, decision="ACCEPTED", shown_elder_fen=shown)

    assert outcome(result) == ("MEAL", "RULE")
    assert result["elder_fen"] == elder_fen
    assert only(Meal).absorbed_fen == absorbed


def test_a_fund_that_ran_dry_is_drawn_to_the_end_and_never_below(client: FlaskClient) -> None:
    rule = {"id": "gift", "title": "资助", "payer": "sponsor", "fund": "weida", "pays": {"fixed": "2.00"}}
    noon = make_noon(client, programme([rule]))
    make_fund("weida", 300)
    tokens = [issue_card(make_elder(noon.canteen_id, f"老人{n}").id) for n in range(3)]

    paid = [noon.serve(token)["shares"][0] for token in tokens]

    assert paid == [
        {"payer": "sponsor:weida", "fen": 200}, {"payer": "sponsor:weida", "fen": 100}, {"payer": "elder", "fen": 1500},
    ]  # fmt: skip


def test_a_meal_of_a_closed_month_counts_in_the_open_one_with_its_own_date(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-30T04:00:00Z")
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id, balance_fen=5000).id)
    monkeypatch.setenv("CANTEEN_NOW", "2026-12-01T01:00:00Z")
    mark_closed(noon.canteen_id, "2026-11")

    result = noon.serve(token, decision="ACCEPTED", shown_elder_fen=500, seen_at="2026-11-30T04:30:00Z")

    assert outcome(result) == ("MEAL", "LATE")
    meal = only(Meal)
    assert (meal.service_on, meal.month) == (date(2026, 11, 30), "2026-12")
    assert only(Entry, meal_id=meal.id).month == "2026-12"
    assert {share.month for share in rows(MealShare)} == {"2026-12"}


def test_nothing_is_charged_for_the_dead(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=5000, died_on=date(2026, 11, 19))

    for decision in ("ONLINE", "ACCEPTED", "SERVED_ANYWAY", "FULL_PRICE"):
        result = noon.serve(issue_card(elder.id) if decision == "ONLINE" else None, decision=decision,
                            **({} if decision == "ONLINE" else {"elder_ref": elder.ref}))  # fmt: skip
        assert outcome(result) == ("REJECTED", "DECEASED")
        assert nobody_pays(result)
    assert balance_fen(elder.id) == 5000


def test_the_day_of_death_itself_is_a_plain_day(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id, died_on=TODAY).id)

    assert outcome(noon.serve(token)) == ("MEAL", None)


@pytest.mark.parametrize("state", ["lost", "replaced", "closed"])
def test_a_revoked_card_is_refused_online_and_waits_when_it_was_served_offline(
    client: FlaskClient, state: str
) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)
    set_card_state(token, state)

    online, refused = noon.serve(token), noon.serve(token, decision="REFUSED")
    offline = noon.serve(token, decision="ACCEPTED", shown_elder_fen=500)

    assert outcome(online) == outcome(refused) == ("REJECTED", "REVOKED")
    assert online["reason"] == state
    assert outcome(offline) == ("EXCEPTION", "REVOKED")
    assert nobody_pays(offline)
    assert rows(Meal) == []


def test_a_lost_card_does_not_stop_an_elder_who_is_found_by_hand(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id)
    set_card_state(issue_card(elder.id), "lost")

    [result] = noon.send(scan(elder_ref=elder.ref))

    assert outcome(result) == ("MEAL", None)


def test_a_closed_account_answers_as_a_revoked_card(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id, closed_on=TODAY).id)

    result = noon.serve(token)

    assert outcome(result) == ("REJECTED", "REVOKED")
    assert result["reason"] == "closed"


def test_an_unknown_card_waits_for_a_person(client: FlaskClient) -> None:
    noon = make_noon(client)

    result = noon.serve(None, token_sha256="ab" * 32)

    assert outcome(result) == ("EXCEPTION", "UNKNOWN")
    assert nobody_pays(result)
    assert only(Scan).elder_id is None


@pytest.mark.parametrize(
    ("local", "period", "expected"),
    [
        ("02:00:00", "lunch", None),  # 10:00 in Shanghai, half an hour before lunch
        ("01:59:59", "lunch", "WINDOW"),
        ("05:30:00", "lunch", None),  # 13:30, half an hour after
        ("05:30:01", "lunch", "WINDOW"),
        ("04:00:00", "dinner", "WINDOW"),
        ("09:00:00", "dinner", None),
        ("04:00:00", "breakfast", "WINDOW"),  # not served here at all
    ],
)
def test_the_server_decides_the_meal_period_by_the_serving_hours(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, local: str, period: str, expected: str | None
) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)
    monkeypatch.setenv("CANTEEN_NOW", f"2026-11-20T{local}Z")

    assert noon.serve(token, meal_period=period)["code"] == expected


@pytest.mark.parametrize(
    ("local", "claim", "expected"),
    [
        ("01:10:00", "breakfast", None),  # 09:10: only the tolerances of both, the claim stands
        ("01:10:00", "lunch", None),
        ("01:25:00", "lunch", None),  # 09:25: inside lunch, in breakfast's tolerance
        ("01:25:00", "breakfast", "WINDOW"),
    ],
)
def test_where_only_tolerances_meet_the_claim_stands(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, local: str, claim: str, expected: str | None
) -> None:
    noon = make_noon(client, hours={"breakfast": ["07:00", "09:00"], "lunch": ["09:20", "13:00"]})
    token = issue_card(make_elder(noon.canteen_id).id)
    monkeypatch.setenv("CANTEEN_NOW", f"2026-11-20T{local}Z")

    assert noon.serve(token, meal_period=claim)["code"] == expected


def test_the_service_date_is_the_canteens_and_not_utcs(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = make_noon(client, hours={"breakfast": ["06:30", "08:30"]})
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-20T23:00:00Z")

    noon.serve(issue_card(make_elder(noon.canteen_id).id), meal_period="breakfast")

    assert only(Meal).service_on == date(2026, 11, 21)


def test_a_tablet_clock_far_off_waits_online(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)

    assert outcome(noon.serve(token, seen_at=at(minutes=6))) == ("EXCEPTION", "CLOCK")
    assert outcome(noon.serve(token, seen_at=at(minutes=5))) == ("MEAL", None)


def test_a_tablet_clock_that_is_wrong_at_sending_too_loses_no_meal(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)
    record = scan(token, decision="ACCEPTED", shown_elder_fen=500, seen_at="2026-11-18T03:30:00Z")

    [result] = noon.send(record, sent_at="2026-11-18T04:00:00Z")  # two days slow, both times

    assert outcome(result) == ("MEAL", None)
    meal = only(Meal)
    assert meal.service_on == TODAY
    assert meal.served_at.isoformat() == "2026-11-20T03:30:00+00:00"


@pytest.mark.parametrize(
    ("seen_at", "expected"),
    [
        ("2026-11-20T04:00:05Z", None),
        ("2026-11-20T04:00:06Z", "CLOCK"),  # in the future
        ("2026-11-19T03:59:55Z", None),  # the enrolment, a day ago
        ("2026-11-19T03:59:54Z", "CLOCK"),
    ],
)
def test_a_record_of_the_tablets_own_lies_between_enrolment_and_receipt(
    client: FlaskClient, seen_at: str, expected: str | None
) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)

    result = noon.serve(token, decision="ACCEPTED", shown_elder_fen=500, seen_at=seen_at)

    assert result["code"] == expected


def test_back_dating_before_the_last_contact_is_impossible(client: FlaskClient) -> None:
    noon = make_noon(client)
    first, second = (issue_card(make_elder(noon.canteen_id, name).id) for name in ("甲", "乙"))
    body = {"sent_at": at(), "records": [scan(first)]}
    anchor = client.post("/api/v1/scans", json=body, headers=noon.tablet.headers).get_json()["anchor"]
    offline = {"decision": "ACCEPTED", "shown_elder_fen": 500, "anchor": anchor}

    assert outcome(noon.serve(second, **offline, seen_at=at(minutes=30))) == ("EXCEPTION", "CLOCK")
    assert outcome(noon.serve(second, **offline | {"anchor": "made up"})) == ("EXCEPTION", "CLOCK")
    assert outcome(noon.serve(second, **offline)) == ("MEAL", None)


def test_no_programme_no_version_and_no_price_wait_for_one(client: FlaskClient) -> None:
    unbound = make_canteen("nanmen")
    tablet = enrol_device(unbound)
    noon = make_noon(client, four_yuan(standard_price="15.00", until=date(2026, 11, 19)))
    unpriced = make_canteen("dongmen")
    free = [{"id": "half", "title": "一半", "payer": "government", "pays": {"percent": 50}}]
    mapping = programme(free, code="unpriced")
    del mapping["version"][0]["standard_price"]
    bind_programme(unpriced, mapping)
    token = issue_card(make_elder(noon.canteen_id).id)

    for device in (tablet, noon.tablet, enrol_device(unpriced)):
        assert outcome(noon.serve(token, device)) == ("EXCEPTION", "NO_RULE")


def test_the_menus_price_goes_before_the_canteens_and_that_before_the_programmes(client: FlaskClient) -> None:
    noon = make_noon(client, price_fen=1400)
    tokens = [issue_card(make_elder(noon.canteen_id, name).id) for name in ("甲", "乙", "丙")]
    publish_menu(noon.canteen_id, price_fen=9900, published=False, meal_period="dinner")

    canteens = noon.serve(tokens[0])["price_fen"]
    publish_menu(noon.canteen_id, price_fen=1600)
    menus = noon.serve(tokens[1])["price_fen"]

    assert (canteens, menus) == (1400, 1600)


def test_serve_first_settle_later_waits_with_both_facts(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)

    result = noon.serve(token, decision="SERVED_ANYWAY", note="先用餐")

    assert outcome(result) == ("EXCEPTION", "SERVED_ANYWAY")
    assert nobody_pays(result)


def test_a_revoked_device_may_still_upload_and_a_person_decides(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)
    revoke_device(noon.tablet)

    assert outcome(noon.serve(token, decision="ACCEPTED", shown_elder_fen=500)) == ("EXCEPTION", "DEVICE_REVOKED")
    assert rows(Meal) == []


def test_a_record_seen_after_the_lease_ended_waits(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-23T04:00:01Z")

    result = noon.serve(token, decision="ACCEPTED", shown_elder_fen=500)

    assert outcome(result) == ("EXCEPTION", "EXPIRED")


def test_an_offline_credit_is_owed_and_never_a_negative_wallet(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id, balance_fen=200)

    result = noon.serve(issue_card(elder.id), decision="ACCEPTED", shown_elder_fen=500, tender="wallet")

    assert (result["elder_fen"], result["wallet_fen"], result["cash_fen"]) == (200, 200, 0)
    assert result["shares"][-1] == {"payer": "elder", "fen": 500}
    assert only(Meal).credit_fen == 300
    assert only(Posting, account_code="elder:receivable").amount_fen == 300
    assert balance_fen(elder.id) == 0


def test_nothing_of_a_stranger_or_a_refusal_reaches_the_journal(client: FlaskClient) -> None:
    noon = make_noon(client)
    token = issue_card(make_elder(noon.canteen_id).id)
    set_card_state(token, "lost")

    noon.serve(token)
    noon.serve(None, token_sha256="cd" * 32)

    assert rows(Entry) == []
    assert rows(CashMeal) == []
    assert len(rows(Scan)) == 2
