"""A programme written as its file reads back as the mapping that was loaded."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from canteen.core.programme import read_programme
from canteen.subsidies.cli import programme as commands
from canteen.subsidies.services import load_programme
from canteen.subsidies.stored import decode, encode
from canteen.subsidies.toml_file import toml_of
from tests.core.random_programmes import random_programme
from tests.factories import PROGRAMMES, programme, shipped

SHIPPED = sorted(path.stem for path in PROGRAMMES.glob("*.toml"))
RULE = {"id": "r", "title": "t", "payer": "government", "pays": "all"}


def ordered(value: Any) -> Any:
    """The value with the order of its keys made visible, but where a file has no order between them."""
    if isinstance(value, dict):
        return [(key, ordered(part)) for key, part in value.items()]
    return [ordered(part) for part in value] if isinstance(value, list) else value


def parts(values: dict[str, Any]) -> Any:
    """Every rule, grant and example in order, and each with its keys in theirs."""
    found = [
        part for version in values["version"] for key in ("rule", "grant") for part in version.get(key, [])
    ]
    return ordered([*found, *values.get("example", [])])


def assert_written_whole(values: dict[str, Any]) -> None:
    kept = json.loads(json.dumps(encode(values)))  # as the database keeps it
    read = tomllib.loads(toml_of(decode(kept)))

    assert read == values
    assert parts(read) == parts(values)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_notice_is_written_as_it_was_read(name: str) -> None:
    assert_written_whole(shipped(name))


def test_five_hundred_programmes_made_at_random_are_written_as_they_were_read() -> None:
    for seed in range(500):
        values = random_programme(Random(seed))
        assert read_programme(values)[1] == []
        assert_written_whole(values)


def test_odd_texts_keys_and_faulty_values_survive() -> None:
    odd = 'a"b\\c\nd\te\x7f\x01“三无” \U00020bb7'
    values = programme(
        [{**RULE, "title": odd, "when": {"age": {"from": 65}, "category": ["a", "b"], "x y": 1.5}}]
    )
    values["version"].append({"effective": "soon", "rule": "none", "grant": [], "groups": {"": "most"}})
    values |= {"example": [{}], "nonsense": {"deep": [1, [True, {"day": date(2026, 1, 2)}]]}}

    assert tomllib.loads(toml_of(values)) == values


def run(*words: str | Path) -> Any:
    return CliRunner().invoke(commands, ["export", *map(str, words)])


def test_what_the_command_exports_is_what_was_loaded(app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "out.toml"
    values = shipped("lanzhou-chengguan")
    later = {**values["version"][0], "effective": date(2030, 1, 1)}
    later.pop("until", None)
    # The later version stands first in the file, and was published in a second load.
    load_programme(values)
    load_programme({**values, "version": [later, *values["version"]], "example": []})

    result = run("lanzhou-chengguan", "--out", out, "--json")

    assert (result.exit_code, json.loads(result.stdout)) == (0, {"id": "lanzhou-chengguan", "versions": 2})
    read = tomllib.loads(out.read_text(encoding="utf-8"))
    assert read == {**values, "version": [later, *values["version"]], "example": []}
    load_programme(read)


def test_an_unknown_id_and_a_place_that_cannot_be_written_are_said(sqlite_app: Flask, tmp_path: Path) -> None:
    load_programme(programme([RULE]))

    assert run("nowhere", "--out", tmp_path / "x.toml").exit_code == 1
    assert not (tmp_path / "x.toml").exists()
    assert run("test-programme", "--out", tmp_path / "no" / "x.toml").exit_code == 1
    assert run("test-programme").exit_code == 2
