"""Canteens: what may stand in them, and what is refused with a sentence that says what to do."""

import json

import pytest
from click.testing import CliRunner
from flask import Flask

from canteen.canteens import queries, services
from canteen.canteens.cli import canteens as command
from canteen.canteens.facts import CanteenFacts, checked_division
from canteen.canteens.hours import DEFAULT_HOURS, read_hours, written
from canteen.core.errors import Refusal
from canteen.db import reading

BEIMEN = CanteenFacts(name="北门社区食堂", area="urban", division="620102")


def refusal_of(act: object, *arguments: object) -> str:
    with pytest.raises(Refusal) as refused:
        act(*arguments)  # type: ignore[operator]
    assert refused.value.message.endswith("。")
    return refused.value.code


def test_a_canteen_is_kept_as_it_was_stated(app: Flask) -> None:
    facts = CanteenFacts("北门社区食堂", "urban", "620102", read_hours("lunch=10:30-13:00"), 1500)
    with reading() as session:
        before = queries.revision(session)

    row = services.add_canteen("beimen", facts, "system:tests")

    with reading() as session:
        assert queries.by_code(session, "beimen") == row
        assert row.hours == {"lunch": ("10:30", "13:00")}
        assert row.price_fen == 1500
        assert queries.revision(session) == before + 1


def test_hours_come_back_in_the_order_of_the_day_from_either_database(app: Flask) -> None:
    services.add_canteen("beimen", BEIMEN, "system:tests")

    with reading() as session:
        assert list(queries.by_code(session, "beimen").hours) == ["breakfast", "lunch", "dinner"]


def test_a_code_is_given_once(app: Flask) -> None:
    services.add_canteen("beimen", BEIMEN, "system:tests")

    assert refusal_of(services.add_canteen, "beimen", BEIMEN, "system:tests") == "canteen-taken"


def test_a_change_raises_the_standing_counter_and_no_change_does_not(app: Flask) -> None:
    row = services.add_canteen("beimen", BEIMEN, "system:tests")
    with reading() as session:
        before = queries.revision(session)

    services.change_canteen(row.id, BEIMEN, "system:tests")
    with reading() as session:
        unchanged = queries.revision(session)
    services.change_canteen(row.id, CanteenFacts("北门食堂", "rural", "620102"), "system:tests")

    with reading() as session:
        assert (unchanged, queries.revision(session)) == (before, before + 1)
        assert queries.by_code(session, "beimen").name == "北门食堂"


@pytest.mark.parametrize("code", ["", "北门", "-x", "a b", "x" * 41, "a:b", "a/b"])
def test_a_code_that_no_programme_could_name_is_refused(sqlite_app: Flask, code: str) -> None:
    assert refusal_of(services.add_canteen, code, BEIMEN, "system:tests") == "canteen-code"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (CanteenFacts("  ", "urban", "620102"), "canteen-name"),
        (CanteenFacts("食" * 61, "urban", "620102"), "text-too-long"),
        (CanteenFacts("食堂", "town", "620102"), "canteen-area"),
        (CanteenFacts("食堂", "urban", "6"), "canteen-division"),
        (CanteenFacts("食堂", "urban", "62010A"), "canteen-division"),
        (CanteenFacts("食堂", "urban", "6201020010011"), "canteen-division"),
        (CanteenFacts("食堂", "urban", "620102", price_fen=0), "canteen-price"),
        (CanteenFacts("食堂", "urban", "620102", price_fen=100_001), "canteen-price"),
        (CanteenFacts("食堂", "urban", "620102", phone="打我电话"), "canteen-phone"),
        (CanteenFacts("食堂", "urban", "620102", operator_uscc="123"), "canteen-uscc"),
        (CanteenFacts("食堂", "urban", "620102", time_zone="Asia/Nowhere"), "canteen-zone"),
        (CanteenFacts("食堂", "urban", "620102", hours={}), "hours-none"),
    ],
)
def test_a_wrong_fact_is_refused_and_nothing_is_written(
    sqlite_app: Flask, facts: CanteenFacts, code: str
) -> None:
    assert refusal_of(services.add_canteen, "beimen", facts, "system:tests") == code
    with reading() as session:
        assert queries.all_canteens(session) == []


def test_hours_are_read_as_people_write_them() -> None:
    assert read_hours("") == DEFAULT_HOURS
    assert read_hours("午餐＝１０：３０－１３：００，晚餐=16:30–18:30") == {
        "lunch": ("10:30", "13:00"),
        "dinner": ("16:30", "18:30"),
    }
    assert written(read_hours("dinner=16:30-18:30,lunch=9:30-13:00")) == (
        "lunch=09:30-13:00,dinner=16:30-18:30"
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("lunch", "hours-form"),
        ("lunch=10:30", "hours-form"),
        ("lunch=10:30-25:00", "hours-form"),
        ("lunch=10:60-13:00", "hours-form"),
        ("supper=16:30-18:30", "hours-period"),
        ("lunch=10:30-11:00,lunch=12:00-13:00", "hours-twice"),
        ("dinner=22:00-01:00", "hours-midnight"),
        ("lunch=13:00-13:00", "hours-midnight"),
        ("lunch=10:30-13:00,dinner=12:30-18:30", "hours-overlap"),
        ("lunch=10:30-13:00,dinner=13:00-18:30", "hours-overlap"),
    ],
)
def test_hours_that_cannot_be_are_refused(text: str, code: str) -> None:
    assert refusal_of(read_hours, text) == code


def test_a_division_of_any_level_is_taken_in_full_width_too() -> None:
    assert checked_division("６２０１０２") == "620102"
    assert [checked_division(code) for code in ("62", "6201", "620102001", "620102001001")]


def test_the_command_answers_with_the_code(app: Flask) -> None:
    words = ["add", "--code", "beimen", "--name", "北门", "--area", "urban", "--division", "620102"]
    more = ["--price", "15.00", "--hours", "lunch=10:30-13:00", "--operator", "德康餐饮", "--json"]

    answer = CliRunner().invoke(command, [*words, *more])

    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout) == {"code": "beimen"}
    with reading() as session:
        assert queries.by_code(session, "beimen").operator_name == "德康餐饮"


@pytest.mark.parametrize(
    ("wrong", "exit_code"),
    [
        (["--price", "abc"], 2),
        (["--price", "-5"], 2),
        (["--price", "1.234"], 2),
        (["--price", "0"], 1),
        (["--hours", "lunch=13:00-10:30"], 1),
        (["--division", "six"], 1),
        (["--area", "moon"], 2),
    ],
)
def test_the_command_used_wrongly_exits_2_and_a_no_exits_1(
    sqlite_app: Flask, wrong: list[str], exit_code: int
) -> None:
    words = ["add", "--code", "beimen", "--name", "北门", "--area", "urban", "--division", "620102", "--json"]

    answer = CliRunner().invoke(command, [*words, *wrong])

    assert answer.exit_code == exit_code
    assert answer.stdout == ""
