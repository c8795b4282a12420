"""A draft as far as it can be read: a faulty card is left out, and the others divide.

What is published is read whole or not at all; this is for looking at a draft while it is typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from canteen.core.programme import Programme, Version, read_leniently
from canteen.core.programme_faults import Fault

_CARD = re.compile(r"version\[(\d+)\]\.(rule|grant)\[(\d+)\]")
_KEY = re.compile(r"version\[(\d+)\]\.([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Readable:
    """A draft's programme, and what could not be read of it.

    `versions`: place in the draft → the version as read. `left_out`: version's place, `rule` or `grant`, and its
    place there. `faults`: all of them, in file order. `programme` is None where not one version can be read.
    """

    programme: Programme | None
    versions: Mapping[int, Version]
    left_out: frozenset[tuple[int, str, int]]
    faults: tuple[Fault, ...]

    def version(self, index: int) -> Version | None:
        """One version, or None where even its day cannot be read, or another of that day stands for it."""
        return self.versions.get(index)


def read_what_can_be(values: Mapping[str, Any], wanted: int | None = None) -> Readable:
    """Read a draft leaving out what is faulty. Of two versions of one day the one `wanted` stays, else the first."""
    programme, faults = read_leniently(values)
    whole = [place for place, _version in _versions(values)]
    if programme is not None and not faults:
        versions = {whole[version.index]: version for version in programme.versions}
        return Readable(programme, versions, frozenset(), ())
    left_out = frozenset(_left_out(faults))
    kept = [
        (place, _cleaned(place, version, left_out, faults))
        for place, version in _by_day(_versions(values), wanted)
    ]
    kept = [(place, version) for place, version in kept if version["rule"]]
    head = {"id": "draft", "title": "-", "authority": "-", "source": "-", **_age_counts(values)}
    cleaned = {
        "programme": head,
        "version": [version for _place, version in kept],
        "example": values.get("example"),
    }
    if not isinstance(cleaned["example"], list):
        del cleaned["example"]
    programme, _still = read_leniently(cleaned)
    if programme is None or not programme.versions:
        return Readable(None, {}, left_out, tuple(faults))
    versions = {kept[version.index][0]: version for version in programme.versions}
    return Readable(programme, versions, left_out, tuple(faults))


def _versions(values: Mapping[str, Any]) -> list[tuple[int, Mapping[str, Any]]]:
    written = values.get("version")
    found = enumerate(written) if isinstance(written, list | tuple) else ()
    return [(place, version) for place, version in found if isinstance(version, Mapping)]


def _by_day(
    versions: list[tuple[int, Mapping[str, Any]]], wanted: int | None
) -> list[tuple[int, Mapping[str, Any]]]:
    """Those whose first day can be read, one a day."""
    chosen: dict[date, tuple[int, Mapping[str, Any]]] = {}
    for place, version in versions:
        effective = version.get("effective")
        if type(effective) is date and (effective not in chosen or place == wanted):
            chosen[effective] = (place, version)
    return sorted(chosen.values(), key=lambda pair: pair[0])


def _left_out(faults: list[Fault]) -> list[tuple[int, str, int]]:
    cards = [_CARD.match(fault.path) for fault in faults]
    return [(int(card[1]), card[2], int(card[3])) for card in cards if card is not None]


def _cleaned(
    place: int, version: Mapping[str, Any], left_out: frozenset[tuple[int, str, int]], faults: list[Fault]
) -> dict[str, Any]:
    """A version without its faulty cards, and without the keys of its head that are faulty."""
    odd = {key[2] for fault in faults if (key := _KEY.match(fault.path)) is not None and int(key[1]) == place}
    odd -= {"rule", "grant"} - {name for name in ("rule", "grant") if not isinstance(version.get(name), list)}
    kept = {key: value for key, value in version.items() if key not in odd or key == "effective"}
    for name in ("rule", "grant"):
        if name in kept:
            kept[name] = [part for at, part in enumerate(kept[name]) if (place, name, at) not in left_out]
    return {"rule": [], **kept}


def _age_counts(values: Mapping[str, Any]) -> dict[str, Any]:
    head = values.get("programme")
    counted = head.get("age_counts") if isinstance(head, Mapping) else None
    return {"age_counts": counted} if counted in ("birthday", "day-after", "next-month", "next-year") else {}
