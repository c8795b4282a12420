"""Wallets: money goes in once per key, never below zero, never into a dead elder's wallet."""

import json
import threading
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from canteen.cards import services as cards
from canteen.core import entry as journal
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.elders.models import Elder
from canteen.ledger.models import Entry, Posting
from canteen.wallets import closings, queries, services, vouchers
from canteen.wallets.cli import vouchers as voucher_command
from canteen.wallets.cli import wallets as wallet_command
from canteen.wallets.closings import NewClosing
from canteen.wallets.models import TopUp
from canteen.wallets.services import NewRefund, NewTopUp
from canteen.wallets.vouchers import NewVoucher
from tests.factories import enrol_device, make_canteen, make_elder, mark_closed, revoke_device

KEY = b"a card key of thirty-two bytes.."
LATER = date(2026, 12, 31)


def code_of(act: Any, *arguments: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act(*arguments)
    return refused.value.code


def money(key: str, elder_id: int, canteen_id: int, fen: int = 10_000, method: str = "cash") -> NewTopUp:
    return NewTopUp(key, elder_id, canteen_id, fen, method, "staff:1")


def back(key: str, elder_id: int, canteen_id: int, fen: int, reason: str = "多充了") -> NewRefund:
    return NewRefund(key, elder_id, canteen_id, fen, "cash", reason, "staff:2")


def account(name: str) -> int:
    with reading() as session:
        rows = select(func.coalesce(func.sum(Posting.amount_fen), 0)).where(Posting.account_code == name)
        return int(session.scalar(rows) or 0)


def test_a_top_up_is_booked_once_and_answers_the_same_for_ever(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)

    first = services.top_up(money("k1", elder.id, canteen_id))
    services.top_up(money("k2", elder.id, canteen_id, 5_000, "wechat"))
    again = services.top_up(money("k1", elder.id, canteen_id))

    assert first == again and first.balance_fen == 10_000
    with reading() as session:
        assert queries.balance_fen(session, elder.id) == 15_000
    assert (account("cash"), account("bank"), account("wallet")) == (10_000, 5_000, -15_000)


def test_a_key_used_for_something_else_is_refused(app: Flask) -> None:
    canteen_id = make_canteen()
    elder, other = make_elder(canteen_id), make_elder(canteen_id, "李建国")
    services.top_up(money("k1", elder.id, canteen_id))

    for wanted in (
        money("k1", elder.id, canteen_id, 20_000),
        money("k1", elder.id, canteen_id, 10_000, "transfer"),
        money("k1", other.id, canteen_id),
    ):
        assert code_of(services.top_up, wanted) == "key-reused"
    assert account("wallet") == -10_000


def test_one_key_from_eight_counters_at_once_is_one_top_up(app: Flask) -> None:
    canteen_id = make_canteen()
    elders = [make_elder(canteen_id).id for _ in range(2)]
    balances: list[int] = []
    refused: list[str] = []

    def pay(elder_id: int) -> None:
        with app.app_context():
            try:
                balances.append(services.top_up(money("same", elder_id, canteen_id)).balance_fen)
            except Refusal as refusal:
                refused.append(refusal.code)

    threads = [threading.Thread(target=pay, args=(elders[at % 2],)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert balances == [10_000] * 4 and refused == ["key-reused"] * 4
    assert account("wallet") == -10_000


@pytest.mark.parametrize(
    ("fen", "code"), [(0, "amount-zero"), (-100, "amount-zero"), (100_001, "top-up-limit")]
)
def test_amounts_have_bounds(app: Flask, fen: int, code: str) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)

    assert code_of(services.top_up, money("k", elder.id, canteen_id, fen)) == code
    assert account("wallet") == 0


def test_a_wallet_has_a_ceiling_and_says_how_much_still_fits(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    services.top_up(money("k1", elder.id, canteen_id, 100_000))
    services.top_up(money("k2", elder.id, canteen_id, 90_000))

    with pytest.raises(Refusal, match=r"最多存 2000 元，现在最多还能充 100\.00 元"):
        services.top_up(money("k3", elder.id, canteen_id, 10_001))
    assert services.top_up(money("k3", elder.id, canteen_id, 10_000)).balance_fen == 200_000


@pytest.mark.parametrize("key", ["", "x" * 65, "a b", "钥匙"])
def test_a_key_that_could_not_be_found_again_is_refused(sqlite_app: Flask, key: str) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)

    assert code_of(services.top_up, money(key, elder.id, canteen_id)) == "key-form"


def test_a_dead_elders_wallet_is_frozen_and_a_closed_account_is_shut(app: Flask) -> None:
    canteen_id = make_canteen()
    dead = make_elder(canteen_id, died_on=date(2026, 11, 1))
    closed = make_elder(canteen_id, closed_on=date(2026, 11, 1))

    assert code_of(services.top_up, money("k", dead.id, canteen_id)) == "wallet-frozen"
    assert code_of(services.refund, back("k", dead.id, canteen_id, 100)) == "wallet-frozen"
    assert code_of(services.top_up, money("k", closed.id, canteen_id)) == "account-ended"


def test_an_elder_without_a_wallet_row_gets_one(app: Flask) -> None:
    from canteen.wallets.models import Wallet

    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    with transaction() as session:
        session.delete(session.get_one(Wallet, elder.id))

    with transaction() as session:
        services.ensure_wallets(session, [elder.id, elder.id])
        services.ensure_wallets(session, [])

    assert services.top_up(money("k", elder.id, canteen_id)).balance_fen == 10_000


def test_a_refund_takes_no_more_than_there_is(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    services.top_up(money("k1", elder.id, canteen_id, 3_250))

    assert code_of(services.refund, back("r1", elder.id, canteen_id, 3_251)) == "refund-too-much"
    assert code_of(services.refund, back("r1", elder.id, canteen_id, 0)) == "amount-zero"
    assert code_of(services.refund, back("r1", elder.id, canteen_id, 100, " ")) == "refund-reason"
    done = services.refund(back("r1", elder.id, canteen_id, 1_250))
    again = services.refund(back("r1", elder.id, canteen_id, 1_250))

    assert done == again and done.balance_fen == 2_000
    assert (account("cash"), account("wallet")) == (2_000, -2_000)


def test_in_a_closed_month_money_is_booked_into_the_next(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    mark_closed(canteen_id, "2026-11")

    services.top_up(money("k", elder.id, canteen_id))

    with reading() as session:
        assert session.scalars(select(Entry.month)).all() == ["2026-12"]


def test_history_is_told_from_the_journal_newest_first(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    services.top_up(money("k1", elder.id, canteen_id, 3_000))
    services.refund(back("r1", elder.id, canteen_id, 1_000))

    with reading() as session:
        told = [(m.kind, m.amount_fen, m.reason) for m in queries.history(session, elder.id)]

    assert told == [("refund", -1_000, "多充了"), ("top-up", 3_000, None)]


def voucher(key: str, elder_id: int, fen: int = 36_000, on: date = LATER, kind: str = "year") -> NewVoucher:
    return NewVoucher(key, kind, elder_id, fen, on, "staff:1")


def test_vouchers_are_credited_once_per_key(app: Flask) -> None:
    elder = make_elder(make_canteen())

    assert vouchers.credit(voucher("v1", elder.id)) == 36_000
    assert vouchers.credit(voucher("v2", elder.id, 20_000, date(2026, 11, 30))) == 56_000
    assert vouchers.credit(voucher("v1", elder.id)) == 36_000
    assert vouchers.credit(voucher("v3", elder.id, 100, LATER, "month")) == 100

    assert (account("voucher:year"), account("voucher-promised:year")) == (-56_000, 56_000)
    with reading() as session:
        held = queries.vouchers(session, elder.id, date(2026, 11, 20))
        assert [row.expires_on.day for row in held] == [30, 31, 31]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"fen": 0}, "amount-zero"),
        ({"fen": 1_000_001}, "voucher-limit"),
        ({"on": date(2026, 11, 19)}, "voucher-expired"),
        ({"kind": ""}, "voucher-kind"),
        ({"kind": "a:b"}, "voucher-kind"),
        ({"kind": "k" * 61}, "voucher-kind"),
    ],
)
def test_a_wrong_voucher_is_refused(sqlite_app: Flask, wanted: dict[str, Any], code: str) -> None:
    elder = make_elder(make_canteen())

    assert code_of(vouchers.credit, voucher("v", elder.id, **wanted)) == code


def test_a_vouchers_key_with_other_content_is_refused(app: Flask) -> None:
    elder = make_elder(make_canteen())
    vouchers.credit(voucher("v1", elder.id))

    assert code_of(vouchers.credit, voucher("v1", elder.id, 1)) == "key-reused"
    assert code_of(vouchers.credit, voucher("v1", elder.id, 36_000, date(2027, 1, 1))) == "key-reused"


def test_what_is_left_of_a_voucher_goes_back_when_its_day_is_over(app: Flask) -> None:
    elder = make_elder(make_canteen())
    vouchers.credit(voucher("v1", elder.id, 500, date(2026, 11, 30)))
    vouchers.credit(voucher("v2", elder.id, 700, date(2026, 12, 1)))

    assert vouchers.expire_vouchers(date(2026, 11, 30)) == 0
    assert vouchers.expire_vouchers(date(2026, 12, 1)) == 1
    assert vouchers.expire_vouchers(date(2026, 12, 1)) == 0

    assert account("voucher:year") == -700
    with reading() as session:
        assert queries.voucher_balance_fen(session, elder.id, "year") == 700


def holder(canteen_id: int, fen: int = 3_250, **about: Any) -> int:
    elder_id = make_elder(canteen_id).id
    cards.issue_card(elder_id, canteen_id, KEY, "staff:1")
    if fen:
        services.top_up(money(f"k{elder_id}", elder_id, canteen_id, fen))
    with transaction() as session:
        for name, value in about.items():
            setattr(session.get_one(Elder, elder_id), name, value)
    return elder_id


def test_two_people_close_an_account_and_the_balance_is_paid_out(app: Flask) -> None:
    canteen_id = make_canteen()
    elder_id = holder(canteen_id)

    asked = closings.ask(NewClosing(elder_id, "elder", "cash", "staff:1"))
    assert code_of(closings.approve, asked, "staff:1") == "same-person"
    assert closings.approve(asked, "staff:2") == 3_250

    with reading() as session:
        elder = session.get_one(Elder, elder_id)
        assert elder.closed_on == date(2026, 11, 20)
        assert queries.balance_fen(session, elder_id) == 0
    assert (account("cash"), account("wallet")) == (0, 0)
    assert code_of(closings.approve, asked, "staff:2") == "closing-settled"
    assert code_of(services.top_up, money("k", elder_id, canteen_id)) == "account-ended"


def test_the_card_ends_with_the_account(app: Flask) -> None:
    from canteen.cards.queries import cards_of

    elder_id = holder(make_canteen(), fen=0)
    closings.approve(closings.ask(NewClosing(elder_id, "elder", "cash", "staff:1")), "staff:2")

    with reading() as session:
        assert [card.state for card in cards_of(session, elder_id)] == ["closed"]


def test_a_dead_elders_balance_goes_to_an_heir_with_relation_and_evidence(app: Flask) -> None:
    elder_id = holder(make_canteen(), died_on=date(2026, 11, 10))

    for receiver, code in (("elder", "receiver-elder"), ("proxy", "receiver-elder")):
        wanted = NewClosing(elder_id, receiver, "cash", "staff:1", "王小明", "儿子", "户口簿")
        assert code_of(closings.ask, wanted) == code
    bare = NewClosing(elder_id, "heir", "cash", "staff:1", "王小明", "", "户口簿")
    assert code_of(closings.ask, bare) == "receiver-details"
    heir = NewClosing(elder_id, "heir", "transfer", "staff:1", "王小明", "儿子", "死亡证明、户口簿")

    assert closings.approve(closings.ask(heir), "staff:2") == 3_250
    assert (account("cash"), account("bank")) == (3_250, -3_250)


def test_a_living_elder_has_no_heirs_and_one_closing_waits_at_a_time(app: Flask) -> None:
    elder_id = holder(make_canteen())
    heir = NewClosing(elder_id, "heir", "cash", "staff:1", "王小明", "儿子", "户口簿")
    own = NewClosing(elder_id, "elder", "cash", "staff:1")

    assert code_of(closings.ask, heir) == "receiver-heir"
    first = closings.ask(own)
    assert code_of(closings.ask, own) == "closing-waits"
    closings.refuse(first, "staff:1")
    assert closings.ask(own) > first


def test_whoever_died_while_it_waited_is_not_paid_as_if_living(app: Flask) -> None:
    elder_id = holder(make_canteen())
    asked = closings.ask(NewClosing(elder_id, "elder", "cash", "staff:1"))
    with transaction() as session:
        session.get_one(Elder, elder_id).died_on = date(2026, 11, 19)

    assert code_of(closings.approve, asked, "staff:2") == "receiver-elder"
    assert account("wallet") == -3_250


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (NewClosing(1, "friend", "cash", "staff:1"), "receiver-unknown"),
        (NewClosing(1, "elder", "wechat", "staff:1"), "method-unknown"),
        (NewClosing(1, "proxy", "cash", "staff:1", "王" * 61, "儿子", "户口簿"), "text-too-long"),
        (NewClosing(999_999, "elder", "cash", "staff:1"), "elder-unknown"),
    ],
)
def test_a_wrong_closing_is_refused(sqlite_app: Flask, wanted: NewClosing, code: str) -> None:
    assert code_of(closings.ask, wanted) == code
    assert code_of(closings.approve, 999_999, "staff:1") == "closing-unknown"


