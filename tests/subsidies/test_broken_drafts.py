"""Whatever a draft holds where something else belongs: its rules, faults and differences are told, nothing breaks."""

import copy
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from flask import Flask

from canteen.core.programme import read_leniently
from canteen.subsidies.comparing.ages import age_findings
from canteen.subsidies.comparing.versions import differences
from canteen.subsidies.editor.card_form import fields_of
from canteen.subsidies.wording.faults import fault_place, fault_words
from canteen.subsidies.wording.names import Names
from canteen.subsidies.wording.rules import part_words
from tests.core.random_programmes import random_programme

RUBBISH = ([], {}, [[]], [{}], {"x": []}, 7, -1, 1.5, True, "", "x", date(2026, 1, 1), ["x", 1])
NAMES = Names()


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place inside a mapping: its container and its key."""
    for key, part in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(part, dict | list):
            yield from places(part)


def broken(random: Random) -> dict[str, Any]:
    """The version of a random programme, with rubbish in up to three places of its rules."""
    version = copy.deepcopy(random_programme(random)["version"][0])
    for _time in range(random.randint(1, 3)):
        spoilt = [pair for part in version["rule"] if isinstance(part, dict) for pair in places(part)]
        if spoilt:
            container, key = random.choice(spoilt)
            container[key] = copy.deepcopy(random.choice(RUBBISH))
    return version


def test_a_spoilt_draft_is_told_and_nothing_breaks(sqlite_app: Flask) -> None:
    random = Random(20261122)

    for _time in range(400):
        version = broken(random)
        values = {"programme": {"id": "x"}, "version": [version]}
        _read, faults = read_leniently(values)
        for part in (*version["rule"], *version.get("grant", ())):
            assert part_words(part, NAMES).line
            assert fields_of(part) is not None
        assert all(fault_words(fault) and fault_place(fault, values) for fault in faults)
        assert differences(version, version, NAMES) == ()
        age_findings(version)
