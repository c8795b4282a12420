"""`canteen init`, `canteen work`, the keys, and the two health pages."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from canteen import installation
from canteen.config import ROOT, Settings
from canteen.db import is_wal_sound, pragmas, reading, transaction
from canteen.keys import read_or_make
from tests.stories.office import type_command


def test_a_first_init_makes_an_administrator_and_a_second_changes_nothing(app: Flask) -> None:
    first = type_command("init")
    second = type_command("init")

    assert (first.document["created"], first.document["administrator"]) == (True, "admin")
    assert first.document["one_time_password"] in first.messages
    assert (second.exit_code, second.document["created"], second.document["administrator"]) == (
        0,
        False,
        None,
    )


def test_keys_lie_in_files_that_nobody_else_can_read(app: Flask) -> None:
    type_command("init")

    folder = app.config["CANTEEN"].keys
    found = sorted(file.name for file in folder.glob("*.key"))
    assert "identity.key" in found
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in found} == {0o600}


def test_a_key_is_made_once(tmp_path: Path) -> None:
    assert read_or_make(tmp_path / "keys", "cards") == read_or_make(tmp_path / "keys", "cards")


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("a-very-long-host.example.cn", "host-too-long"),
        ("https://card.cn", "host-ill-formed"),
        ("ca rd.cn", "host-ill-formed"),
    ],
)
def test_a_host_that_a_card_cannot_carry_is_refused(app: Flask, host: str, code: str) -> None:
    said = type_command("init", "--host", host)

    assert said.exit_code == 1
    assert code in said.messages


def test_a_host_is_remembered_for_the_cards(app: Flask) -> None:
    type_command("init", "--host", "card.example.cn")

    assert Settings(home=app.config["CANTEEN"].home).public_host == "card.example.cn"


def test_work_says_how_much_was_done(app: Flask) -> None:
    type_command("init")

    first = type_command("work", "--once").document["done"]

    assert first >= 1  # the events of init are linked into the chain
    assert type_command("work", "--once").document == {"done": 0}


def test_the_service_is_alive_and_ready(client: FlaskClient) -> None:
    alive, ready = client.get("/healthz"), client.get("/readyz")

    assert (alive.status_code, ready.status_code) == (200, 200)
    assert ready.json["engine"] in ("sqlite", "postgresql")
    assert ready.json["database"] == "writable"


def test_a_database_that_cannot_be_written_is_not_ready(sqlite_app: Flask) -> None:
    file = sqlite_app.config["CANTEEN"].home / "canteen.db"
    with transaction() as session:
        from sqlalchemy import text

        session.execute(text("ALTER TABLE revision RENAME TO revision_gone"))

    answer = sqlite_app.test_client().get("/readyz")

    assert file.exists()
    assert (answer.status_code, answer.json["database"]) == (503, "not writable")


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
    ],
)
def test_the_journal_mode_follows_the_engine(version: tuple[int, ...], sound: bool) -> None:
    assert is_wal_sound(version) is sound
    assert ("PRAGMA journal_mode=WAL" in pragmas(version)) is sound
    assert "PRAGMA synchronous=NORMAL" not in pragmas(version)


def test_a_transaction_refuses_to_nest(app: Flask) -> None:
    with transaction(), pytest.raises(RuntimeError, match="already open"), transaction():
        raise AssertionError("unreachable")


def test_what_is_written_while_reading_is_not_kept(app: Flask) -> None:
    from sqlalchemy import text

    with reading() as session:
        before = session.scalar(text("SELECT number FROM revision WHERE name = 'standing'"))
        session.rollback()
    with transaction() as session:
        session.execute(text("UPDATE revision SET number = number + 1 WHERE name = 'standing'"))

    with reading() as session:
        assert session.scalar(text("SELECT number FROM revision WHERE name = 'standing'")) == before + 1


def test_a_command_before_init_says_what_to_do_first(tmp_path: Path) -> None:
    environment = os.environ | {"CANTEEN_HOME": str(tmp_path), "CANTEEN_DATABASE_URL": ""}
    said = subprocess.run(
        [sys.executable, "-m", "canteen", "cards", "issue", "--canteen", "beimen"],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (said.returncode, said.stdout) == (1, "")
    assert "canteen init" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_piece_of_work_that_breaks_keeps_back_no_other_and_tells_nothing_of_it(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sent = []

    def breaks() -> int:
        raise ValueError("张爱华")

    monkeypatch.setattr(installation, "render_waiting", breaks)
    monkeypatch.setattr(installation, "send_waiting", lambda _settings: sent.append(1) or 1)

    assert installation.do_waiting_work(is_patient=True) >= 1
    assert sent == [1]
    assert "ValueError" in caplog.text and "张爱华" not in caplog.text
    with pytest.raises(ValueError, match="张爱华"):  # asked for once, it says what is wrong
        installation.do_waiting_work()
