"""Programmes come in whole or not at all; a version that a meal used is never edited."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from canteen.checkin.models import Meal
from canteen.clock import now
from canteen.core.errors import Refusal
from canteen.db import reading, transaction
from canteen.ledger.models import ClosedMonth
from canteen.subsidies import queries
from canteen.subsidies.cli import programme as commands
from canteen.subsidies.models import ProgrammeVersion
from canteen.subsidies.services import FaultyProgramme, load_programme, seed_vocabulary
from tests.factories import make_canteen, make_elder, programme, shipped

RULE = {"id": "r", "title": "t", "payer": "government", "pays": {"fixed": "9.00"}}


def versions(*days: date, pays: str = "9.00", **more: Any) -> dict[str, Any]:
    values = programme([{**RULE, "pays": {"fixed": pays}}], **more)
    values["version"] = [{**values["version"][0], "effective": day} for day in days]
    return values


def stored(code: str = "test-programme") -> dict[str, Any]:
    with reading() as session:
        return queries.read_mapping(session, code)


def eat(canteen_id: int, version_on: date, code: str = "test-programme") -> None:
    elder = make_elder(canteen_id)
    with transaction() as session:
        session.add(
            Meal(
                kind="slot", elder_id=elder.id, canteen_id=canteen_id, service_on=date(2026, 11, 20),
                meal_period="lunch", month="2026-11", channel="dine-in", price_fen=1500, elder_fen=600,
                wallet_fen=0, cash_fen=600, programme_code=code, version_on=version_on, facts={}, trace=[],
                served_at=now(),
            )
        )  # fmt: skip


@pytest.mark.parametrize("name", ["lanzhou-chengguan", "xinhui", "gulou", "malong", "four-payers"])
def test_a_shipped_notice_is_stored_exactly_as_it_was_written(app: Flask, name: str) -> None:
    values = shipped(name)

    loaded = load_programme(values)

    assert (loaded.id, loaded.versions, loaded.canteens) == (name, 1, ())
    assert stored(name) == values


def test_the_order_of_a_split_survives_the_database(app: Flask) -> None:
    split = {"zhen": 1, "a": 1}
    load_programme(programme([{**RULE, "pays": {"fixed": "0.01"}, "split": split}]))

    assert list(stored()["version"][0]["rule"][0]["split"]) == ["zhen", "a"]


def test_loading_again_changes_nothing(app: Flask) -> None:
    first = load_programme(versions(date(2020, 1, 1)))

    again = load_programme(versions(date(2020, 1, 1)))

    assert first.published == (date(2020, 1, 1),)
    assert again.published == ()
    assert again.versions == 1


def test_a_new_version_is_added_and_the_earlier_stay(app: Flask) -> None:
    load_programme(versions(date(2020, 1, 1)))

    loaded = load_programme(versions(date(2021, 1, 1), pays="10.00"))

    assert (loaded.versions, loaded.published) == (2, (date(2021, 1, 1),))
    with reading() as session:
        (row,) = queries.all_programmes(session)
        rules = queries.read_stored(session, row.id)
    assert row.versions == (date(2020, 1, 1), date(2021, 1, 1))
    assert [version.rules[0].pays.fen for version in rules.versions] == [900, 1000]


def test_an_unused_version_may_be_corrected(app: Flask) -> None:
    load_programme(versions(date(2020, 1, 1)))

    loaded = load_programme(versions(date(2020, 1, 1), pays="8.00"))

    assert (loaded.versions, loaded.published) == (1, (date(2020, 1, 1),))
    assert stored()["version"][0]["rule"][0]["pays"] == {"fixed": "8.00"}


def test_a_version_that_a_meal_used_is_never_edited(app: Flask) -> None:
    canteen_id = make_canteen()
    load_programme(versions(date(2020, 1, 1), date(2026, 12, 1)), ["beimen"])
    eat(canteen_id, date(2020, 1, 1))
    changed = versions(date(2020, 1, 1), date(2026, 12, 1), date(2027, 1, 1), pays="8.00")

    with pytest.raises(Refusal) as refused:
        load_programme(changed)

    assert refused.value.code == "version-used"
    assert [version["rule"][0]["pays"]["fixed"] for version in stored()["version"]] == ["9.00", "9.00"]


def test_the_unused_version_beside_a_used_one_may_be_corrected(app: Flask) -> None:
    canteen_id = make_canteen()
    load_programme(versions(date(2020, 1, 1), date(2026, 12, 1)), ["beimen"])
    eat(canteen_id, date(2020, 1, 1))
    changed = versions(date(2020, 1, 1), date(2026, 12, 1))
    changed["version"][1]["rule"] = [{**RULE, "pays": "all"}]

    assert load_programme(changed).published == (date(2026, 12, 1),)


def close(canteen_id: int, *months: str) -> None:
    with transaction() as session:
        session.add_all(ClosedMonth(canteen_id=canteen_id, month=month, closed_at=now()) for month in months)


@pytest.mark.parametrize("day", [date(2026, 10, 31), date(2026, 10, 1), date(2026, 9, 15)])
def test_what_governs_a_closed_months_days_never_changes(app: Flask, day: date) -> None:
    canteen_id = make_canteen()
    load_programme(versions(date(2020, 1, 1)), ["beimen"])
    close(canteen_id, "2026-09", "2026-10")

    with pytest.raises(Refusal) as refused:
        load_programme(versions(date(2020, 1, 1), day))

    assert refused.value.code == "version-begins-closed"
    assert refused.value.params["first_open_on"] == "2026-11-01"
    assert len(stored()["version"]) == 1


def test_a_version_that_governs_no_closed_day_may_begin_in_a_closed_month(sqlite_app: Flask) -> None:
    canteen_id = make_canteen()
    load_programme(versions(date(2020, 1, 1)), ["beimen"], date(2026, 11, 1))
    close(canteen_id, "2026-10")

    load_programme(versions(date(2020, 1, 1), date(2026, 10, 15)))
    load_programme(versions(date(2020, 1, 1), date(2026, 10, 15), date(2026, 11, 1)))

    assert len(stored()["version"]) == 3


def test_a_version_used_by_nobody_is_not_corrected_under_a_closed_month(sqlite_app: Flask) -> None:
    canteen_id = make_canteen()
    load_programme(versions(date(2020, 1, 1)), ["beimen"])
    close(canteen_id, "2026-10")

    with pytest.raises(Refusal) as refused:
        load_programme(versions(date(2020, 1, 1), pays="8.00"))

    assert refused.value.code == "version-begins-closed"
    assert load_programme(versions(date(2020, 1, 1), date(2026, 11, 1))).published == (date(2026, 11, 1),)


def test_when_a_birthday_counts_is_never_changed_under_meals(app: Flask) -> None:
    canteen_id = make_canteen()
    load_programme(versions(date(2020, 1, 1)), ["beimen"])
    changed = versions(date(2020, 1, 1))
    changed["programme"]["age_counts"] = "next-year"
    load_programme(changed)
    eat(canteen_id, date(2020, 1, 1))

    with pytest.raises(Refusal) as refused:
        load_programme(versions(date(2020, 1, 1)))

    assert refused.value.code == "age-counts-used"


def test_nothing_of_a_faulty_programme_is_loaded(app: Flask) -> None:
    values = versions(date(2020, 1, 1), date(2021, 1, 1))
    values["version"][1]["rule"] = [{**RULE, "payer": "nobody", "pays": {"fixed": 9.0}}]

    with pytest.raises(FaultyProgramme) as refused:
        load_programme(values)

    assert [fault.path for fault in refused.value.faults] == [
        "version[1].rule[0].payer",
        "version[1].rule[0].pays.fixed",
    ]
    with reading() as session:
        assert queries.all_programmes(session) == []


def test_a_programme_whose_example_fails_is_not_loaded(app: Flask) -> None:
    values = shipped("lanzhou-chengguan")
    values["example"][0]["expect"] = {"government": "15.00"}

    with pytest.raises(FaultyProgramme) as refused:
        load_programme(values)

    assert [fault.path for fault in refused.value.faults] == ["example[0].expect"]


def test_examples_are_tried_by_the_offices_own_calendar(app: Flask) -> None:
    seed_vocabulary()
    values = programme([{**RULE, "when": {"workday": True}}])
    example: dict[str, Any] = {"on": date(2031, 1, 2), "meal": "lunch", "price": "9.00", "elder": {}}
    values["example"] = [{**example, "expect": {"elder": "9.00"}}]

    with pytest.raises(FaultyProgramme) as refused:
        load_programme(values)

    assert [fault.code for fault in refused.value.faults] == ["calendar-missing"]


def test_an_unknown_canteen_stores_nothing(app: Flask) -> None:
    with pytest.raises(Refusal) as refused:
        load_programme(versions(date(2020, 1, 1)), ["nowhere"])

    assert refused.value.code == "canteen-unknown"
    with reading() as session:
        assert queries.all_programmes(session) == []


def test_a_text_that_no_column_holds_is_refused_in_words(app: Flask) -> None:
    with pytest.raises(Refusal) as refused:
        load_programme(programme([{**RULE, "id": "r" * 81}]))

    assert refused.value.code == "programme-too-long"


def test_what_nobody_keeps_yet_is_warned_of(app: Flask) -> None:
    seed_vocabulary()
    make_canteen()
    rules = [
        {**RULE, "payer": "sponsor", "fund": "weida", "when": {"category": ["three-no", "heroes"]}},
        {**RULE, "id": "s", "payer": "voucher", "fund": "care", "when": {"canteen": ["beimen", "nanmen"]}},
    ]

    stored_only = load_programme(programme(rules))
    bound = load_programme(programme(rules), ["beimen"])

    assert [(warning.code, warning.where) for warning in stored_only.warnings] == [
        ("category-unknown", "heroes")
    ]
    assert [(warning.code, warning.where) for warning in bound.warnings] == [
        ("category-unknown", "heroes"),
        ("fund-unknown", "weida"),
        ("voucher-unknown", "care"),
        ("canteen-unknown", "nanmen"),
    ]


def test_a_stored_programme_is_read_once_until_it_changes(app: Flask) -> None:
    load_programme(versions(date(2020, 1, 1)))
    with reading() as session:
        (row,) = queries.all_programmes(session)
        first, again = queries.read_stored(session, row.id), queries.read_stored(session, row.id)

    load_programme(versions(date(2020, 1, 1), pays="8.00"))

    with reading() as session:
        changed = queries.read_stored(session, row.id)
    assert first is again
    assert changed.versions[0].rules[0].pays.fen == 800


def run(*words: str | Path) -> Any:
    return CliRunner().invoke(commands, ["load", *map(str, words)])


def test_the_command_stores_a_file_and_binds_canteens(app: Flask) -> None:
    make_canteen("beimen")
    make_canteen("nanmen")
    file = Path(__file__).parents[2] / "canteen" / "programmes" / "xinhui.toml"

    result = run(file, "--canteen", "beimen", "--canteen", "nanmen", "--from", "2026-11-01", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"id": "xinhui", "versions": 1, "canteens": ["beimen", "nanmen"]}
    assert "weida" in result.stderr
    with reading() as session:
        assert queries.programme_for(session, "nanmen", date(2026, 10, 31)) is None
        assert queries.programme_for(session, "nanmen", date(2026, 11, 1)) is not None


def test_the_command_names_every_fault_and_loads_nothing(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text('[programme]\nid = "P"\n', encoding="utf-8")

    result = run(file, "--json")

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 5
    assert json.loads(result.stdout)["id"] is None
    with reading() as session:
        assert session.scalars(select(ProgrammeVersion)).all() == []


def test_the_command_says_no_to_what_is_no_toml_and_to_unknown_canteens(app: Flask, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_bytes(b"\xff\xfe")
    good = Path(__file__).parents[2] / "canteen" / "programmes" / "gulou.toml"

    assert run(broken).exit_code == 1
    assert run(good, "--canteen", "nowhere").exit_code == 1
    assert run(good, "--from", "2026-11-01").exit_code == 2
    assert run(good, "--canteen", "x", "--from", "soon").exit_code == 2


def test_what_is_loaded_does_not_hang_on_the_callers_mapping(app: Flask) -> None:
    values = versions(date(2020, 1, 1))
    kept = copy.deepcopy(values)
    load_programme(values)

    values["version"][0]["rule"][0]["pays"]["fixed"] = "1.00"

    assert stored() == kept
