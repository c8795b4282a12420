"""Signals: each rule is found at its threshold and not below it, and written once."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen.audit.models import AuditEvent
from canteen.checkin.cancelling import cancel_meal
from canteen.checkin.models import Meal
from canteen.checkin.shifts.models import PortionsCooked
from canteen.clock import now
from canteen.core import entry as journal
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.elders.models import Elder
from canteen.ledger import services as ledger
from canteen.oversight.models import Signal
from canteen.oversight.signals import rules
from canteen.oversight.signals.services import look_at_month, look_for_signals, set_rule
from canteen.wallets.models import TopUp, Wallet
from tests.checkin.noon import Noon, make_noon
from tests.factories import (
    TODAY,
    MadeElder,
    bind_programme,
    enrol_device,
    four_yuan,
    issue_card,
    make_canteen,
    make_elder,
    only,
    revoke_device,
    rows,
    scan,
    set_card_state,
)

BY = "staff:7"


def found(rule: str) -> list[Signal]:
    """Look, and answer what this rule found."""
    look_for_signals()
    return rows(Signal, rule=rule)


def at(time: str) -> str:
    return f"2026-11-20T{time}Z"


def served(noon: Noon, elder: MadeElder, **changes: Any) -> dict[str, Any]:
    [result] = noon.send(scan(elder_ref=elder.ref, **changes))
    return result


def tomorrow(monkeypatch: pytest.MonkeyPatch, day: str = "2026-11-21") -> None:
    monkeypatch.setenv("CANTEEN_NOW", f"{day}T04:00:00Z")


def test_meals_after_a_death_that_was_registered_late(client: FlaskClient) -> None:
    noon = make_noon(client)
    living, dead = make_elder(noon.canteen_id), make_elder(noon.canteen_id, "李建国")
    for elder in (living, dead):
        served(noon, elder)
    assert found(rules.AFTER_END) == []

    with transaction() as session:
        session.get_one(Elder, dead.id).died_on = date(2026, 11, 19)
        session.get_one(Elder, living.id).died_on = TODAY  # the day of death is a plain day

    [signal] = found(rules.AFTER_END)
    assert (signal.elder_id, signal.service_on, signal.meal_period) == (dead.id, TODAY, "lunch")
    assert signal.facts["meals"] == [only(Meal, elder_id=dead.id).id]
    assert signal.state == "open"


def test_a_card_refused_after_the_account_was_closed(client: FlaskClient) -> None:
    noon = make_noon(client)
    closed = make_elder(noon.canteen_id, closed_on=TODAY)
    lost = issue_card(make_elder(noon.canteen_id, "李建国").id)
    set_card_state(lost, "lost")
    noon.serve(issue_card(closed.id))
    noon.serve(lost)  # a lost card of somebody who still eats here is no sign of this

    [signal] = found(rules.AFTER_END)

    assert (signal.elder_id, signal.facts["count"], signal.facts["meals"]) == (closed.id, 1, [])


def test_a_meal_in_two_places(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder, once = make_elder(noon.canteen_id), make_elder(noon.canteen_id, "李建国")
    token = issue_card(elder.id)
    noon.serve(token)
    noon.serve(token)  # the same till again: a double read
    served(noon, once)
    assert found(rules.TWO_PLACES) == []
    other = make_canteen("nanmen")
    bind_programme(other, four_yuan())
    noon.serve(token, enrol_device(other), decision="ACCEPTED", shown_elder_fen=500)
    noon.serve(token, enrol_device(noon.canteen_id, "二号窗口"))

    here, there = sorted(found(rules.TWO_PLACES), key=lambda signal: signal.canteen_id)

    assert (here.canteen_id, here.facts["meals"]) == (noon.canteen_id, [])
    assert (there.canteen_id, there.facts["meals"]) == (other, [only(Meal, kind="further").id])


def test_thirteen_records_in_a_minute_and_not_twelve(client: FlaskClient) -> None:
    noon = make_noon(client)
    second = enrol_device(noon.canteen_id, "二号窗口")
    elders = [make_elder(noon.canteen_id, f"老人{n}") for n in range(13)]
    offline = {"decision": "ACCEPTED", "shown_elder_fen": 500}
    noon.send(*[scan(elder_ref=e.ref, seen_at=at(f"03:30:{5 * n:02d}"), **offline) for n, e in enumerate(elders[:12])])
    noon.send(scan(elder_ref=elders[12].ref, seen_at=at("03:31:00"), **offline))
    assert found(rules.FAST) == []

    again = [scan(elder_ref=e.ref, seen_at=at(f"03:40:{4 * n:02d}"), **offline) for n, e in enumerate(elders)]
    noon.send(*again, tablet=second)

    [signal] = found(rules.FAST)
    assert (signal.device_id, signal.facts["count"], signal.facts["at"]) == (second.id, 13, "2026-11-20T11:40:00+08:00")


def test_more_than_fifteen_per_cent_by_hand(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = make_noon(client)
    second = enrol_device(noon.canteen_id, "二号窗口")
    elders = [make_elder(noon.canteen_id, f"老人{n}") for n in range(20)]
    cards = [issue_card(elder.id) for elder in elders]
    by_hand = [scan(elder_ref=elder.ref) for elder in elders[:3]]
    noon.send(*by_hand, *[scan(card) for card in cards[3:]])  # 3 of 20 are 15 per cent
    noon.send(*[scan(elder_ref=e.ref) for e in elders[:4]], *[scan(card) for card in cards[4:]], tablet=second)
    assert found(rules.BY_HAND) == []  # the day is not over
    tomorrow(monkeypatch)

    [signal] = found(rules.BY_HAND)

    assert (signal.device_id, signal.facts["count"], signal.facts["found"], signal.facts["of"]) == (second.id, 20, 4, 20)


def test_six_cancellations_of_one_person_and_not_five(client: FlaskClient) -> None:
    noon = make_noon(client)
    for n in range(11):
        served(noon, make_elder(noon.canteen_id, f"老人{n}"))
    meals = [meal.id for meal in rows(Meal)]
    for meal_no in meals[:5]:
        cancel_meal(meal_no, "点错人了", "staff:9")
    for meal_no in meals[5:10]:
        cancel_meal(meal_no, "点错人了", BY)
    assert found(rules.CANCELS) == []

    cancel_meal(meals[10], "点错人了", BY)

    [signal] = found(rules.CANCELS)
    assert (signal.facts["count"], signal.facts["cashiers"]) == (6, [BY])


def test_records_that_a_tablet_held_for_more_than_a_day(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = make_noon(client)
    one, two = make_elder(noon.canteen_id), make_elder(noon.canteen_id, "李建国")
    tomorrow(monkeypatch)
    offline = {"decision": "ACCEPTED", "shown_elder_fen": 500}
    noon.send(scan(elder_ref=one.ref, seen_at=at("04:00:00"), **offline))
    assert found(rules.LATE_UPLOAD) == []

    noon.send(scan(elder_ref=two.ref, seen_at=at("03:59:59"), **offline))

    [signal] = found(rules.LATE_UPLOAD)
    assert (signal.service_on, signal.facts["count"], signal.facts["hours"]) == (TODAY, 1, 24)
    assert signal.facts["meals"] == [only(Meal, elder_id=two.id).id]


def test_a_tablet_clock_more_than_five_minutes_off(client: FlaskClient) -> None:
    noon = make_noon(client)
    elders = [make_elder(noon.canteen_id, name) for name in ("甲", "乙")]
    served(noon, elders[0], seen_at=at("03:55:00"))
    assert found(rules.CLOCK) == []

    served(noon, elders[1], seen_at=at("04:05:01"))

    [signal] = found(rules.CLOCK)
    assert (signal.facts["count"], signal.facts["minutes"]) == (1, 5)


def test_more_subsidised_meals_than_portions_cooked(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = make_noon(client)
    for name in ("甲", "乙", "丙"):
        served(noon, make_elder(noon.canteen_id, name))
    served(noon, make_elder(noon.canteen_id, "年轻人", born_on=date(1990, 1, 1)))  # nobody pays for this one
    tomorrow(monkeypatch)
    assert found(rules.COOKED) == []  # nobody noted what was cooked
    cook(noon, 3)
    assert found(rules.COOKED) == []

    cook(noon, 2)

    [signal] = found(rules.COOKED)
    assert (signal.facts["count"], signal.facts["subsidised"], signal.facts["cooked"]) == (1, 3, 2)


def cook(noon: Noon, portions: int) -> None:
    with transaction() as session:
        session.add(
            PortionsCooked(
                key=f"noted-{portions}", canteen_id=noon.canteen_id, service_on=TODAY, meal_period="lunch",
                portions=portions, noted_by=BY, noted_at=now(),
            )
        )  # fmt: skip


def test_a_refund_on_the_day_of_the_top_up(client: FlaskClient) -> None:
    noon = make_noon(client)
    both, only_in = make_elder(noon.canteen_id, balance_fen=5000), make_elder(noon.canteen_id, "李建国", balance_fen=100)
    assert found(rules.REFUND) == []

    refund(both, 2000, noon.canteen_id)

    [signal] = found(rules.REFUND)
    assert (signal.elder_id, signal.facts["refund_fen"], signal.facts["top_up_fen"]) == (both.id, 2000, 5000)
    assert signal.elder_id != only_in.id


def refund(elder: MadeElder, amount_fen: int, canteen_id: int) -> None:
    with transaction() as session:
        wallet = session.get_one(Wallet, elder.id, with_for_update=True)
        wallet.balance_fen -= amount_fen
        postings = (
            journal.Posting(journal.CASH, -amount_fen),
            journal.Posting(journal.WALLET, amount_fen, elder_id=elder.id),
        )
        entry_id = ledger.post(session, journal.Entry("refund", canteen_id, TODAY, "2026-11", postings))
        session.add(
            TopUp(
                key="refund", elder_id=elder.id, canteen_id=canteen_id, amount_fen=-amount_fen, method="cash",
                entry_id=entry_id, received_at=now(), received_by=BY,
            )
        )  # fmt: skip


def test_a_meal_on_every_one_of_so_many_days(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = make_noon(client)
    set_rule("", rules.NO_GAP, is_on=True, threshold=14, by=BY)
    steady, paused = make_elder(noon.canteen_id), make_elder(noon.canteen_id, "李建国")
    for n in range(14):
        tomorrow(monkeypatch, (TODAY - timedelta(days=14 - n)).isoformat())
        served(noon, steady)
        if n != 6:
            served(noon, paused)
        if n == 12:
            monkeypatch.setenv("CANTEEN_NOW", "2026-11-19T04:00:00Z")
            assert found(rules.NO_GAP) == []
    tomorrow(monkeypatch, "2026-11-20")

    [signal] = found(rules.NO_GAP)

    assert (signal.elder_id, signal.facts["count"], signal.facts["first_on"]) == (steady.id, 14, "2026-11-06")


def test_a_meal_divided_by_another_age_than_the_papers_say(client: FlaskClient) -> None:
    noon = make_noon(client)
    right, wrong = make_elder(noon.canteen_id), make_elder(noon.canteen_id, "李建国")
    for elder in (right, wrong):
        served(noon, elder)
    with transaction() as session:
        session.get_one(Elder, right.id).born_on = date(1946, 11, 1)  # another day, the same age
    assert found(rules.AGE) == []
    with transaction() as session:
        session.get_one(Elder, wrong.id).born_on = date(1956, 11, 20)
    served(noon, right, meal_period="lunch")  # something was written: it is worth another look

    [signal] = found(rules.AGE)

    assert (signal.elder_id, signal.facts["count"]) == (wrong.id, 10)
    assert signal.facts["meals"] == [only(Meal, elder_id=wrong.id).id]


def test_a_signal_is_written_once_whoever_looks_and_how_often(client: FlaskClient) -> None:
    noon = make_noon(client)
    closed = make_elder(noon.canteen_id, closed_on=TODAY)
    noon.serve(issue_card(closed.id))

    assert look_for_signals() == 1
    assert look_for_signals() == 0
    served(noon, make_elder(noon.canteen_id, "李建国"))
    assert look_for_signals() == look_at_month("beimen", "2026-11") == 0
    assert len(rows(Signal)) == 1


def test_a_rule_that_is_switched_off_finds_nothing_and_the_switch_is_audited(client: FlaskClient) -> None:
    noon = make_noon(client)
    set_rule("beimen", rules.AFTER_END, is_on=False, threshold=1, by=BY)
    noon.serve(issue_card(make_elder(noon.canteen_id, closed_on=TODAY).id))
    assert found(rules.AFTER_END) == []

    set_rule("beimen", rules.AFTER_END, is_on=True, threshold=1, by=BY)
    assert len(found(rules.AFTER_END)) == 1

    [off, on] = rows(AuditEvent, act="signal-rule")
    assert (off.detail["after"], on.detail["after"]) == ([False, 1], [True, 1])
    set_rule("beimen", rules.AFTER_END, is_on=True, threshold=1, by=BY)  # nothing changes, nothing is noted
    assert len(rows(AuditEvent, act="signal-rule")) == 2


def test_a_canteens_setting_goes_before_the_districts(app: Flask) -> None:
    make_canteen()
    set_rule("", rules.FAST, is_on=True, threshold=20, by=BY)
    set_rule("beimen", rules.FAST, is_on=False, threshold=30, by=BY)

    with reading() as session:
        district, canteen = rules.settings(session)[rules.FAST], rules.settings(session, "beimen")[rules.FAST]

    assert (district.is_on, district.threshold, district.scope) == (True, 20, "")
    assert (canteen.is_on, canteen.threshold, canteen.scope) == (False, 30, "beimen")
    for code, threshold, wanted in (
        ("none", 1, "rule-unknown"), (rules.FAST, 1, "rule-threshold"), (rules.FAST, 121, "rule-threshold"),
    ):  # fmt: skip
        with pytest.raises(Refusal, check=lambda refusal, code=wanted: refusal.code == code):
            set_rule("", code, is_on=True, threshold=threshold, by=BY)


def test_a_revoked_tablets_records_are_looked_at_too(client: FlaskClient) -> None:
    noon = make_noon(client)
    elder = make_elder(noon.canteen_id)
    revoke_device(noon.tablet)
    served(noon, elder, seen_at=at("03:50:00"))

    assert len(found(rules.CLOCK)) == 1