def run(command: Any, *words: str) -> tuple[int, dict[str, int], str]:
    answer = CliRunner().invoke(command, [*words, "--json"])
    return answer.exit_code, json.loads(answer.stdout) if answer.stdout else {}, answer.stderr


def test_the_commands_top_up_and_credit_once_per_key(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    serial = cards.issue_card(elder.id, canteen_id, KEY, "staff:1").serial
    pay = ["top-up", "--card", serial, "--amount", "100", "--method", "cash", "--key", "k1"]
    give = ["credit", "--kind", "year", "--card", serial, "--amount", "360.00"]
    give += ["--expires", "2026-12-31", "--key", "v1"]

    for _ in range(2):
        assert run(wallet_command, *pay)[:2] == (0, {"balance_fen": 10_000})
        assert run(voucher_command, *give)[:2] == (0, {"balance_fen": 36_000})


@pytest.mark.parametrize(
    ("changed", "exit_code"),
    [
        ({"--amount": "1000.01"}, 1),
        ({"--amount": "0"}, 1),
        ({"--amount": "ten"}, 2),
        ({"--amount": "-1"}, 2),
        ({"--method": "gold"}, 2),
        ({"--card": "000000000000"}, 1),
        ({"--key": ""}, 1),
    ],
)
def test_the_top_up_command_says_no(sqlite_app: Flask, changed: dict[str, str], exit_code: int) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    serial = cards.issue_card(elder.id, canteen_id, KEY, "staff:1").serial
    words = {"--card": serial, "--amount": "100", "--method": "cash", "--key": "k1"} | changed

    done, document, _said = run(wallet_command, "top-up", *[w for pair in words.items() for w in pair])

    assert (done, document) == (exit_code, {})
    assert account("wallet") == 0


def test_a_day_that_is_none_ends_the_voucher_command(sqlite_app: Flask) -> None:
    words = [
        "credit",
        "--kind",
        "year",
        "--card",
        "1",
        "--amount",
        "1",
        "--key",
        "v",
        "--expires",
        "2026-02-30",
    ]

    assert run(voucher_command, *words)[0] == 2


TOP_UPS = "/api/v1/top-ups"


def test_a_tablet_tops_up_by_card_or_by_reference(app: Flask, client: FlaskClient) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    token = cards.issue_card(elder.id, canteen_id, KEY, "staff:1").token
    tablet = enrol_device(canteen_id)
    by_card = {"id": "a" * 32, "token": token, "amount_fen": 5_000, "method": "cash"}
    by_ref = {"id": "b" * 32, "elder_ref": elder.ref, "amount_fen": 2_000, "method": "family"}

    first = client.post(TOP_UPS, json=by_card, headers=tablet.headers)
    second = client.post(TOP_UPS, json=by_ref, headers=tablet.headers)
    again = client.post(TOP_UPS, json=by_card, headers=tablet.headers)

    assert (first.status_code, first.json["balance_fen"]) == (200, 5_000)
    assert second.json["balance_fen"] == 7_000
    assert again.json == first.json
    with reading() as session:
        assert {row.received_by for row in session.scalars(select(TopUp))} == {f"device:{tablet.ref}"}


@pytest.mark.parametrize(
    "changed",
    [
        {"id": None},
        {"id": ""},
        {"id": "x" * 65},
        {"amount_fen": "100"},
        {"amount_fen": 1.5},
        {"amount_fen": True},
        {"amount_fen": 10**13},
        {"method": "gold"},
        {"elder_ref": None},
        {"token": "0" * 17},
    ],
)
def test_a_body_that_is_no_top_up_is_a_400(sqlite_app: Flask, changed: dict[str, Any]) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    body = {"id": "a" * 32, "elder_ref": elder.ref, "amount_fen": 100, "method": "cash"} | changed

    answer = sqlite_app.test_client().post(TOP_UPS, json=body, headers=enrol_device(canteen_id).headers)

    assert (answer.status_code, answer.json["code"]) == (400, "bad-request")
    assert account("wallet") == 0


def test_a_tablet_is_told_why_not(app: Flask, client: FlaskClient) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    old = cards.issue_card(elder.id, canteen_id, KEY, "staff:1").token
    tablet = enrol_device(canteen_id)
    new = cards.replace_card(elder.id, KEY, "staff:1").token
    cards.report_lost(elder.id, "staff:1")

    def answer(**who: str) -> tuple[int, str]:
        body = {"id": "a" * 32, "amount_fen": 100, "method": "cash", **who}
        found = client.post(TOP_UPS, json=body, headers=tablet.headers)
        return found.status_code, found.json["code"]

    assert answer(token=old) == (409, "card-replaced")
    assert answer(token=new) == (409, "card-lost")
    assert answer(token="https://example.org/") == (409, "card-not-clear")
    assert answer(elder_ref="nobody") == (404, "elder-unknown")
    revoke_device(tablet)
    assert answer(elder_ref=elder.ref) == (403, "device-revoked")


def test_money_that_family_sends_lies_at_the_bank() -> None:
    assert services.account_of("cash") == journal.CASH
    assert {services.account_of(method) for method in services.METHODS[1:]} == {journal.BANK}
