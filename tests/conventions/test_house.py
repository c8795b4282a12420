"""The habits of the house: names, settings, the clock, who imports whom."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from sources import modules, name

from canteen import config
from canteen.config import ROOT

BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base"}
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}


@pytest.mark.parametrize("path", [*modules(), *sorted((ROOT / "tests").rglob("*.py"))], ids=name)
def test_a_module_is_named_after_what_it_is(path: Path) -> None:
    assert path.stem not in BANNED
    assert path.parent.name not in BANNED


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_module_can_be_read_in_one_sitting_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert text.count("\n") <= 400
    assert not text.strip() or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", [p for p in modules() if p.name != "clock.py"], ids=name)
def test_only_the_clock_reads_the_wall_clock(path: Path) -> None:
    calls = [
        (node.func.value.id, node.func.attr)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
    ]

    assert [call for call in calls if call in CLOCKS] == []


def test_every_setting_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    config.Settings()
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

    assert config.DECLARED
    assert [setting for setting, doc in config.DECLARED.items() if setting not in text or not doc] == []


def test_later_slices_know_earlier_ones_and_never_the_reverse() -> None:
    lint = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([lint], check=False, cwd=ROOT, capture_output=True, text=True, timeout=300)

    assert done.returncode == 0, done.stdout[-3000:]
