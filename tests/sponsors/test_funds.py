"""Funds: received money only, terms as agreed, and guests who are registered."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from canteen.cards import services as cards
from canteen.core.errors import Refusal
from canteen.db import reading
from canteen.elders import services as elders
from canteen.elders.particulars import Identity, Particulars, Registration
from canteen.ledger.queries import balance_fen
from canteen.sponsors import queries, services
from canteen.sponsors.cli import funds as command
from canteen.sponsors.services import NewFund, Terms
from tests.factories import make_canteen, make_elder

TODAY = date(2026, 11, 20)
KEY = b"a card key of thirty-two bytes.."
NUMBER = "11010519491231002X"


def code_of(act: Any, *arguments: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act(*arguments)
    return refused.value.code


def weida(fen: int = 500_000, **about: Any) -> NewFund:
    return NewFund("weida", "维达慈善基金会", fen, TODAY, **about)


def test_a_fund_begins_with_a_gift_received(app: Flask) -> None:
    assert services.add_fund(weida(), "staff:1") == 500_000

    with reading() as session:
        assert balance_fen(session, "bank:funds") == 500_000
        assert balance_fen(session, "fund:weida") == -500_000
        fund = queries.fund(session, "weida")
        assert (fund.display_name, fund.received_fen, fund.used_fen) == ("维达慈善基金会", 500_000, 0)
        assert queries.terms(session, ["weida", "nobody"])["weida"].canteen_ids is None
        assert "nobody" not in queries.terms(session, ["weida", "nobody"])


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (NewFund("维达", "维达", 1, TODAY), "fund-code"),
        (NewFund("a:b", "维达", 1, TODAY), "fund-code"),
        (NewFund("weida", " ", 1, TODAY), "sponsor-name"),
        (NewFund("weida", "维" * 81, 1, TODAY), "sponsor-name"),
        (NewFund("weida", "维达", -1, TODAY), "gift-amount"),
        (NewFund("weida", "维达", 1, TODAY, terms=Terms(per_meal_fen=0)), "fund-terms"),
        (NewFund("weida", "维达", 1, TODAY, terms=Terms(date(2026, 2, 1), date(2026, 1, 1))), "span-reversed"),
        (NewFund("weida", "维达", 1, TODAY, terms=Terms(canteen_ids=frozenset({99}))), "canteen-unknown"),
    ],
)
def test_a_wrong_fund_is_refused_and_nothing_is_written(
    sqlite_app: Flask, wanted: NewFund, code: str
) -> None:
    assert code_of(services.add_fund, wanted, "staff:1") == code
    with reading() as session:
        assert queries.funds(session) == []
        assert balance_fen(session, "bank:funds") == 0


def test_a_code_is_given_once_and_a_sponsor_may_have_two_funds(app: Flask) -> None:
    services.add_fund(weida(), "staff:1")
    services.add_fund(NewFund("weida-2", "维达慈善基金会", 100, TODAY), "staff:1")

    assert code_of(services.add_fund, weida(), "staff:1") == "fund-taken"
    with reading() as session:
        assert {fund.sponsor_name for fund in queries.funds(session)} == {"维达慈善基金会"}


def test_terms_hold_by_place_and_day(app: Flask) -> None:
    here, there = make_canteen("beimen"), make_canteen("nanmen")
    services.add_fund(weida(), "staff:1")

    agreed = Terms(TODAY, date(2026, 12, 31), 300, 10_000, True, frozenset({here}))
    services.change_terms("weida", agreed, "staff:1")

    with reading() as session:
        terms = queries.terms(session, ["weida"])["weida"]
    assert terms.holds(here, TODAY) and terms.holds(here, date(2026, 12, 31))
    assert not terms.holds(there, TODAY)
    assert not terms.holds(here, date(2026, 11, 19)) and not terms.holds(here, date(2027, 1, 1))
    assert (terms.per_meal_fen, terms.per_day_fen, terms.is_for_named_guests) == (300, 10_000, True)


def registered(canteen_id: int) -> str:
    identity = Identity("resident", NUMBER)
    return elders.register_elder(canteen_id, Registration(identity, Particulars("张三")), "staff:1")


def run(*words: str) -> tuple[int, dict[str, Any], str]:
    answer = CliRunner().invoke(command, [*words, "--json"])
    return answer.exit_code, json.loads(answer.stdout) if answer.stdout else {}, answer.stderr


def test_the_command_adds_a_fund_for_some_canteens(app: Flask) -> None:
    make_canteen("beimen")
    words = ["add", "--code", "weida", "--sponsor", "维达", "--budget", "5000"]

    assert run(*words, "--canteen", "nowhere")[0] == 1
    done = run(*words, "--canteen", "beimen")

    assert done[:2] == (0, {"code": "weida", "balance_fen": 500_000})
    assert run(*words)[0] == 1
    assert run("add", "--code", "x", "--sponsor", "维达", "--budget", "many")[0] == 2


def test_guests_are_found_by_identity_number_and_strangers_are_named(app: Flask, tmp_path: Path) -> None:
    ref = registered(make_canteen())
    services.add_fund(weida(), "staff:1")
    file = tmp_path / "guests.csv"
    file.write_text(f"姓名,身份证号\n张三,{NUMBER}\n李四,110105193512310026\n王五,123\n", "utf-8")

    exit_code, document, said = run("guests", "--code", "weida", str(file))

    assert (exit_code, document["guests"]) == (0, 1)
    assert [(f["row"], f["code"]) for f in document["findings"]] == [(3, "guest-unknown"), (4, "id-length")]
    assert NUMBER not in said and "李四" not in said
    with reading() as session:
        fund = queries.fund(session, "weida")
        assert [guest.ref for guest in queries.guests(session, fund.id)] == [ref]
        assert fund.is_for_named_guests and fund.guests == 1


def test_guests_are_found_by_card_number_if_the_name_fits(app: Flask, tmp_path: Path) -> None:
    canteen_id = make_canteen()
    one, two = make_elder(canteen_id, "王秀英"), make_elder(canteen_id, "李建国")
    serials = [cards.issue_card(elder.id, canteen_id, KEY, "staff:1").serial for elder in (one, two)]
    services.add_fund(weida(), "staff:1")
    file = tmp_path / "guests.csv"
    file.write_text(
        f"捐赠名单\n卡号,姓名\n{serials[0]},王秀英\n{serials[1]},赵六\n000000000000,谁\n", "utf-8"
    )

    exit_code, document, _said = run("guests", "--code", "weida", str(file))

    assert (exit_code, document["guests"]) == (0, 1)
    assert [(f["row"], f["code"]) for f in document["findings"]] == [(4, "guest-name"), (5, "guest-unknown")]


def test_a_new_list_takes_the_place_of_the_old(app: Flask) -> None:
    canteen_id = make_canteen()
    one, two = make_elder(canteen_id), make_elder(canteen_id, "李建国")
    services.add_fund(weida(), "staff:1")

    services.set_guests("weida", [one.id], "staff:1")
    assert services.set_guests("weida", [two.id, two.id], "staff:1") == 1

    with reading() as session:
        fund = queries.fund(session, "weida")
        assert queries.is_guest(session, fund.id, two.id) and not queries.is_guest(session, fund.id, one.id)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xd8\xff\xe0 a picture", b"PK\x03\x04 no workbook", "姓名,年龄\n张三,80\n".encode()],
)
def test_a_file_that_is_no_list_changes_nothing(sqlite_app: Flask, tmp_path: Path, content: bytes) -> None:
    services.add_fund(weida(), "staff:1")
    file = tmp_path / "guests.xlsx"
    file.write_bytes(content)

    exit_code, document, said = run("guests", "--code", "weida", str(file))

    assert (exit_code, document) == (1, {}) and "请" in said
    with reading() as session:
        assert not queries.fund(session, "weida").is_for_named_guests


def test_a_list_of_strangers_only_changes_nothing(sqlite_app: Flask, tmp_path: Path) -> None:
    services.add_fund(weida(), "staff:1")
    file = tmp_path / "guests.csv"
    file.write_text(f"姓名,身份证号\n张三,{NUMBER}\n", "utf-8")

    assert run("guests", "--code", "weida", str(file))[0] == 1
    assert run("guests", "--code", "nobody", str(file))[0] == 1
    assert run("guests", "--code", "weida", str(tmp_path / "missing.csv"))[0] == 2
    with reading() as session:
        assert not queries.fund(session, "weida").is_for_named_guests
