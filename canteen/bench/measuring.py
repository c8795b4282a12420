"""Pairs of runs, their ratios, and the probes that say what kind of hour it is."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAIRS = 5


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of the pairwise ratios of two rates, with minimum and maximum, and both medians."""

    ratio: float
    least: float
    most: float
    ours: float
    yardstick: float

    def document(self, unit: str) -> dict[str, Any]:
        """As it is printed; `unit` names what both rates count, e.g. `per_second`."""
        return {
            "ratio": round(self.ratio, 3),
            "min": round(self.least, 3),
            "max": round(self.most, 3),
            f"ours_{unit}": round(self.ours, 1),
            f"yardstick_{unit}": round(self.yardstick, 1),
        }


def in_turn(ours: Callable[[int], float], yardstick: Callable[[int], float], pairs: int = PAIRS) -> Ratio:
    """Run both in turn, `pairs` times; each takes the number of the round and answers a rate."""
    found = [(ours(number), yardstick(number)) for number in range(pairs)]
    ratios = [mine / theirs for mine, theirs in found]
    return Ratio(
        statistics.median(ratios),
        min(ratios),
        max(ratios),
        statistics.median(mine for mine, _ in found),
        statistics.median(theirs for _, theirs in found),
    )


def seconds(act: Callable[[], object]) -> float:
    """How long an act took."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def percentile(values: list[float], part: float) -> float:
    """The value below which `part` (0 to 1) of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def probes(folder: Path) -> dict[str, float]:
    """Milliseconds of one fsync here (median of 50), and of a fixed piece of arithmetic."""
    return {"sync_ms": round(_sync_ms(folder), 3), "cpu_ms": round(1000 * seconds(_arithmetic), 1)}


def _sync_ms(folder: Path) -> float:
    with tempfile.NamedTemporaryFile(dir=folder) as file:

        def once() -> None:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())

        return statistics.median(1000 * seconds(once) for _ in range(50))


def _arithmetic() -> None:
    total = 0
    for number in range(1_000_000):
        total += number * number % 7
