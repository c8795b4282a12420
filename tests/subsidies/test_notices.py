"""The notices that ship: each is valid, names its source, and divides as its worked examples say."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from canteen.core.programme import Programme, read_programme
from canteen.subsidies.checking import check_files

FOLDER = Path(__file__).parents[2] / "canteen" / "programmes"
FILES = sorted(FOLDER.glob("*.toml"))
PLACES = (
    "lanzhou-chengguan",
    "xinhui",
    "gulou",
    "xinglong",
    "shitouzhai",
    "malong",
    "futian",
    "four-payers",
)


def read(name: str) -> Programme:
    programme, faults = read_programme(tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")))
    assert programme is not None, faults
    return programme


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_notice_is_valid_and_its_examples_hold(path: Path) -> None:
    result = check_files([path])

    assert result.faults == ()
    assert result.examples > 0


@pytest.mark.parametrize("place", PLACES)
def test_every_place_has_its_file(place: str) -> None:
    assert any(place in path.stem for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_notice_stands_under_its_own_id_and_names_its_source(path: Path) -> None:
    assert read(path.stem).id == path.stem
    assert read(path.stem).source


ROWS = {
    "lanzhou-chengguan": [f"LZ-{row:02d}" for row in range(1, 13)] + ["LZ-13a", "LZ-14", "LZ-15a"],
    "xinhui": [f"XH-{row:02d}" for row in range(1, 15)],
    "xinglong": ["QJ-01"],
    "shitouzhai": ["QJ-03", "QJ-04", "QJ-05"],
    "malong": ["QJ-06", "QJ-07"],
    "gulou": ["GL-01", "GL-02", "GL-03"],
}


@pytest.mark.parametrize("name", ROWS)
def test_every_worked_example_of_the_sources_is_in_its_file(name: str) -> None:
    titles = [example.title.split()[0] for example in read(name).examples]

    assert [row for row in ROWS[name] if row not in titles] == []


@pytest.mark.parametrize("name", ["shitouzhai", "malong", "futian", "four-payers"])
def test_amounts_that_nobody_published_are_marked_as_examples(name: str) -> None:
    programme = read(name)

    assert "示例" in programme.title
    assert all("示例" in rule.title for version in programme.versions for rule in version.rules)


def test_the_two_readings_of_the_pension_clause_differ() -> None:
    narrow, wide = read("xinhui"), read("xinhui-no-pension")

    assert len(narrow.versions[0].rules) == len(wide.versions[0].rules)
    assert "pension" not in narrow.versions[0].rules[1].when[0].mentions
    assert any(condition.key == "pension" for condition in wide.versions[0].rules[1].when)
