"""`canteen programme check`: exit codes, the JSON document, and one line for each fault."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from canteen.subsidies.checking import check_files
from canteen.subsidies.cli import programme
from canteen.subsidies.working_days import ShippedWorkingDays, shipped_days

GOOD = """
[programme]
id = "p"
title = "t"
authority = "a"
source = "s"
[[version]]
effective = 2016-01-01
rule = [{ id = "r", title = "t", payer = "government", when = { workday = true }, pays = "all" }]
[[example]]
on = 2026-10-10  # a Saturday worked for the National Day holiday
meal = "lunch"
price = "15.00"
elder = {}
expect = { government = "15.00" }
[[example]]
on = 2026-10-05  # a Monday of the holiday
meal = "lunch"
price = "15.00"
elder = {}
expect = { elder = "15.00" }
"""


def write(tmp_path: Path, content: str | bytes, name: str = "p.toml") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(programme, ["check", *map(str, words)])


def test_a_valid_file_exits_with_0(tmp_path: Path) -> None:
    result = run(write(tmp_path, GOOD), "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"files": 1, "examples": 2, "faults": []}
    assert result.stderr == ""


def test_faults_exit_with_1_one_line_each_on_standard_error(tmp_path: Path) -> None:
    good = write(tmp_path, GOOD)
    bad = write(tmp_path, GOOD.replace('id = "r"', 'id = "R"').replace('"15.00"', "15.0", 1), "bad.toml")

    result = run(good, bad, "--json")

    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert (document["files"], document["examples"]) == (2, 4)
    assert [(fault["file"], fault["path"]) for fault in document["faults"]] == [
        (str(bad), "version[0].rule[0].id"),
        (str(bad), "example[0].price"),
    ]
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"{bad}: version[0].rule[0].id: ")


def test_an_example_that_fails_is_one_line_with_its_trace(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace('{ elder = "15.00" }', '{ government = "15.00" }'))

    result = run(path)

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert "example[1].expect" in result.stderr
    assert "r ✗workday" in result.stderr


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n# nothing\n",
        b"PK\x03\x04 no text \xff\xfe",
        b"not = = toml",
        "[programme".encode("utf-16"),
        b"a = " + b"[" * 5000,
    ],
)
def test_a_file_that_is_no_programme_is_named_at_the_path_programme(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path, content)

    faults = check_files([path]).faults

    assert [fault.path for fault in faults] == ["programme"]
    assert "\n" not in faults[0].line


def test_a_key_with_a_line_break_is_still_one_line(tmp_path: Path) -> None:
    result = run(write(tmp_path, GOOD.replace('id = "p"', 'id = "p"\n"a\\nb" = 1')))

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


def test_a_byte_order_mark_and_windows_lines_do_no_harm(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())

    assert check_files([path]).faults == ()


def test_a_missing_file_or_none_is_used_wrongly(tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere.toml").exit_code == 2
    assert run().exit_code == 2
    assert run(tmp_path).exit_code == 2


def test_a_year_beyond_the_shipped_calendar_is_said(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace("2026-10-05", "2126-10-05"))

    faults = check_files([path]).faults

    assert [fault.path for fault in faults] == ["example[1].on"]
    assert "2126" in faults[0].message


def test_the_shipped_calendar_knows_the_moved_weekends() -> None:
    days = ShippedWorkingDays()

    assert days.is_workday(date(2026, 10, 10)) is True
    assert days.is_workday(date(2026, 10, 5)) is False
    assert days.is_workday(date(2026, 11, 21)) is False
    assert days.is_workday(date(2003, 12, 31)) is None


def test_the_shipped_calendar_has_every_day_of_its_years_once() -> None:
    days = [day for day, _, _ in shipped_days()]

    assert len(days) == len(set(days))
    assert sum(day.year == 2026 for day in days) == 365
    assert sum(day.year == 2024 for day in days) == 366
