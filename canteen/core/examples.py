"""Trying a programme's own examples: does the file divide as it says it does?"""

from __future__ import annotations

from collections.abc import Mapping

from canteen.core.calendar import WorkingDays
from canteen.core.division import Division, Facts, NoVersion, Share
from canteen.core.money import Money, plain_yuan
from canteen.core.programme import Programme, Version
from canteen.core.programme_faults import Fault, fault
from canteen.core.rules import Split
from canteen.core.subsidy import divide
from canteen.core.worked_example import NO_VERSION, Example

ENOUGH_FEN = 10**15
"""What a fund holds of which the example says nothing (programme-format, "Examples")."""


def check_examples(programme: Programme, working_days: WorkingDays) -> list[Fault]:
    """Divide every example and compare: a fault for each expectation that does not hold.

    The fault tells what was expected, how it was divided, and the trace. An example whose version asks for
    working days in a year that the calendar lacks is a fault too.
    """
    return [found for example in programme.examples for found in _check(example, programme, working_days)]


def _check(example: Example, programme: Programme, working_days: WorkingDays) -> list[Fault]:
    version = programme.version_on(example.on)
    facts = facts_of(example, version, working_days)
    faults = []
    if version is not None and "workday" in version.mentions and facts.is_workday is None:
        faults.append(fault(f"example[{example.index}].on", "calendar-missing", year=example.on.year))
    division = divide(example.price_fen, facts, programme)
    return faults + _differences(example, version, division)


def facts_of(example: Example, version: Version | None, working_days: WorkingDays) -> Facts:
    """The facts that an example states, with what it leaves unsaid filled in: a fund that it does not name holds enough."""
    funds = dict.fromkeys(version.codes("sponsor"), ENOUGH_FEN) if version else {}
    return Facts(
        on=example.on,
        meal=example.meal,
        channel=example.channel,
        elder=example.elder,
        canteen=example.canteen,
        is_workday=working_days.is_workday(example.on),
        used=example.used,
        funds={**funds, **example.funds},
        vouchers=example.vouchers,
    )


def _differences(example: Example, version: Version | None, division: Division | NoVersion) -> list[Fault]:
    by_payer = division.by_payer() if isinstance(division, Division) else None
    faults = []
    if by_payer != example.expect:
        faults.append(_failed(example, "expect", _amounts(example.expect), _amounts(by_payer), division))
    for rule_id, expected in example.expect_split.items():
        levels = _levels(rule_id, version, division)
        if levels != expected:
            where = f"expect_split.{rule_id}"
            faults.append(_failed(example, where, _amounts(expected), _amounts(levels), division))
    for grant_id, expected_fen in example.expect_grant.items():
        fen = _grant_fen(grant_id, division)
        if fen != expected_fen:
            where = f"expect_grant.{grant_id}"
            faults.append(_failed(example, where, plain_yuan(expected_fen), plain_yuan(fen), division))
    return faults


def _failed(example: Example, key: str, expected: str, actual: str, division: Division | NoVersion) -> Fault:
    path = f"example[{example.index}].{key}"
    title = " ".join(example.title.split())
    return fault(
        path, "example-failed", title=title, expected=expected, actual=actual, trace=trace_line(division)
    )


def _amounts(amounts: Mapping[str, Money] | None) -> str:
    if amounts is None:
        return NO_VERSION
    return ", ".join(f"{name} {plain_yuan(fen)}" for name, fen in amounts.items()) or "0.00"


def _levels(rule_id: str, version: Version | None, division: Division | NoVersion) -> dict[str, Money]:
    """The parts of one rule's or grant's amount; every level at nothing where it paid nothing."""
    if version is None or isinstance(division, NoVersion):
        return {}
    for share in division.shares:
        if share.rule_id == rule_id:
            return dict(share.levels)
    for grant in division.grants:
        if grant.grant_id == rule_id:
            return dict(grant.levels)
    return {level: Money(0) for level, _ in _split(rule_id, version)}


def _split(rule_id: str, version: Version) -> Split:
    part = version.rule(rule_id) or version.grant(rule_id)
    return part.split if part else ()


def _grant_fen(grant_id: str, division: Division | NoVersion) -> Money:
    grants = division.grants if isinstance(division, Division) else ()
    return Money(sum(grant.fen for grant in grants if grant.grant_id == grant_id))


def trace_line(division: Division | NoVersion) -> str:
    """The trace on one line: `three-no ✗category; age-65-74 ✓9.00; age-75 ✗age; elder 6.00`."""
    if isinstance(division, NoVersion):
        return NO_VERSION
    steps = [
        _step(step.rule_id, step.failed, step.passed_over, step.paid_fen, step.cut_by)
        for step in division.trace
    ]
    own: Share = division.shares[-1]
    return "; ".join([*steps, f"{own.payer} {plain_yuan(own.fen)}"])


def _step(rule_id: str, failed: str | None, passed_over: bool, paid_fen: Money, cut_by: str | None) -> str:
    if failed is not None:
        return f"{rule_id} ✗{failed}"
    cut = f" ({cut_by})" if cut_by else ""
    return f"{rule_id} –{cut}" if passed_over else f"{rule_id} ✓{plain_yuan(paid_fen)}{cut}"
