"""Each benchmark runs once, small: its invariants hold, and its deterministic counts are what they must be."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from canteen.bench.measuring import in_turn, percentile
from canteen.config import ROOT


def bench(*names: str, home: Path) -> tuple[int, dict[str, dict[str, object]], str]:
    environment = os.environ | {
        "CANTEEN_HOME": str(home),
        "CANTEEN_DATABASE_URL": f"sqlite:///{home / 'mine.db'}",
    }
    done = subprocess.run(
        [sys.executable, "-m", "canteen", "bench", *names, "--small", "--json"],
        capture_output=True, text=True, cwd=ROOT, env=environment, check=False,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


@pytest.mark.parametrize("name", ["P1", "P3", "P4", "P5", "P6", "P7"])
def test_a_cell_runs_small_and_its_books_are_sound(name: str, tmp_path: Path) -> None:
    code, found, said = bench(name, home=tmp_path)

    assert code == 0, said
    assert found[name]
    assert not (tmp_path / "mine.db").exists()


def test_an_accepted_check_in_takes_at_most_three_round_trips(tmp_path: Path) -> None:
    code, found, said = bench("P9", home=tmp_path)

    assert code == 0, said
    assert 1 <= found["P9"]["round_trips"] <= 3


def test_a_name_that_is_no_benchmark_is_a_wrong_use(tmp_path: Path) -> None:
    code, _, said = bench("P77", home=tmp_path)

    assert code == 2
    assert "P77" in said


def test_a_ratio_is_the_median_of_the_pairs() -> None:
    ours, theirs = iter([10.0, 30.0, 20.0]), iter([10.0, 10.0, 10.0])

    ratio = in_turn(lambda _n: next(ours), lambda _n: next(theirs), 3)

    assert (ratio.ratio, ratio.least, ratio.most) == (2.0, 1.0, 3.0)
    assert percentile([5.0, 1.0, 3.0], 0.5) == 3.0
