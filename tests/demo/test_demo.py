"""The demonstration is a district that works: its months close, its books are sound, its people can sign in."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from canteen.checkin.models import Meal, Scan
from canteen.db import reading
from canteen.demo.district import PASSWORD, STAFF
from tests.signing_in import Browser
from tests.stories.office import type_command

TOLD = ("demo", "--elders", "30", "--months", "2", "--seed", "7")


@pytest.fixture
def told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("CANTEEN_NOW", "2026-11-06T04:00:00Z")
    answer = type_command(*TOLD)
    assert answer.exit_code == 0, answer.messages
    return answer.document


def test_all_full_months_but_the_newest_are_closed_and_the_newest_is_ready(told: dict[str, object]) -> None:
    codes = ("xingfuli", "dekang", "shiqiao")

    assert told["elders"] == 30
    assert told["closed"] == [{"period": "2026-09", "canteen": code} for code in codes]
    assert told["open"] == [{"period": "2026-10", "canteen": code} for code in codes]
    for code in codes:
        looked = type_command(
            "close", "2026-10", "--canteen", code, "--dry-run", "--by", "王会计", "--second", "李主任"
        )
        assert looked.exit_code == 0, looked.document
        assert [finding for finding in looked.document["findings"] if finding["severity"] == "block"] == []


def test_its_books_are_sound_and_its_tray_is_empty(told: dict[str, object]) -> None:
    verified = type_command("verify").document

    assert verified["broken"] == []
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Meal)) == told["meals"]
        assert session.scalar(select(func.count()).where(Scan.state == "EXCEPTION")) == 0


def test_each_role_can_sign_in(app: Flask, told: object) -> None:
    for login, name, _ in STAFF:
        browser = Browser(app)
        browser.send("/login", {"login": login, "password": PASSWORD})

        assert name in browser.get("/").text


def test_it_does_not_mix_with_real_data(told: object) -> None:
    again = type_command(*TOLD)

    assert (again.exit_code, again.document) == (1, None)
    assert "已经有数据" in again.messages


def test_the_same_seed_tells_the_same_story(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import date
    from random import Random

    from canteen.demo.people import people

    first = people(Random(5), 40, "620102", ("甲", "乙"), date(2026, 11, 1))

    assert people(Random(5), 40, "620102", ("甲", "乙"), date(2026, 11, 1)) == first
    assert len({person.identity_number for person in first}) == 40
