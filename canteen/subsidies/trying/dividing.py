"""Dividing a worked example exactly as the till would, and comparing it with what is expected of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from canteen.core.calendar import WorkingDays
from canteen.core.division import Division, Facts, NoVersion
from canteen.core.examples import check_examples, facts_of
from canteen.core.money import Money, plain_yuan
from canteen.core.programme import Programme, Version
from canteen.core.programme_faults import Fault, Faults
from canteen.core.subsidy import divide
from canteen.core.worked_example import NO_VERSION, Example, read_example


@dataclass(frozen=True, slots=True)
class Tried:
    """An example divided. `faults`: what it expects and does not get; empty where it holds."""

    example: Example
    version: Version | None
    facts: Facts
    division: Division | NoVersion
    faults: tuple[Fault, ...] = ()


def try_example(example: Example, programme: Programme, working_days: WorkingDays) -> Tried:
    """Divide an example and compare, by the functions that the till and the check of files use."""
    faults = check_examples(replace(programme, examples=(example,)), working_days)
    return replace(divide_example(example, programme, working_days), faults=tuple(faults))


def divide_example(example: Example, programme: Programme, working_days: WorkingDays) -> Tried:
    """Divide an example, whatever it expects."""
    version = programme.version_on(example.on)
    facts = facts_of(example, version, working_days)
    return Tried(example, version, facts, divide(example.price_fen, facts, programme))


def read_written(written: Mapping[str, Any], index: int = 0) -> tuple[Example | None, list[Fault]]:
    """An example as it is written, or what is wrong with it; ids it names are not judged, nor what it expects."""
    faults = Faults()
    stated = {"expect": NO_VERSION, **written}
    return read_example(stated, index, faults, None), faults.found


def expected_of(division: Division | NoVersion) -> dict[str, str] | str:
    """What the file should expect of a division: payers with their amounts, or that no version is in force."""
    if isinstance(division, NoVersion):
        return NO_VERSION
    return {payer: plain_yuan(fen) for payer, fen in division.by_payer().items()}


def amounts(shares: Mapping[str, Money] | None) -> tuple[tuple[str, int], ...] | None:
    """Payers and amounts in the order written; the elder last. None: no version."""
    if shares is None:
        return None
    return tuple(
        sorted(((payer, int(fen)) for payer, fen in shares.items()), key=lambda pair: pair[0] == "elder")
    )
