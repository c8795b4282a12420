"""The commands of the month's end: options, JSON keys, exit codes."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from canteen.settlement.cli import COMMANDS
from tests.factories import bind_programme, four_yuan, make_canteen, make_elder
from tests.settlement.breaking import edit
from tests.settlement.factories import leave_waiting, serve

AFTER_NOVEMBER = "2026-12-01T02:00:00Z"
CLOSE = ("close", "2026-11", "--canteen", "xfl", "--by", "王敏", "--second", "赵刚", "--json")


def run(*words: str) -> tuple[int, Any]:
    """Exit code and the JSON document (None where standard output is empty) of one command."""
    command = next(command for command in COMMANDS if command.name == words[0])
    done = CliRunner().invoke(command, list(words[1:]))
    return done.exit_code, json.loads(done.stdout) if done.stdout else None


@pytest.fixture
def november(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> int:
    canteen = make_canteen("xfl", name="幸福里食堂")
    bind_programme(canteen, four_yuan())
    serve(canteen, make_elder(canteen, "王秀英", born_on=date(1956, 3, 1)).id, date(2026, 11, 3))
    monkeypatch.setenv("CANTEEN_NOW", AFTER_NOVEMBER)
    return canteen


def test_close_answers_with_findings_totals_and_statements(november: int) -> None:
    assert run(*CLOSE) == (
        0,
        {
            "findings": [],
            "meals": 1,
            "payable_fen": 900,
            "by_payer_fen": {"elder": 600, "government": 900},
            "statements": ["XFL-2026-11-gov-v1", "XFL-2026-11-roster-v1", "XFL-2026-11-canteen-v1"],
        },
    )


def test_a_second_close_and_a_blocked_one_exit_1(november: int) -> None:
    scan_id = leave_waiting(november, date(2026, 11, 4))
    blocked = run(*CLOSE)
    edit("scan", f"DELETE FROM scan WHERE scan_id = '{scan_id}'")
    run(*CLOSE)
    second = run(*CLOSE)

    assert blocked[0] == 1 and [found["code"] for found in blocked[1]["findings"]] == ["unsettled-outcomes"]
    assert blocked[1]["statements"] == [] and blocked[1]["payable_fen"] == 900
    assert second[0] == 1 and [found["code"] for found in second[1]["findings"]] == ["month-closed"]


def test_without_names_the_account_signs_twice_and_is_told_so(november: int) -> None:
    code, answer = run("close", "2026-11", "--canteen", "xfl", "--json")

    assert code == 0 and [found["severity"] for found in answer["findings"]] == ["warn"]


@pytest.mark.parametrize(
    "words",
    [
        ("close", "November", "--canteen", "xfl"), ("close", "2026-11"), ("statements", "2026-13", "--out", "/tmp/x"),
        ("statement", "verify", "/nowhere.pdf"),
    ],
)  # fmt: skip
def test_a_wrong_use_exits_2(sqlite_app: Flask, words: tuple[str, ...]) -> None:
    assert run(*words)[0] == 2


def test_an_unknown_canteen_exits_1(sqlite_app: Flask) -> None:
    assert run("close", "2026-11", "--canteen", "nowhere")[0] == 1


def test_statements_are_handed_out_and_verified(november: int, tmp_path: Path) -> None:
    run(*CLOSE)

    code, answer = run("statements", "2026-Q4", "--canteen", "xfl", "--out", str(tmp_path), "--json")
    paper = answer["files"][0]
    verified = run("statement", "verify", paper["pdf"], "--json")
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"dear office")

    assert code == 0 and [file["kind"] for file in answer["files"]] == ["settlement", "roster", "canteen"]
    assert {"number", "kind", "payer", "total_fen", "pdf", "xlsx", "sha256"} <= set(paper)
    assert verified == (0, {"match": True, "number": "XFL-2026-11-gov-v1", "difference": None})
    assert run("statement", "verify", str(letter), "--json")[0] == 1


def test_a_period_without_statements_hands_out_nothing(november: int, tmp_path: Path) -> None:
    assert run("statements", "2026-11", "--out", str(tmp_path), "--json") == (0, {"files": []})


def test_verify_exits_1_and_names_what_is_broken(november: int) -> None:
    sound = run("verify", "--json")
    edit("wallet", "UPDATE wallet SET balance_fen = 5")
    unsound = run("verify", "--json")

    assert sound[0] == 0 and sound[1]["broken"] == [] and sound[1]["checked"]["entries-balance"] == 1
    assert unsound[0] == 1
    assert [(one["name"], one["where"]) for one in unsound[1]["broken"]] == [
        ("wallets-match-journal", "wallet:1")
    ]
