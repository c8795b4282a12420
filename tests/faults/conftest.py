"""A lunch to break, on either database."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

import pytest
from flask import Flask

from canteen.config import Settings
from tests.conftest import NOON
from tests.faults.copies import let_go
from tests.faults.lunch import Lunch, MakeTablet, Size
from tests.faults.serve import LunchClock
from tests.faults.tablet import Tablet


class SetLunch(Protocol):
    """Set a lunch in the current database."""

    def __call__(
        self, seed: str, size: Size, plant: str | None = None, make_tablet: MakeTablet = Tablet,
        is_backed_up: bool = False, is_ticking: bool = True,
    ) -> Lunch: ...  # fmt: skip


@pytest.fixture
def set_lunch(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[SetLunch]:
    yield from _lunches(settings, tmp_path)


@pytest.fixture
def sqlite_lunch(sqlite_app: Flask, sqlite_settings: Settings, tmp_path: Path) -> Iterator[SetLunch]:
    yield from _lunches(sqlite_settings, tmp_path)


def _lunches(settings: Settings, folder: Path) -> Iterator[SetLunch]:
    made: list[Lunch] = []

    def set_one(
        seed: str, size: Size, plant: str | None = None, make_tablet: MakeTablet = Tablet,
        is_backed_up: bool = False, is_ticking: bool = True,
    ) -> Lunch:  # fmt: skip
        clock = LunchClock(datetime.fromisoformat(NOON), time.monotonic())
        lunch = Lunch(settings, folder, seed, size, clock, plant, make_tablet, is_backed_up, is_ticking)
        made.append(lunch)
        let_go()
        return lunch

    yield set_one
    for lunch in made:
        lunch.close()
