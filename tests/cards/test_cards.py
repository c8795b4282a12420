"""Cards: one live card an elder, tokens made again and never kept, old ones dead at once."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from canteen.cards import family, queries, serials, services
from canteen.cards.cli import cards as command
from canteen.cards.export import defused
from canteen.cards.models import FamilyCode, MealCard
from canteen.cards.queries import CardFilter
from canteen.core.errors import Refusal
from canteen.core.token import TOKEN_LENGTH, WellFormed, make_token, read_code, token_sha256
from canteen.db import reading, transaction
from canteen.elders.queries import search
from canteen.keys import key
from tests.factories import list_elder, make_canteen, make_elder

KEY = b"a card key of thirty-two bytes.."
CODE_KEY = b"a family key of thirty-two bytes"


def issued(elder_id: int, canteen_id: int) -> services.IssuedCard:
    return services.issue_card(elder_id, canteen_id, KEY, "staff:1")


def code_of(act: object, *arguments: object) -> str:
    with pytest.raises(Refusal) as refused:
        act(*arguments)  # type: ignore[operator]
    return refused.value.code


def test_a_card_has_twelve_digits_and_a_token_made_of_them(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)

    card = issued(elder.id, canteen_id)

    assert re.fullmatch("[1-9][0-9]{11}", card.serial) and card.tail == card.serial[-4:]
    assert card.token == make_token(KEY, card.serial, 1)
    with reading() as session:
        row = session.query(MealCard).one()
        assert row.token_sha256 == token_sha256(card.token)
        assert row.key_id == services.key_id(KEY)


def test_an_elder_has_one_card(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    issued(elder.id, canteen_id)

    assert code_of(issued, elder.id, canteen_id) == "card-held"


def test_the_dead_and_the_closed_get_no_card(app: Flask) -> None:
    canteen_id = make_canteen()
    dead = make_elder(canteen_id, died_on=date(2026, 11, 1))
    closed = make_elder(canteen_id, closed_on=date(2026, 11, 1))

    assert code_of(issued, dead.id, canteen_id) == "elder-deceased"
    assert code_of(issued, closed.id, canteen_id) == "account-ended"
    assert services.issue_to_all(canteen_id, KEY, "staff:1") == 0


def test_all_without_a_card_get_one_and_a_second_run_issues_none(app: Flask) -> None:
    canteen_id, other = make_canteen("beimen"), make_canteen("nanmen")
    elders = [make_elder(canteen_id) for _ in range(7)]
    guest = make_elder(other)
    list_elder(canteen_id, guest.id)
    issued(guest.id, other)

    assert services.issue_to_all(canteen_id, KEY, "staff:1") == 7
    assert services.issue_to_all(canteen_id, KEY, "staff:1") == 0

    with reading() as session:
        cards = [queries.live_card(session, elder.id) for elder in elders]
        assert len({card.serial for card in cards if card}) == 7
        assert len({card.tail for card in cards if card}) == 7


def test_tails_of_one_canteen_do_not_meet_before_all_are_used() -> None:
    found = [serials.serial(7, number) for number in range(1, 10_001)]

    assert len({serials.tail(serial) for serial in found}) == 10_000
    assert serials.tail(serials.serial(7, 10_001)) == serials.tail(found[0])
    assert not {serials.serial(8, number) for number in range(1, 10_001)} & set(found)


def test_a_district_that_used_up_its_numbers_is_told() -> None:
    assert code_of(serials.serial, 900, 1) == "serials-used-up"
    assert code_of(serials.serial, 1, 100_000) == "serials-used-up"


def test_a_lost_card_is_found_again(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    issued(elder.id, canteen_id)

    assert code_of(services.lift_loss, elder.id, "staff:1") == "card-not-lost"
    assert services.report_lost(elder.id, "staff:1").state == "lost"
    assert code_of(services.report_lost, elder.id, "staff:1") == "card-already-lost"
    assert services.lift_loss(elder.id, "staff:1").state == "active"


def test_a_replacement_keeps_the_serial_and_kills_the_old_token(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    old = issued(elder.id, canteen_id)
    services.report_lost(elder.id, "staff:1")

    new = services.replace_card(elder.id, KEY, "staff:1")

    assert (new.serial, new.issue_no) == (old.serial, 2) and new.token != old.token
    with reading() as session:
        before = queries.by_token(session, token_sha256(old.token))
        after = queries.by_token(session, token_sha256(new.token))
        assert before is not None and before.state == "replaced"
        assert after is not None and after.state == "active"
        assert queries.by_serial(session, old.serial).issue_no == 2


def test_without_a_card_there_is_nothing_to_report_or_replace(app: Flask) -> None:
    elder = make_elder(make_canteen())

    assert code_of(services.report_lost, elder.id, "staff:1") == "card-none"
    assert code_of(services.replace_card, elder.id, KEY, "staff:1") == "card-none"
    with reading() as session:
        assert code_of(queries.by_serial, session, "101000010000") == "card-unknown"


def test_the_office_finds_an_elder_by_the_cards_number_and_tail(app: Flask) -> None:
    canteen_id = make_canteen()
    elder, _other = make_elder(canteen_id), make_elder(canteen_id, "李建国")
    card = issued(elder.id, canteen_id)

    with reading() as session:
        for typed in (card.serial, card.tail):
            found = search(session, {canteen_id}, date(2026, 11, 20), typed)
            assert [row.id for row in found] == [elder.id]


def test_a_token_made_under_another_key_is_not_printed(app: Flask) -> None:
    canteen_id = make_canteen()
    issued(make_elder(canteen_id).id, canteen_id)
    with reading() as session:
        cards = queries.cards_to_print(session, canteen_id)

    assert code_of(services.tokens, cards, b"another key of thirty-two bytes.") == "card-key"


def test_printed_cards_are_no_longer_new(app: Flask) -> None:
    canteen_id = make_canteen()
    for _ in range(3):
        issued(make_elder(canteen_id).id, canteen_id)

    assert services.mark_printed(canteen_id, CardFilter(only_new=True, limit=2), "staff:1") == 2

    with reading() as session:
        assert len(queries.cards_to_print(session, canteen_id, CardFilter(only_new=True))) == 1
        assert len(queries.cards_to_print(session, canteen_id)) == 3


def test_a_family_sees_its_page_by_card_and_code(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    sha = token_sha256(issued(elder.id, canteen_id).token)

    code = family.renew_family_code(elder.id, CODE_KEY, "staff:1")

    assert re.fullmatch("[0-9]{6}", code)
    assert family.check_family_code(sha, code, CODE_KEY) == elder.id
    assert family.check_family_code(sha, f" {code[:3]} {code[3:]} ", CODE_KEY) == elder.id
    with reading() as session:
        kept = session.query(FamilyCode).one().code_hash
        assert kept.startswith("$argon2id$") and code not in kept


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_ten_wrong_codes_lock_it_until_the_counter_unlocks_it(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    sha = token_sha256(issued(elder.id, canteen_id).token)
    code = family.renew_family_code(elder.id, CODE_KEY, "staff:1")

    for _ in range(9):
        assert family.check_family_code(sha, wrong(code), CODE_KEY) is None
    assert family.check_family_code(sha, code, CODE_KEY) == elder.id
    assert family.check_family_code(sha, wrong(code), CODE_KEY) is None

    assert family.check_family_code(sha, code, CODE_KEY) is None
    family.unlock_family_code(elder.id, "staff:1")
    assert family.check_family_code(sha, code, CODE_KEY) == elder.id


def test_what_is_no_code_is_wrong_but_does_not_count(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    sha = token_sha256(issued(elder.id, canteen_id).token)
    family.renew_family_code(elder.id, CODE_KEY, "staff:1")

    for typed in ("", "12345", "1234567", "abcdef", "１２３"):
        assert family.check_family_code(sha, typed, CODE_KEY) is None

    with reading() as session:
        state = queries.family_code(session, elder.id)
        assert state is not None and state.wrong_tries == 0


def test_a_new_code_ends_the_old_one(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    sha = token_sha256(issued(elder.id, canteen_id).token)
    old = family.renew_family_code(elder.id, CODE_KEY, "staff:1")
    new = family.renew_family_code(elder.id, CODE_KEY, "staff:1")
    if old == new:
        new = family.renew_family_code(elder.id, CODE_KEY, "staff:1")

    assert family.check_family_code(sha, old, CODE_KEY) is None
    assert family.check_family_code(sha, new, CODE_KEY) == elder.id


def test_unknown_lost_and_replaced_cards_answer_like_a_wrong_code(app: Flask) -> None:
    canteen_id = make_canteen()
    elder = make_elder(canteen_id)
    old = token_sha256(issued(elder.id, canteen_id).token)
    code = family.renew_family_code(elder.id, CODE_KEY, "staff:1")
    new = token_sha256(services.replace_card(elder.id, KEY, "staff:1").token)

    assert family.check_family_code("0" * 64, code, CODE_KEY) is None
    assert family.check_family_code(old, code, CODE_KEY) is None
    services.report_lost(elder.id, "staff:1")
    assert family.check_family_code(new, code, CODE_KEY) is None


@pytest.mark.parametrize("name", ["=1+1", "+86", "-王", "@cmd", "\t=1", "＝1", "＠王", " =1", "|calc"])
def test_a_name_that_a_spreadsheet_would_run_is_defused(name: str) -> None:
    assert defused(name) == "'" + name


def test_an_ordinary_name_is_left_alone() -> None:
    assert [defused(name) for name in ("王秀英", "欧阳·修", "䶮")] == ["王秀英", "欧阳·修", "䶮"]


def run(*words: str) -> tuple[int, dict[str, int], str]:
    answer = CliRunner().invoke(command, [*words, "--json"])
    return answer.exit_code, json.loads(answer.stdout) if answer.stdout else {}, answer.stderr


def test_the_commands_issue_and_export(app: Flask, tmp_path: Path) -> None:
    canteen_id = make_canteen("beimen")
    make_elder(canteen_id, "王秀英")
    make_elder(canteen_id, "=HYPERLINK(1)")
    out = tmp_path / "cards.csv"

    assert run("issue", "--canteen", "beimen")[:2] == (0, {"issued": 2})
    assert run("export", "--canteen", "beimen", "--out", str(out))[:2] == (0, {"cards": 2})

    raw = out.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and out.stat().st_mode & 0o077 == 0
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert {row["name"] for row in rows} == {"王秀英", "'=HYPERLINK(1)"}
    for row in rows:
        assert len(row["url"]) == TOKEN_LENGTH  # no public host: the bare token
        assert isinstance(read_code(row["url"]), WellFormed)
        assert row["url"] == make_token(key("cards"), row["serial"], 1)


def test_the_commands_say_no(sqlite_app: Flask, tmp_path: Path) -> None:
    make_canteen("beimen")

    for words in (["issue", "--canteen", "nowhere"], ["print", "--canteen", "beimen", "--out", "x.pdf"]):
        exit_code, document, said = run(*words)
        assert (exit_code, document) == (1, {}) and "。" in said
    assert CliRunner().invoke(command, ["export", "--canteen", "beimen", "--json"]).exit_code == 2


def test_issuing_is_written_down_without_a_token(app: Flask) -> None:
    from canteen.audit.models import AuditEvent

    canteen_id = make_canteen()
    card = issued(make_elder(canteen_id).id, canteen_id)

    with transaction() as session:
        events = session.query(AuditEvent).all()
        assert [event.act for event in events] == ["card-issued"]
        assert card.token not in str([(e.subject, e.detail) for e in events])
